/** Whether the payloads of the input still say what the network looks at. */
import {
  type Diagnostic,
  diagnostic,
  type InputEncoding,
  InputLossAccount,
  quantiseInput,
  stepsOf,
} from '../../../isa/index.ts';
import type { KeptSample } from './kept-samples.ts';

/** Share of the power that reaches the first weights and may be lost: their sums are then off by a tenth of their size. */
const MAY_BE_LOST = 0.01;

/** Sums over the values of a channel. */
interface ChannelSums {
  values: number;
  sum: number;
  squares: number;
  errors: number;
}

/**
 * Share of what varies in the input that its payloads lose, each channel weighed by the weights that hear it; 0 where nothing
 * varies.
 *
 * @param influence per channel √Σw²
 */
function lostShare(encoding: InputEncoding, samples: readonly KeptSample[], influence: Float64Array): number {
  const steps = stepsOf(encoding);
  const area = encoding.shape[1] * encoding.shape[2];
  const channels = Array.from(steps, (): ChannelSums => ({ values: 0, sum: 0, squares: 0, errors: 0 }));
  for (const { x } of samples) {
    const payloads = quantiseInput(x, encoding);
    for (let k = 0; k < x.length; k++) {
      const c = Math.floor(k / area) % channels.length;
      const channel = channels[c]!;
      channel.values++;
      channel.sum += x[k]!;
      channel.squares += x[k]! ** 2;
      channel.errors += (x[k]! - payloads[k]! * steps[c]!) ** 2;
    }
  }
  let [lost, all] = [0, 0];
  channels.forEach(({ values, sum, squares, errors }, c) => {
    lost += influence[c]! ** 2 * errors;
    all += influence[c]! ** 2 * Math.max(0, squares - sum ** 2 / values);
  });
  return all === 0 ? 0 : Math.min(1, lost / all);
}

/** Finds fault with an input that is 0 in all samples, or of which the payloads lose more than the sums behind them can bear. */
export function lostInput(
  encoding: InputEncoding,
  samples: readonly KeptSample[],
  influence: Float64Array,
): Diagnostic | undefined {
  const account = new InputLossAccount(encoding);
  for (const { x } of samples) account.add(x, quantiseInput(x, encoding));
  const { samples: count, nonZero, roundedToZero, limited } = account.result();
  if (count === 0) return undefined;
  if (nonZero === 0)
    return diagnostic(
      'W0314',
      `all values of the calibration data are 0 (${count} samples looked at): nothing that the chip is given can tell classes apart`,
      undefined,
      'give the data that the network was trained on',
    );
  const share = lostShare(encoding, samples, influence);
  if (share <= MAY_BE_LOST) return undefined;
  const percent = (part: number): string => `${((100 * part) / nonZero).toFixed(1)} %`;
  return diagnostic(
    'W0314',
    `payloads in steps of ${encoding.step.toPrecision(3)} lose ${(100 * share).toFixed(1)} % of what varies in the input: of its values that are not 0, ${percent(roundedToZero)} become payload 0 and ${percent(limited)} are limited at the ends`,
    undefined,
    'scale the data as the network was trained with, or take away a constant that is large against what varies',
  );
}
