/**
 * The arithmetic of the range proof (spec/isa.md): what one neuron's potential and current can reach over an inference,
 * whatever the events are. The compiler applies it to layers; range.ts sums the same parts from the bytes of a core.
 *
 * Every addition to V is bounded from below and above on its own; the lower bound is the start value plus all negative
 * parts, the upper bound the start value plus all positive parts. So every partial sum, in any order of the additions,
 * lies within the bounds too. A soft reset subtracts the threshold from V >= threshold >= 1, so it only moves V towards 0
 * from above: 0 is a possible start value, and nothing else changes. A reset to a value makes that value a start value.
 *
 * Numbers are doubles. They are exact below 2^53; beyond, sums of parts of one sign still grow monotonically, so that a
 * bound which leaves 53 bits can never seem to fit 32.
 */
import { signedRange } from './target-size.ts';

/** An interval, ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Bounds per neuron of a core. */
export interface BoundsArrays {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export interface NeuronBounds {
  readonly v: BoundsArrays;
  readonly i: BoundsArrays;
}

export const zeroBounds = (count: number): BoundsArrays => ({
  min: new Float64Array(count),
  max: new Float64Array(count),
});

/** Smallest width of a two's complement number that holds both ends; Infinity where an end is not finite. */
export function bitsNeeded(bounds: Bounds): number {
  const magnitude = Math.max(bounds.max, -bounds.min - 1, 0);
  if (!Number.isFinite(magnitude)) return Infinity;
  let bits = 1;
  while (2 ** (bits - 1) <= magnitude) bits++;
  return bits;
}

/** Whether both ends fit a two's complement number of `bits` bits. */
export function fitsSigned(bounds: Bounds, bits: number): boolean {
  const [min, max] = signedRange(bits);
  return bounds.min >= min && bounds.max <= max;
}

/**
 * What synapses of one neuron can add over an inference.
 *
 * @param positive sum of the positive weights
 * @param negative sum of the negative weights (<= 0)
 * @param payload range of one event's payload; contains 0
 * @param shift left shift of the weights
 * @param ticks number of ticks in which events can come
 */
export function synapticBounds(
  positive: number,
  negative: number,
  payload: Bounds,
  shift: number,
  ticks: number,
): Bounds {
  const scale = ticks * 2 ** shift;
  return {
    min: scale * (positive * payload.min + negative * payload.max),
    max: scale * (positive * payload.max + negative * payload.min),
  };
}

/** What one neuron's potential is made of during an inference. */
export interface PotentialTerms {
  /** V after RESET. */
  readonly initial: number;
  /** Effect of a spike: `none` for accumulators, otherwise the value that V can fall to (0 for a soft reset). */
  readonly resetTo: number | 'none';
  /** Sums over the branches into V, from {@link synapticBounds}. */
  readonly synaptic: Bounds;
  readonly bias: number;
  /** Ticks in which the bias is added. */
  readonly biasTicks: number;
  /** Bounds of I. */
  readonly current: Bounds;
  /** Ticks in which I is added. */
  readonly currentTicks: number;
}

/** Bounds of one neuron's potential over an inference. */
export function potentialBounds(terms: PotentialTerms): Bounds {
  const { initial, resetTo, synaptic, bias, biasTicks, current, currentTicks } = terms;
  const lowest = resetTo === 'none' ? initial : Math.min(initial, resetTo);
  const highest = resetTo === 'none' ? initial : Math.max(initial, resetTo);
  return {
    min: lowest + synaptic.min + biasTicks * Math.min(bias, 0) + currentTicks * Math.min(current.min, 0),
    max: highest + synaptic.max + biasTicks * Math.max(bias, 0) + currentTicks * Math.max(current.max, 0),
  };
}
