import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCounts, compareWithAnn, computeEnergy } from '../../emulator/index.ts';
import { type Counts, ENERGY_EVENTS, type EnergyEvent, type Target } from '../../isa/index.ts';
import { tinyTarget } from '../isa/chips.ts';
import { asGrid } from '../isa/grids.ts';

const natural = fc.nat(1_000_000);
/** At most the traversals of these directions are over chip borders. */
const anyLinkHops: fc.Arbitrary<Counts['linkHops']> = fc
  .tuple(natural, natural, natural, natural, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([east, west, north, south, share]) => ({
    east,
    west,
    north,
    south,
    betweenChips: { eastWest: Math.floor((east + west) * share), northSouth: Math.floor((north + south) * share) },
  }));
const anyCounts: fc.Arbitrary<Counts> = fc.record({
  synops: natural,
  macs: natural,
  neuronUpdatesActive: natural,
  neuronUpdatesIdle: natural,
  spikes: natural,
  packets: natural,
  hostPackets: natural,
  deliveries: natural,
  linkHops: anyLinkHops,
  withinTile: natural,
  routerTraversals: natural,
  synapseBitsRead: natural,
  barriers: natural,
  resets: natural,
  saturations: natural,
  activeCoreCycles: fc.option(natural),
  idleCoreCycles: fc.option(natural),
});

/** A target that gives energies to the named events only. */
function targetWith(figures: Partial<Record<EnergyEvent, number | null>>): Target {
  const energy = Object.fromEntries(
    ENERGY_EVENTS.map((event) => {
      const value = figures[event] === undefined ? 0 : figures[event];
      return [
        event,
        { value, unit: 'J', kind: value === null ? 'unknown' : 'published', source: `source of ${event}` },
      ];
    }),
  ) as Target['energy'];
  return { ...tinyTarget(), energy };
}

const gridTarget = asGrid(tinyTarget(), {
  width: 2,
  height: 2,
  slowerCycles: 1,
  flitCycles: 1,
  laterCreditCycles: 1,
  joule: 1e-10,
});
const vertical = { north: 4, south: 3 };

describe('computeEnergy', () => {
  it('a traversal is paid once: either for its direction or for the border', () => {
    fc.assert(
      fc.property(anyLinkHops, (linkHops) => {
        const each = { linkHopEastWest: 1, linkHopNorthSouth: 1, linkHopBetweenChips: 1 };
        const { east, west, north, south } = linkHops;
        expect(computeEnergy({ ...nothing, linkHops }, 1, targetWith(each)).jouleTotal).toBe(
          east + west + north + south,
        );
      }),
    );
  });

  it('a target of one chip has no part for links between chips', () => {
    const events = computeEnergy(nothing, 1, tinyTarget()).parts.map(({ event }) => event);
    expect(events).toEqual(ENERGY_EVENTS.filter((event) => event !== 'linkHopBetweenChips'));
  });

  it('each part is its count times its figure; the total is their sum', () => {
    fc.assert(
      fc.property(anyCounts, fc.integer({ min: 1, max: 100 }), (counts, inferences) => {
        const target = gridTarget;
        const energy = computeEnergy(counts, inferences, target);
        expect(energy.parts.map(({ event }) => event)).toEqual([...ENERGY_EVENTS]);
        for (const { event, count, jouleEach, joule, kind, source } of energy.parts) {
          expect([jouleEach, kind, source]).toEqual([target.energy[event as EnergyEvent]!.value, 'assumed', 'test']);
          expect(joule).toBe(count === null ? null : count * jouleEach!);
        }
        const sum = energy.parts.reduce((total, { joule }) => total + (joule ?? 0), 0);
        expect(energy.jouleTotal).toBe(sum);
        expect(energy.joulePerInference).toBe(sum / inferences);
        expect(energy.partial).toBe(counts.activeCoreCycles === null || counts.idleCoreCycles === null);
      }),
    );
  });

  it.each([
    ['synop', { synops: 5 }],
    ['mac', { macs: 5 }],
    ['synapseBitRead', { synapseBitsRead: 5 }],
    ['neuronUpdateActive', { neuronUpdatesActive: 5 }],
    ['neuronUpdateIdle', { neuronUpdatesIdle: 5 }],
    ['spike', { spikes: 5 }],
    ['packet', { packets: 5 }],
    ['delivery', { deliveries: 5 }],
    ['linkHopEastWest', { linkHops: { east: 2, west: 3, north: 0, south: 0 } }],
    ['linkHopNorthSouth', { linkHops: { east: 0, west: 0, north: 4, south: 1 } }],
    ['linkHopEastWest', { linkHops: { east: 5, west: 3, ...vertical, betweenChips: { eastWest: 3, northSouth: 1 } } }],
    [
      'linkHopNorthSouth',
      { linkHops: { east: 5, west: 3, ...vertical, betweenChips: { eastWest: 3, northSouth: 2 } } },
    ],
    [
      'linkHopBetweenChips',
      { linkHops: { east: 5, west: 3, ...vertical, betweenChips: { eastWest: 3, northSouth: 2 } } },
    ],
    ['withinTile', { withinTile: 5 }],
    ['routerTraversal', { routerTraversals: 5 }],
    ['barrier', { barriers: 5 }],
    ['reset', { resets: 5 }],
    ['hostPacket', { hostPackets: 5 }],
    ['activeCoreCycle', { activeCoreCycles: 5 }],
    ['idleCoreCycle', { idleCoreCycles: 5 }],
  ] as const)('%s is paid for its own count', (event, some) => {
    const energy = computeEnergy({ ...nothing, ...some }, 1, targetWith({ [event]: 2 }));
    expect(energy.jouleTotal).toBe(10);
    expect(energy.partial).toBe(false);
  });

  it('an unknown figure makes the sum partial and is named, but only where it matters', () => {
    const target = targetWith({ synop: 1, mac: null });
    const matters = computeEnergy({ ...nothing, synops: 3, macs: 1 }, 1, target);
    expect(matters).toMatchObject({ jouleTotal: 3, partial: true, unknown: ['mac'] });
    const idle = computeEnergy({ ...nothing, synops: 3 }, 1, target);
    expect(idle).toMatchObject({ jouleTotal: 3, partial: false, unknown: [] });
  });

  it('missing core-cycles make the sum partial unless they cost nothing', () => {
    const counts = { ...nothing, activeCoreCycles: null, idleCoreCycles: null };
    expect(computeEnergy(counts, 1, targetWith({ activeCoreCycle: 1 })).partial).toBe(true);
    expect(computeEnergy(counts, 1, targetWith({})).partial).toBe(false);
  });

  it('compares with 0.23 pJ per multiply-add of the conventional network', () => {
    expect(compareWithAnn(1_000_000).annJoule).toBeCloseTo(0.23e-6, 15);
  });
});

