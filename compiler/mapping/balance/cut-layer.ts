/** Ways to cut a layer for many cores: slices of its channels, and of each of these about equal work by place. */
import type { Box } from '../../../isa/index.ts';
import type { QuantisedLayer } from '../../ir/layers.ts';
import { isTile } from '../../layout/axons.ts';
import type { LayerWork } from './layer-work.ts';

/** Pieces that cover a layer once. */
export interface Cut {
  readonly slices: number;
  readonly boxes: readonly Box[];
  /** Cycles of an inference: of the piece with most, and of all. */
  readonly most: number;
  readonly sum: number;
}

/**
 * The cut into at most so many pieces whose largest has least to do; of equal ones the one with least in all.
 *
 * @param aligned what a cut by work has to gain over equal boxes: layers that are cut alike hear fewer others
 * @returns undefined where the layer cannot be sliced so
 */
export function cutLayer(
  work: LayerWork,
  { slices, pieces, aligned }: { readonly slices: number; readonly pieces: number; readonly aligned: number },
): Cut | undefined {
  const channels = sliceChannels(work.layer, slices);
  if (channels === undefined || pieces < slices) return undefined;
  const [, height, width] = work.layer.shape;
  const parts = Math.min(Math.floor(pieces / slices), height * width);
  let best: (Cut & { readonly handicap: number }) | undefined;
  const square = Math.max(1, Math.min(height, parts, Math.sqrt((parts * height) / width)));
  for (let bands = 1; bands <= Math.min(height, parts); bands++) {
    if (bands < square / OBLONG || bands > square * OBLONG) continue;
    for (const isPlain of parts % bands === 0 ? [true, false] : [false]) {
      const places = isPlain ? plainPlaces(work, bands, parts) : cutPlaces(work, bands, parts);
      const boxes = places.flatMap((place) => channels.map((slice) => ({ ...place, ...slice })));
      const costs = boxes.map((box) => work.total(box));
      const most = Math.max(...costs);
      const sum = costs.reduce((a, b) => a + b, 0);
      const handicap = isPlain ? 1 : aligned;
      if (best === undefined || most * handicap < best.most * best.handicap)
        best = { slices, boxes, most, sum, handicap };
    }
  }
  return best;
}

/** Pieces are at most so many times as long as wide, about. */
const OBLONG = 1.9;

type Slice = Pick<Box, 'c0' | 'channels'>;

/** Equal slices of whole channel groups, or parts of one; undefined where there are none. */
function sliceChannels(layer: QuantisedLayer, slices: number): Slice[] | undefined {
  const [channels, height, width] = layer.shape;
  if (slices > channels) return undefined;
  const size = Math.ceil(channels / slices);
  const cut: Slice[] = [];
  for (let c0 = 0; c0 < channels; c0 += size) cut.push({ c0, channels: Math.min(size, channels - c0) });
  if (cut.length !== slices) return undefined;
  return cut.every((slice) => isTile(layer, { ...slice, y0: 0, x0: 0, height, width })) ? cut : undefined;
}

type Place = Omit<Box, 'c0' | 'channels'>;

/** Boxes of equal sides, but for what is left of rows and columns. */
function plainPlaces(work: LayerWork, bands: number, parts: number): Place[] {
  const [, height, width] = work.layer.shape;
  const equal = (length: number, runs: number) => cutEvenly(new Float64Array(length).fill(1), Math.min(length, runs));
  const columns = equal(width, parts / bands);
  return equal(height, bands).flatMap(([y0, count]) =>
    columns.map(([x0, across]) => ({ y0, height: count, x0, width: across })),
  );
}

/** Bands of rows of about equal work, each cut into columns by its share of the parts. */
function cutPlaces(work: LayerWork, bands: number, parts: number): Place[] {
  const [, height, width] = work.layer.shape;
  const rows = Float64Array.from({ length: height }, (_, y) => work.weightAt(y, 0, 1, width));
  const starts = cutEvenly(rows, bands);
  const weights = starts.map(([y0, count]) => sumOf(rows, y0, count));
  const columns = apportion(weights, parts, width);
  return starts.flatMap(([y0, count], band) => {
    const along = Float64Array.from({ length: width }, (_, x) => work.weightAt(y0, x, count, 1));
    return cutEvenly(along, columns[band]!).map(([x0, across]) => ({ y0, height: count, x0, width: across }));
  });
}

const sumOf = (values: Float64Array, first: number, count: number): number => {
  let sum = 0;
  for (let k = first; k < first + count; k++) sum += values[k]!;
  return sum;
};

/** Runs of about equal weight, none of them empty. */
function cutEvenly(weights: Float64Array, runs: number): [first: number, count: number][] {
  const total = sumOf(weights, 0, weights.length);
  const cut: [number, number][] = [];
  let first = 0;
  let done = 0;
  for (let k = 0; k < runs; k++) {
    const last = weights.length - (runs - k - 1);
    const goal = (total - done) / (runs - k);
    let end = first + 1;
    let sum = weights[first]!;
    // One more where it comes closer to the share of what is left.
    while (end < last && (k === runs - 1 || Math.abs(sum + weights[end]! - goal) <= Math.abs(sum - goal)))
      sum += weights[end++]!;
    cut.push([first, end - first]);
    done += sum;
    first = end;
  }
  return cut;
}

/** Parts for each band by its weight: at least one, at most so many; the largest remainders get what is left. */
function apportion(weights: readonly number[], parts: number, most: number): number[] {
  const counts = weights.map(() => 1);
  for (let left = parts - weights.length; left > 0; left--) {
    let neediest = -1;
    for (let k = 0; k < weights.length; k++)
      if (counts[k]! < most && (neediest < 0 || weights[k]! / counts[k]! > weights[neediest]! / counts[neediest]!))
        neediest = k;
    if (neediest < 0) break;
    counts[neediest]!++;
  }
  return counts;
}
