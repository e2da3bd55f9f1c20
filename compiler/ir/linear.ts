/**
 * Linear expressions over layers: Σ operator(pool(source)) + bias. The algebra that form-layers computes with.
 */
import { shapeSize, fail, type Shape } from '../../isa/index.ts';
import type {
  AffineNode,
  AveragePoolNode,
  ConvNode,
  DenseNode,
  FlattenNode,
  PadNode,
  Padding,
  Pair,
  SparseNode,
} from './ann.ts';
import type { LayerIndex, Operator } from './layers.ts';

export interface Term {
  readonly source: LayerIndex;
  /** Windows that are summed before the operator. */
  readonly pool: Pair;
  readonly pooled: Shape;
  /** Zero padding between pool and operator, waiting for the operator that takes it. */
  readonly padding: Padding;
  /** Absent: the average over the pooling window itself. */
  readonly operator?: Operator<Float64Array>;
  /** The operator is a 1×1 convolution with stride 1 and no padding. */
  readonly pointwise: boolean;
  /** The operator is an average with non-negative weights. */
  readonly average: boolean;
}

export interface Expression {
  readonly terms: readonly Term[];
  /** Shape before flattening. */
  readonly shape: Shape;
  /** Per channel, or per neuron (NCHW) where its length is the size of the shape. */
  readonly bias: Float64Array;
  /** Axis order of a flattening that followed. */
  readonly flattened: readonly [number, number, number] | undefined;
  /** The last operator with weights or windows, for names and messages; '' for a plain view. */
  readonly origin: string;
}

const NO_PADDING: Padding = [0, 0, 0, 0];

/** A layer (or the input) as it is. */
export function viewOf(source: LayerIndex, shape: Shape): Expression {
  const term: Term = {
    source,
    pool: [1, 1],
    pooled: shape,
    padding: NO_PADDING,
    pointwise: false,
    average: false,
  };
  return { terms: [term], shape, bias: new Float64Array(shape[0]), flattened: undefined, origin: '' };
}

/**
 * Whether a further linear operator can be applied: `none` = the terms are plain views; `layer` = the expression is an
 * average of non-negative activations, so that a spiking layer of its own computes it; `impossible` otherwise.
 */
export function materialiseReason(
  expression: Expression,
  nonNegative: (source: LayerIndex) => boolean,
): 'none' | 'layer' | 'impossible' {
  const noBias = expression.bias.every((b) => b === 0);
  if (noBias && expression.terms.every((term) => term.operator === undefined)) return 'none';
  const averages = expression.terms.every(
    (term) => (term.operator === undefined || term.average) && nonNegative(term.source),
  );
  return noBias && averages ? 'layer' : 'impossible';
}

/** Sum of two expressions. */
export function addExpressions(a: Expression, b: Expression, name: string): Expression {
  const sameOrder = String(a.flattened) === String(b.flattened);
  if (String(a.shape) !== String(b.shape) || (!sameOrder && shapeSize(a.shape) !== a.shape[0]))
    fail('E0205', `${name} adds ${a.shape.join('×')} and ${b.shape.join('×')}`, { layer: name });
  const bias = new Float64Array(Math.max(a.bias.length, b.bias.length));
  const area = shapeSize(a.shape) / a.shape[0];
  const spread = (e: Expression, k: number) =>
    e.bias.length === bias.length ? e.bias[k]! : e.bias[Math.floor(k / area)]!;
  for (let k = 0; k < bias.length; k++) bias[k] = spread(a, k) + spread(b, k);
  return {
    terms: [...a.terms, ...b.terms],
    shape: a.shape,
    bias,
    flattened: a.flattened,
    origin: a.origin === '' ? b.origin : a.origin,
  };
}

const poolFactor = (term: Term): number => 1 / (term.pool[0] * term.pool[1]);

