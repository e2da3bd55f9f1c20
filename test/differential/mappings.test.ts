import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCause } from '../../bin/diff/cause.ts';
import { locate } from '../../bin/diff/places.ts';
import { type QuantisedGraph, ReferenceInterpreter } from '../../compiler/index.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets, encodeChip, readChip, shapeSize, type Chip, type DifferenceCause } from '../../isa/index.ts';
import { build, quantisedGraph, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryMapping, remap } from '../arbitraries/mappings.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { cases } from '../cases.ts';
import { emulatorTicks, randomInput, referenceTicks } from './states.ts';

const edge = builtinTargets().get('edge')!;
const roomy = { ...edge, limits: { ...edge.limits, routeEntries: 65_535, sinkRows: 65_535 } };
const arbitraryOptions = fc.record({
  mode: fc.constantFrom('default', 'exact'),
  weightBits: fc.constantFrom(8, 4, 2, 1),
} as const);

/** Cases drawn; an ordinary run draws few. */
const numRuns = cases(40);

describe('any mapping', () => {
  it(
    'has the spikes, potentials and read-outs of the reference interpreter, and takes what was counted for it',
    async () => {
      let shared = 0;
      let mixed = 0;
      await fc.assert(
        fc.asyncProperty(arbitraryNetwork, arbitraryMapping, arbitraryOptions, async (net, recipe, options) => {
          const result = await build(net, { ...TEST_OPTIONS, ...options, target: roomy });
          const graph = quantisedGraph(result);
          const { chip: mapped, needs } = remap(result.chip, graph, recipe);
          const chip = readChip(encodeChip(mapped));
          expect(chip.cores.map(usedBy)).toEqual(needs);
          for (const { core } of chip.cores) {
            const held = chip.placements.filter((placement) => placement.core === core);
            if (held.length > 1) shared++;
            if (new Set(held.map(({ layer }) => layer)).size > 1) mixed++;
          }
          const interpreter = new ReferenceInterpreter(graph);
          const emulator = new Emulator(chip, { timing: 'cycle' });
          const [{ input, readout, spikes }] = chip.selfTest!.samples as [NonNullable<Chip['selfTest']>['samples'][0]];
          const answer = emulator.infer(input);
          expect(Array.from(answer.readout)).toEqual(Array.from(readout));
          expect(answer.spikes.count).toBe(spikes);
          const other = randomInput(chip, recipe.seed);
          expect(emulatorTicks(emulator, chip, other)).toEqual(referenceTicks(interpreter, chip, other));
          expect(misstored(chip, graph, recipe.seed)).toBeNull();
        }),
        { numRuns },
      );
      expect(shared).toBeGreaterThan(numRuns);
      expect(mixed).toBeGreaterThan(numRuns / 2);
    },
    Math.max(60_000, numRuns * 1000),
  );
});

/** What `snnemu diff` finds stored otherwise than the graph says, for a neuron of each layer. */
function misstored(chip: Chip, graph: QuantisedGraph, seed: number): DifferenceCause | null {
  const random = seededRandom(seed);
  for (const [layer, { shape }] of chip.layers.entries()) {
    const index = Math.floor(random() * shapeSize(shape));
    const cause = findCause(chip, graph, { layer, index, ...locate(chip, layer, index) }, () => true);
    if (cause !== null) return cause;
  }
  return null;
}

const usedBy = (core: Chip['cores'][number]) => ({
  neurons: core.neuronCount,
  axons: core.axonCount,
  axonGroups: core.groups.length,
  synapseBits: 8 * core.synapses.length,
  parameters: core.parameters.length,
  programWords: core.program.length,
  sinkRows: core.sinks.length,
  sinkListWords: core.sinkLists.length,
});
