/** Short constructors for the figures of a built-in target. */
import type { EnergyFigure, Target } from '../target.ts';

type Cycles = Target['timing']['laneCycles'];
type KnownKind = Cycles['kind'];

/** A time in cycles of the target's clock. */
export const cycles = (value: number, kind: KnownKind, source: string): Cycles => ({
  value,
  unit: 'cycles',
  kind,
  source,
});

/** An energy in picojoules, stored in joules as the decimal number that is meant (23.6 pJ = 2.36e-11 J exactly as written). */
export const picojoules = (value: number, kind: KnownKind, source: string): EnergyFigure => ({
  value: Number(`${value}e-12`),
  unit: 'J',
  kind,
  source,
});

/** An event whose energy is part of another figure. */
export const includedIn = (what: string): EnergyFigure => picojoules(0, 'derived', `included in ${what}`);

/** An energy that nobody has published: totals that would need it are partial. */
export const unknown = (source: string): EnergyFigure => ({ value: null, unit: 'J', kind: 'unknown', source });
