/** The mean over windows. */
import { z } from 'zod';
import { fail, shapeSize, type Shape } from '../../isa/index.ts';
import type { NodeBase, Padding, Pair } from '../ir/ann.ts';
import { isZero, perNeuron } from '../linear/bias.ts';
import { type ChannelParts, mapParts, requireImage } from '../linear/channel-parts.ts';
import {
  addPaddings,
  channelFactor,
  type Expression,
  isScaledView,
  NO_PADDING,
  type Term,
} from '../linear/expression.ts';
import { asPadding, asPair, common, netForm, padding, pair, placeOf } from './shared/net-form.ts';
import type { AnnOperator, BindStep, LayerForming } from './shared/operator.ts';
import { printPadding, words } from './shared/print.ts';
import { MOST_LISTED } from '../ir/listed.ts';
import { checkPadding, checkPair, countWindows, formatShape, misfit, type Named } from './shared/shapes.ts';

/** Under test runners, which run code in contexts of their own, a global is looked up anew at every use. */
const { max: largerOf, min: smallerOf } = Math;

export interface AveragePoolNode extends NodeBase {
  readonly op: 'averagePool';
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Whether padding counts into the divisor. */
  readonly countPadding: boolean;
}
type Draft = Omit<AveragePoolNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('averagePool'),
  kernel: pair,
  stride: pair.optional().describe('the kernel if absent'),
  padding: padding.optional(),
  countPadding: z.boolean().optional().describe('whether padding counts into the mean; false if absent'),
});

export const averagePool = {
  inputCount: [1, 1],
  infer,
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: true,
  evaluate: (node, [input]) => evaluate(node, input!),
  ofChannels: (node) => node,
  fold: (node, [parts], layers) =>
    mapParts(poolable(node, requireImage(parts!, node), layers), (e) => poolExpression(node, e)),
  print: (node) =>
    words(
      node.kernel.join('×'),
      `stride ${node.stride.join(',')}`,
      printPadding(node.padding),
      node.countPadding && 'padding counted',
    ),
  net: [
    netForm(schema, (layer, { name, inputs }): Draft => ({
      op: 'averagePool',
      name,
      inputs,
      kernel: asPair(layer.kernel),
      stride: asPair(layer.stride ?? layer.kernel),
      padding: asPadding(layer.padding ?? 0),
      countPadding: layer.countPadding ?? false,
    })),
    netForm(
      z.strictObject({ ...common, op: z.literal('globalAveragePool') }),
      (_, { name, inputs, input: [, height, width] }): Draft => ({
        op: 'averagePool',
        name,
        inputs,
        kernel: [height, width],
        stride: [height, width],
        padding: NO_PADDING,
        countPadding: false,
      }),
    ),
  ],
  write: (node) => ({
    op: 'averagePool',
    ...placeOf(node),
    kernel: [...node.kernel],
    stride: [...node.stride],
    padding: [...node.padding],
    countPadding: node.countPadding,
  }),
} satisfies AnnOperator<AveragePoolNode, z.infer<typeof schema>>;

function infer(node: Draft, inputs: readonly Shape[]): Shape {
  const [input] = inputs as [Shape];
  checkPair(node, 'kernel', node.kernel);
  checkPair(node, 'stride', node.stride);
  checkPadding(node, node.padding);
  const [top, left, bottom, right] = node.padding;
  // Else a window could lie in the padding wholly, and its mean would be 0/0.
  if (Math.max(top, bottom) >= node.kernel[0] || Math.max(left, right) >= node.kernel[1]) {
    misfit(
      node,
      `has the padding ${formatShape(node.padding)}, which must be smaller than its window ${formatShape(node.kernel)}`,
    );
  }
  const shape: Shape = [input[0], ...countWindows(node, input, node.kernel, { ...node, dilation: [1, 1] })];
  const isPadded = node.padding.some((p) => p !== 0);
  // What is neither is a sum over shared axons, whose weights are not listed.
  if (isPadded || !windowsTile({ ...node, shape })) {
    requireListable(node, input[0] * node.kernel[0] * node.kernel[1]);
    if (isPadded && !node.countPadding) requireListable(node, insideOf({ ...node, shape }, input));
  }
  return shape;
}

