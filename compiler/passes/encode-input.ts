/**
 * Chooses how image values become event payloads: signed 8 bit (or what the target's axon counters hold), with one step
 * for the whole tensor, over the values that the preprocessing can reach.
 */
import { signedRange, type InputEncoding, type Shape, type Target } from '../../isa/index.ts';

/** Largest payload magnitude of an input event. */
export const LARGEST_INPUT_PAYLOAD = 127;
const LARGEST_BYTE = 255;

export interface Preprocessing {
  readonly scale: number;
  /** One value, or one per channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A value per channel from one value for all, or from one per channel. */
export const perChannel = (values: readonly number[], channels: number): readonly number[] =>
  Array.from({ length: channels }, (_, c) => values[c] ?? values[0]!);

/**
 * @param floatRange lowest and highest value of float data seen in calibration; undefined for byte images, whose range
 *   follows from the preprocessing
 */
export function encodeInput(
  shape: Shape,
  preprocessing: Preprocessing,
  floatRange: readonly [min: number, max: number] | undefined,
  target: Target,
): InputEncoding {
  const mean = perChannel(preprocessing.mean, shape[0]);
  const std = perChannel(preprocessing.std, shape[0]);
  const ends = mean.flatMap((m, c) => [(0 - m) / std[c]!, (LARGEST_BYTE / preprocessing.scale - m) / std[c]!]);
  const [lowest, highest] = floatRange ?? [
    ends.reduce((a, b) => Math.min(a, b)),
    ends.reduce((a, b) => Math.max(a, b)),
  ];
  const low = Math.min(0, lowest);
  const high = Math.max(0, highest);
  const limit = Math.min(LARGEST_INPUT_PAYLOAD, signedRange(target.widths.payloadBits)[1]);
  const peak = Math.max(-low, high);
  const step = peak > 0 ? peak / limit : 1;
  return {
    shape,
    scale: preprocessing.scale,
    mean,
    std,
    step,
    payloadMin: Math.max(-limit, Math.floor(low / step + 0.5)),
    payloadMax: Math.min(limit, Math.floor(high / step + 0.5)),
  };
}
