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
  readonly correct: Correction;
  readonly windows: readonly number[];
}

/** Layers that wait for all of their input: what only the counts decide. Corrections help where the staircase is coarse. */
const COUNTED: readonly Trial[] = [
  { mode: 'exact', correct: 'none', windows: [4, 8, 16, 32, 64, 128] },
  { mode: 'exact', correct: 'bias', windows: [8, 16, 32, 64] },
];

/**
 * Layers that fire as they hear: for packets that carry nothing, since a packet with a count takes fewer ticks and fewer
 * packets than any of these. In step only with corrections: without, none was cheaper at an equal loss (spec/conversion.md).
 */
const BEFORE_THE_END: readonly Trial[] = [
  { mode: 'default', correct: 'both', windows: [8, 16, 32, 64] },
  { mode: 'lead', correct: 'none', windows: [8, 16, 32, 64] },
];

/** The same with neurons that take spikes back: for packets that have a sign. */
const SIGNED: readonly Trial[] = [{ mode: 'signed', correct: 'bias', windows: [4, 8, 16] }];

/** Every way of counting that is tried, but for what was asked for. */
export function countings({ choose, code, window, levels, correct, target }: BuildOptions): Counting[] {
  const fixed = new Set(choose?.fixed);
  const bits = packetBitsOf(target);
  const carries = fixed.has('code') ? CODES[code].needsCounts : bits > 1;
  // Layers that fire before the end have no windows of their own.
  const early = carries || levels !== undefined ? [] : [...BEFORE_THE_END, ...(bits === 0 ? [] : SIGNED)];
  const all = [...COUNTED, ...early].flatMap((trial) =>
    (fixed.has('window') ? [window] : trial.windows).map((each): Counting => ({
      mode: trial.mode,
      window: each,
      correct: fixed.has('correct') ? correct : trial.correct,
    })),
  );
  // Where something was asked for, some of them are the same.
  const key = (counting: Counting): string => JSON.stringify(counting);
  return [...new Map(all.map((counting) => [key(counting), counting])).values()];
}

/** The codes that can say the counts on a target. */
export function codesFor({ mode, window }: Counting, { choose, code, levels = [], target }: BuildOptions): SpikeCode[] {
  const { integratesFirst } = CONVERSIONS[mode].order;
  const bits = packetBitsOf(target);
  return CODE_NAMES.filter((name) => {
    const { needsCounts, ownWindows, payload } = CODES[name];
    if (levels.length > 0 && !ownWindows) return false;
    const largest = payload(Math.max(window, ...levels.map(({ value }) => value)));
    if (choose?.fixed.includes('code') === true && name !== code) return false;
    return (integratesFirst || !needsCounts) && (largest === 1 || largest < 2 ** bits);
  });
}
