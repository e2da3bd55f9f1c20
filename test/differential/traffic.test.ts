/** The mapper's prediction of the traffic against what the emulator counts. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuildResult, PLACEMENT_METHODS } from '../../compiler/index.ts';
import { predictedTraffic } from '../../compiler/mapping/traffic.ts';
import { Emulator } from '../../emulator/index.ts';
import { decodeProgram, NO_TREE, readChip, tileOfCore, type Chip, type Counts } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../arbitraries/networks.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import type { Target } from '../../isa/index.ts';
import { cases } from '../cases.ts';

const arbitraryPlacement = fc
  .record({ method: fc.constantFrom(...PLACEMENT_METHODS), seed: fc.nat(1000) })
  // Annealing takes long inside the test runner.
  .map(({ method, seed }) =>
    method === 'anneal' && seed % 8 !== 0 ? { method: 'random' as const, seed } : { method, seed },
  );

/** Counts the packets of every tree by looking at what fired, neuron by neuron. */
function packetsOf(chip: Chip, input: Int16Array, emulator: Emulator): number[] {
  const packets: number[] = [];
  const send = (tree: number, count: number): void => {
    if (tree !== NO_TREE) packets[tree] = (packets[tree] ?? 0) + count;
  };
  const [, height, width] = chip.input.shape;
  for (const { tree, box } of chip.input.parts)
    for (let c = box.c0; c < box.c0 + box.channels; c++)
      for (let y = box.y0; y < box.y0 + box.height; y++)
        for (let x = box.x0; x < box.x0 + box.width; x++) if (input[(c * height + y) * width + x] !== 0) send(tree, 1);
  const treeOf = new Map<string, number>();
  for (const image of chip.cores) {
    const decoded = decodeProgram(image);
    if ('fault' in decoded) throw new Error(decoded.fault);
    for (const { operation } of [...decoded.handlers.values()].flatMap(({ operations }) => operations)) {
      if (operation.op === 'READ') send(operation.fields.tree, operation.fields.count);
      if (operation.op !== 'FIRE') continue;
      const { first, count, tree } = operation.fields;
      for (let neuron = first; neuron < first + count; neuron++) treeOf.set(`${image.core} ${neuron}`, tree);
    }
  }
  const homes = chip.layers.map(({ shape }, layer) => homesOf(chip, layer, shape));
  emulator.infer(input, {
    onTick: (_, view) => {
      homes.forEach((home, layer) => {
        for (const index of view.fired(layer)) send(treeOf.get(home.get(index)!)!, 1);
      });
    },
  });
  return Array.from(packets, (count) => count ?? 0);
}

/** Core and neuron of every NCHW index of a layer. */
function homesOf(chip: Chip, layer: number, [, height, width]: readonly number[]): Map<number, string> {
  const homes = new Map<number, string>();
  for (const { layer: of, core, firstNeuron, box } of chip.placements) {
    if (of !== layer) continue;
    let neuron = firstNeuron;
    for (let y = box.y0; y < box.y0 + box.height; y++)
      for (let x = box.x0; x < box.x0 + box.width; x++)
        for (let c = box.c0; c < box.c0 + box.channels; c++)
          homes.set((c * height! + y) * width! + x, `${core} ${neuron++}`);
  }
  return homes;
}

const ofNetwork = ({
  linkHops,
  routerTraversals,
  deliveries,
}: Pick<Counts, 'linkHops' | 'routerTraversals' | 'deliveries'>) => ({
  linkHops,
  routerTraversals,
  deliveries,
});

const randomInput = ({ input }: Chip, seed: number): Int16Array => {
  const random = seededRandom(seed);
  return Int16Array.from({ length: input.shape.reduce((a, b) => a * b) }, () =>
    Math.floor(input.payloadMin + random() * (input.payloadMax - input.payloadMin + 1)),
  );
};

describe('the predicted traffic', () => {
  it('is what the emulator counts, given the same packets', async () => {
    let hops = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryPlacement, async (net, target, placement) => {
        const chip = readChip((await buildThatFits(net, target, { ...TEST_OPTIONS, placement })).bytes);
        const emulator = new Emulator(chip, { timing: 'none' });
        const packets = packetsOf(chip, randomInput(chip, net.seed), emulator);
        const counts = emulator.counts();
        expect(ofNetwork(predictedTraffic(chip.routes, packets, chip.target))).toEqual(ofNetwork(counts));
        hops += counts.linkHops.east + counts.linkHops.west + counts.linkHops.north + counts.linkHops.south;
      }),
      { numRuns: cases(30) },
    );
    expect(hops).toBeGreaterThan(10_000);
  });

  it('of the build record is at least what no tree can do without', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryPlacement, async (net, target, placement) => {
        const { record } = await buildThatFits(net, target, { ...TEST_OPTIONS, placement });
        expect(record.mapping.rateSamples).toBeGreaterThan(0);
        for (const { multicastHops, leastMulticastHops, largestLinkLoad, linkHops } of record.mapping.placements) {
          expect(multicastHops).toBeGreaterThanOrEqual(leastMulticastHops * (1 - 1e-12));
          const { east, west, north, south } = linkHops;
          expect(multicastHops).toBeCloseTo(east + west + north + south, 6);
          expect(largestLinkLoad).toBeLessThanOrEqual(multicastHops * (1 + 1e-12));
        }
      }),
      { numRuns: cases(10) },
    );
  });
});

describe('every placement', () => {
  it('gives the same spikes and read-outs, and leaves dead tiles empty', async () => {
    let moved = 0;
    const behaviour = ({ chip }: BuildResult) => {
      const run = new Emulator(chip, { timing: 'none' });
      return chip.selfTest!.samples.map(({ input }) => {
        const { readout, spikes } = run.infer(input);
        return { readout: Array.from(readout), spikes: spikes.count };
      });
    };
    const coresOf = ({ chip }: BuildResult): number[] => chip.cores.map(({ core }) => core);
    const builds = (net: RandomNetwork, target: Target) =>
      Promise.all(
        PLACEMENT_METHODS.map((method) =>
          buildThatFits(net, target, { ...TEST_OPTIONS, placement: { method, seed: net.seed % 1000 } }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const [first, ...others] = await builds(net, target);
        for (const other of others) {
          expect(behaviour(other)).toEqual(behaviour(first!));
          expect(other.chip.selfTest).toEqual(first!.chip.selfTest);
          if (String(coresOf(other)) !== String(coresOf(first!))) moved++;
        }
        for (const { chip } of [first!, ...others]) {
          const dead = new Set(chip.target.deadTiles);
          for (const { core } of chip.cores) expect(dead.has(tileOfCore(chip.target, core))).toBe(false);
        }
      }),
      { numRuns: cases(6) },
    );
    expect(moved).toBeGreaterThan(5);
  });
});
