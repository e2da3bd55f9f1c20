/**
 * Linear expressions over layers: Σ operator(pool(source)) + bias. What lies between two activations is folded into them.
 */
import type { Shape } from '../../isa/index.ts';
import type { Padding, Pair } from '../ir/ann.ts';
import type { LayerIndex, Operator } from '../ir/layers.ts';
import { addBiases, isZero } from './bias.ts';

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

/** The borders of two paddings, one around the other. */
export const addPaddings = (a: Padding, b: Padding): Padding => a.map((p, k) => p + b[k]!) as unknown as Padding;

/** The expression with a bias of an operator on top. */
export function withBias(e: Expression, bias: Float32Array | undefined): Expression {
  return bias === undefined ? e : { ...e, bias: addBiases(e.bias, Float64Array.from(bias), e.shape) };
}
