import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCounts, compareWithAnn, computeEnergy } from '../../../emulator/index.ts';
import {
  builtinTargets,
  type Counts,
  ENERGY_EVENTS,
  type EnergyEvent,
  type EnergyPart,
  type Target,
} from '../../../isa/index.ts';
import { sensitivityOf } from '../../../emulator/account/sensitivity.ts';
import { arbitraryCounts, NO_COUNTS } from '../../arbitraries/counts.ts';
import { tinyTarget } from '../../isa/chips.ts';
import { asGrid } from '../../isa/grids.ts';
import { STATE_EVENTS, withoutStateFigures, withStateFigures } from '../../isa/state-figures.ts';

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
const anyCounts = arbitraryCounts(natural, anyLinkHops, fc.option(natural));

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

const withPower = (watts: number | null): Target => ({
  ...targetWith({}),
  staticPower: { value: watts, unit: 'W', kind: watts === null ? 'unknown' : 'assumed', source: 'measured' },
});

const gridTarget = asGrid(withStateFigures(tinyTarget()), {
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
        expect(computeEnergy({ ...NO_COUNTS, linkHops }, 1, targetWith(each)).jouleTotal).toBe(
          east + west + north + south,
        );
      }),
    );
  });

  it('a target of one chip has no part for links between chips', () => {
    const events = computeEnergy(NO_COUNTS, 1, withStateFigures(tinyTarget())).parts.map(({ event }) => event);
    expect(events).toEqual(ENERGY_EVENTS.filter((event) => event !== 'linkHopBetweenChips'));
  });

  it('a target without figures for work on states draws nothing for it, and has no parts of it', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const { parts, jouleTotal } = computeEnergy(counts, 1, gridTarget);
        const isOfStates = ({ event }: EnergyPart): boolean => STATE_EVENTS.some((name) => name === event);
        const without = computeEnergy(counts, 1, withoutStateFigures(gridTarget));
        expect(without.parts).toEqual(parts.filter((part) => !isOfStates(part)));
        const ofStates = parts.filter(isOfStates).reduce((sum, { joule }) => sum + joule!, 0);
        expect(without.jouleTotal + ofStates).toBeCloseTo(jouleTotal, 9);
      }),
    );
  });

  it('work on states that an earlier version did not count is missing, unless it costs nothing', () => {
    const { stateBitsRead: _, ...counts } = NO_COUNTS;
    expect(computeEnergy(counts, 1, targetWith({ stateBitRead: 1 })).partial).toBe(true);
    expect(computeEnergy(counts, 1, targetWith({})).partial).toBe(false);
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
    ['stateBitRead', { stateBitsRead: 5 }],
    ['stateBitWritten', { stateBitsWritten: 5 }],
    ['parameterBitRead', { parameterBitsRead: 5 }],
    ['vectorAdd', { vectorAdds: 5 }],
    ['multiplierBit', { multiplierBits: 5 }],
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
    const energy = computeEnergy({ ...NO_COUNTS, ...some }, 1, targetWith({ [event]: 2 }));
    expect(energy.jouleTotal).toBe(10);
    expect(energy.partial).toBe(false);
  });

  it('an unknown figure makes the sum partial and is named, but only where it matters', () => {
    const target = targetWith({ synop: 1, mac: null });
    const matters = computeEnergy({ ...NO_COUNTS, synops: 3, macs: 1 }, 1, target);
    expect(matters).toMatchObject({ jouleTotal: 3, partial: true, unknown: ['mac'] });
    const idle = computeEnergy({ ...NO_COUNTS, synops: 3 }, 1, target);
    expect(idle).toMatchObject({ jouleTotal: 3, partial: false, unknown: [] });
  });

  it('missing core-cycles make the sum partial unless they cost nothing', () => {
    const counts = { ...NO_COUNTS, activeCoreCycles: null, idleCoreCycles: null };
    expect(computeEnergy(counts, 1, targetWith({ activeCoreCycle: 1 })).partial).toBe(true);
    expect(computeEnergy(counts, 1, targetWith({})).partial).toBe(false);
  });

  it('static power is paid per cycle of the inferences; without timing it is missing', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 1e-6, max: 10, noNaN: true }), (cycles, watts) => {
        const target = withPower(watts);
        const { value: clockHz } = target.timing.clockHz;
        const energy = computeEnergy(NO_COUNTS, 1, target, cycles);
        expect(energy.jouleTotal).toBeCloseTo((watts * cycles) / clockHz, 12);
        expect(energy.parts.at(-1)).toMatchObject({ event: 'staticPower', count: cycles, kind: 'assumed' });
        expect(energy.parts.at(-1)!.source).toContain(`${watts} W / ${clockHz} Hz`);
        expect(energy.assumed).toEqual(cycles === 0 ? [] : ['staticPower']);
        const untimed = computeEnergy(NO_COUNTS, 1, target);
        expect(untimed).toMatchObject({ jouleTotal: 0, partial: true });
      }),
    );
    expect(computeEnergy(NO_COUNTS, 1, withPower(null), 5)).toMatchObject({ partial: true, unknown: ['staticPower'] });
    expect(computeEnergy(NO_COUNTS, 1, targetWith({}), 5).parts.map(({ event }) => event)).not.toContain('staticPower');
  });

  it('cores that hold nothing: switched off where the target does not say else, paid per cycle where they are idle', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 63 }), fc.nat(3), (cycles, inUse, dead) => {
        const living = { ...builtinTargets().get('edge')!, deadTiles: Array.from({ length: dead }, (_, k) => k) };
        const used = Math.min(inUse, 64 - dead);
        const gated = computeEnergy(NO_COUNTS, 1, { ...living, emptyCores: 'gated' }, cycles, used);
        expect(gated).toEqual(computeEnergy(NO_COUNTS, 1, living, cycles, used));
        expect(gated.jouleTotal).toBe(0);
        const idle = computeEnergy(NO_COUNTS, 1, { ...living, emptyCores: 'idle' }, cycles, used);
        expect(idle.parts.at(-1)).toMatchObject({ event: 'emptyCoreCycle', count: (64 - dead - used) * cycles });
        expect(idle.jouleTotal).toBe((64 - dead - used) * cycles * 2.5e-12);
        expect(idle.partial).toBe(false);
      }),
    );
    const target: Target = { ...builtinTargets().get('edge')!, emptyCores: 'idle' };
    expect(computeEnergy(NO_COUNTS, 1, target, null, 8).partial).toBe(true);
    expect(computeEnergy(NO_COUNTS, 1, target, null, 64).partial).toBe(false);
  });

  it('every joule of every built-in target leads to a count and a sourced figure, and the sums are exact', () => {
    const targets = [...builtinTargets().values()];
    fc.assert(
      fc.property(anyCounts, fc.constantFrom(...targets), fc.option(natural), (counts, target, cycles) => {
        const energy = computeEnergy(counts, 3, target, cycles);
        let total = 0;
        for (const { event, count, jouleEach, joule, kind, source, relativeUncertainty } of energy.parts) {
          const figure = event === 'staticPower' ? target.staticPower! : target.energy[event as EnergyEvent]!;
          expect(kind).toBe(figure.kind);
          expect(source).toContain(figure.source);
          expect(relativeUncertainty === undefined).toBe(kind === 'unknown');
          const each =
            event === 'staticPower' ? figure.value && figure.value / target.timing.clockHz.value : figure.value;
          if (each === null) expect(jouleEach).toBeNull();
          else expect(jouleEach!).toBeCloseTo(each, 25);
          if (joule === null) expect(count === null || jouleEach === null).toBe(true);
          else expect(joule).toBe((count ?? 0) * (jouleEach ?? 0));
          total += joule ?? 0;
        }
        expect(energy.jouleTotal).toBe(total);
        expect(energy.joulePerInference).toBe(total / 3);
      }),
    );
  });
});

