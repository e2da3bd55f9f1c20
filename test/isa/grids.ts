/** Targets that are grids of chips. */
import fc from 'fast-check';
import type { Target } from '../../isa/index.ts';

/** What a border costs beyond a link within a chip. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly slowerCycles: number;
  readonly flitCycles: number;
  readonly laterCreditCycles: number;
  readonly joule: number;
}

export const arbitraryGrid: fc.Arbitrary<Grid> = fc.record({
  width: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 5 }),
  slowerCycles: fc.nat(20),
  flitCycles: fc.integer({ min: 1, max: 9 }),
  laterCreditCycles: fc.nat(20),
  joule: fc.constantFrom(0, 1e-10),
});

const divisor = (of: number, wanted: number): number => (of % wanted === 0 ? wanted : divisor(of, wanted - 1));

/** The target as a grid of at most the given chips: as many as divide its mesh evenly. */
export function asGrid(target: Target, grid: Grid): Target {
  const { mesh, timing } = target;
  const cycles = (value: number) => ({ value, unit: 'cycles' as const, kind: 'assumed' as const, source: 'test' });
  const hop = Math.max(timing.hopEastWestCycles.value, timing.hopNorthSouthCycles.value);
  return {
    ...target,
    chips: {
      width: divisor(mesh.width, grid.width),
      height: divisor(mesh.height, grid.height),
      linkCycles: cycles(hop + grid.slowerCycles),
      flitCycles: cycles(grid.flitCycles),
      creditCycles: cycles(timing.creditCycles.value + grid.laterCreditCycles),
    },
    energy: {
      ...target.energy,
      linkHopBetweenChips: { value: grid.joule, unit: 'J', kind: 'assumed', source: 'test' },
    },
  };
}

/** The same target as one chip. */
export function asOneChip({ chips: _, energy, ...rest }: Target): Target {
  const { linkHopBetweenChips: __, ...others } = energy;
  return { ...rest, energy: others };
}
