/** The calibration samples that a build keeps: which passes run on how many of them. */
import { fail, option } from '../../../isa/index.ts';
import type { BuildOptions } from '../../options.ts';
import { wantedRounding } from '../quantise/rounding.ts';

/** A preprocessed sample. */
export interface KeptSample {
  /** NCHW. */
  readonly x: Float64Array;
  /** −1 where it is not known. */
  readonly label: number;
}

/** Samples that rates are measured on. More would change little: a rate is already a mean over the neurons of a layer. */
export const RATE_SAMPLES = 4;

/** Samples that corrections and rounding run on: enough for means per channel, few enough to keep. */
const CORRECTION_SAMPLES = 64;

/** Samples that a choice is measured on, at most: so many that half a point is more than chance. */
const HELD_OUT = 512;
/** Memory for them, and for those that levels are found on. */
const HELD_OUT_BYTES = 2 ** 28;

/** How many samples of so many values are held out where a choice is to be measured. */
export const samplesToHoldOut = (values: number): number =>
  Math.max(1, Math.min(HELD_OUT, Math.floor(HELD_OUT_BYTES / (Float64Array.BYTES_PER_ELEMENT * values))));

/** How many samples the passes of a build look at. @param many whether some of them look at many */
export const samplesToKeep = (
  { selfTestSamples, ledgerSamples }: Pick<BuildOptions, 'selfTestSamples' | 'ledgerSamples'>,
  many: boolean,
): number => Math.max(RATE_SAMPLES, selfTestSamples, ledgerSamples, many ? CORRECTION_SAMPLES : 0);

/** How many samples of so many values are kept where levels are found on them, at most: as many as memory has room for. */
export const samplesToObserve = (
  values: number,
  { calibrationLimit }: Pick<BuildOptions, 'calibrationLimit'>,
): number =>
  Math.max(1, Math.min(calibrationLimit, Math.floor(HELD_OUT_BYTES / (Float64Array.BYTES_PER_ELEMENT * values))));

/** Whether rounding looks at many samples. */
export const roundsBySamples = (options: Pick<BuildOptions, 'rounding' | 'weightBits' | 'layerWidths'>): boolean =>
  wantedRounding(options) === 'second-order';

/** Whether something was asked for that follows what the network does on data. */
export const needsSamples = ({
  correct,
  balance,
  rounding,
  choose,
}: Pick<BuildOptions, 'correct' | 'balance' | 'rounding' | 'choose'>): boolean =>
  correct !== 'none' || balance || rounding === 'second-order' || choose !== undefined;

/** The samples that balancing, corrections and rounding run on. @throws DiagnosticError E0301 where there are none */
export function correctionSamples(kept: readonly KeptSample[]): readonly Float64Array[] {
  if (kept.length === 0)
    fail(
      'E0301',
      'balancing and corrections, and rounding of second order, follow what the network does on data, and there are none',
      undefined,
      `give ${option('calibration', '<data>')}`,
    );
  return kept.slice(0, CORRECTION_SAMPLES).map(({ x }) => x);
}