describe('sensitivityOf', () => {
  const uncertain = fc.record({
    kind: fc.constantFrom('published' as const, 'derived' as const, 'assumed' as const),
    joule: fc.double({ min: 1e-12, max: 1, noNaN: true }),
    relativeUncertainty: fc.constantFrom(0, 0.12, 1, 3),
  });
  const parts: fc.Arbitrary<EnergyPart[]> = fc
    .array(uncertain, { minLength: 1, maxLength: 8 })
    .map((list) => list.map((part, k) => ({ ...part, event: `e${k}`, count: 1, jouleEach: part.joule, source: 's' })));

  it('the range holds every choice of figures within their ends, and its ends are such choices', () => {
    fc.assert(
      fc.property(
        parts,
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (list, at) => {
          const energyAt = (where: readonly number[]): number =>
            list.reduce((sum, { joule, relativeUncertainty: u }, k) => sum + joule! * (1 + u!) ** where[k]!, 0) / 2;
          const { range, oneAtATime } = sensitivityOf(list, 2);
          const chosen = energyAt(at);
          expect(chosen).toBeGreaterThanOrEqual(range.lowJoulePerInference * (1 - 1e-12));
          expect(chosen).toBeLessThanOrEqual(range.highJoulePerInference * (1 + 1e-12));
          expect(range.lowJoulePerInference / energyAt(Array<number>(8).fill(-1))).toBeCloseTo(1, 12);
          expect(range.highJoulePerInference / energyAt(Array<number>(8).fill(1))).toBeCloseTo(1, 12);
          expect(oneAtATime).toHaveLength(list.filter(({ relativeUncertainty: u }) => u! > 0).length);
          for (const { event, lowJoulePerInference, highJoulePerInference } of oneAtATime) {
            const only = (end: number) => energyAt(list.map((part) => (part.event === event ? end : 0)));
            expect(lowJoulePerInference / only(-1)).toBeCloseTo(1, 12);
            expect(highJoulePerInference / only(1)).toBeCloseTo(1, 12);
          }
        },
      ),
    );
  });

  it('what decides is the largest share times uncertainty, at most three', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const total = list.reduce((sum, { joule }) => sum + joule!, 0);
        const influence = (part: EnergyPart): number => (part.joule! / total) * part.relativeUncertainty!;
        const { deciding } = sensitivityOf(list, 1);
        expect(deciding).toHaveLength(Math.min(3, list.length));
        const others = list.filter(({ event }) => deciding.every((one) => one.event !== event));
        for (const one of deciding) {
          const part = list.find(({ event }) => event === one.event)!;
          expect(one.influence).toBeCloseTo(influence(part), 12);
          for (const other of others) expect(influence(other)).toBeLessThanOrEqual(one.influence);
        }
      }),
    );
  });

  it('assumed figures reach from half to twice, published ones are taken as they are, unknown ones take no part', () => {
    const target = targetWith({ synop: 4, mac: null, spike: 1 });
    const { synop } = target.energy;
    const assumed = { ...target, energy: { ...target.energy, synop: { ...synop, kind: 'assumed' as const } } };
    const { sensitivity } = computeEnergy({ ...NO_COUNTS, synops: 1, macs: 1, spikes: 2 }, 1, assumed);
    expect(sensitivity!.range).toEqual({ lowJoulePerInference: 4, highJoulePerInference: 10 });
    expect(sensitivity!.oneAtATime).toEqual([{ event: 'synop', lowJoulePerInference: 4, highJoulePerInference: 10 }]);
    expect(sensitivity!.deciding.map(({ event, influence }) => [event, influence])).toEqual([
      ['synop', 4 / 6],
      ['spike', 0],
    ]);
  });

  it('of no inference, or none of energy, there is nothing to say', () => {
    const { deciding, range } = computeEnergy(NO_COUNTS, 0, targetWith({ synop: 1 })).sensitivity!;
    expect(deciding).toEqual([]);
    expect(range).toEqual({ lowJoulePerInference: 0, highJoulePerInference: 0 });
  });
});