function evaluate(node: AveragePoolNode, input: Shape): BindStep {
  return ([x], y) =>
    () => {
      run(node, input, x!, y);
    };
}

/** Sum over the window in row order, divided by the number of elements that count. */
function run(node: AveragePoolNode, input: Shape, x: Float64Array, y: Float64Array): void {
  const [channels, rows, columns] = input;
  const [, outRows, outColumns] = node.shape;
  const [top, left] = node.padding;
  const window = node.kernel[0] * node.kernel[1];
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let outRow = 0; outRow < outRows; outRow++) {
      const rowStart = outRow * node.stride[0] - top;
      const firstRow = largerOf(rowStart, 0);
      const endRow = smallerOf(rowStart + node.kernel[0], rows);
      for (let outColumn = 0; outColumn < outColumns; outColumn++) {
        const columnStart = outColumn * node.stride[1] - left;
        const firstColumn = largerOf(columnStart, 0);
        const endColumn = smallerOf(columnStart + node.kernel[1], columns);
        let sum = 0;
        for (let row = firstRow; row < endRow; row++) {
          const base = (channel * rows + row) * columns;
          for (let column = firstColumn; column < endColumn; column++) sum += x[base + column]!;
        }
        const inside = (endRow - firstRow) * (endColumn - firstColumn);
        y[index++] = sum / (node.countPadding ? window : inside);
      }
    }
  }
}

/** Whether no two windows overlap, and none leaves elements between them: they have the kernel as stride, or there is but one. */
export const windowsTile = ({ kernel, stride, shape }: Omit<Windowed, 'padding'>): boolean =>
  (stride[0] === kernel[0] && stride[1] === kernel[1]) || (shape[1] === 1 && shape[2] === 1);

/** Pooling commutes with 1×1 convolutions, so only other operators need an activation before it. */
function poolable(node: AveragePoolNode, parts: ChannelParts, layers: LayerForming): ChannelParts {
  return parts.every(({ expression }) => expression.terms.every(commutes)) ? parts : layers.asViews(parts, node);
}

/** Whether averaging may be done before the term's operator as well as after it. */
const commutes = (term: Term): boolean =>
  isScaledView(term) ||
  (term.operator?.kind === 'conv' && term.operator.kernel.every((k) => k === 1) && term.pointwise);

/** Average pooling of terms that commute with it. */
function poolExpression(node: AveragePoolNode, e: Expression): Expression {
  const [channels] = e.shape;
  const shape: Shape = [channels, node.shape[1], node.shape[2]];
  const tiles = windowsTile(node);
  const terms = e.terms.map((term): Term => {
    const around = addPaddings(node.padding, term.padding);
    const isPadded = around.some((p) => p !== 0);
    // A second pooling is one with a larger window: what either leaves over lies beyond the last window.
    return !isPadded && tiles ? mergePool(node, term) : poolAsConvolution(node, term, around);
  });
  return {
    terms,
    shape,
    bias: poolBias(node, e),
    origin: e.origin === '' ? node.name : e.origin,
    node: undefined,
  };
}

function mergePool(node: AveragePoolNode, term: Term): Term {
  const pool: Pair = [term.pool[0] * node.kernel[0], term.pool[1] * node.kernel[1]];
  const pooled: Shape = [term.pooled[0], node.shape[1], node.shape[2]];
  const operator = term.operator;
  if (operator === undefined) return { ...term, pool, pooled };
  const factor = 1 / (node.kernel[0] * node.kernel[1]);
  return { ...term, pool, pooled, operator: { ...operator, weight: operator.weight.map((w) => w * factor) } };
}

/** Overlapping or padded windows: a convolution of each channel. */
function poolAsConvolution(node: AveragePoolNode, term: Term, around: Padding): Term {
  if (!isScaledView(term))
    fail('E0207', `${node.name} pools with overlap or padding after a linear operator`, { layer: node.name });
  // Where padding does not count, means at the border are of fewer elements: no one kernel has their weights.
  if (node.padding.some((p) => p !== 0) && !node.countPadding) return poolAsConnections(node, term);
  const taps = node.kernel[0] * node.kernel[1];
  const channels = term.pooled[0];
  const weight = Float64Array.from(
    { length: channels * taps },
    (_, k) => channelFactor(term, Math.floor(k / taps)) / taps,
  );
  const operator = {
    kind: 'conv' as const,
    weight,
    kernel: node.kernel,
    stride: node.stride,
    padding: around,
    dilation: [1, 1] as const,
    groups: channels,
  };
  return { ...term, padding: NO_PADDING, operator, pointwise: false, average: weight.every((w) => w >= 0) };
}

