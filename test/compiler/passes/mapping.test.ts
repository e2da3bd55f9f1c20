import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, readChip, type Target } from '../../../isa/index.ts';
import { build, buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';

describe('the mapping', () => {
  it('stays within every limit of the target', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const { chip, record } = await buildThatFits(net, target);
        const { limits } = chip.target;
        expect(readChip((await buildThatFits(net, target)).bytes).cores.length).toBe(record.mapping.cores);
        for (const core of chip.cores) {
          expect(core.neuronCount).toBeLessThanOrEqual(limits.neurons);
          expect(core.axonCount).toBeLessThanOrEqual(limits.axons);
          expect(8 * core.synapses.length).toBeLessThanOrEqual(limits.synapseBits);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('spikes and read-out are the same for every target', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        // Equal widths, so that both networks are quantised alike.
        const wide = { ...target, widths: { ...target.widths, vBits: 32 } };
        const [small, large] = [
          await buildThatFits(net, wide),
          await buildThatFits(net, builtinTargets().get('edge')!),
        ];
        const [a, b] = [small, large].map(({ chip }) => {
          const input = chip.selfTest!.samples[0]!.input;
          return new Emulator(chip, { timing: 'none' }).infer(input);
        });
        expect(Array.from(a!.readout)).toEqual(Array.from(b!.readout));
        expect(a!.spikes.count).toBe(b!.spikes.count);
        expect(small.chip.selfTest!.samples).toEqual(large.chip.selfTest!.samples);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a target with fewer cores than layers', () => {
  it('takes networks whose layers can share them, with the same results', async () => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.integer({ min: 1, max: 2 }), async (net, width) => {
        const roomy = await build(net, { ...TEST_OPTIONS, target: edge });
        const { chip, record } = await build(net, { ...TEST_OPTIONS, target: { ...edge, mesh: { width, height: 1 } } });
        expect(chip.cores.length).toBe(Math.min(width, roomy.chip.cores.length));
        if (chip.cores.length === 1 && chip.layers.length > 1) {
          shared++;
          expect(record.layers.map((layer) => layer.sharedCores)).toEqual(chip.layers.map(() => 1));
        }
        const { input, readout } = roomy.chip.selfTest!.samples[0]!;
        const answer = new Emulator(chip, { timing: 'cycle' }).infer(input);
        expect(Array.from(answer.readout)).toEqual(Array.from(readout));
      }),
      { numRuns: 20 },
    );
    expect(shared).toBeGreaterThan(0);
  });

  it('cuts layers finer where whole ones leave no room', async () => {
    // Two cores of 20 neurons for layers of 32 and 3: 16 + 16 fit one tile each, the last layer beside one of them.
    const target = { ...limited({ neurons: 20 }), mesh: { width: 2, height: 1 } };
    const { chip } = await build(NET, { ...TEST_OPTIONS, target });
    expect(chip.cores.map((core) => core.neuronCount).toSorted((a, b) => a - b)).toEqual([16, 19]);
  });
});

const edge = builtinTargets().get('edge')!;
const limited = (limits: Partial<Target['limits']>): Target => ({ ...edge, limits: { ...edge.limits, ...limits } });
const tensor = (...shape: number[]) => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => ((k * 7) % 11) / 11 - 0.4),
});

/** A 2-channel convolution of a 4×4 image, pooled, then dense. */
const NET = {
  json: JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [1, 4, 4] },
    layers: [
      { name: 'conv', op: 'conv', weight: tensor(2, 1, 3, 3), bias: tensor(2), padding: 1 },
      { name: 'relu', op: 'relu', max: 1 },
      { name: 'pool', op: 'averagePool', kernel: [2, 2] },
      { name: 'flat', op: 'flatten' },
      { name: 'dense', op: 'dense', weight: tensor(3, 8) },
    ],
  }),
  inputShape: [1, 4, 4] as const,
  seed: 5,
};

/** Each row breaks one limit of a target that otherwise fits the network. */
const MISFITS: readonly (readonly [string, Target, RegExp])[] = [
  [
    'neurons',
    { ...limited({ neurons: 3 }), mesh: { width: 2, height: 2 } },
    /E0305.*layer of 32 neurons.*at least 11 cores; edge has 4/,
  ],
  [
    'cores',
    { ...limited({ neurons: 16 }), mesh: { width: 1, height: 2 } },
    /E0305.*needs at least 3 cores; edge has 2, 1 too few/,
  ],
  [
    'cores that cannot be shared',
    { ...limited({ programWords: 40 }), mesh: { width: 1, height: 1 } },
    /E0305.*needs 2 cores even where layers share them; edge has 1, 1 too few \(conv 1, dense 1\)/,
  ],
  [
    'dead tiles',
    { ...limited({ neurons: 16 }), mesh: { width: 2, height: 2 }, deadTiles: [0, 3, 7] },
    /E0305.*needs at least 3 cores; edge has 2, 1 too few/,
  ],
  ['axons', limited({ axons: 8 }), /E0306.*9 distinct in-axons; a core of edge has 8, 1 too few.*layer conv/],
  [
    'synapses',
    limited({ synapseBits: 64 }),
    /E0307.*needs 96 bits of synapse memory; a core of edge has 64.*layer conv/,
  ],
  ['program', limited({ programWords: 20 }), /E0308.*program words; a core of edge has 20.*layer conv/],
  ['parameters', limited({ parameters: 2 }), /E0309.*3 parameters; a core of edge has 2, 1 too few.*layer conv/],
  ['sink rows', limited({ sinkRows: 1, neurons: 8 }), /E0310.*sink rows; edge has 1/],
  ['routes', limited({ routeEntries: 1 }), /E0311.*router 0 needs \d+ routing entries; edge has 1/],
  [
    'payload',
    { ...edge, widths: { ...edge.widths, payloadBits: 3 } },
    /E0304.*payloads 0..4; axon counters of edge hold -4..3/,
  ],
  ['potential', { ...edge, widths: { ...edge.widths, vBits: 8 } }, /E0303.*edge has 8, \d+ too few.*layer conv/],
];

describe('a network that does not fit', () => {
  it.each(MISFITS)('%s: names layer, limit and excess', async (_, target, message) => {
    await expect(build(NET, { ...TEST_OPTIONS, target })).rejects.toThrow(message);
  });

  it('builds where nothing is too small', async () => {
    await expect(build(NET, { ...TEST_OPTIONS, target: edge })).resolves.toBeDefined();
  });
});