describe('compareWithAnn', () => {
  const network = { annMacs: 1_000_000, annWeights: 2000, annActivations: 3000 };
  const chipOf = (synops: number, figures: Parameters<typeof targetWith>[0] = { synop: 1e-9 }) =>
    computeEnergy({ ...NO_COUNTS, synops, macs: 1 }, 1, targetWith(figures));

  it('0.23 pJ per multiply-add, 1.25 pJ per value in SRAM, 160 pJ per weight from DRAM', () => {
    const { annJoule, baselines, ...counts } = compareWithAnn(network, chipOf(1));
    expect(counts).toMatchObject(network);
    expect(annJoule).toBeCloseTo(0.23e-6, 15);
    const joules = baselines!.map(({ name, joulePerInference }) => [
      name,
      Number((joulePerInference * 1e9).toFixed(6)),
    ]);
    expect(joules).toEqual([
      ['arithmetic', 230],
      ['sram', 230 + 1.25 * 5],
      ['dram', 230 + 160 * 2 + 1.25 * 3],
    ]);
    for (const { parts, joulePerInference } of baselines!) {
      for (const { count, jouleEach, joule, source } of parts) {
        expect(joule).toBe(count! * jouleEach!);
        expect(source).toContain('Horowitz');
      }
      expect(parts.reduce((sum, { joule }) => sum + joule!, 0)).toBe(joulePerInference);
    }
  });

  it('without the traffic of the conventional network its arithmetic alone', () => {
    const { baselines } = compareWithAnn({ annMacs: 5 }, chipOf(1));
    expect(baselines!.map(({ name }) => name)).toEqual(['arithmetic']);
  });

  it('says which is larger and by what factor; a partial sum can only show that the chip is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.boolean(), (synops, partial) => {
        const energy = chipOf(synops, { synop: 1e-9, ...(partial && { mac: null }) });
        for (const baseline of compareWithAnn(network, energy).baselines!) {
          const more = energy.joulePerInference > baseline.joulePerInference;
          expect(baseline.factor).toBe(energy.joulePerInference / baseline.joulePerInference);
          expect(baseline.larger).toBe(more ? 'chip' : partial ? 'undecided' : 'conventional');
          expect(baseline.robust).toBe(baseline.larger !== 'undecided');
        }
      }),
    );
  });

  it('is robust where both ends of the range agree', () => {
    const assumed = (synops: number) => {
      const target = targetWith({ synop: 1e-9 });
      const synop = { ...target.energy.synop, kind: 'assumed' as const };
      const energy = computeEnergy({ ...NO_COUNTS, synops }, 1, { ...target, energy: { ...target.energy, synop } });
      return compareWithAnn({ annMacs: network.annMacs }, energy).baselines![0]!;
    };
    // The conventional network draws 230 nJ, the chip 1 nJ per synop, or half or twice that.
    expect(assumed(100)).toMatchObject({ larger: 'conventional', robust: true });
    expect(assumed(120)).toMatchObject({ larger: 'conventional', robust: false });
    expect(assumed(240)).toMatchObject({ larger: 'chip', robust: false });
    expect(assumed(470)).toMatchObject({ larger: 'chip', robust: true });
    expect(compareWithAnn({ annMacs: 0 }, chipOf(0, {})).baselines![0]).toMatchObject({
      larger: 'equal',
      factor: null,
    });
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
        const of = (linkHops: Counts['linkHops']): Counts => ({ ...NO_COUNTS, linkHops });
        const { betweenChips } = addCounts(of(a), of(b)).linkHops;
        expect(betweenChips).toEqual({
          eastWest: a.betweenChips!.eastWest + b.betweenChips!.eastWest,
          northSouth: a.betweenChips!.northSouth + b.betweenChips!.northSouth,
        });
        expect('betweenChips' in addCounts(NO_COUNTS, of(b)).linkHops).toBe(false);
      }),
    );
  });

  it('work on states adds up, and is absent where one has none', () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (a, b) => {
        expect(addCounts(a, b)).toMatchObject({
          stateBitsRead: a.stateBitsRead! + b.stateBitsRead!,
          stateBitsWritten: a.stateBitsWritten! + b.stateBitsWritten!,
          parameterBitsRead: a.parameterBitsRead! + b.parameterBitsRead!,
          vectorAdds: a.vectorAdds! + b.vectorAdds!,
          multiplierBits: a.multiplierBits! + b.multiplierBits!,
        });
        const { vectorAdds: _, ...earlier } = b;
        expect(addCounts(a, earlier)).not.toHaveProperty('vectorAdds');
      }),
    );
  });

  it('core-cycles of a sum are known only where both are', () => {
    const known = { ...NO_COUNTS, activeCoreCycles: 2, idleCoreCycles: 3 };
    expect(addCounts(known, known)).toMatchObject({ activeCoreCycles: 4, idleCoreCycles: 6 });
    const unknown = { ...NO_COUNTS, activeCoreCycles: null, idleCoreCycles: null };
    expect(addCounts(known, unknown)).toMatchObject({ activeCoreCycles: null, idleCoreCycles: null });
  });
});
