/**
 * Linear expressions over layers: Σ operator(pool(source)) + bias. The algebra that form-layers computes with.
 */
import { shapeSize, fail, type Shape } from '../../isa/index.ts';
import type { AveragePoolNode, ConvNode, PadNode, Padding, Pair } from '../ir/ann.ts';
import type { LayerIndex, Operator } from '../ir/layers.ts';
import { convolveBias, isZero, padBias, poolBias } from './linear-bias.ts';

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
  readonly shape: Shape;
  /** Per channel, or per neuron (NCHW) where its length is the size of the shape. */
  readonly bias: Float64Array;
  /** The last operator with weights or windows, for names and messages; '' for a plain view. */
  readonly origin: string;
  /** The node of the operator graph that computes just this, where there is one. */
  readonly node: string | undefined;
}

export const NO_PADDING: Padding = [0, 0, 0, 0];

/** A layer (or the input) as it is. */
export function viewOf(source: LayerIndex, shape: Shape, node: string): Expression {
  const term: Term = {
    source,
    pool: [1, 1],
    pooled: shape,
    padding: NO_PADDING,
    pointwise: false,
    average: false,
  };
  return { terms: [term], shape, bias: new Float64Array(shape[0]), origin: '', node };
}

/** Whether nothing but a factor per channel lies between the source and the term, so that any operator can take it. */
export const isScaledView = (term: Term): boolean => term.operator === undefined || term.operator.kind === 'diagonal';

/**
 * Whether a further linear operator can be applied: `none` = the terms are views of layers, scaled per channel at most;
 * `layer` = the expression is an average of non-negative activations, so that a spiking layer of its own computes it;
 * `impossible` otherwise.
 */
export function materialiseReason(
  expression: Expression,
  nonNegative: (source: LayerIndex) => boolean,
): 'none' | 'layer' | 'impossible' {
  if (expression.terms.every(isScaledView)) return 'none';
  const averages = expression.terms.every(
    (term) => (term.operator === undefined || term.average) && nonNegative(term.source),
  );
  return isZero(expression.bias) && averages ? 'layer' : 'impossible';
}

/** The factor by which channel `c` of the summed source enters a term that is a scaled view. */
export function channelFactor(term: Term, c: number): number {
  return term.operator?.kind === 'diagonal' ? term.operator.weight[c]! : 1 / (term.pool[0] * term.pool[1]);
}

/** Convolution of an expression whose terms are scaled views; the bias of the node itself is not added. */
export function applyConv(e: Expression, node: ConvNode): Expression {
  const [out, inGroup, kernelRows, kernelColumns] = node.weight.shape as [number, number, number, number];
  const taps = kernelRows * kernelColumns;
  const outGroup = out / node.groups;
  const terms = e.terms.map((term): Term => {
    const padding = sumOf(node.padding, term.padding);
    const weight = Float64Array.from(node.weight.data, (w, k) => {
      const group = Math.floor(k / (taps * inGroup * outGroup));
      return w * channelFactor(term, group * inGroup + (Math.floor(k / taps) % inGroup));
    });
    const pointwise = taps === 1 && node.stride.every((s) => s === 1) && padding.every((p) => p === 0);
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
  return { terms, shape: node.shape, bias: convolveBias(e, node), origin: node.name, node: undefined };
}

const sumOf = (a: Padding, b: Padding): Padding => a.map((p, k) => p + b[k]!) as unknown as Padding;

/**
 * Matrix product of an expression whose terms are scaled views.
 *
 * @param matrix `rows` × `columns`, flat
 * @param positions per element of the expression (NCHW): the column that it meets
 */
export function applyDense(
  e: Expression,
  node: { readonly name: string; readonly shape: Shape },
  matrix: Float32Array,
  positions: Uint32Array,
): Expression {
  const [rows] = node.shape;
  const columns = matrix.length / rows;
  const area = e.shape[1] * e.shape[2];
  const terms = e.terms.map((term): Term => {
    const weight = new Float64Array(rows * positions.length);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < positions.length; k++)
        weight[row * positions.length + k] =
          matrix[row * columns + positions[k]!]! * channelFactor(term, Math.floor(k / area));
    return { ...term, operator: { kind: 'dense', weight }, pointwise: false, average: false };
  });
  const bias = new Float64Array(rows);
  if (!isZero(e.bias)) {
    const perChannel = e.bias.length === e.shape[0];
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < positions.length; k++)
        bias[row]! += matrix[row * columns + positions[k]!]! * e.bias[perChannel ? Math.floor(k / area) : k]!;
  }
  return { terms, shape: node.shape, bias, origin: node.name, node: undefined };
}

/** Single connections in the indices of the expression (NCHW), sorted by post, then pre; no pair twice. */
export interface Connections {
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: Float64Array;
}

