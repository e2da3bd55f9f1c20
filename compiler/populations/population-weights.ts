/** The weights of a population on their way to integers: in which units they come, and how finely each branch is stored. */
import { weightRange, type StoredBits } from '../../isa/index.ts';
import { INPUT } from '../ir/layers.ts';
import { forEachWeight } from '../linear/branch-weights.ts';
import type { Connection, Population } from '../ir/population.ts';

/** Up to here an exact binary fraction is looked for. */
const MOST_FRACTION_BITS = 24;

export interface ScaledWeights {
  /** Units of V for 1, per channel, where the finest branch is stored without a shift. */
  readonly base: Float64Array;
  /** Per connection: how many bits its weights are coarser than those of the finest one. */
  readonly coarser: readonly number[];
  /** Per connection: weights for a payload of 1. */
  readonly weights: readonly Float64Array[];
}

/** @param inputStep what a payload of 1 stands for */
export function scaleWeights(population: Population, inputStep: number, bits: StoredBits): ScaledWeights {
  const { connections, shape, scale } = population;
  const [channels] = shape;
  const [, most] = weightRange(bits);
  const weights = connections.map(({ source, operator }) =>
    source === INPUT ? operator.weight.map((weight) => weight * inputStep) : operator.weight,
  );
  if (typeof scale === 'number') {
    const coarser = weights.map((values) => leastShift(values, scale, bits));
    return { base: new Float64Array(channels).fill(scale), coarser, weights };
  }
  const exact = exactScale(weights, most);
  if (exact !== undefined) {
    const base = new Float64Array(channels).fill(2 ** exact.fraction);
    return { base, coarser: exact.coarser, weights };
  }
  const peaks = connections.map((connection, k) => peaksOf(connection, weights[k]!, shape));
  const largest = Float64Array.from({ length: channels }, (_, c) => Math.max(...peaks.map((peak) => peak[c]!)));
  if (scale === 'population') largest.fill(largest.reduce((a, b) => Math.max(a, b)));
  // Of a connection all of whose channels have smaller weights, the weights can be finer.
  const finer = peaks.map((peak) => {
    const ratios = Array.from(peak, (each, c) => (each === 0 ? Infinity : largest[c]! / each));
    const ratio = ratios.reduce((a, b) => Math.min(a, b), Infinity);
    return Number.isFinite(ratio) ? Math.floor(Math.log2(ratio)) : 0;
  });
  const finest = finer.reduce((a, b) => Math.max(a, b), 0);
  // Without any weight the potentials are as fine as one of the largest would make them for 1.
  const base = largest.map((peak) => (2 ** finest * most) / (peak === 0 ? 1 : peak));
  return { base, coarser: finer.map((each) => finest - each), weights };
}

/** Largest magnitude of a weight per channel of the population. */
function peaksOf(connection: Connection, weight: Float64Array, shape: Population['shape']): Float64Array {
  const peaks = new Float64Array(shape[0]);
  const operator = { ...connection.operator, weight };
  forEachWeight({ ...connection, operator }, shape, (_k, value, _source, channel) => {
    peaks[channel] = Math.max(peaks[channel]!, Math.abs(value));
  });
  return peaks;
}

/** By how many bits weights must be coarser than the units of V, so that all of them can be stored. */
function leastShift(weights: Float64Array, scale: number, bits: StoredBits): number {
  const [least, most] = weightRange(bits);
  const lowest = weights.reduce((a, b) => Math.min(a, b), 0) * scale;
  const highest = weights.reduce((a, b) => Math.max(a, b), 0) * scale;
  let shift = 0;
  while (Math.max(lowest / least, highest / most) > 2 ** shift) shift++;
  return shift;
}

/** Powers of two by which the weights of each connection become whole numbers that can be stored; undefined where there are none. */
function exactScale(
  weights: readonly Float64Array[],
  most: number,
): { readonly fraction: number; readonly coarser: readonly number[] } | undefined {
  const fractions: number[] = [];
  for (const weight of weights) {
    const fraction = exactFraction(weight, most);
    if (fraction === undefined) return undefined;
    fractions.push(fraction);
  }
  const finest = fractions.reduce((a, b) => Math.max(a, b), 0);
  return { fraction: finest, coarser: fractions.map((fraction) => finest - fraction) };
}

/** The fewest fractional bits with which all numbers are whole and fit; undefined where there are none. */
function exactFraction(numbers: Float64Array, most: number): number | undefined {
  const peak = numbers.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  for (let fraction = 0; fraction <= MOST_FRACTION_BITS; fraction++) {
    const factor = 2 ** fraction;
    if (peak * factor > most) return undefined;
    if (numbers.every((value) => Number.isInteger(value * factor))) return fraction;
  }
  return undefined;
}
