/**
 * Chooses how image values become event payloads: signed 8 bit (or what the target's axon counters hold). Bytes get one step
 * for the whole tensor, over the values that the preprocessing can reach; floats one over the values that calibration showed,
 * glitches apart, or one per channel where channels are of different scale.
 */
import {
  bitsNeeded,
  failMisfit,
  signedRange,
  type InputEncoding,
  type Shape,
  type Target,
  option,
} from '../../isa/index.ts';
import type { Range } from '../engines/bound-activations.ts';
import { INPUT, type FloatGraph } from '../ir/layers.ts';
import { forEachWeight } from '../linear/branch-weights.ts';
import type { BuildOptions, Preprocessing } from '../options.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { verifyEncoding } from '../verify/verify-float-layers.ts';
import type { InputValues } from './calibrate/input-values.ts';
import type { KeptSample } from './calibrate/kept-samples.ts';
import { lostInput } from './calibrate/lost-input.ts';
import type { FormedLayers } from './form-layers.ts';

/** Largest payload magnitude of an input event. */
export const LARGEST_INPUT_PAYLOAD = 127;
const LARGEST_BYTE = 255;

/** A value per channel from one value for all, or from one per channel. */
export const perChannel = (values: readonly number[], channels: number): readonly number[] =>
  Array.from({ length: channels }, (_, c) => values[c] ?? values[0]!);

/** What the step is chosen from. */
export interface InputFacts {
  readonly preprocessing: Preprocessing;
  /** Per channel the values of float data seen in calibration; undefined for byte images, whose range follows from the preprocessing. */
  readonly floats: readonly InputValues[] | undefined;
  /** Per channel √Σw² over the weights that hear it. */
  readonly influence: Float64Array;
}

export function encodeInput(shape: Shape, facts: InputFacts, target: Target): InputEncoding {
  const { preprocessing, floats, influence } = facts;
  const mean = perChannel(preprocessing.mean, shape[0]);
  const std = perChannel(preprocessing.std, shape[0]);
  const limit = Math.min(LARGEST_INPUT_PAYLOAD, signedRange(target.widths.payloadBits)[1]);
  const ranges = floats ?? rangesOfBytes(preprocessing, shape[0]);
  const steps = floats === undefined ? [stepFor(largestOf(ranges), limit)] : floatSteps(floats, influence, limit);
  const payloads = ranges.map(({ min, max }, c) => {
    const step = steps[c] ?? steps[0]!;
    return { min: Math.max(-limit, Math.floor(min / step + 0.5)), max: Math.min(limit, Math.floor(max / step + 0.5)) };
  });
  return {
    shape,
    scale: preprocessing.scale,
    mean,
    std,
    step: steps.reduce((a, b) => Math.max(a, b)),
    ...(steps.length > 1 && { channelSteps: steps }),
    payloadMin: payloads.reduce((least, { min }) => Math.min(least, min), 0),
    payloadMax: payloads.reduce((most, { max }) => Math.max(most, max), 0),
  };
}

/** Per channel, what bytes become; 0 is among it. */
const rangesOfBytes = ({ scale, mean, std }: Preprocessing, channels: number): Range[] =>
  perChannel(mean, channels).map((m, c) => {
    const ends = [(0 - m) / (std[c] ?? std[0]!), (LARGEST_BYTE / scale - m) / (std[c] ?? std[0]!)] as const;
    return { min: Math.min(0, ...ends), max: Math.max(0, ...ends) };
  });

/** Per channel, all that the payloads of a plan without data can say: bytes, or what was chosen before. */
export function rangesOfPlan(input: InputPlan, channels: number): readonly Range[] {
  if (input.kind === 'chosen') return rangesOfBytes(input.preprocessing, channels);
  const { step, channelSteps, payloadMin, payloadMax } = input.encoding;
  return Array.from({ length: channels }, (_, c) => {
    const unit = channelSteps?.[c] ?? step;
    return { min: payloadMin * unit, max: payloadMax * unit };
  });
}

const largestOf = (ranges: readonly { readonly min: number; readonly max: number }[]): number =>
  ranges.reduce((peak, { min, max }) => Math.max(peak, -min, max), 0);

const stepFor = (peak: number, limit: number): number => (peak > 0 ? peak / limit : 1);

/**
 * One step for all channels, or one per channel where that is finer by a bit at least. The first weights, times the step, then
 * are of one size: what rounding costs behind them is no more for one channel than for that with the largest range of products.
 * A channel that is hardly ever other than 0 does not set the range of the others.
 */
function floatSteps(values: readonly InputValues[], influence: Float64Array, limit: number): readonly number[] {
  const isKnown = values.some(({ isUsual }) => isUsual);
  const peaks = values.map((channel) => (channel.isUsual || !isKnown ? channel.peak(limit) : 0));
  const shared = stepFor(
    peaks.reduce((a, b) => Math.max(a, b), 0),
    limit,
  );
  const heard = peaks.reduce((most, peak, c) => Math.max(most, peak * influence[c]!), 0) / limit;
  const own = peaks.map((_, c) => (heard > 0 && influence[c]! > 0 ? Math.min(shared, heard / influence[c]!) : shared));
  return own.some((step) => step < shared / 2) ? own : [shared];
}

/** Per channel of the input √Σw² over the weights of all layers that hear it. */
export function influenceOf({ inputShape, layers }: FloatGraph): Float64Array {
  const power = new Float64Array(inputShape[0]);
  for (const { shape, branches } of layers)
    for (const branch of branches)
      if (branch.source === INPUT)
        forEachWeight(branch, shape, (_, weight, channel) => {
          power[channel] = power[channel]! + weight * weight;
        });
  return power.map(Math.sqrt);
}

/** Where the encoding of the input comes from. */
export type InputPlan =
  | {
      readonly kind: 'chosen';
      readonly preprocessing: Preprocessing;
      /** Values of float data seen in calibration, per channel; undefined for byte images. */
      readonly floats: readonly InputValues[] | undefined;
    }
  | { readonly kind: 'given'; readonly encoding: Omit<InputEncoding, 'shape'> };

interface Needs {
  readonly formed: FormedLayers;
  readonly input: InputPlan;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0304 where payloads that were chosen before are wider than the target's */
export const encodeInputPass = pass({
  name: 'encode-input',
  says: 'image values → event payloads',
  run: ({ formed, input, samples, options: { target } }: Needs, { warn }) => {
    const { inputShape } = formed.graph;
    const influence = influenceOf(formed.graph);
    const encoding =
      input.kind === 'given'
        ? takeEncoding(inputShape, input.encoding, target)
        : encodeInput(inputShape, { ...input, influence }, target);
    const warning = lostInput(encoding, samples, influence);
    if (warning !== undefined) warn(warning);
    return { encoding };
  },
  print: ({ encoding }) => printJson(encoding),
  verify: ({ encoding }, { formed, options }) => {
    verifyEncoding(encoding, formed.graph, options.target);
  },
});

function takeEncoding(shape: Shape, given: Omit<InputEncoding, 'shape'>, target: Target): InputEncoding {
  const [least, most] = signedRange(target.widths.payloadBits);
  if (given.payloadMin < least || given.payloadMax > most)
    failMisfit(target, {
      code: 'E0304',
      message: `the network was converted for input payloads of ${given.payloadMin}..${given.payloadMax}; ${target.name} has ${least}..${most}`,
      figure: 'widths.payloadBits',
      needed: bitsNeeded({ min: given.payloadMin, max: given.payloadMax }),
      remedy: `convert the original network again, with ${option('target', target.name)}`,
    });
  return { shape, ...given };
}
