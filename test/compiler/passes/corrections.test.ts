import { neuronsIn } from '../../arbitraries/neurons.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildChip,
  CONVERSION_MODES,
  CONVERSIONS,
  type BuildOptions,
  type FloatGraph,
} from '../../../compiler/index.ts';
import { activationOf, LayerEvaluator } from '../../../compiler/engines/evaluate-layers.ts';
import { INPUT, type FloatLayer } from '../../../compiler/ir/layers.ts';
import { SpikingSimulator } from '../../../compiler/engines/simulate.ts';
import { simulatedNetwork } from '../../../compiler/engines/simulated-network.ts';
import type { SpikingGraph } from '../../../compiler/ir/spiking.ts';
import { balanceThresholds } from '../../../compiler/passes/balance-thresholds.ts';
import { correctBias } from '../../../compiler/passes/correct-bias.ts';
import { correctPotential } from '../../../compiler/passes/correct-potential.ts';
import { fireOutput } from '../../../compiler/passes/fire-output.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';
import { builtinTargets, shapeSize } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';

const hooks = { onProgress: () => undefined, signal: undefined };
const WINDOW = 8;

function spikingNetwork(net: RandomNetwork, mode: (typeof CONVERSION_MODES)[number]): SpikingGraph {
  const formed = formLayers(annOf(net));
  const { graph } = CONVERSIONS[mode].outputFires ? fireOutput(formed) : formed;
  const random = seededRandom(net.seed);
  const thresholds = graph.layers.map(({ shape, activation }) =>
    Float64Array.from({ length: activation.kind === 'none' ? 0 : shape[0] }, () => 0.3 + random()),
  );
  return setNeurons(graph, thresholds, { mode, window: WINDOW });
}

function samplesOf(graph: FloatGraph, seed: number): Float64Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: 3 }, () =>
    Float64Array.from({ length: shapeSize(graph.inputShape) }, () => random() * 2 - 1),
  );
}

/** Per layer and channel: mean of the conventional activation − mean of the spiking one. */
function excessOf(spiking: SpikingGraph, samples: readonly Float64Array[]): number[][] {
  const { graph, neurons, window } = spiking;
  const reference = new LayerEvaluator(graph);
  const simulator = new SpikingSimulator(simulatedNetwork(spiking));
  const excess = graph.layers.map(({ shape }) => new Array<number>(shape[0]).fill(0));
  for (const x of samples) {
    reference.run(x);
    simulator.run(x);
    graph.layers.forEach(({ activation, shape }, l) => {
      const positions = shapeSize(shape) / shape[0];
      reference.activation(l).forEach((value, k) => {
        const c = k % shape[0];
        const sent =
          activation.kind === 'none'
            ? simulator.potentials(l)[k]! / window
            : (simulator.counts(l)[k]! * neuronsIn(neurons[l]!).threshold[c]!) / window;
        excess[l]![c]! += (value - sent) / positions / samples.length;
      });
    });
  }
  return excess;
}

describe.each([
  ['correct-bias', correctBias, 'bias'],
  ['correct-potential', correctPotential, 'initial'],
] as const)('%s', (_, correct, field) => {
  it('adds to each channel what it lacks on average, given the corrected layers before it', async () => {
    let corrected = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.constantFrom(...CONVERSION_MODES), async (net, mode) => {
        const spiking = spikingNetwork(net, mode);
        const samples = samplesOf(spiking.graph, net.seed);
        const result = await correct(spiking, samples, hooks);
        spiking.neurons.forEach((before, l) => {
          const mixed = { ...spiking, neurons: result.neurons.map((n, k) => (k < l ? n : spiking.neurons[k]!)) };
          const excess = excessOf(mixed, samples)[l]!;
          const after = result.neurons[l]!;
          const perChannel = before.parameters[field].length / excess.length;
          const factor = field === 'bias' ? 1 : WINDOW;
          before.parameters[field].forEach((value, k) => {
            const added = excess[Math.floor(k / perChannel)]! * factor;
            expect(after.parameters[field][k]).toBeCloseTo(value + added, 9);
            if (Math.abs(added) > 1e-3) corrected++;
          });
          expect({ ...after, parameters: { ...after.parameters, [field]: before.parameters[field] } }).toEqual(before);
        });
        // A read-out is linear: nothing is left on average.
        for (const left of excessOf(result, samples).at(-1)!) expect(Math.abs(left)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
    expect(corrected).toBeGreaterThan(100);
  });

  it('can be stopped between samples', async () => {
    const [net] = fc.sample(arbitraryNetwork, { numRuns: 1, seed: 1 });
    const spiking = spikingNetwork(net!, 'default');
    const controller = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === 2) controller.abort(new Error('stopped'));
    };
    const run = correct(spiking, samplesOf(spiking.graph, 1), { onProgress, signal: controller.signal });
    await expect(run).rejects.toThrow('stopped');
    expect(steps).toBe(2);
  });
});