/** @throws DiagnosticError E0209 where the rewriting would list more connections or weights than it may, before it lists any */
function requireListable({ name }: Named, count: number): void {
  if (!(count <= MOST_LISTED))
    fail('E0209', `${name} pools with overlap or padding by ${count} weights; the limit is ${MOST_LISTED}`, {
      layer: name,
    });
}

/** Pairs of an element and a window that it is in; along each axis the windows are alike for all others. */
function insideOf({ kernel, stride, padding, shape }: Windowed, [channels, ...sizes]: Shape): number {
  const along = (axis: 0 | 1): number => {
    let sum = 0;
    for (let k = 0; k < shape[axis + 1]!; k++) {
      const start = k * stride[axis] - padding[axis];
      sum += Math.max(0, Math.min(start + kernel[axis], sizes[axis]) - Math.max(start, 0));
    }
    return sum;
  };
  return channels * along(0) * along(1);
}

type Windowed = Pick<AveragePoolNode, 'kernel' | 'stride' | 'padding' | 'shape'>;

/** Calls `visit` for every element inside every window of an image, with the number of those inside the same window. */
export function visitWindows(
  node: Windowed,
  [channels, rows, columns]: Shape,
  visit: (pre: number, post: number, inside: number) => void,
): void {
  const [, outRows, outColumns] = node.shape;
  for (let post = 0; post < channels * outRows * outColumns; post++) {
    const c = Math.floor(post / (outRows * outColumns));
    const top = (Math.floor(post / outColumns) % outRows) * node.stride[0] - node.padding[0];
    const left = (post % outColumns) * node.stride[1] - node.padding[1];
    const [firstRow, endRow] = [Math.max(top, 0), Math.min(top + node.kernel[0], rows)];
    const [firstColumn, endColumn] = [Math.max(left, 0), Math.min(left + node.kernel[1], columns)];
    const inside = (endRow - firstRow) * (endColumn - firstColumn);
    for (let y = firstRow; y < endRow; y++)
      for (let x = firstColumn; x < endColumn; x++) visit((c * rows + y) * columns + x, post, inside);
  }
}

function poolAsConnections(node: AveragePoolNode, term: Term): Term {
  if (term.padding.some((p) => p !== 0))
    fail(
      'E0204',
      `${node.name} pools a padded image with padding that does not count`,
      { layer: node.name },
      'pad once',
    );
  const [, rows, columns] = term.pooled;
  const [pre, post, weight]: [number[], number[], number[]] = [[], [], []];
  visitWindows(node, term.pooled, (from, to, inside) => {
    pre.push(from);
    post.push(to);
    weight.push(channelFactor(term, Math.floor(from / (rows * columns))) / inside);
  });
  const operator = {
    kind: 'sparse' as const,
    pre: Uint32Array.from(pre),
    post: Uint32Array.from(post),
    weight: Float64Array.from(weight),
  };
  return { ...term, operator, pointwise: false, average: weight.every((w) => w >= 0) };
}

/** The mean over each window, of which padding counts as zero or not at all. */
function poolBias(node: AveragePoolNode, e: Expression): Float64Array {
  if (isZero(e.bias)) return new Float64Array(e.shape[0]);
  if (e.bias.length === e.shape[0] && node.padding.every((p) => p === 0)) return e.bias;
  const input = perNeuron(e.bias, e.shape);
  requireListable(node, insideOf(node, e.shape));
  const bias = new Float64Array(shapeSize(node.shape));
  const whole = node.kernel[0] * node.kernel[1];
  visitWindows(node, e.shape, (pre, post, inside) => {
    bias[post]! += input[pre]! / (node.countPadding ? whole : inside);
  });
  return bias;
}
