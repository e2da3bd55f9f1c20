/**
 * Chooses how image values become event payloads: signed 8 bit (or what the target's axon counters hold), with one step
 * for the whole tensor, over the values that the preprocessing can reach.
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
import type { BuildOptions, Preprocessing } from '../options.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { verifyEncoding } from '../verify/verify-float-layers.ts';
import type { FormedLayers } from './form-layers.ts';

/** Largest payload magnitude of an input event. */
export const LARGEST_INPUT_PAYLOAD = 127;
const LARGEST_BYTE = 255;

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

/** Where the encoding of the input comes from. */
export type InputPlan =
  | {
      readonly kind: 'chosen';
      readonly preprocessing: Preprocessing;
      /** Lowest and highest value of float data seen in calibration; undefined for byte images. */
      readonly floatRange: readonly [min: number, max: number] | undefined;
    }
  | { readonly kind: 'given'; readonly encoding: Omit<InputEncoding, 'shape'> };

interface Needs {
  readonly formed: FormedLayers;
  readonly input: InputPlan;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0304 where payloads that were chosen before are wider than the target's */
export const encodeInputPass = pass({
  name: 'encode-input',
  says: 'image values → event payloads',
  run: ({ formed, input, options: { target } }: Needs) => {
    const { inputShape } = formed.graph;
    const encoding =
      input.kind === 'given'
        ? takeEncoding(inputShape, input.encoding, target)
        : encodeInput(inputShape, input.preprocessing, input.floatRange, target);
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
