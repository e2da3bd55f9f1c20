/** Chips whose inference has no end: input may come in any tick, and spikes leave the chip as they are sent. */
import type { Chip } from './chip.ts';

/**
 * Ticks that a chip without an end runs from one reset to the next, at most: ticks are 32-bit numbers, and so is a tick with
 * a delay added to it. At 10 microseconds per tick that is half a day.
 */
export const ENDLESS_TICKS = 0xffff_0000;

export const isEndless = ({ ticks }: Pick<Chip, 'ticks'>): boolean => ticks === 0;

/** Ticks of a run from one reset to the next, at most. */
export const ticksOfRun = (chip: Pick<Chip, 'ticks'>): number => (isEndless(chip) ? ENDLESS_TICKS : chip.ticks);

/** Trees whose spikes reach the host: those of the output, where a chip has no end and so no read-out. */
export const hostTrees = (chip: Pick<Chip, 'ticks' | 'output'>): ReadonlySet<number> =>
  new Set(isEndless(chip) ? chip.output.parts.map(({ tree }) => tree) : []);
