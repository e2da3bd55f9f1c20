/** Nodes of NIR between neurons: each is linear, or passes on what it gets. */
import type { Shape } from '../../../isa/index.ts';
import type { ConvOperator, SparseOperator } from '../../ir/layers.ts';
import type { Padding, Pair, Tensor } from '../../ir/ann.ts';
import type { Field, NirNode } from './fields.ts';

export interface Convolution extends Omit<ConvOperator<Float64Array>, 'kind'> {
  readonly kind: 'conv';
  /** The weights, [out, in/groups, kernel rows, kernel columns]. */
  readonly tensor: Tensor;
  readonly bias: Float64Array | undefined;
}

/** Sums over windows, or averages. */
export interface Windows {
  readonly kind: 'pool';
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** All elements of a window count, those of the border too. */
  readonly isAverage: boolean;
}

/** Several linear nodes multiplied. */
export interface Matrix extends Omit<SparseOperator<Float64Array>, 'kind'> {
  readonly kind: 'matrix';
  /** Of what it gives. */
  readonly shape: Shape;
  readonly columns: number;
  /** One for each element that it gives. */
  readonly bias: Float64Array | undefined;
  /** Where it takes all of some channels, as they are, out of so many. */
  readonly channels?: { readonly first: number; readonly of: number } | undefined;
}

/** A node of a chain, as it was read. */
export interface Link {
  readonly node: NirNode;
  readonly part: LinearPart;
}

export type LinearPart =
  | { readonly kind: 'wire' }
  /** Sides of what it gives, as the file has them; undefined: one. */
  | { readonly kind: 'flatten'; readonly sides: readonly number[] | undefined }
  | { readonly kind: 'scale'; readonly values: Float64Array }
  /** One for all elements, or one for each; in the unit of time of the graph. */
  | { readonly kind: 'delay'; readonly values: Float64Array }
  | Windows
  | Matrix
  | {
      readonly kind: 'dense';
      readonly rows: number;
      readonly columns: number;
      readonly weight: Float64Array;
      readonly bias: Float64Array | undefined;
    }
  | Convolution;

/** @throws DiagnosticError E0202 … E0208 for what is not read */
export function linearPart(node: NirNode): LinearPart {
  switch (node.type) {
    case 'Input':
    case 'Output':
      return { kind: 'wire' };
    case 'Flatten':
      return { kind: 'flatten', sides: flattenedSides(node) };
    case 'Scale':
      return { kind: 'scale', values: node.numbers('scale').values };
    case 'Delay':
      return { kind: 'delay', values: delaysOf(node) };
    case 'SumPool2d':
    case 'AvgPool2d':
      return windowsOf(node);
    case 'Linear':
    case 'Affine':
      return dense(node);
    case 'Conv1d':
    case 'Conv2d':
      return convolution(node, node.type === 'Conv1d' ? 1 : 2);
    default:
      return node.fail(
        'E0203',
        `nodes of type ${node.type.slice(0, 40)} are not read`,
        'between neurons Linear, Affine, Conv1d, Conv2d, Scale, SumPool2d, AvgPool2d, Flatten and Delay are read; neurons are IF, LIF, CubaLIF, I, LI, CubaLI',
      );
  }
}

/** Its first and last dimension are counted without a batch; who counts one, has all others become one at most. */
function flattenedSides(node: NirNode): readonly number[] | undefined {
  const given = node.find('input_type')?.values;
  if (given === undefined || given.length === 0) return undefined;
  const sides = [...given];
  const at = (name: string, standard: number): number => {
    const [dimension = standard] = node.find(name)?.values ?? [];
    return Math.min(dimension < 0 ? dimension + sides.length : dimension, sides.length - 1);
  };
  const [first, last] = [at('start_dim', 1), at('end_dim', -1)];
  if (!(first >= 0 && first <= last)) return undefined;
  const joined = sides.slice(first, last + 1).reduce((a, b) => a * b, 1);
  return [...sides.slice(0, first), joined, ...sides.slice(last + 1)];
}

function delaysOf(node: NirNode): Float64Array {
  const { values } = node.numbers('delay');
  const bad = values.find((value) => value < 0);
  if (bad !== undefined) node.fail('E0208', `a delay is ${bad}`);
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

function windowsOf(node: NirNode): Windows {
  const window = node.whole('kernel_size', 2, 1, 1) as [number, number];
  const stride = node.find('stride') === undefined ? window : (node.whole('stride', 2, 1, 1) as [number, number]);
  const [top, left] = node.whole('padding', 2, 0, 0) as [number, number];
  return { kind: 'pool', window, stride, padding: [top, left, top, left], isAverage: node.type === 'AvgPool2d' };
}

function dense(node: NirNode): LinearPart {
  const { shape, values } = node.numbers('weight');
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined)
    return node.fail('E0205', `its weights are ${shape.join('×')}; rows and columns are expected`);
  return { kind: 'dense', rows, columns, weight: values, bias: biasOf(node, rows) };
}

function biasOf(node: NirNode, outputs: number): Float64Array | undefined {
  if (node.type === 'Linear') return undefined;
  const bias = node.find('bias')?.values;
  if (bias === undefined || bias.length === 0) return undefined;
  if (bias.length !== outputs) node.fail('E0205', `it has ${bias.length} biases for ${outputs} outputs`);
  return bias.every((value) => value === 0) ? undefined : bias;
}

/**
 * A convolution over one axis is one over the second of two.
 *
 * @param weight [out, in/groups, kernel …]
 * @throws DiagnosticError E0202, E0204, E0205 for fields that are missing or not read
 */
export function convolution(
  node: NirNode,
  axes: 1 | 2,
  { shape, values }: Field = node.numbers('weight'),
): Convolution {
  if (shape.length !== axes + 2)
    node.fail('E0205', `its weights are ${shape.join('×')}; ${axes + 2} axes are expected`);
  const both = (sides: readonly number[], other: number): Pair =>
    axes === 2 ? [sides[0]!, sides[1]!] : [other, sides[0]!];
  const kernel = both(shape.slice(2), 1);
  const dilation = both(node.whole('dilation', axes, 1, 1), 1);
  const [groups] = node.whole('groups', 1, 1, 1) as [number];
  return {
    ...{ kind: 'conv', weight: values, kernel, dilation, groups },
    tensor: { shape: [shape[0]!, shape[1]!, ...kernel], data: Float32Array.from(values) },
    stride: both(node.whole('stride', axes, 1, 1), 1),
    padding: paddingOf(node, kernel, dilation, (sides) => both(sides, 0), axes),
    bias: biasOf(node, shape[0]!),
  };
}

function paddingOf(
  node: NirNode,
  kernel: Pair,
  dilation: Pair,
  both: (sides: readonly number[]) => Pair,
  axes: 1 | 2,
): Padding {
  const word = node.text('padding');
  if (word === 'same') {
    const [rows, columns] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
    const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
    return [top, left, rows - top, columns - left];
  }
  if (word !== undefined && word !== 'valid') node.fail('E0204', `padding "${word.slice(0, 20)}" is not read`);
  const [top, left] = word === 'valid' ? [0, 0] : both(node.whole('padding', axes, 0, 0));
  return [top, left, top, left];
}