describe('balance-thresholds', () => {
  const layerOf = (channels: number, max: number, levels?: number): FloatLayer => ({
    name: 'layer',
    shape: [channels, 1, 2],
    branches: [
      {
        source: INPUT,
        pool: [1, 1],
        pooled: [channels, 1, 2],
        operator: { kind: 'diagonal', weight: new Float64Array(channels).fill(1) },
      },
    ],
    bias: new Float64Array(channels),
    activation: { kind: 'relu', max, ...(levels !== undefined && { levels }) },
  });
  const graphOf = (layer: FloatLayer): FloatGraph => ({
    name: 'g',
    inputShape: layer.shape,
    layers: [layer, { ...layer, name: 'out', activation: { kind: 'none' } }],
  });
  const arbitrarySamples = fc.array(
    fc.array(fc.double({ min: -1, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 }),
    { minLength: 1, maxLength: 5 },
  );

  it('adds twice the mean that is clipped, sample after sample, up to the clip level', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySamples, fc.constantFrom('layer', 'channel'), async (lists, per) => {
        const layer = layerOf(2, 3);
        const start = [Float64Array.of(0.5, per === 'layer' ? 0.5 : 1.5), new Float64Array(0)];
        const samples = lists.map((list) => Float64Array.from(list));
        const [balanced] = await balanceThresholds(graphOf(layer), start, per, samples, hooks);
        const expected = Array.from(start[0]!);
        const activate = activationOf(layer);
        for (const x of lists) {
          const clipped = [0, 1].map((c) => {
            const excess = (k: number) => Math.max(0, activate(x[2 * c + k]!) - expected[c]!);
            return (excess(0) + excess(1)) / 2;
          });
          const mean = (clipped[0]! + clipped[1]!) / 2;
          expected.forEach((threshold, c) => {
            expected[c] = Math.min(3, threshold + 2 * (per === 'layer' ? mean : clipped[c]!));
          });
        }
        expected.forEach((threshold, c) => {
          expect(balanced![c]).toBeCloseTo(threshold, 12);
        });
      }),
    );
  });

  it('leaves the thresholds of staircases alone', async () => {
    const start = [Float64Array.of(1, 1), new Float64Array(0)];
    const samples = [Float64Array.of(3, 3, 3, 3)];
    const graph = graphOf(layerOf(2, 4, 8));
    expect(await balanceThresholds(graph, start, 'channel', samples, hooks)).toEqual(start);
  });
});

describe('a build', () => {
  it('refuses to correct without data', async () => {
    const tensor = (shape: number[]) => ({ shape, data: new Array<number>(shape.reduce((a, b) => a * b)).fill(0.5) });
    const network = {
      format: 'snn-net/1',
      name: 'clipped',
      input: { shape: [2, 1, 1] },
      layers: [
        { name: 'first', op: 'dense', weight: tensor([3, 2]) },
        { name: 'relu', op: 'relu', max: 1 },
        { name: 'last', op: 'dense', weight: tensor([2, 3]) },
      ],
    };
    const target = builtinTargets().get('edge')!;
    const request = (options: Partial<BuildOptions>) => ({
      source: new TextEncoder().encode(JSON.stringify(network)),
      fileName: 'clipped.net.json',
      readSideFile: (name: string): Uint8Array => {
        throw new Error(`no side file ${name}`);
      },
      options: { ...TEST_OPTIONS, target, ...options },
    });
    const build = (options: Partial<BuildOptions>) => buildChip(request(options), { now: () => 0 });
    expect((await build({ ledgerSamples: 4 })).record.ledger).toBeNull();
    await expect(build({ correct: 'bias' })).rejects.toThrow(/balancing and corrections/);
    await expect(build({ balance: true })).rejects.toThrow(/balancing and corrections/);
  });

  it('records what it balanced and corrected', async () => {
    const [net] = fc.sample(arbitraryNetwork, { numRuns: 1, seed: 1 });
    const [target] = fc.sample(arbitraryTarget, { numRuns: 1, seed: 1 });
    const plain = await buildThatFits(net!, target!, { ...TEST_OPTIONS, correct: 'both', balance: true });
    expect(plain.record.conversion).toMatchObject({ correct: 'both', balance: true });
    expect(plain.chip.provenance.options).toMatchObject({ correct: 'both', balance: true });
    expect(Object.keys(plain.record.seconds)).toEqual(
      expect.arrayContaining(['balance-thresholds', 'correct-bias', 'correct-potential']),
    );
  });
});
