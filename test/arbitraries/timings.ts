/** Random figures of time for any target. */
import fc from 'fast-check';
import { barrierCycles, type Target } from '../../isa/index.ts';

const cycles = (min: number, max: number) =>
  fc
    .integer({ min, max })
    .map((value) => ({ value, unit: 'cycles' as const, kind: 'assumed' as const, source: 'test' }));

export const arbitraryTiming = fc.record({
  lanes: fc.integer({ min: 1, max: 8 }),
  laneCycles: cycles(1, 3),
  eventCycles: cycles(0, 4),
  vectorCycles: cycles(0, 3),
  updateLanes: fc.integer({ min: 1, max: 8 }),
  updateActiveCycles: cycles(1, 4),
  updateIdleCycles: cycles(1, 4),
  hopEastWestCycles: cycles(1, 5),
  hopNorthSouthCycles: cycles(1, 5),
  ejectionCycles: cycles(1, 5),
  injectionCycles: cycles(0, 4),
  creditCycles: cycles(1, 6),
  bufferFlits: fc.integer({ min: 1, max: 4 }),
  barrierCycles: cycles(0, 20),
  barrierHopCycles: cycles(0, 4),
});

export const arbitraryMultiplyCycles = cycles(0, 6);

/** How much longer than its barrier a tick of fixed length takes. */
export const arbitraryLongerTick = cycles(1, 300);
/** null: a tick ends with its barrier. */
export const arbitraryFixedTick = fc.option(arbitraryLongerTick, { freq: 2 });

export function withFixedTick(target: Target, longer: Target['timing']['laneCycles']): Target {
  const tickCycles = { ...longer, value: barrierCycles(target) + longer.value };
  return { ...target, timing: { ...target.timing, tickCycles } };
}
