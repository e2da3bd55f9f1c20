/** What the passes need to know about the weights of a branch, whatever the kind of its operator. */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { Branch, Operator } from '../ir/layers.ts';

interface Numbers {
  readonly length: number;
  readonly [index: number]: number;
}

/**
 * Calls `visit` for every run of stored weights [from, to) that feed the same unit: a neuron (NCHW) for sparse operators and
 * dense ones, a channel for the others; with the channel of the layer. For what is done to every weight and does not ask what
 * it listens to: a call for each would cost more than that.
 */
export function forEachRun<W extends Numbers>(
  { operator, pooled }: Branch<W>,
  shape: Shape,
  visit: (from: number, to: number, unit: number, channel: number) => void,
): void {
  const { length } = operator.weight;
  const area = shape[1] * shape[2];
  switch (operator.kind) {
    case 'conv': {
      const run = operator.kernel[0] * operator.kernel[1] * (pooled[0] / operator.groups);
      for (let from = 0, unit = 0; from < length; from += run, unit++) visit(from, from + run, unit, unit);
      return;
    }
    case 'dense': {
      const run = shapeSize(pooled);
      for (let from = 0, unit = 0; from < length; from += run, unit++)
        visit(from, from + run, unit, Math.floor(unit / area));
      return;
    }
    case 'sparse':
      for (let k = 0; k < length; k++) visit(k, k + 1, operator.post[k]!, Math.floor(operator.post[k]! / area));
      return;
    case 'diagonal':
      for (let k = 0; k < length; k++) visit(k, k + 1, k, k);
  }
}

/**
 * Calls `visit` for every stored weight with the channel of the (pooled) source that it listens to and the channel of
 * the layer that it feeds.
 */
export function forEachWeight<W extends Numbers>(
  branch: Branch<W>,
  shape: Shape,
  visit: (position: number, weight: number, sourceChannel: number, channel: number) => void,
): void {
  const { operator, pooled } = branch;
  const { weight } = operator;
  const sourceArea = pooled[1] * pooled[2];
  switch (operator.kind) {
    case 'conv': {
      const taps = operator.kernel[0] * operator.kernel[1];
      const inGroup = pooled[0] / operator.groups;
      const outGroup = shape[0] / operator.groups;
      forEachRun(branch, shape, (from, to, _unit, channel) => {
        const first = Math.floor(channel / outGroup) * inGroup;
        for (let k = from; k < to; k++) visit(k, weight[k]!, first + Math.floor((k - from) / taps), channel);
      });
      return;
    }
    case 'dense':
      forEachRun(branch, shape, (from, to, _unit, channel) => {
        for (let k = from; k < to; k++) visit(k, weight[k]!, Math.floor((k - from) / sourceArea), channel);
      });
      return;
    case 'sparse':
      forEachRun(branch, shape, (k, _to, _unit, channel) => {
        visit(k, weight[k]!, Math.floor(operator.pre[k]! / sourceArea), channel);
      });
      return;
    case 'diagonal':
      forEachRun(branch, shape, (k) => {
        visit(k, weight[k]!, k, k);
      });
  }
}

/** Sums of the positive and of the negative weights that reach one neuron. */
export interface WeightSums {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** Per neuron (NCHW) for sparse operators and dense ones, per channel (the full kernel) for the others. */
export function weightSums<W extends Numbers>(branch: Branch<W>, shape: Shape): WeightSums {
  const { kind, weight } = branch.operator;
  const perNeuron = kind === 'sparse' || kind === 'dense';
  const length = perNeuron ? shapeSize(shape) : shape[0];
  const positive = new Float64Array(length);
  const negative = new Float64Array(length);
  forEachRun(branch, shape, (from, to, unit) => {
    let [above, below] = [positive[unit]!, negative[unit]!];
    for (let k = from; k < to; k++)
      if (weight[k]! > 0) above += weight[k]!;
      else below += weight[k]!;
    positive[unit] = above;
    negative[unit] = below;
  });
  return { positive, negative };
}

/** The same operator with other weights. */
export function withWeight<A, B>(operator: Operator<A>, weight: B): Operator<B> {
  return { ...operator, weight };
}
