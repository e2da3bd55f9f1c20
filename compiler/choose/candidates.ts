/** What a network could be converted as: the candidates of a choice by measurement. */
import { packetBitsOf } from '../../isa/index.ts';
import { CODE_NAMES, CODES, type SpikeCode } from '../codes.ts';
import { type ConversionMode, CONVERSIONS } from '../conversions.ts';
import type { BuildOptions, Correction } from '../options.ts';

/** What decides the counts of the neurons, and so the outputs. */
export interface Counting {
  readonly mode: ConversionMode;
  readonly window: number;
  readonly correct: Correction;
}

/** How a mode is tried. */
interface Trial {
  readonly mode: ConversionMode;
  readonly windows: readonly number[];
  readonly corrections: readonly Correction[];
}

/**
 * Windows grow by halves of a doubling: the energy of a code that sends counts hardly depends on them, the loss does. The mode
 * `default` is tried with corrections alone: without, it was never the cheaper one of equal loss (spec/conversion.md).
 */
const TRIALS: readonly Trial[] = [
  { mode: 'exact', windows: [4, 6, 8, 12, 16, 24, 32, 48, 64], corrections: ['none', 'bias'] },
  { mode: 'default', windows: [8, 16, 32, 64], corrections: ['both'] },
];

/** Every way of counting that is tried, but for what was asked for. */
export function countings({ choose, window, correct }: BuildOptions): Counting[] {
  const fixed = new Set(choose?.fixed);
  return TRIALS.flatMap(({ mode, windows, corrections }) =>
    (fixed.has('window') ? [window] : windows).flatMap((each) =>
      (fixed.has('correct') ? [correct] : corrections).map((correction) => ({
        ...{ mode, window: each, correct: correction },
      })),
    ),
  );
}

/** The codes that can say the counts on a target. */
export function codesFor({ mode, window }: Counting, { choose, code, target }: BuildOptions): SpikeCode[] {
  const { integratesFirst } = CONVERSIONS[mode].order;
  const bits = packetBitsOf(target);
  return CODE_NAMES.filter((name) => {
    const { needsCounts, payload } = CODES[name];
    if (choose?.fixed.includes('code') === true && name !== code) return false;
    return (integratesFirst || !needsCounts) && (payload(window) === 1 || payload(window) < 2 ** bits);
  });
}