/** Convolution of an expression whose terms are plain views. */
export function applyConv(e: Expression, node: ConvNode): Expression {
  const [out, , kernelRows, kernelColumns] = node.weight.shape as [number, number, number, number];
  const terms = e.terms.map((term): Term => {
    const factor = poolFactor(term);
    const padding = node.padding.map((p, k) => p + term.padding[k]!) as unknown as Padding;
    const weight = Float64Array.from(node.weight.data, (w) => w * factor);
    const pointwise =
      kernelRows * kernelColumns === 1 && node.stride.every((s) => s === 1) && padding.every((p) => p === 0);
    const { stride, dilation, groups } = node;
    const kernel: Pair = [kernelRows, kernelColumns];
    return {
      ...term,
      padding: NO_PADDING,
      operator: { kind: 'conv', weight, kernel, stride, padding, dilation, groups },
      pointwise,
      average: false,
    };
  });
  return { terms, shape: node.shape, bias: biasOf(node, out), flattened: undefined, origin: node.name };
}

function biasOf(node: ConvNode | DenseNode, out: number): Float64Array {
  return node.bias === undefined ? new Float64Array(out) : Float64Array.from(node.bias.data);
}

/** For every position of the flattened vector: the NCHW index that it shows. */
function flattenOrder(shape: Shape, order: readonly [number, number, number]): Uint32Array {
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [a, b, c] = order;
  const index = new Uint32Array(shapeSize(shape));
  let k = 0;
  for (let i = 0; i < shape[a]!; i++)
    for (let j = 0; j < shape[b]!; j++)
      for (let l = 0; l < shape[c]!; l++) index[k++] = i * strides[a]! + j * strides[b]! + l * strides[c]!;
  return index;
}

/** Matrix product with a (flattened) expression whose terms are plain views. */
export function applyDense(e: Expression, node: DenseNode): Expression {
  const [out, columns] = node.weight.shape as [number, number];
  const order = flattenOrder(e.shape, e.flattened ?? [0, 1, 2]);
  const terms = e.terms.map((term): Term => {
    const factor = poolFactor(term);
    const weight = new Float64Array(out * columns);
    for (let row = 0; row < out; row++)
      for (let k = 0; k < columns; k++)
        weight[row * columns + order[k]!] = node.weight.data[row * columns + k]! * factor;
    return { ...term, operator: { kind: 'dense', weight }, pointwise: false, average: false };
  });
  return { terms, shape: node.shape, bias: biasOf(node, out), flattened: undefined, origin: node.name };
}

/** Single connections from an expression whose terms are plain views; connections of one pair are added up. */
export function applySparse(e: Expression, node: SparseNode): Expression {
  const order = flattenOrder(e.shape, e.flattened ?? [0, 1, 2]);
  const size = shapeSize(node.shape);
  const terms = e.terms.map((term): Term => {
    const factor = poolFactor(term);
    const sorted = Uint32Array.from(node.post.keys()).sort(
      (a, b) => node.post[a]! - node.post[b]! || order[node.pre[a]!]! - order[node.pre[b]!]! || a - b,
    );
    const pre: number[] = [];
    const post: number[] = [];
    const weight: number[] = [];
    for (const k of sorted) {
      const from = order[node.pre[k]!]!;
      const to = node.post[k]!;
      if (pre.at(-1) === from && post.at(-1) === to) weight[weight.length - 1]! += node.weight[k]! * factor;
      else {
        pre.push(from);
        post.push(to);
        weight.push(node.weight[k]! * factor);
      }
    }
    const operator = {
      kind: 'sparse' as const,
      pre: Uint32Array.from(pre),
      post: Uint32Array.from(post),
      weight: Float64Array.from(weight),
    };
    return { ...term, operator, pointwise: false, average: false };
  });
  const bias = node.bias === undefined ? new Float64Array(size) : Float64Array.from(node.bias.data);
  return { terms, shape: node.shape, bias, flattened: undefined, origin: node.name };
}

