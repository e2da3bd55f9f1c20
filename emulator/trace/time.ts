/** Cycles as the times of trace files. */

/**
 * Nanoseconds after which so many cycles have passed, rounded: the unit that viewers of trace-event files keep times in.
 * Never falls as the cycles rise, so slices that touch or nest in cycles do so in nanoseconds.
 */
export const nanoseconds = (cycles: number, clockHz: number): number => Math.round((cycles * 1e9) / clockHz);

/**
 * Whole nanoseconds as the microseconds of the trace-event format. Viewers multiply by 1000 and cut off what is behind the
 * point: where this would lose a nanosecond, the next number above stands in, which differs in the 16th digit.
 */
export function microseconds(ns: number): number {
  const us = ns / 1000;
  return Math.trunc(us * 1000) < ns ? us * (1 + 2 ** -52) : us;
}

/** Time unit of a value change dump. */
export interface Timescale {
  /** As IEEE 1364 writes it: 1, 10 or 100 of a unit. */
  readonly text: string;
  /** Such units in a cycle. */
  readonly unitsPerCycle: number;
  /** Whether the cycle is exactly that long. */
  readonly exact: boolean;
}

const UNITS = ['s', 'ms', 'us', 'ns', 'ps', 'fs'] as const;

/** The largest unit of which a cycle is a whole number; femtoseconds, rounded, where there is none. */
export function timescale(clockHz: number): Timescale {
  for (let digits = 0; digits <= 15; digits++) {
    const unitsPerSecond = 10 ** digits;
    if (unitsPerSecond % clockHz !== 0) continue;
    const count = 10 ** ((15 - digits) % 3);
    const unit = UNITS[Math.ceil(digits / 3)]!;
    return { text: `${count} ${unit}`, unitsPerCycle: unitsPerSecond / clockHz, exact: true };
  }
  return { text: '1 fs', unitsPerCycle: Math.max(1, Math.round(1e15 / clockHz)), exact: false };
}
