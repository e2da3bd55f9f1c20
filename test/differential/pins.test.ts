/**
 * Pins drawn at random: what is pinned lies where the pins say and nothing else beside it, the chip computes what it did, and the mapping
 * as pins gives the same chip again.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BuildOptions, BuildResult, PinOptions } from '../../compiler/index.ts';
import { Emulator } from '../../emulator/index.ts';
import { boxElements, builtinTargets, type Chip, DiagnosticError, type Pin, shapeSize } from '../../isa/index.ts';
import { build, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../arbitraries/networks.ts';
import { arbitraryPopulations } from '../arbitraries/populations/networks.ts';
import { Draws } from '../arbitraries/random.ts';
import { cases } from '../cases.ts';

const edge = builtinTargets().get('edge')!;
const target = { ...edge, limits: { ...edge.limits, delaySlots: 64 }, deadTiles: [9] };
const numRuns = cases(7);

const pinFile = (pins: readonly Pin[]): PinOptions => ({ file: 'pins.json', sha256: '0'.repeat(64), pins: [...pins] });

/** Parts of some layers, each on one core or several. */
function drawPins({ layers }: Chip, draws: Draws): Pin[] {
  const cores = [...Array(64).keys()].filter((core) => core !== 9).sort(() => draws.below(3) - 1);
  return layers.flatMap(({ name, shape }, l): Pin[] => {
    const wanted = draws.below(3);
    if (wanted === 0) return [];
    const range = (size: number): string | number => {
      const first = draws.below(size);
      return draws.chance(0.3) ? first : `${first}-${draws.between(first, size - 1)}`;
    };
    const part = draws.chance(0.3)
      ? {}
      : { channels: range(shape[0]), rows: range(shape[1]), columns: range(shape[2]) };
    const [first, second] = cores.splice(-2) as [number, number];
    const written = (core: number): Pin['cores'][number] => (l % 2 === 0 ? core : [core % 8, Math.floor(core / 8)]);
    return [{ layer: name, ...part, cores: wanted === 1 ? [written(first)] : [written(first), written(second)] }];
  });
}

/** Neurons of a layer by the core that holds them. */
const coresOf = ({ layers, placements }: Chip, l: number): number[] => {
  const cores = new Array<number>(shapeSize(layers[l]!.shape)).fill(-1);
  for (const { layer, box, core } of placements)
    if (layer === l) for (const element of boxElements(box, layers[l]!.shape)) cores[element] = core;
  return cores;
};

const bounds = (range: Pin['rows'], size: number): [first: number, last: number] => {
  const [first, last] = String(range ?? `0-${size - 1}`)
    .split('-')
    .map(Number) as [number, number?];
  return [first, last ?? first];
};

function expectPinned(chip: Chip, pins: readonly Pin[]): void {
  const named = new Map<number, number>();
  for (const pin of pins) {
    const l = chip.layers.findIndex(({ name }) => name === pin.layer);
    const { shape } = chip.layers[l]!;
    const cores = pin.cores.map((core) => (typeof core === 'number' ? core : 8 * core[1] + core[0]));
    const [[c0, c1], [y0, y1], [x0, x1]] = [
      bounds(pin.channels, shape[0]),
      bounds(pin.rows, shape[1]),
      bounds(pin.columns, shape[2]),
    ];
    const held = coresOf(chip, l);
    for (const core of cores) named.set(core, 0);
    for (let c = c0; c <= c1; c++)
      for (let y = y0; y <= y1; y++)
        for (let x = x0; x <= x1; x++) {
          const core = held[(c * shape[1] + y) * shape[2] + x]!;
          expect(cores).toContain(core);
          named.set(core, named.get(core)! + 1);
        }
  }
  for (const [core, neurons] of named)
    expect(
      chip.placements
        .filter((each) => each.core === core)
        .reduce((sum, { box }) => sum + boxElements(box, chip.layers[0]!.shape).length, 0),
    ).toBe(neurons);
}

const answers = (chip: Chip) => {
  const emulator = new Emulator(chip, { timing: 'none' });
  return chip.selfTest!.samples.map(({ input }) => {
    const { readout, spikes } = emulator.infer(input);
    return { readout: Array.from(readout), spikes: spikes.count };
  });
};

interface Drawn {
  readonly net: RandomNetwork;
  readonly way: Pick<BuildOptions, 'assignment' | 'aim'>;
  readonly seed: number;
}

const ways: fc.Arbitrary<Drawn['way']> = fc.constantFrom<Drawn['way'][]>(
  { assignment: 'layers' },
  { assignment: 'traffic' },
  { assignment: 'work' },
  { assignment: 'traffic', aim: { objective: 'latency' } },
);

/** @returns undefined where it is refused for a reason that `refused` gets */
async function attempt(net: RandomNetwork, options: BuildOptions, refused: string[]): Promise<BuildResult | undefined> {
  try {
    return await build(net, options);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    refused.push(...error.diagnostics.map(({ code }) => code));
    return undefined;
  }
}

describe.each([
  ['converted networks', arbitraryNetwork],
  ['populations', arbitraryPopulations],
])('pins of %s', (_, networks: fc.Arbitrary<RandomNetwork>) => {
  it('say where neurons lie and change nothing else; a mapping as pins is the mapping', async () => {
    let pinned = 0;
    const refused: string[] = [];
    const property = fc.asyncProperty(networks, ways, fc.integer(), async (net, way, seed) => {
      const options: BuildOptions = { ...TEST_OPTIONS, ...way, target, placement: { method: 'hilbert', seed: 0 } };
      const plain = await attempt(net, options, []);
      if (plain === undefined) return;
      const pins = drawPins(plain.chip, new Draws(seed));
      const result = await attempt(net, { ...options, pins: pinFile(pins) }, refused);
      if (result === undefined) return;
      pinned += Number(pins.length > 0);
      expectPinned(result.chip, pins);
      expect(answers(result.chip)).toEqual(answers(plain.chip));
      if (result.pins === undefined) return;
      const again = await build(net, { ...options, pins: pinFile(result.pins.pins) });
      expect({ ...again.chip, provenance: result.chip.provenance }).toEqual(result.chip);
      expect(again.record.mapping.assignment).toBe('pins');
    });
    await fc.assert(property, { numRuns });
    expect(pinned).toBeGreaterThan(0);
    // Boxes that cut through channel groups or are too few neurons for two cores, and networks that are mapped neuron by neuron by traffic.
    expect(refused.filter((code) => code !== 'E0325')).toEqual([]);
  });
});
