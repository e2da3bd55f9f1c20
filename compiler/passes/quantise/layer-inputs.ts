/** What the weights of a layer hear: rows of inputs, one for each sample and position that is looked at. */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import type { Branch, FloatLayer } from '../../ir/layers.ts';
import type { InputMatrix } from './error-feedback.ts';

/** Weights of a branch that stand in the rows of a part: `columns` of them in each, from column `first` on. */
export interface Piece {
  readonly branch: number;
  readonly group: number;
  readonly columns: number;
  readonly first: number;
}

/** Rows of weights that hear the same inputs. */
export interface Part {
  readonly pieces: readonly Piece[];
  readonly columns: number;
  /** First row, and one behind the last: channels, of dense operators neurons. */
  readonly rows: readonly [first: number, end: number];
  /** Neurons of a channel that have a row of their own. */
  readonly rowsPerChannel: number;
  /** Its rows hear a whole source, wherever their neurons are. */
  readonly isDense: boolean;
}

/** Values that are kept of the inputs of a layer. */
const MOST_VALUES = 2 ** 22;
const MOST_ROWS = 8192;
/** Fewer say too little of how inputs go together. */
const LEAST_ROWS = 16;

type FloatBranch = Branch<Float64Array>;

/** The weights of a layer by what they hear; undefined where that is irregular. */
export function partsOf({ branches, shape }: FloatLayer): Part[] | undefined {
  const alone: Part[] = [];
  const convs: Piece[] = [];
  const denses: Piece[] = [];
  const widthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { columns }) => sum + columns, 0);
  for (const [branch, { operator, pooled }] of branches.entries()) {
    if (operator.kind === 'sparse') return undefined;
    if (operator.kind === 'dense')
      denses.push({ branch, group: 0, columns: shapeSize(pooled), first: widthOf(denses) });
    else {
      const groups = operator.kind === 'conv' ? operator.groups : shape[0];
      const columns = operator.kind === 'conv' ? (pooled[0] / groups) * operator.kernel[0] * operator.kernel[1] : 1;
      if (groups === 1) convs.push({ branch, group: 0, columns, first: widthOf(convs) });
      else
        for (let group = 0; group < groups; group++) {
          const [first, end] = [(group * shape[0]) / groups, ((group + 1) * shape[0]) / groups];
          alone.push({
            pieces: [{ branch, group, columns, first: 0 }],
            ...{ columns, rows: [first, end], rowsPerChannel: 1, isDense: false },
          });
        }
    }
  }
  const area = shape[1] * shape[2];
  if (convs.length > 0)
    alone.push({ pieces: convs, columns: widthOf(convs), rows: [0, shape[0]], rowsPerChannel: 1, isDense: false });
  if (denses.length > 0)
    alone.push({
      pieces: denses,
      columns: widthOf(denses),
      rows: [0, shape[0] * area],
      rowsPerChannel: area,
      isDense: true,
    });
  return alone;
}

/** Samples and positions of each that are looked at; undefined where so many inputs are too many. */
export function rowsLookedAt(parts: readonly Part[], shape: Shape, samples: number) {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const rows = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / columns));
  const used = Math.min(samples, rows);
  if (used < Math.min(samples, LEAST_ROWS)) return undefined;
  return { samples: used, positions: Math.min(shape[1] * shape[2], Math.floor(rows / used)) };
}

/** Gathers the inputs of one part. */
export class InputRows {
  readonly #part: Part;
  readonly #layer: FloatLayer;
  readonly #positions: number;
  readonly #values: Float64Array;
  #rows = 0;

  constructor(part: Part, layer: FloatLayer, looked: { readonly samples: number; readonly positions: number }) {
    this.#part = part;
    this.#layer = layer;
    this.#positions = part.isDense ? 1 : looked.positions;
    this.#values = new Float64Array(looked.samples * this.#positions * part.columns);
  }

  /** @param pooled per branch what it hears of this sample, NCHW, windows summed */
  add(sample: number, pooled: readonly Float64Array[]): void {
    const { columns, pieces } = this.#part;
    const { shape, branches } = this.#layer;
    const area = shape[1] * shape[2];
    for (let k = 0; k < this.#positions; k++, this.#rows++) {
      // Spread evenly, and from sample to sample over other columns of the map.
      const position = (Math.floor((k * area) / this.#positions) + sample * 7919) % area;
      for (const { branch, group, first } of pieces)
        fill(branches[branch]!, group, pooled[branch]!, [Math.floor(position / shape[2]), position % shape[2]], {
          values: this.#values,
          at: this.#rows * columns + first,
        });
    }
  }

  get matrix(): InputMatrix {
    return { values: this.#values, rows: this.#rows, columns: this.#part.columns };
  }
}

function fill(
  { operator, pooled }: FloatBranch,
  group: number,
  from: Float64Array,
  [row, column]: readonly [row: number, column: number],
  into: { readonly values: Float64Array; at: number },
): void {
  const [channels, height, width] = pooled;
  if (operator.kind === 'dense') {
    into.values.set(from, into.at);
    return;
  }
  if (operator.kind !== 'conv') {
    into.values[into.at] = from[(group * height + row) * width + column]!;
    return;
  }
  const { kernel, stride, padding, dilation, groups } = operator;
  const inGroup = channels / groups;
  for (let c = group * inGroup; c < (group + 1) * inGroup; c++)
    for (let tapY = 0; tapY < kernel[0]; tapY++) {
      const y = row * stride[0] - padding[0] + tapY * dilation[0];
      for (let tapX = 0; tapX < kernel[1]; tapX++, into.at++) {
        const x = column * stride[1] - padding[1] + tapX * dilation[1];
        if (y >= 0 && y < height && x >= 0 && x < width) into.values[into.at] = from[(c * height + y) * width + x]!;
      }
    }
}

/** Channel-last values of a source, times `scale`, summed over pooling windows; NCHW. */
export function pooledValues(
  { pool, pooled }: Pick<FloatBranch, 'pool' | 'pooled'>,
  [channels, , sourceWidth]: Shape,
  from: ArrayLike<number>,
  scale: number,
): Float64Array {
  const [, height, width] = pooled;
  const sums = new Float64Array(channels * height * width);
  for (let y = 0; y < height * pool[0]; y++)
    for (let x = 0; x < width * pool[1]; x++) {
      const into = Math.floor(y / pool[0]) * width + Math.floor(x / pool[1]);
      const at = (y * sourceWidth + x) * channels;
      for (let c = 0; c < channels; c++) sums[c * height * width + into]! += scale * from[at + c]!;
    }
  return sums;
}
