/** Covers the columns of a layer that share a core with few boxes. */
import type { Box } from '../../isa/index.ts';
import { groupBy } from '../layout/group-by.ts';
import type { QuantisedLayer } from '../ir/layers.ts';
import { isTile } from '../layout/axons.ts';

/**
 * @param columns boxes of one place (height and width 1), none twice
 * @returns disjoint boxes with just the same neurons, each one that a tile may be: it does not cut channel groups
 */
export function coverColumns(layer: QuantisedLayer, columns: readonly Box[]): Box[] {
  const runs = channelRuns(layer, columns);
  const boxes: Box[] = [];
  for (const places of groupBy(runs, ({ c0, channels }) => `${c0}:${channels}`).values())
    boxes.push(...mergeRows(mergeColumns(places)));
  return boxes.sort((a, b) => a.c0 - b.c0 || a.y0 - b.y0 || a.x0 - b.x0);
}

/** Joins neighbouring chunks of channels at every place, as far as channel groups allow. */
function channelRuns(layer: QuantisedLayer, columns: readonly Box[]): Box[] {
  const runs: Box[] = [];
  for (const chunks of groupBy(columns, ({ y0, x0 }) => y0 * layer.shape[2] + x0).values()) {
    const sorted = chunks.toSorted((a, b) => a.c0 - b.c0);
    for (let first = 0; first < sorted.length;) {
      const [run, taken] = longestRun(layer, sorted, first);
      runs.push(run);
      first += taken;
    }
  }
  return runs;
}

function longestRun(layer: QuantisedLayer, chunks: readonly Box[], first: number): readonly [run: Box, taken: number] {
  let best: readonly [Box, number] = [chunks[first]!, 1];
  let joined = chunks[first]!;
  for (let k = first + 1; k < chunks.length && chunks[k]!.c0 === joined.c0 + joined.channels; k++) {
    joined = { ...joined, channels: joined.channels + chunks[k]!.channels };
    if (isTile(layer, joined)) best = [joined, k - first + 1];
  }
  return best;
}

/** Joins places next to each other in a row. */
function mergeColumns(places: readonly Box[]): Box[] {
  const merged: Box[] = [];
  for (const box of places.toSorted((a, b) => a.y0 - b.y0 || a.x0 - b.x0)) {
    const last = merged.at(-1);
    if (last?.y0 === box.y0 && last.x0 + last.width === box.x0)
      merged[merged.length - 1] = { ...last, width: last.width + box.width };
    else merged.push(box);
  }
  return merged;
}

/** Joins equal pieces of successive rows. */
function mergeRows(pieces: readonly Box[]): Box[] {
  const merged: Box[] = [];
  for (const box of pieces.toSorted((a, b) => a.x0 - b.x0 || a.width - b.width || a.y0 - b.y0)) {
    const last = merged.at(-1);
    if (last?.x0 === box.x0 && last.width === box.width && last.y0 + last.height === box.y0)
      merged[merged.length - 1] = { ...last, height: last.height + box.height };
    else merged.push(box);
  }
  return merged;
}
