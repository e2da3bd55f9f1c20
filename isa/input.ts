/** From an image to the payloads of the input events. Used by the compiler, the emulator's callers and the oracle alike. */
import type { Chip, InputMap } from './chip.ts';

/** Elements of one sample: of every tick in which input comes. */
export const inputSize = ({ shape: [channels, height, width], ticks = 1 }: Pick<InputMap, 'shape' | 'ticks'>): number =>
  channels * height * width * ticks;

type Steps = Pick<Chip, 'layers' | 'input'>;

/** Ticks of the last step of input behind which the tick counter can pass over some: the last layer has one tick left at least. */
const ticksBefore = ({ layers, input: { stepTicks = 1 } }: Steps): number =>
  Math.min(stepTicks, layers.at(-1)?.depth ?? 0);

/** Fewest steps of input with which an inference may end before it has had all of them: every layer has begun by then. */
export function leastSteps(chip: Steps): number {
  const { ticks = 1, stepTicks = 1 } = chip.input;
  const deepest = Math.max(0, ...chip.layers.map(({ depth }) => depth));
  return Math.min(ticks, 2 + Math.floor((deepest - ticksBefore(chip)) / stepTicks));
}

/** Ticks from `from` to the one before `to` that an inference passes over. */
export interface PassedOver {
  readonly from: number;
  readonly to: number;
}

/**
 * What an inference passes over that ends with so many steps of input, at least `leastSteps`: as many ticks as make all layers do so
 * many steps, and the last tick come behind the last one of them.
 */
export function passedOver(chip: Steps, steps: number): PassedOver | undefined {
  const { ticks = 1, stepTicks = 1 } = chip.input;
  if (steps === ticks) return undefined;
  const from = (steps - 1) * stepTicks + ticksBefore(chip);
  return { from, to: from + (ticks - steps) * stepTicks };
}

/** The part of an input map that decides payloads. */
export type InputEncoding = Pick<
  InputMap,
  'shape' | 'scale' | 'mean' | 'std' | 'step' | 'channelSteps' | 'payloadMin' | 'payloadMax'
>;

/** The step of every channel. */
export const stepsOf = ({ shape, step, channelSteps }: Pick<InputEncoding, 'shape' | 'step' | 'channelSteps'>) =>
  Float64Array.from({ length: shape[0] }, (_, c) => channelSteps?.[c] ?? step);

/**
 * x' = (byte / scale - mean[c]) / std[c] for byte images, unchanged for float data.
 *
 * @param values NCHW, channels * height * width; of several ticks one after the other
 * @param out of the same length, if the caller has one; else a new one is made
 * @returns out
 */
export function preprocess(
  values: Uint8Array | Float32Array,
  encoding: Pick<InputEncoding, 'shape' | 'scale' | 'mean' | 'std'>,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  if (values instanceof Float32Array) {
    out.set(values);
    return out;
  }
  const [channels, height, width] = encoding.shape;
  const area = height * width;
  for (let i = 0; i < values.length; i++) {
    const c = Math.floor(i / area) % channels;
    out[i] = (values[i]! / encoding.scale - (encoding.mean[c] ?? 0)) / (encoding.std[c] ?? 1);
  }
  return out;
}

/**
 * Payload of every input element: round half up of x' / step of its channel, limited to the proven range.
 *
 * @param x preprocessed values, NCHW; of several ticks one after the other
 * @param payloads of the same length, if the caller has one; else a new one is made
 * @returns payloads
 */
export function quantiseInput(
  x: Float64Array,
  encoding: Pick<InputEncoding, 'shape' | 'step' | 'channelSteps' | 'payloadMin' | 'payloadMax'>,
  payloads: Int16Array = new Int16Array(x.length),
): Int16Array {
  const { shape, step, channelSteps, payloadMin, payloadMax } = encoding;
  const area = shape[1] * shape[2];
  for (let from = 0, c = 0; from < x.length; from += area, c = (c + 1) % shape[0]) {
    const unit = channelSteps?.[c] ?? step;
    for (let i = from; i < from + area; i++) {
      const q = Math.floor(x[i]! / unit + 0.5);
      payloads[i] = Math.min(payloadMax, Math.max(payloadMin, q));
    }
  }
  return payloads;
}

/** One sample of a data set, as the readers of bin/data deliver it. */
export interface Sample {
  /** Position in the data set. */
  readonly index: number;
  /** Shape without the batch dimension, as stored: [28, 28], [3, 32, 32], [784] and so on. */
  readonly shape: readonly number[];
  /** In the order of `shape`, channels first. Bytes are preprocessed, floats are taken as they are. */
  readonly values: Uint8Array | Float32Array;
  readonly label?: number;
  /** What each output should be, NCHW. */
  readonly target?: Float32Array;
  /** Steps with which the inference of it ends, of those that `values` has; absent: all. */
  readonly steps?: number;
}
