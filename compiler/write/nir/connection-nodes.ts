/** A connection as a chain of nodes of NIR: windows that are summed, a flattening, a delay, one operator. */
import { fail, type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import type { Branch, ConvOperator } from '../../ir/layers.ts';
import { type NirFields, type NirGraphWriter, numbers, whole, wholeNumber } from './nodes.ts';
import { spread } from './neuron-node.ts';

export interface Joining {
  readonly from: string;
  readonly to: string;
  /** Of its nodes: names with this beginning sort as the connections of a population do. */
  readonly prefix: string;
  /** What a Delay node says, in the unit of the step. */
  readonly delay: number;
  readonly target: Shape;
}

/** Sides as other libraries have them: a vector has one. */
export const sidesOf = (shape: Shape): readonly number[] => (shape[1] * shape[2] === 1 ? [shape[0]] : shape);

/** @returns what no node says @throws DiagnosticError E0204, E0209 for what cannot be written at all */
export function connectionNodes(
  graph: NirGraphWriter,
  branch: Branch<Float64Array>,
  bias: Float64Array | undefined,
  { from, to, prefix, delay, target }: Joining,
): string[] {
  let last = from;
  const follow = (name: string, type: string, fields: NirFields): void => {
    const node = graph.add(`${prefix}.${name}`, type, fields);
    graph.join(last, node);
    last = node;
  };
  const lost: string[] = [];
  const { pool, pooled, operator } = branch;
  if (pool[0] * pool[1] > 1)
    follow('a_pool', 'SumPool2d', { kernel_size: whole(...pool), stride: whole(...pool), padding: whole(0, 0) });
  const matrix = matrixOf(branch, bias, target);
  if (delay > 0) {
    const size = shapeSize(pooled);
    follow('b_delay', 'Delay', { delay: numbers(sidesOf(pooled), new Float64Array(size).fill(delay)) });
  }
  if (matrix === undefined && operator.kind === 'conv') {
    const { fields, losses } = convolution(operator, pooled, target, bias);
    lost.push(...losses);
    follow('d_weight', 'Conv2d', fields);
  } else if (matrix === undefined)
    follow('d_weight', 'Scale', { scale: numbers(sidesOf(pooled), scaleOf(branch, target)) });
  else {
    if (sidesOf(pooled).length > 1)
      follow('c_flatten', 'Flatten', {
        input_type: whole(...pooled),
        start_dim: wholeNumber(0),
        end_dim: wholeNumber(-1),
      });
    const [rows, columns] = [shapeSize(target), shapeSize(pooled)];
    const weight = numbers([rows, columns], matrix);
    const biases = bias === undefined ? undefined : numbers([rows], spread(bias, target));
    follow('d_weight', biases ? 'Affine' : 'Linear', { weight, ...(biases && { bias: biases }) });
    if (operator.kind !== 'dense')
      lost.push(
        `that ${prefix} is a list of ${operator.weight.length} weights: it becomes a whole matrix, and what it lacks is stored as zeros`,
      );
  }
  graph.join(last, to);
  return lost;
}

/** Of what Scale and Conv2d do not say; undefined where they do. */
function matrixOf(
  { operator, pooled }: Branch<Float64Array>,
  bias: Float64Array | undefined,
  target: Shape,
): Float64Array | undefined {
  const [rows, columns] = [shapeSize(target), shapeSize(pooled)];
  if (operator.kind === 'dense') return operator.weight;
  if (operator.kind === 'conv') return undefined;
  if (
    bias === undefined &&
    (operator.kind === 'diagonal' || (columns === rows && isOneToOne(operator.pre, operator.post, rows)))
  )
    return undefined;
  if (rows * columns > LARGEST_NETWORK)
    fail(
      'E0209',
      `a matrix of ${rows}×${columns} is more than ${LARGEST_NETWORK} weights: a list of weights does not go into NIR`,
    );
  const matrix = new Float64Array(rows * columns);
  if (operator.kind === 'diagonal')
    spread(operator.weight, target).forEach((weight, k) => {
      matrix[k * columns + k] = weight;
    });
  else
    operator.weight.forEach((weight, k) => {
      matrix[operator.post[k]! * columns + operator.pre[k]!]! += weight;
    });
  return matrix;
}

const isOneToOne = (pre: Uint32Array, post: Uint32Array, size: number): boolean =>
  pre.length === size && pre.every((each, k) => each === k && post[k] === k);

const scaleOf = ({ operator }: Branch<Float64Array>, target: Shape): Float64Array => spread(operator.weight, target);

/** NIR pads alike on both sides: where a convolution does not, its kernel gets zeros on the side that has less. */
function convolution(
  operator: ConvOperator<Float64Array>,
  pooled: Shape,
  target: Shape,
  bias: Float64Array | undefined,
): { readonly fields: NirFields; readonly losses: string[] } {
  const [channels] = target;
  const inputs = pooled[0] / operator.groups;
  const { weight, kernel, padding, isSame } = evenly(operator, channels * inputs);
  return {
    fields: {
      input_shape: whole(pooled[1], pooled[2]),
      weight: numbers([channels, inputs, ...kernel], weight),
      stride: whole(...operator.stride),
      padding: whole(...padding),
      dilation: whole(...operator.dilation),
      groups: wholeNumber(operator.groups),
      bias: numbers([channels], bias ?? new Float64Array(channels)),
    },
    losses: isSame
      ? []
      : [
          `the padding ${operator.padding.join(', ')}: NIR pads both sides alike, so zeros make the kernel ${kernel.join('×')}`,
        ],
  };
}

function evenly({ weight, kernel, padding, dilation }: ConvOperator<Float64Array>, planes: number) {
  const [top, left, bottom, right] = padding;
  const sides = [Math.max(top, bottom), Math.max(left, right)] as const;
  const before = [(sides[0] - top) / dilation[0], (sides[1] - left) / dilation[1]] as const;
  const after = [(sides[0] - bottom) / dilation[0], (sides[1] - right) / dilation[1]] as const;
  if (![...before, ...after].every(Number.isInteger))
    fail(
      'E0204',
      `a convolution has the padding ${padding.join(', ')} and the dilation ${dilation.join('×')}`,
      undefined,
      'NIR pads both sides alike: pad by multiples of the dilation',
    );
  const [rows, columns] = [kernel[0] + before[0] + after[0], kernel[1] + before[1] + after[1]];
  const extended = new Float64Array(planes * rows * columns);
  const area = kernel[0] * kernel[1];
  weight.forEach((value, k) => {
    const [plane, row, column] = [Math.floor(k / area), Math.floor((k % area) / kernel[1]), k % kernel[1]];
    extended[(plane * rows + row + before[0]) * columns + column + before[1]] = value;
  });
  return { weight: extended, kernel: [rows, columns], padding: sides, isSame: extended.length === weight.length };
}
