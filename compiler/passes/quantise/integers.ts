/** From float values of neurons to whole numbers. */
import type { LayerNeurons } from '../../ir/neurons.ts';
import { mapParameters, valueOf } from '../../layer-neurons.ts';

export const SMALLEST_THRESHOLD = 2;

/** Where a layer integrates first, the bias of all ticks can be there from the start. */
export function biasAtStart(
  neurons: LayerNeurons<Float64Array>,
  channels: number,
  window: number,
): LayerNeurons<Float64Array> {
  const bias = valueOf(neurons, 'bias')!;
  return mapParameters(neurons, (values, { role }) => {
    if (role === 'bias') return new Float64Array(channels);
    if (role !== 'initial') return values;
    const length = Math.max(values.length, bias.length);
    const of = (all: Float64Array, k: number): number => all[Math.floor((k * all.length) / length)]!;
    return Float64Array.from({ length }, (_, k) => of(values, k) + window * of(bias, k));
  });
}

/** Ties round up, also below zero. */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/** The largest even number not above the value, and at least the smallest threshold. */
export const evenThreshold = (value: number): number => Math.max(SMALLEST_THRESHOLD, 2 * Math.floor(value / 2));

/** A bias beyond 32 bit cannot pass the range proof; the limit keeps the arithmetic whole until that says so. */
export const clampInt32 = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
