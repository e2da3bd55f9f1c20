/** Targets given as a base and what differs: figures of edge follow by its formulas, those of others become assumed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  areaText,
  builtinTargets,
  figureChanges,
  loadTarget,
  merged,
  parseTarget,
  type Target,
  type Tree,
} from '../../isa/index.ts';
import { faultsOf } from './damage.ts';

const edge = builtinTargets().get('edge')!;
const loihi = builtinTargets().get('loihi')!;
const edgeWith = (changes: Tree): Target => loadTarget({ builtin: edge }, changes).target;

/** Sizes of edge that a user may choose, each with a range in which its figures are looked at. */
const SIZES = {
  neurons: (value: number) => ({ limits: { neurons: value } }),
  synapseBits: (value: number) => ({ limits: { synapseBits: 8 * value } }),
  parameters: (value: number) => ({ limits: { parameters: value } }),
  axons: (value: number) => ({ limits: { axons: value } }),
  routeEntries: (value: number) => ({ limits: { routeEntries: value } }),
  vBits: (value: number) => ({ widths: { vBits: 8 + (value % 25) } }),
  payloadBits: (value: number) => ({ widths: { payloadBits: 2 + (value % 15) } }),
  side: (value: number) => ({ mesh: { width: 1 + (value % 64) } }),
  node: (value: number) => ({ process: `${22 + (value % 24)} nm` }),
} as const;
const VALUE_OF: Readonly<Partial<Record<keyof typeof SIZES, (value: number) => number>>> = {
  vBits: (value) => value % 25,
  payloadBits: (value) => value % 15,
  side: (value) => value % 64,
  node: (value) => value % 24,
};

describe('a changed edge', () => {
  it('never has a larger figure for a smaller size, in energies and in times', () => {
    const names = Object.keys(SIZES) as (keyof typeof SIZES)[];
    const value = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(fc.constantFrom(...names), value, value, fc.constantFrom(2e8, 1e9, 5e9), (name, a, b, clock) => {
        const order = VALUE_OF[name] ?? ((one: number) => one);
        const [low, high] = order(a) <= order(b) ? [a, b] : [b, a];
        const timing = { clockHz: { value: clock } };
        const [small, large] = [low, high].map((one) => edgeWith({ ...SIZES[name](one), timing }));
        for (const [event, figure] of Object.entries(small!.energy))
          expect(large!.energy[event as keyof Target['energy']]!.value).toBeGreaterThanOrEqual(figure!.value!);
        for (const field of ['laneCycles', 'eventCycles', 'vectorCycles', 'updateActiveCycles'] as const)
          expect(large!.timing[field].value).toBeGreaterThanOrEqual(small!.timing[field].value);
      }),
      { numRuns: 25 },
    );
  });

  it('has the figures of the formulas: a quarter of the capacity is half of an access', () => {
    const small = edgeWith({ limits: { neurons: 1024, synapseBits: 32 * 1024 * 8 } });
    expect(small.energy.synop.value).toBe(2.6e-12);
    expect(small.energy.synapseBitRead.value).toBe(0.313e-12);
    expect(small.energy.synop.source).toContain('5 * sqrt(0.5/8) = 1.25 pJ');
    expect(small.origins!['limits.neurons']!.source).toBe('chosen: 1024 in place of 4096 of edge');
    expect(small.origins!['limits.axons']).toEqual(edge.origins!['limits.axons']);
    const fast = edgeWith({ timing: { clockHz: { value: 1e9 }, updateLanes: 64 } });
    expect(fast.timing.laneCycles.value).toBe(3);
    expect(fast.timing.updateActiveCycles.value).toBe(4 * 2);
    expect(fast.energy.idleCoreCycle.value).toBe(0.5e-12);
  });

  it('is edge itself where nothing differs, and the example of four chips where that is what differs', () => {
    expect(edgeWith({})).toEqual(edge);
    expect(edgeWith({ limits: { neurons: edge.limits.neurons } })).toEqual(edge);
    const path = new URL('../../examples/edge-2x2.target.json', import.meta.url);
    const example = parseTarget(JSON.parse(readFileSync(path, 'utf8')));
    const { name, description, origins: _, ...figures } = example;
    const changes = { name, description, mesh: { width: 16, height: 16 }, chips: { width: 2, height: 2 } };
    const { origins: __, ...followed } = edgeWith(changes);
    expect(followed).toEqual({ ...figures, name, description });
  });

  it('keeps what is stated in the changes, and says that it was chosen', () => {
    const target = edgeWith({ energy: { synop: { value: 4e-12 } }, limits: { neurons: 512 } });
    expect(target.energy.synop).toEqual({
      ...{ value: 4e-12, unit: 'J', kind: 'assumed' },
      source: 'chosen in place of 5.1e-12 of edge',
    });
    const ticking = edgeWith({ timing: { tickCycles: { value: 50_000 } } });
    expect(ticking.timing.tickCycles).toMatchObject({ value: 50_000, unit: 'cycles', kind: 'assumed' });
    expect(edgeWith({ emptyCores: 'idle' })).toMatchObject({ emptyCores: 'idle', energy: edge.energy });
  });

  it('a file with a base is what the same settings are, and settings are stronger than the file', () => {
    const size = fc.integer({ min: 1, max: 60_000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 64 }), (neurons, axons, width) => {
        const changes = { limits: { neurons, axons }, mesh: { width } };
        const file = { base: 'edge', $comment: 'mine', ...changes };
        expect(parseTarget(file)).toEqual(edgeWith(changes));
        const both = loadTarget({ json: { base: 'edge', limits: { neurons: 7, axons } } }, merged(changes, {}));
        expect(both.target).toEqual(edgeWith(changes));
      }),
      { numRuns: 8 },
    );
  });

  it('shows the area of its tiles, which other targets do not have', () => {
    expect(areaText(loadTarget({ builtin: edge }, { process: '28 nm' }))).toContain('= 0.879 mm2');
    expect(areaText(loadTarget({ builtin: loihi }, { mesh: { width: 4 } }))).toBeUndefined();
  });
});

