/** Linear nodes as rows of a sparse matrix, whatever they are. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import type { NirNode } from './fields.ts';
import { shapeBehind } from './shape-behind.ts';
import type { Convolution, LinearPart } from './linear.ts';

/** What each element of the result hears. */
export type Rows = readonly { readonly columns: readonly number[]; readonly weights: readonly number[] }[];

interface Matrix {
  readonly rows: Rows;
  /** Of the result, and for each of its elements. */
  readonly shape: Shape;
  readonly bias: Float64Array | undefined;
}

/**
 * undefined of what passes all on as it is.
 *
 * @throws DiagnosticError E0205 where it does not fit the shape, E0209 where too many weights would have to be looked at
 */
export function matrixOf(part: LinearPart, given: Shape, node: NirNode): Matrix | undefined {
  const shape = shapeBehind(given, { node, part });
  const count = countOf(part, given, shape);
  if (count > LARGEST_TENSOR)
    node.fail(
      'E0209',
      `without neurons beside it, it becomes a matrix of up to ${count} weights; the limit is ${LARGEST_TENSOR}`,
      'put neurons between',
    );
  const of = (rows: Rows, bias?: Float64Array): Matrix => ({ rows, shape, bias });
  switch (part.kind) {
    case 'wire':
    case 'delay':
      return undefined;
    case 'flatten':
      return of(Array.from({ length: shapeSize(shape) }, (_, k) => ({ columns: [k], weights: [1] })));
    case 'scale':
      return of(
        Array.from({ length: shapeSize(shape) }, (_, k) => ({
          columns: [k],
          weights: [part.values[part.values.length === 1 ? 0 : k]!],
        })),
      );
    case 'dense':
      return of(
        Array.from({ length: part.rows }, (_, row) => ({
          columns: Array.from({ length: part.columns }, (_each, column) => column),
          weights: [...part.weight.subarray(row * part.columns, (row + 1) * part.columns)],
        })),
        part.bias,
      );
    case 'matrix':
      return of(rowsOf(part), part.bias);
    case 'pool': {
      const { window, stride, padding, isAverage } = part;
      const share = isAverage ? 1 / (window[0] * window[1]) : 1;
      const weight = (): number => share;
      return of(windowRows(given, shape, { kernel: window, stride, padding, dilation: [1, 1], inputs: 1, weight }));
    }
    case 'conv':
      return of(convolutionRows(part, given, shape), part.bias && perElement(part.bias, shape));
  }
}

/** Weights of a matrix that does the same, with those of taps that hear nothing. */
function countOf(part: LinearPart, [channels]: Shape, shape: Shape): number {
  switch (part.kind) {
    case 'wire':
    case 'delay':
      return 0;
    case 'flatten':
    case 'scale':
      return shapeSize(shape);
    case 'dense':
      return part.rows * part.columns;
    case 'matrix':
      return Math.max(part.pre.length, shapeSize(shape));
    case 'pool':
      return shapeSize(shape) * part.window[0] * part.window[1];
    case 'conv':
      return shapeSize(shape) * (channels / part.groups) * part.kernel[0] * part.kernel[1];
  }
}

function rowsOf({ shape, pre, post, weight }: Extract<LinearPart, { kind: 'matrix' }>): Rows {
  const rows = Array.from({ length: shapeSize(shape) }, () => ({ columns: [] as number[], weights: [] as number[] }));
  post.forEach((row, k) => {
    rows[row]!.columns.push(pre[k]!);
    rows[row]!.weights.push(weight[k]!);
  });
  return rows;
}

const perElement = (bias: Float64Array, shape: Shape): Float64Array =>
  Float64Array.from({ length: shapeSize(shape) }, (_, k) => bias[Math.floor(k / (shape[1] * shape[2]))]!);

function convolutionRows(part: Convolution, given: Shape, shape: Shape): Rows {
  const { kernel, stride, padding, dilation, groups } = part;
  const inputs = given[0] / groups;
  return windowRows(given, shape, {
    ...{ kernel, stride, padding, dilation, inputs },
    weight: (output, input, tap) => part.weight[(output * inputs + input) * kernel[0] * kernel[1] + tap]!,
  });
}

interface Taps extends Pick<Convolution, 'kernel' | 'stride' | 'padding' | 'dilation'> {
  /** Channels that one channel of the result hears. */
  readonly inputs: number;
  readonly weight: (output: number, input: number, tap: number) => number;
}

function windowRows([channels, height, width]: Shape, shape: Shape, taps: Taps): Rows {
  const { kernel, stride, padding, dilation, inputs, weight } = taps;
  const [outputs, rows, columns] = shape;
  const groups = channels / inputs;
  return Array.from({ length: shapeSize(shape) }, (_, k) => {
    const output = Math.floor(k / (rows * columns));
    const top = Math.floor((k % (rows * columns)) / columns) * stride[0] - padding[0];
    const left = (k % columns) * stride[1] - padding[1];
    const first = Math.floor(output / (outputs / groups)) * inputs;
    const row = { columns: [] as number[], weights: [] as number[] };
    for (let input = 0; input < inputs; input++)
      for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        const y = top + Math.floor(tap / kernel[1]) * dilation[0];
        const x = left + (tap % kernel[1]) * dilation[1];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        row.columns.push(((first + input) * height + y) * width + x);
        row.weights.push(weight(output, input, tap));
      }
    return row;
  });
}
