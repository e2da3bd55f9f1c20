import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boxSize, type Chip, type CoreImage, livingCoreCount, type Placement, tileOfCore } from '../../isa/index.ts';
import { floorplan, renderFloorplan } from '../../report/index.ts';
import { boxOf, sampleChip, tinyTarget } from '../isa/chips.ts';

const plain = (width: number) => ({ color: false, width });
const image: CoreImage = sampleChip().cores[0]!;

/** A chip whose cores hold any mix of layers; only what a floorplan reads is filled in. */
function chipOf(
  mesh: { width: number; height: number },
  coresPerTile: number,
  layers: number,
  parts: Placement[],
): Chip {
  const target = tinyTarget({ mesh, coresPerTile });
  const cores = [...new Set(parts.map(({ core }) => core))].sort((a, b) => a - b);
  return {
    ...sampleChip(),
    target,
    cores: cores.map((core) => ({
      ...image,
      core,
      neuronCount: parts.filter((part) => part.core === core).reduce((sum, { box }) => sum + boxSize(box), 0),
    })),
    routes: [],
    layers: Array.from({ length: layers }, (_, l) => ({
      name: `layer ${l}`,
      shape: [parts.filter(({ layer }) => layer === l).reduce((sum, { box }) => sum + boxSize(box), 0), 1, 1] as const,
      depth: l,
      fires: true,
    })),
    placements: parts,
  };
}

const placement = (layer: number, core: number, neurons: number): Placement => ({
  layer,
  core,
  firstNeuron: 0,
  box: boxOf(neurons, 1, 1),
});

const arbitraryChip = fc
  .record({
    width: fc.integer({ min: 1, max: 64 }),
    height: fc.integer({ min: 1, max: 12 }),
    coresPerTile: fc.integer({ min: 1, max: 4 }),
    layers: fc.integer({ min: 1, max: 80 }),
    parts: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 40 }),
  })
  .map(({ width, height, coresPerTile, layers, parts }) => {
    const cores = width * height * coresPerTile;
    const placements = parts.map(([layer, core, neurons]) => placement(layer % layers, core % cores, neurons));
    return chipOf({ width, height }, coresPerTile, layers, placements);
  });

describe('floorplan', () => {
  it('has every tile, every used core on its tile, and every neuron in its layer', () => {
    fc.assert(
      fc.property(arbitraryChip, (chip) => {
        const plan = floorplan(chip);
        expect(plan.tiles.map(({ x, y }) => y * plan.mesh.width + x)).toEqual(plan.tiles.map(({ tile }) => tile));
        expect(plan.coresAvailable).toBe(livingCoreCount(chip.target));
        const cores = plan.tiles.flatMap((tile) => tile.cores.map((core) => ({ ...core, on: tile.tile })));
        expect(cores.map(({ core }) => core)).toEqual(chip.cores.map(({ core }) => core));
        for (const { core, on, tile } of cores) expect([on, tile]).toEqual([tileOfCore(chip.target, core), on]);
        plan.layers.forEach((layer, index) => {
          const parts = cores.flatMap((core) => core.layers.filter((part) => part.layer === index));
          expect(parts.reduce((sum, { neurons }) => sum + neurons, 0)).toBe(layer.neurons);
          expect(parts).toHaveLength(layer.cores);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('gives the use of each limit, and which one is tightest', () => {
    const chip = sampleChip();
    const plan = floorplan(chip);
    const [core] = chip.cores;
    const { loads, tightest } = plan.tiles[0]!.cores[0]!;
    const { limits } = chip.target;
    expect(loads.synapseBits).toEqual({
      used: 8 * core!.synapses.length,
      available: limits.synapseBits,
      share: (8 * core!.synapses.length) / limits.synapseBits,
    });
    expect(loads[tightest].share).toBe(Math.max(...Object.values(loads).map(({ share }) => share)));
    expect(plan.tiles.reduce((sum, { routeEntries }) => sum + routeEntries.used, 0)).toBe(chip.routes.length);
  });
});

describe('renderFloorplan', () => {
  it('keeps within the columns, and reads the same without colour', () => {
    fc.assert(
      fc.property(arbitraryChip, fc.integer({ min: 40, max: 200 }), (chip, width) => {
        const plan = floorplan(chip);
        const text = renderFloorplan(plan, plain(width));
        expect(stripVTControlCharacters(renderFloorplan(plan, { color: true, width }))).toBe(text);
        const [, drawn = ''] = /\n\n(.*)\n\n +layer +cores/s.exec(text) ?? [];
        expect(Math.max(...drawn.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(width);
      }),
      { numRuns: 30 },
    );
  });

  it('shows the layers and the load of every core where there is room', () => {
    const parts = [
      placement(0, 0, 8),
      placement(0, 3, 8),
      placement(1, 3, 4),
      ...[0, 1, 2, 3, 4].map((l) => placement(l, 7, 1)),
    ];
    const chip = chipOf({ width: 2, height: 2 }, 2, 5, parts);
    const full = { ...chip, target: { ...chip.target, limits: { ...chip.target.limits, neurons: 16 } } };
    const cores = full.cores.map((core) => ({
      ...core,
      sinks: [],
      groups: [],
      axonCount: 0,
      synapses: Uint8Array.of(),
    }));
    const idle = cores.map((core) => ({ ...core, program: Uint32Array.of(), parameters: Int32Array.of() }));
    const lines = (width: number, deadTiles: number[] = []) => {
      const target = { ...full.target, deadTiles };
      return renderFloorplan(floorplan({ ...full, cores: idle, target }), plain(width)).split('\n');
    };
    expect(lines(80).slice(3, 9)).toEqual([
      '    0          1',
      '  0 a     50%  ·',
      '    ·          ab    75%',
      '',
      '  1 ·          ·',
      '    ·          abc+  31%',
    ]);
    expect(lines(80, [2])[0]).toMatch(/: 2 × 2 tiles of 2 cores, 1 tile dead \(×\)$/);
    expect(lines(80, [2]).slice(7, 9)).toEqual(['  1 ×          ·', '    ×          abc+  31%']);
    expect(lines(80, [2])[1]).toMatch(/^ {2}3 of 6 cores in use/);
    expect(lines(20).slice(3, 9)).toEqual([
      '    0     1',
      '  0 a   ▅ ·',
      '    ·     ab  ▇',
      '',
      '  1 ·     ·',
      '    ·     abc+▃',
    ]);
  });

  it('falls back to one character per tile: the layer with most neurons, and the fullest core', () => {
    const parts = [placement(0, 0, 5), placement(1, 1, 3), placement(1, 0, 3), placement(2, 64 * 64 * 2 - 1, 9)];
    const text = renderFloorplan(floorplan(chipOf({ width: 64, height: 64 }, 2, 3, parts)), plain(80));
    const rows = text.split('\n').filter((line) => /^ *\d+ [^ ]{64}$/.test(line));
    expect(rows).toHaveLength(128);
    expect(rows[0]).toBe(`   0 b${'·'.repeat(63)}`);
    expect(rows[63]).toBe(`  63 ${'·'.repeat(63)}c`);
    expect(rows[64]).toMatch(/^ {3}0 [▁▂▃▄▅▆▇█]·{63}$/);
  });

  it('names of layers cannot control the terminal', () => {
    const chip = sampleChip();
    const layers = chip.layers.map((layer) => ({ ...layer, name: 'x\u001b[2J' }));
    expect(renderFloorplan(floorplan({ ...chip, layers }), plain(80))).not.toContain('\u001b');
  });
});
