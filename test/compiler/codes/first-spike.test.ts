/** The first-spike code: the counts of the mode `exact`, said by the time of one spike. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeGraphFile, type QuantisedGraph, ReferenceInterpreter } from '../../../compiler/index.ts';
import { neuronsFrom } from '../../../compiler/layer-neurons.ts';
import type { QuantisedLayer } from '../../../compiler/ir/layers.ts';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import { builtinTargets, readChip, shapeSize, type Target } from '../../../isa/index.ts';
import { build, buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { emulatorTicks, randomInput, referenceTicks } from '../../differential/states.ts';
import { tinyTarget } from '../../isa/core-builder.ts';
import { cases } from '../../cases.ts';

const OPTIONS = { ...TEST_OPTIONS, mode: 'exact', code: 'first-spike' } as const;

/** The same integers with a packet for every spike: neurons as the mode has them, which hear into V. */
function unary(graph: QuantisedGraph): QuantisedGraph {
  const layers = graph.layers.map(({ name, shape, branches, depth, currentStart, ...neurons }): QuantisedLayer => {
    if (neurons.neuron !== 'program') throw new Error('the neurons have no program');
    const { threshold, initial } = neurons.parameters;
    const values = { threshold: threshold ?? new Int32Array(0), initial: initial!, bias: new Int32Array(shape[0]) };
    const fed = branches.map(({ plane: _, ...branch }) => branch);
    return {
      ...{ name, shape, branches: fed, depth, currentStart },
      ...neuronsFrom(threshold === undefined ? 'accumulator' : 'integrate-and-fire', values),
    };
  });
  return { ...graph, layers };
}

/** What every neuron of every layer has counted, if a spike in tick t of its window stands for so many. */
function counted(graph: QuantisedGraph, input: Int16Array, worth: (tick: number) => number) {
  const counts = graph.layers.map(({ shape }) => new Array<number>(shapeSize(shape)).fill(0));
  const { readout, spikes } = new ReferenceInterpreter(graph).run(input, (tick, view) => {
    graph.layers.forEach(({ depth }, l) => {
      view.spikes(l).forEach((spike, k) => {
        if (spike !== 0) counts[l]![k]! += worth(tick - depth);
      });
    });
  });
  return { counts, readout: [...readout], spikes };
}

const arbitraryWindow = fc.integer({ min: 1, max: 9 });

describe('the first-spike code', () => {
  it('says the counts of the mode exact with one spike each; interpreter and both kernels agree', async () => {
    let [several, sent, spikes] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryWindow, async (net, target, window) => {
        // The loader proves the ranges of what the compiler made as wide as it could.
        const chip = readChip((await buildThatFits(net, target, { ...OPTIONS, window })).bytes);
        const graph = decodeGraphFile(chip.graph!).quantised;
        const heard = graph.layers.map(({ branches }) => new Set(branches.map(({ source }) => source)).size);
        several += Number(heard.some((sources) => sources > 1));
        const input = randomInput(chip, net.seed);
        const said = counted(graph, input, (tick) => window - tick);
        const exact = counted(unary(graph), input, () => 1);
        expect([said.counts, said.readout]).toEqual([exact.counts, exact.readout]);
        expect(said.spikes).toEqual(exact.counts.flat().filter((count) => count > 0).length);
        const reference = referenceTicks(new ReferenceInterpreter(graph), chip, input);
        for (const kernel of KERNEL_KINDS)
          expect(emulatorTicks(new Emulator(chip, { timing: 'none', kernels: kernel }), chip, input)).toEqual(
            reference,
          );
        sent += said.spikes;
        spikes += exact.spikes;
      }),
      { numRuns: cases(15) },
    );
    expect(several).toBeGreaterThan(5);
    expect(spikes).toBeGreaterThan(2 * sent);
  });

  it('needs no wider potentials than a target has: thresholds leave room for the ramp', async () => {
    const narrow: Target = { ...tinyTarget({ widths: { vBits: 14 } }), name: 'narrow' };
    let smaller = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        const thresholds = async (code: 'unary' | 'first-spike'): Promise<number[]> => {
          const { chip } = await buildThatFits(net, narrow, { ...OPTIONS, code, window: 9 });
          if (chip.target.widths.vBits !== 14) return [];
          return decodeGraphFile(chip.graph!).quantised.layers.flatMap(({ parameters }) => [
            ...((parameters as Readonly<Record<string, Int32Array>>).threshold ?? []),
          ]);
        };
        const [spikes, ramps] = [await thresholds('unary'), await thresholds('first-spike')];
        if (ramps.some((each) => 10 * each > 2 ** 13)) throw new Error('a ramp leaves its potential');
        smaller += Number(ramps.some((each, k) => each < spikes[k]!));
      }),
      { numRuns: 8 },
    );
    expect(smaller).toBeGreaterThan(0);
  });

  it('needs no payload in packets, and a mode whose layers have counted when they send', async () => {
    const [net] = fc.sample(arbitraryNetwork, { seed: 1, numRuns: 1 });
    const edge = builtinTargets().get('edge')!;
    const binary = { ...edge, widths: { ...edge.widths, packetBits: 0 } };
    await expect(build(net!, { ...OPTIONS, target: binary })).resolves.toBeDefined();
    await expect(build(net!, { ...OPTIONS, mode: 'default', target: edge })).rejects.toThrow('E0103');
  });
});