/** y = scale[c]·x + shift[c]. */
export function scaleExpression(e: Expression, node: AffineNode): Expression {
  const [channels] = e.shape;
  if (node.scale.length !== channels)
    fail(
      'E0207',
      `${node.name} scales ${node.scale.length} features of a flattened ${e.shape.join('×')} layer`,
      { layer: node.name },
      'normalise before the flattening, per channel',
    );
  const area = shapeSize(e.shape) / channels;
  const bias = Float64Array.from(e.bias, (b, k) => {
    const c = e.bias.length === channels ? k : Math.floor(k / area);
    return b * node.scale[c]! + node.shift[c]!;
  });
  const terms = e.terms.map((term): Term => {
    if (term.padding.some((p) => p !== 0)) fail('E0204', `${node.name} follows a padding`, { layer: node.name });
    const operator = scaleOperator(term, node.scale, area);
    return { ...term, operator, average: false };
  });
  return { ...e, terms, bias, origin: e.origin === '' ? node.name : e.origin };
}

function scaleOperator(term: Term, scale: Float32Array, area: number): Operator<Float64Array> {
  const operator = term.operator;
  if (operator === undefined)
    return { kind: 'diagonal', weight: Float64Array.from(scale, (s) => s * poolFactor(term)) };
  if (operator.kind === 'sparse') {
    const weight = operator.weight.map((w, k) => w * scale[Math.floor(operator.post[k]! / area)]!);
    return { ...operator, weight };
  }
  const perChannel = operator.weight.length / scale.length;
  return { ...operator, weight: operator.weight.map((w, k) => w * scale[Math.floor(k / perChannel)]!) };
}

/** Zero padding, kept until a convolution or pooling takes it. */
export function padExpression(e: Expression, node: PadNode): Expression {
  const terms = e.terms.map((term) => ({
    ...term,
    padding: node.padding.map((p, k) => p + term.padding[k]!) as unknown as Padding,
  }));
  return { ...e, terms, shape: node.shape };
}

/** Average pooling. Terms are views, or operators that commute with pooling (the caller sees to it). */
export function poolExpression(e: Expression, node: AveragePoolNode): Expression {
  const [kernelRows, kernelColumns] = node.kernel;
  const terms = e.terms.map((term): Term => {
    const padding = node.padding.map((p, k) => p + term.padding[k]!) as unknown as Padding;
    const padded = padding.some((p) => p !== 0);
    const tiles = node.stride[0] === kernelRows && node.stride[1] === kernelColumns;
    // A second pooling is one with a larger window: what either leaves over lies beyond the last window.
    if (!padded && (tiles || (node.shape[1] === 1 && node.shape[2] === 1))) return mergePool(term, node);
    if (term.operator !== undefined)
      fail('E0207', `${node.name} pools with overlap or padding after a linear operator`, { layer: node.name });
    if (padded && !node.countPadding)
      fail(
        'E0204',
        `${node.name} pools with padding that does not count`,
        { layer: node.name },
        'use count_include_pad=1',
      );
    const weight = new Float64Array(e.shape[0] * kernelRows * kernelColumns);
    weight.fill(poolFactor(term) / (kernelRows * kernelColumns));
    const operator = {
      kind: 'conv' as const,
      weight,
      kernel: node.kernel,
      stride: node.stride,
      padding,
      dilation: [1, 1] as const,
      groups: e.shape[0],
    };
    return { ...term, padding: NO_PADDING, operator, pointwise: false, average: true };
  });
  return { ...e, terms, shape: node.shape, bias: e.bias, origin: e.origin === '' ? node.name : e.origin };
}

function mergePool(term: Term, node: AveragePoolNode): Term {
  const pool: Pair = [term.pool[0] * node.kernel[0], term.pool[1] * node.kernel[1]];
  const pooled: Shape = [term.pooled[0], node.shape[1], node.shape[2]];
  const operator = term.operator;
  if (operator === undefined) return { ...term, pool, pooled };
  const factor = 1 / (node.kernel[0] * node.kernel[1]);
  return { ...term, pool, pooled, operator: { ...operator, weight: operator.weight.map((w) => w * factor) } };
}

/** Renames indices; nothing is computed. */
export function flattenExpression(e: Expression, node: FlattenNode): Expression {
  if (e.flattened !== undefined) return e;
  return { ...e, flattened: node.order };
}