describe('a changed target of fixed figures', () => {
  it('keeps its values; those that a change concerns become assumed and say what they were stated for', () => {
    const { target, base } = loadTarget({ builtin: loihi }, { limits: { neurons: 2048 } });
    for (const { before, after, kind, source } of figureChanges(base!, target)) {
      expect(after).toBe(before);
      expect(kind).toBe('assumed');
      expect(source).toContain('stated for limits.neurons = 1024, taken to hold for 2048 (assumed)');
    }
    expect(target.energy.synop.kind).toBe('assumed');
    expect(target.energy.linkHopEastWest).toEqual(loihi.energy.linkHopEastWest);
    const wider = loadTarget({ builtin: loihi }, { mesh: { width: 16 } }).target;
    expect(wider.energy).toEqual(loihi.energy);
    expect(wider.timing.barrierHopCycles.source).toContain('stated for mesh = ');
    const fitted = loadTarget({ builtin: builtinTargets().get('loihi-fitted')! }, { limits: { neurons: 9 } }).target;
    expect(fitted.energy.synop).not.toHaveProperty('relativeUncertainty');
  });
});

describe('changes that cannot be', () => {
  it.each<[Tree, string, string | undefined, string]>([
    [{ limits: { neurons: 0 } }, 'E0103', 'limits.neurons', '>=1'],
    [{ limits: { colour: 1 } }, 'E0103', 'limits', 'colour'],
    [{ mesh: 3 }, 'E0103', 'mesh', 'expected object'],
    [{ chips: { width: 3 } }, 'E0103', 'chips.width', '3 chips do not divide'],
    [{ base: 'loihi' }, 'E0103', 'base', 'not a field'],
    [{ emptyCores: 'on' }, 'E0103', 'emptyCores', 'gated'],
    [{ timing: { tickCycles: { value: 5 } } }, 'E0103', 'timing.tickCycles.value', 'less than the barrier'],
    [{ process: '7 nm' }, 'E0110', 'process', 'from 22 to 45 nm'],
    [{ process: 'old' }, 'E0110', 'process', 'does not begin with nanometres'],
  ])('of edge: %j', (changes, code, path, message) => {
    const [fault] = faultsOf(() => edgeWith(changes));
    expect([fault!.code, fault!.place?.path]).toEqual([code, path]);
    expect(fault!.message).toContain(message);
    expect(fault!.remedy).toBeDefined();
  });

  it('E0110 for another process of fixed figures, E0105 with the file for a file', () => {
    const process = faultsOf(() => loadTarget({ builtin: loihi }, { process: '7 nm' }));
    expect(process.map(({ code }) => code)).toEqual(['E0110']);
    const files: Tree[] = [{ base: 'edgy' }, { base: 1 }, { base: 'edge', limits: { neurons: -1 } }];
    for (const json of files) {
      const [fault] = faultsOf(() => parseTarget(json, 'my.json'));
      expect([fault!.code, fault!.place?.file]).toEqual(['E0105', 'my.json']);
    }
  });

  it('nothing but numbered faults for any settings', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(edge), 'x', '__proto__'), fc.jsonValue()),
        (settings) => {
          faultsOf(() => edgeWith(settings));
          faultsOf(() => loadTarget({ builtin: loihi }, settings));
        },
      ),
    );
  });
});