/** Single connections from an expression whose terms are scaled views. */
export function applySparse(
  e: Expression,
  node: { readonly name: string; readonly shape: Shape },
  { pre, post, weight }: Connections,
): Expression {
  const area = e.shape[1] * e.shape[2];
  const terms = e.terms.map((term): Term => {
    const scaled = weight.map((w, k) => w * channelFactor(term, Math.floor(pre[k]! / area)));
    return { ...term, operator: { kind: 'sparse', pre, post, weight: scaled }, pointwise: false, average: false };
  });
  const bias = new Float64Array(shapeSize(node.shape));
  const perChannel = e.bias.length === e.shape[0];
  for (let k = 0; k < weight.length; k++)
    bias[post[k]!]! += weight[k]! * e.bias[perChannel ? Math.floor(pre[k]! / area) : pre[k]!]!;
  return { terms, shape: node.shape, bias, origin: node.name, node: undefined };
}

/** y = scale[c]·x + shift[c]. */
export function scaleExpression(e: Expression, scale: Float32Array, shift: Float32Array, name: string): Expression {
  const area = shapeSize(e.shape) / e.shape[0];
  const bias = Float64Array.from(e.bias, (b, k) => {
    const c = e.bias.length === e.shape[0] ? k : Math.floor(k / area);
    return b * scale[c]! + shift[c]!;
  });
  const terms = e.terms.map((term): Term => {
    if (term.padding.some((p) => p !== 0)) fail('E0204', `${name} follows a padding`, { layer: name });
    return { ...term, operator: scaleOperator(term, scale, area), average: false };
  });
  return { ...e, terms, bias, origin: e.origin === '' ? name : e.origin, node: undefined };
}

function scaleOperator(term: Term, scale: Float32Array, area: number): Operator<Float64Array> {
  const operator = term.operator;
  if (operator === undefined)
    return { kind: 'diagonal', weight: Float64Array.from(scale, (s) => s * channelFactor(term, 0)) };
  if (operator.kind === 'sparse') {
    const weight = operator.weight.map((w, k) => w * scale[Math.floor(operator.post[k]! / area)]!);
    return { ...operator, weight };
  }
  const perChannel = operator.weight.length / scale.length;
  return { ...operator, weight: operator.weight.map((w, k) => w * scale[Math.floor(k / perChannel)]!) };
}

/** Zero padding, kept until a convolution or pooling takes it. */
export function padExpression(e: Expression, node: PadNode): Expression {
  const terms = e.terms.map((term) => ({ ...term, padding: sumOf(node.padding, term.padding) }));
  const [top, left, bottom, right] = node.padding;
  const shape: Shape = [e.shape[0], top + e.shape[1] + bottom, left + e.shape[2] + right];
  return { ...e, terms, shape, bias: padBias(e, node.padding, shape), node: undefined };
}

/** Whether averaging may be done before the term's operator as well as after it. */
export const commutesWithPooling = (term: Term): boolean =>
  isScaledView(term) ||
  (term.operator?.kind === 'conv' && term.operator.kernel.every((k) => k === 1) && term.pointwise);

/** Average pooling of terms that commute with it (the caller sees to it). */
export function poolExpression(e: Expression, node: AveragePoolNode): Expression {
  const [kernelRows, kernelColumns] = node.kernel;
  const taps = kernelRows * kernelColumns;
  const [channels] = e.shape;
  const shape: Shape = [channels, node.shape[1], node.shape[2]];
  const terms = e.terms.map((term): Term => {
    const padding = sumOf(node.padding, term.padding);
    const padded = padding.some((p) => p !== 0);
    const tiles = node.stride[0] === kernelRows && node.stride[1] === kernelColumns;
    // A second pooling is one with a larger window: what either leaves over lies beyond the last window.
    if (!padded && (tiles || (shape[1] === 1 && shape[2] === 1))) return mergePool(term, node);
    if (!isScaledView(term))
      fail('E0207', `${node.name} pools with overlap or padding after a linear operator`, { layer: node.name });
    if (node.padding.some((p) => p !== 0) && !node.countPadding)
      fail(
        'E0204',
        `${node.name} pools with padding that does not count`,
        { layer: node.name },
        'use count_include_pad=1',
      );
    const weight = Float64Array.from(
      { length: channels * taps },
      (_, k) => channelFactor(term, Math.floor(k / taps)) / taps,
    );
    const operator = {
      kind: 'conv' as const,
      weight,
      kernel: node.kernel,
      stride: node.stride,
      padding,
      dilation: [1, 1] as const,
      groups: channels,
    };
    const average = weight.every((w) => w >= 0);
    return { ...term, padding: NO_PADDING, operator, pointwise: false, average };
  });
  return {
    terms,
    shape,
    bias: poolBias(e, node),
    origin: e.origin === '' ? node.name : e.origin,
    node: undefined,
  };
}

function mergePool(term: Term, node: AveragePoolNode): Term {
  const pool: Pair = [term.pool[0] * node.kernel[0], term.pool[1] * node.kernel[1]];
  const pooled: Shape = [term.pooled[0], node.shape[1], node.shape[2]];
  const operator = term.operator;
  if (operator === undefined) return { ...term, pool, pooled };
  const factor = 1 / (node.kernel[0] * node.kernel[1]);
  return { ...term, pool, pooled, operator: { ...operator, weight: operator.weight.map((w) => w * factor) } };
}
