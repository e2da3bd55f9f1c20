/** Built-in targets, and a user's own target. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  barrierCycles,
  builtinTargets,
  coreCount,
  newTarget,
  ORIGIN_PATHS,
  parseTarget,
  refusalOf,
  requireSameMachine,
  targetSchema,
  type Target,
} from '../../isa/index.ts';
import { arbitraryTarget } from './arbitraries.ts';
import { faultsOf } from './damage.ts';
import { arbitraryGrid, asGrid, asOneChip } from './grids.ts';

const edge = builtinTargets().get('edge')!;
const loihi = builtinTargets().get('loihi')!;

/** A target with one value replaced, as it would come from a file. */
function changed(path: string, value: unknown, base: Target = edge): unknown {
  const copy = structuredClone(base) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const holder = keys.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, copy);
  holder[keys.at(-1)!] = value;
  return copy;
}

describe('built-in targets', () => {
  it('follow the schema, are named as they are listed, and edge is the first', () => {
    expect([...builtinTargets().keys()]).toEqual([
      'edge',
      'loihi',
      'loihi-fitted',
      'truenorth-like',
      'tinyodin',
      'speck-like',
      'xylo-like',
    ]);
    for (const [name, target] of builtinTargets()) {
      expect(targetSchema.parse(target)).toEqual(target);
      expect(target.name).toBe(name);
    }
  });

  it('say where every figure comes from; edge has no unknown energy, so that its totals are complete', () => {
    for (const figure of Object.values(edge.energy)) expect(figure!.kind).not.toBe('unknown');
    for (const target of builtinTargets().values())
      for (const figure of Object.values(target.energy))
        if (figure!.value === 0) expect(figure!.source).toMatch(/^included in /);
  });

  it('say unit, kind and source of every number, limits and widths included', () => {
    for (const target of builtinTargets().values())
      for (const path of ORIGIN_PATHS) {
        const value = path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], target);
        // A target that says nothing of its packets carries in them what its axon counters hold.
        expect(value === undefined).toBe(path === 'widths.packetBits' && target.origins![path] === undefined);
        if (value !== undefined) expect(target.origins![path]!.source.length).toBeGreaterThan(5);
      }
  });

  it('cannot be changed by anybody, at any depth', () => {
    const parts = (value: object): object[] => [
      value,
      ...Object.values(value).flatMap((part) => (Object(part) === part ? parts(part as object) : [])),
    ];
    for (const target of builtinTargets().values())
      expect(parts(target).filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('are one machine with ours, or say why not', () => {
    const refused = [...builtinTargets().values()].filter((target) => refusalOf(target) !== undefined);
    expect(refused.map(({ name }) => name)).toEqual(['truenorth-like', 'tinyodin', 'speck-like', 'xylo-like']);
    for (const target of refused) {
      const { code, message, remedy } = refusalOf(target)!;
      expect(code).toBe('E0317');
      for (const { feature, reason, nearest } of target.constraints!) {
        expect(message).toContain(`${feature}: ${reason}`);
        expect(remedy).toContain(nearest);
      }
      expect(faultsOf(() => requireSameMachine(target)).map((fault) => fault.code)).toEqual(['E0317']);
      expect(() => requireSameMachine({ ...target, constraints: [] })).not.toThrow();
    }
    for (const target of [edge, loihi]) expect(() => requireSameMachine(target)).not.toThrow();
  });

  it('loihi-fitted: the fitted constants, and none of the published table', () => {
    const fitted = builtinTargets().get('loihi-fitted')!;
    const { energy, timing } = fitted;
    const picojoules: Partial<Record<keyof Target['energy'], number | null>> = {
      synop: 35.5,
      neuronUpdateIdle: 51.2,
      neuronUpdateActive: 51.2 + 21.6,
      spike: 69.3,
      delivery: 111 + 0,
      linkHopEastWest: 3,
      linkHopNorthSouth: 4.2,
      withinTile: null,
      barrier: null,
      idleCoreCycle: null,
    };
    for (const [event, value] of Object.entries(picojoules)) {
      const figure = energy[event as keyof Target['energy']]!;
      if (value === null) expect(figure.value).toBeNull();
      else expect(figure.value! * 1e12).toBeCloseTo(value, 9);
      if (value !== null) expect(figure.relativeUncertainty).toBe(event === 'synop' ? 0.48 : 0.12);
    }
    expect(35.5 / 24 - 1).toBeCloseTo(0.48, 2);
    const nanoseconds = { laneCycles: 3.8, eventCycles: 16, updateIdleCycles: 6, updateActiveCycles: 9.7 } as const;
    for (const [name, time] of Object.entries(nanoseconds))
      expect((timing[name as keyof typeof nanoseconds].value / timing.clockHz.value) * 1e9).toBeCloseTo(time, 9);
    expect((barrierCycles(fitted) / timing.clockHz.value) * 1e6).toBeCloseTo(1.8, 9);
    expect((timing.barrierCycles.value / timing.clockHz.value) * 1e6).toBeCloseTo(0.6, 9);
    for (const figure of Object.values(energy)) expect(figure!.source).not.toContain('Davies');
  });

  it('the sizes that are published of chips that nothing is built for', () => {
    const sizes = ['truenorth-like', 'tinyodin', 'speck-like', 'xylo-like'].map((name) => {
      const target = builtinTargets().get(name)!;
      const { limits, widths } = target;
      return [coreCount(target), limits.neurons, widths.vBits, ...widths.weightBits];
    });
    expect(sizes).toEqual([
      [4096, 256, 20, 1],
      [1, 256, 12, 4],
      [9, 16_384, 16, 8],
      [1, 1008, 16, 8],
    ]);
    const speck = builtinTargets().get('speck-like')!;
    expect(speck.staticPower).toMatchObject({ value: 0.42e-3, unit: 'W', kind: 'published' });
    expect(speck.limits.synapseBits).toBe(16 * 1024 * 8);
    expect(builtinTargets().get('truenorth-like')!.energy.synop.value).toBe(26e-12);
    expect(builtinTargets().get('tinyodin')!.energy.synop.value).toBeNull();
    // 256 neurons: 1 + 2 * 256 cycles for a spike.
    const { eventCycles, laneCycles, lanes } = builtinTargets().get('tinyodin')!.timing;
    expect(eventCycles.value + Math.ceil(256 / lanes) * laneCycles.value).toBe(1 + 2 * 256);
  });

  it('edge: the arithmetic in the sources gives the values', () => {
    const sram = (kib: number) => 5 * Math.sqrt(kib / 8);
    const [neuron, parameter, buffer] = [sram(2), sram(4), 2 * sram(64 / 1024)];
    const expected: Partial<Record<keyof Target['energy'], number>> = {
      synop: 2 * neuron + 0.1,
      mac: 2 * neuron + 0.1 + (0.2 * 10) / 8,
      synapseBitRead: sram(128) / 32,
      neuronUpdateActive: 3 * neuron + 2 * parameter + 0.4,
      neuronUpdateIdle: 2 * neuron + 2 * parameter + 0.3,
      delivery: 4 * sram(16) + 4 * (10 / 32) * sram(160) + 0.4,
      routerTraversal: 2 * buffer + sram(16) + 64 * 0.2 * 0.1,
      linkHopEastWest: 64 * 0.1,
      barrier: 2 * 63 * 0.1,
      reset: parameter + 2 * neuron,
      idleCoreCycle: 0.5e9 / edge.timing.clockHz.value,
      activeCoreCycle: 2e9 / edge.timing.clockHz.value,
    };
    // The sources round each term to 0.01 pJ.
    for (const [event, picojoule] of Object.entries(expected))
      expect(Math.abs(edge.energy[event as keyof Target['energy']]!.value! * 1e12 - picojoule)).toBeLessThan(0.02);
    const small: Partial<Record<keyof Target['energy'], number>> = {
      stateBitRead: neuron / 32,
      stateBitWritten: neuron / 32,
      parameterBitRead: parameter / 32,
      vectorAdd: 0.1,
      multiplierBit: 3.1 / 32,
    };
    for (const [event, picojoule] of Object.entries(small))
      expect(Math.abs(edge.energy[event as keyof Target['energy']]!.value! * 1e12 - picojoule)).toBeLessThan(0.001);
    expect(edge.limits.axons * edge.limits.delaySlots * edge.widths.payloadBits).toBe(160 * 1024 * 8);
    expect(edge.limits.parameters * 4).toBe(64 * 1024);
    expect(edge.limits.synapseBits).toBe(128 * 1024 * 8);
  });

  it('loihi: the published limits, times to within the grid, and energies', () => {
    expect(coreCount(loihi)).toBe(128);
    const { timing, energy } = loihi;
    const grid = 1 / timing.clockHz.value;
    const times: readonly (readonly [keyof Target['timing'], number])[] = [
      ['laneCycles', 3.5],
      ['updateActiveCycles', 8.4],
      ['updateIdleCycles', 5.3],
      ['hopEastWestCycles', 4.1],
      ['hopNorthSouthCycles', 6.5],
      ['ejectionCycles', 2.1],
      ['barrierCycles', 113],
    ];
    for (const [name, nanoseconds] of times) {
      const cycles = timing[name] as { value: number };
      expect(Math.abs(cycles.value * grid - nanoseconds * 1e-9)).toBeLessThanOrEqual(grid / 2 + 1e-15);
    }
    expect(barrierCycles(loihi) * grid * 1e9).toBeCloseTo(465, -1);
    expect(energy.synop.value).toBe(23.6e-12);
    expect(energy.neuronUpdateActive.value).toBe(81e-12);
    expect(energy.idleCoreCycle.value).toBeNull();
  });
});

describe('examples/edge-2x2.target.json', () => {
  const file = fileURLToPath(new URL('../../examples/edge-2x2.target.json', import.meta.url));
  const example = parseTarget(JSON.parse(readFileSync(file, 'utf8')));

  it('is four chips of edge; what is new is assumed', () => {
    const { name: _, description: __, mesh, chips, energy, notModelled, ...rest } = example;
    const { name: ___, description: ____, mesh: chip, energy: energyOfEdge, ...restOfEdge } = edge;
    expect({ ...rest, notModelled: edge.notModelled }).toEqual(restOfEdge);
    expect(notModelled.slice(0, edge.notModelled.length)).toEqual(edge.notModelled);
    expect(mesh).toEqual({ width: 2 * chip.width, height: 2 * chip.height });
    expect([chips!.width, chips!.height]).toEqual([2, 2]);
    const { linkHopBetweenChips, barrier, ...others } = energy;
    expect({ ...others, barrier: energyOfEdge.barrier }).toEqual(energyOfEdge);
    const { linkCycles, flitCycles, creditCycles } = chips!;
    for (const { kind } of [linkCycles, flitCycles, creditCycles, linkHopBetweenChips!, barrier])
      expect(kind).toBe('assumed');
  });

  it('the arithmetic in the sources gives the values', () => {
    expect(example.chips!.linkCycles.value).toBe(edge.timing.hopEastWestCycles.value + (64 / 16 - 1) + 4 + 2);
    expect(example.chips!.flitCycles.value).toBe(64 / 16);
    expect(example.chips!.creditCycles.value).toBe(edge.timing.creditCycles.value + 4 + 2);
    expect(example.energy.linkHopBetweenChips!.value).toBeCloseTo(64 * 2e-12, 20);
    expect(example.energy.barrier.value).toBeCloseTo(2 * (252 * 0.1e-12 + 3 * 2e-12), 20);
  });
});

describe('parseTarget', () => {
  it('accepts what a target becomes in a file', () => {
    fc.assert(
      fc.property(arbitraryTarget, (target) => {
        expect(parseTarget(JSON.parse(JSON.stringify(target)))).toEqual(target);
      }),
      { numRuns: 30 },
    );
  });

  it('E0105 names dead tiles outside of the mesh, and the last tile that there is', () => {
    const faults = faultsOf(() => parseTarget(changed('deadTiles', [3, 63, 64, 999])));
    expect(faults.map(({ code, place, message }) => [code, place?.path, message])).toEqual([
      ['E0105', 'deadTiles.2', expect.stringContaining('no tile 64: the last one of the mesh is 63')],
      ['E0105', 'deadTiles.3', expect.stringContaining('no tile 999')],
    ]);
  });

  it.each([
    ['limits.neurons', 0],
    ['limits.neurons', 70_000],
    ['limits.colour', 1],
    ['widths.vBits', 33],
    ['widths.weightBits', [3]],
    ['timing.laneCycles.value', 1.5],
    ['timing.clockHz.kind', 'unknown'],
    ['energy.synop.unit', 'pJ'],
    ['energy.synop.value', null],
    ['energy.synop.value', -1],
    ['energy.synop.value', 1e308],
    ['timing.clockHz.value', 1e-300],
    ['deadTiles', [3, 3]],
    ['deadTiles', [-1]],
    ['mesh', undefined],
    ['format', 'snn-target/2'],
    ['energy.synop.relativeUncertainty', -0.1],
    ['origins', { 'limits.colour': { unit: 'x', kind: 'published', source: 'y' } }],
    ['origins', { 'limits.neurons': { unit: 'x', kind: 'unknown', source: 'y' } }],
    ['constraints', [{ feature: 'spins', reason: '', nearest: 'edge' }]],
    ['staticPower', { value: 1, unit: 'J', kind: 'assumed', source: 'x' }],
  ])('E0105 with the path where %s = %p', (path, value) => {
    const faults = faultsOf(() => parseTarget(changed(path, value), 'my.json'));
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) {
      expect(fault.code).toBe('E0105');
      expect(fault.place?.file).toBe('my.json');
    }
    const named = path.split('.').slice(0, path.includes('colour') || value === null ? -1 : undefined);
    expect(faults[0]!.place!.path).toContain(named.join('.'));
  });

  it('leaves out what is for readers and editors', () => {
    const file = { $schema: 'target.schema.json', $comment: ['one', 'two'], ...edge };
    expect(parseTarget(file)).toEqual(edge);
    expect(targetSchema.safeParse(file).success).toBe(false);
  });

  it('accepts a new target as it is: the figures of its base, and what every field with a meaning means', () => {
    for (const base of builtinTargets().values()) {
      const started = newTarget(base, 'mine');
      const { name, description, ...figures } = parseTarget(JSON.parse(JSON.stringify(started)));
      expect({ ...figures, name: base.name, description: base.description }).toEqual(base);
      expect(name).toBe('mine');
      expect(description).toContain(base.name);
      for (const field of ['limits.neurons', 'widths.vBits', 'timing.lanes', 'staticPower'])
        expect(started.$comment.filter((line) => line.startsWith(`${field}: `))).toHaveLength(1);
    }
    expect(newTarget(edge, 'x'.repeat(200)).name).toHaveLength(100);
  });

  it('E0105 for anything that is not a target', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(faultsOf(() => parseTarget(value)).map((fault) => fault.code)).toContain('E0105');
      }),
    );
  });

  const tick = (value: number) => ({ value, unit: 'cycles', kind: 'published', source: 'a data sheet' });

  it('accepts a fixed tick of at least a barrier', () => {
    const barrier = barrierCycles(edge);
    for (const value of [barrier, barrier + 1, 1_000_000_000])
      expect(parseTarget(changed('timing.tickCycles', tick(value))).timing.tickCycles).toEqual(tick(value));
    expect(parseTarget(changed('name', 'mine')).timing).not.toHaveProperty('tickCycles');
  });

  it.each([
    [tick(barrierCycles(edge) - 1), 'are less than the barrier of'],
    [tick(0), ''],
    [tick(1_000_000_001), ''],
    [tick(1000.5), ''],
    [{ ...tick(100_000), kind: 'unknown' }, ''],
    [{ ...tick(100_000), unit: 's' }, ''],
    [100_000, ''],
  ])('E0105 where the fixed tick is %p', (value, message) => {
    const faults = faultsOf(() => parseTarget(changed('timing.tickCycles', value), 'my.json'));
    expect(faults.map(({ code }) => code)).toEqual(['E0105']);
    expect(faults[0]!.place?.path).toMatch(/^timing\.tickCycles/);
    expect(faults[0]!.message).toContain(message);
  });

  const grid = asGrid(edge, {
    width: 2,
    height: 4,
    slowerCycles: 9,
    flitCycles: 4,
    laterCreditCycles: 9,
    joule: 128e-12,
  });

  it.each([
    ['chips.width', 3, "3 chips do not divide the mesh's width of 8 tiles evenly"],
    ['chips.height', 16, "16 chips do not divide the mesh's height of 8 tiles evenly"],
    ['chips.width', 0, ''],
    ['chips.linkCycles.value', 2, '2 cycles over a chip border; within a chip it takes 3'],
    ['chips.creditCycles.value', 1, '1 cycles over a chip border; within a chip it takes 2'],
    ['chips.flitCycles.value', 0, ''],
    ['chips.flitCycles', undefined, ''],
    ['chips.linkCycles.kind', 'unknown', ''],
    ['energy.linkHopBetweenChips', undefined, 'needs the energy of a flit over a chip border'],
  ])('E0105 with the path where %s of a grid of chips = %p', (path, value, message) => {
    const faults = faultsOf(() => parseTarget(changed(path, value, grid), 'my.json'));
    expect(faults.map(({ code, place }) => [code, place?.file, place?.path])).toEqual([['E0105', 'my.json', path]]);
    expect(faults[0]!.message).toContain(message);
  });

  it('E0105 for an energy of links between chips where there is one chip only', () => {
    const faults = faultsOf(() => parseTarget(changed('chips', undefined, grid)));
    expect(faults.map(({ code, place }) => [code, place?.path])).toEqual([['E0105', 'energy.linkHopBetweenChips']]);
  });
});

describe('barrierCycles', () => {
  it('waits at each border for what a flit takes longer over it, there and back', () => {
    fc.assert(
      fc.property(arbitraryTarget, arbitraryGrid, (base, figures) => {
        const single = asOneChip(base);
        const grid = asGrid(single, figures);
        const { chips, timing } = grid;
        const columns = (chips!.width - 1) * (chips!.linkCycles.value - timing.hopEastWestCycles.value);
        const rows = (chips!.height - 1) * (chips!.linkCycles.value - timing.hopNorthSouthCycles.value);
        expect(barrierCycles(grid)).toBe(barrierCycles(single) + 2 * (columns + rows));
      }),
    );
  });
});