describe('addCounts', () => {
  it('energy of a sum is the sum of energies', () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (a, b) => {
        const target = gridTarget;
        const joule = (counts: Counts): number => computeEnergy(counts, 1, target).jouleTotal;
        const cycles = (counts: Counts): Counts => ({ ...counts, activeCoreCycles: 1, idleCoreCycles: 1 });
        const known = addCounts(cycles(a), cycles(b));
        expect(joule(known) / (joule(cycles(a)) + joule(cycles(b)))).toBeCloseTo(1, 12);
      }),
    );
  });

  it('traversals between chips add up, and are absent where one has none', () => {
    fc.assert(
      fc.property(anyLinkHops, anyLinkHops, (a, b) => {
        const of = (linkHops: Counts['linkHops']): Counts => ({ ...nothing, linkHops });
        const { betweenChips } = addCounts(of(a), of(b)).linkHops;
        expect(betweenChips).toEqual({
          eastWest: a.betweenChips!.eastWest + b.betweenChips!.eastWest,
          northSouth: a.betweenChips!.northSouth + b.betweenChips!.northSouth,
        });
        expect('betweenChips' in addCounts(nothing, of(b)).linkHops).toBe(false);
      }),
    );
  });

  it('core-cycles of a sum are known only where both are', () => {
    const known = { ...nothing, activeCoreCycles: 2, idleCoreCycles: 3 };
    expect(addCounts(known, known)).toMatchObject({ activeCoreCycles: 4, idleCoreCycles: 6 });
    const unknown = { ...nothing, activeCoreCycles: null, idleCoreCycles: null };
    expect(addCounts(known, unknown)).toMatchObject({ activeCoreCycles: null, idleCoreCycles: null });
  });
});

const nothing: Counts = {
  synops: 0,
  macs: 0,
  neuronUpdatesActive: 0,
  neuronUpdatesIdle: 0,
  spikes: 0,
  packets: 0,
  hostPackets: 0,
  deliveries: 0,
  linkHops: { east: 0, west: 0, north: 0, south: 0 },
  withinTile: 0,
  routerTraversals: 0,
  synapseBitsRead: 0,
  barriers: 0,
  resets: 0,
  saturations: 0,
  activeCoreCycles: 0,
  idleCoreCycles: 0,
};
