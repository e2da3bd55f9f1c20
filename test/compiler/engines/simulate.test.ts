import { neuronsIn } from '../../arbitraries/neurons.ts';
import { fires, neuronsFrom } from '../../../compiler/layer-neurons.ts';
import { NEURONS } from '../../../compiler/neurons/generated/index.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceInterpreter, type ConvertedGraph } from '../../../compiler/index.ts';
import { INPUT, type FloatLayer } from '../../../compiler/ir/layers.ts';
import { channelLastOrder } from '../../../compiler/engines/scatter.ts';
import { LayerSimulator, SpikingSimulator } from '../../../compiler/engines/simulate.ts';
import {
  simulatedIntegers,
  simulatedNetwork,
  type SimulatedNetwork,
} from '../../../compiler/engines/simulated-network.ts';
import { SpikeTrain } from '../../../compiler/engines/spike-train.ts';
import { CONVERSION_MODES, CONVERSIONS, type ConversionMode } from '../../../compiler/conversions.ts';
import type { Firing } from '../../../compiler/firing-times.ts';
import type { SpikingGraph } from '../../../compiler/ir/spiking.ts';
import { fireOutput } from '../../../compiler/passes/fire-output.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';
import { shapeSize, type Shape } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { buildThatFits, quantisedGraph, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { connectionsOf, naiveSpikes } from './spiking-naive.ts';
import { cases } from '../../cases.ts';

const arbitraryMode = fc.constantFrom(...CONVERSION_MODES);
/** Which of the leads there are. */
const arbitraryShare = fc.double({ min: 0, max: 1, noNaN: true });

const leadIn = (mode: ConversionMode, window: number, share: number): { readonly lead?: number } =>
  CONVERSIONS[mode].order.choosesLead ? { lead: 1 + Math.floor(share * (window - 1)) } : {};
const grid = (value: number, step: number) => Math.round(value / step) * step;

/** A random network whose numbers are so few bits wide that no sum depends on its order. */
function dyadicNetwork(net: RandomNetwork, firing: Firing): SpikingGraph {
  const formed = formLayers(annOf(net));
  const { graph } = CONVERSIONS[firing.mode].outputFires ? fireOutput(formed) : formed;
  const layers = graph.layers.map((layer): FloatLayer => ({
    ...layer,
    bias: layer.bias.map((b) => grid(b, 2 ** -8)),
    branches: layer.branches.map((branch) => {
      const weight = branch.operator.weight.map((w) => grid(w, 2 ** -8));
      return { ...branch, operator: { ...branch.operator, weight } };
    }),
  }));
  const random = seededRandom(net.seed);
  const thresholds = layers.map(({ shape, activation }) =>
    Float64Array.from({ length: activation.kind === 'none' ? 0 : shape[0] }, () => grid(0.25 + random(), 2 ** -6)),
  );
  return setNeurons({ ...graph, layers }, thresholds, firing);
}

function dyadicInput(shape: Shape, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: shapeSize(shape) }, () => grid(random() * 2 - 1, 2 ** -8));
}

const inNchw = (values: ArrayLike<number>, shape: Shape) => Array.from(channelLastOrder(shape), (at) => values[at]!);

function expectNaive(network: SimulatedNetwork, x: Float64Array): number {
  const simulator = new SpikingSimulator(network);
  let spikes = 0;
  // Twice: nothing may be left over from the sample before.
  for (const input of [x.map((value) => -value), x]) {
    const naive = naiveSpikes(network, input);
    simulator.run(input);
    network.layers.forEach(({ shape, neurons }, l) => {
      expect(inNchw(simulator.potentials(l), shape)).toEqual(naive[l]!.potentials);
      if (fires(neurons)) expect(inNchw(simulator.counts(l), shape)).toEqual(naive[l]!.counts);
      spikes += naive[l]!.counts.reduce((a, b) => a + b, 0);
    });
    expect(Array.from(simulator.readout())).toEqual(naive.at(-1)!.potentials);
  }
  return spikes;
}

/** Independent neurons, each with its own constant current. */
function neuronsWith(currents: Float64Array, threshold: number, window: number, initial: number, shift: number) {
  const [size] = [currents.length];
  const simulator = new SpikingSimulator({
    inputShape: [size, 1, 1],
    window,
    integratesFirst: false,
    layers: [
      {
        shape: [size, 1, 1],
        branches: [
          {
            source: INPUT,
            sourceShape: [size, 1, 1],
            scale: undefined,
            ahead: 0,
            branch: {
              source: INPUT,
              pool: [1, 1],
              pooled: [size, 1, 1],
              operator: { kind: 'diagonal', weight: new Float64Array(size).fill(1) },
            },
          },
        ],
        neurons: neuronsFrom('integrate-and-fire', {
          threshold: new Float64Array(size).fill(threshold),
          initial: new Float64Array(size).fill(initial),
          bias: new Float64Array(size).fill(shift),
        }),
        numbers: 'float',
      },
    ],
  });
  simulator.run(currents);
  return Float64Array.from(simulator.counts(0), (n) => (threshold * n) / window);
}

/** One neuron that hears one weight per source; source k fires in the ticks that `trains[k]` lists. */
function neuronHearing(weights: readonly number[], trains: readonly (readonly number[])[], window: number) {
  const shape: Shape = [weights.length, 1, 1];
  const simulator = LayerSimulator.alone(
    {
      shape: [1, 1, 1],
      branches: [
        {
          source: 0,
          sourceShape: shape,
          scale: undefined,
          ahead: 0,
          branch: { source: 0, pool: [1, 1], pooled: shape, operator: { kind: 'dense', weight: weights } },
        },
      ],
      neurons: neuronsFrom('integrate-and-fire', { threshold: [1], initial: [0], bias: [0] }),
      numbers: 'float',
    },
    window,
    false,
  );
  const source = new SpikeTrain(weights.length, new Uint32Array(window));
  for (let tick = 0; tick < window; tick++)
    trains.forEach((ticks, k) => {
      if (ticks.includes(tick)) source.add(tick, k);
    });
  const out = new SpikeTrain(1, new Uint32Array(window));
  simulator.run(new Float64Array(0), () => source, out);
  return { spikes: out.counts[0]!, potential: simulator.potential[0]! };
}

describe('a single neuron', () => {
  const arbitraryNeuron = fc.record({
    threshold: fc.double({ min: 0.1, max: 10, noNaN: true }),
    window: fc.integer({ min: 2, max: 64 }),
    kind: fc.constantFrom('plain', 'potential', 'shift'),
  });

  it('errs as the closed forms say: −V/2T, V/2T, V²/3T² plain; 0, V/4T, V²/12T² with V/2 in advance', () => {
    fc.assert(
      fc.property(arbitraryNeuron, ({ threshold, window, kind }) => {
        const count = 20_000;
        const x = Float64Array.from({ length: count }, (_, k) => ((k + 0.5) / count) * threshold);
        const initial = kind === 'potential' ? threshold / 2 : 0;
        const shift = kind === 'shift' ? threshold / (2 * window) : 0;
        const errors = neuronsWith(x, threshold, window, initial, shift).map((y, k) => y - x[k]!);
        const mean = errors.reduce((a, b) => a + b) / count;
        const absolute = errors.reduce((a, b) => a + Math.abs(b), 0) / count;
        const squares = errors.reduce((a, b) => a + b * b, 0) / count;
        const step = threshold / window;
        const plain = kind === 'plain';
        expect(Math.abs(mean - (plain ? -step / 2 : 0))).toBeLessThan(0.02 * (step / 2));
        expect(absolute / (plain ? step / 2 : step / 4)).toBeCloseTo(1, 1.7);
        expect(squares / (step ** 2 / (plain ? 3 : 12))).toBeCloseTo(1, 1.7);
        // The area between staircase and diagonal, V²/2T or V²/4T: sampled at every position.
        const area = absolute * threshold;
        expect(area / (threshold ** 2 / ((plain ? 2 : 4) * window))).toBeCloseTo(1, 1.7);
        const expected = NEURONS['integrate-and-fire'].response.rounding(threshold, window, initial / window + shift);
        expect(expected.mean).toBeCloseTo(plain ? -step / 2 : 0, 12);
        expect(expected.meanAbsolute).toBeCloseTo(plain ? step / 2 : step / 4, 12);
        expect(expected.rms ** 2).toBeCloseTo(step ** 2 / (plain ? 3 : 12), 12);
      }),
      { numRuns: cases(30) },
    );
  });

  it('fires once for 0.9, 0.3, −2, 0.4 at a threshold of 1, although their sum is negative', () => {
    const { spikes, potential } = neuronHearing([0.9, 0.3, -2, 0.4], [[0], [1], [2], [3]], 4);
    expect(spikes).toBe(1);
    expect(potential).toBeCloseTo(-1.4, 12);
  });

  it('fires twice for two late spikes through a weight of 1.5, and keeps the rest', () => {
    expect(neuronHearing([1.5], [[2, 3]], 4)).toEqual({ spikes: 2, potential: 1 });
  });

  it('has the bias that a shift tuned for another window leaves: V/2 · (1/T0 − 1/T)', () => {
    const count = 20_000;
    const x = Float64Array.from({ length: count }, (_, k) => (k + 0.5) / count);
    const y = neuronsWith(x, 1, 400, 0, 1 / (2 * 32));
    // Inputs within the shift of the threshold saturate.
    const inner = x.filter((value) => value < 0.98).length;
    const mean = x.reduce((sum, value, k) => (k < inner ? sum + y[k]! - value : sum), 0) / inner;
    expect(mean / ((1 / 2) * (1 / 32 - 1 / 400))).toBeCloseTo(1, 1.7);
  });
});

describe('the simulator', () => {
  it('computes what the definition says, tick by tick and connection by connection', () => {
    let spikes = 0;
    fc.assert(
      fc.property(
        arbitraryNetwork,
        arbitraryMode,
        fc.constantFrom(1, 4, 16),
        arbitraryShare,
        (net, mode, window, share) => {
          const network = simulatedNetwork(dyadicNetwork(net, { mode, window, ...leadIn(mode, window, share) }));
          spikes += expectNaive(network, dyadicInput(network.inputShape, net.seed));
        },
      ),
      { numRuns: cases(50) },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it('fires as the reference interpreter does, when it runs the integers', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        arbitraryMode,
        arbitraryShare,
        async (net, target, mode, share) => {
          const options = { ...TEST_OPTIONS, mode, ...leadIn(mode, TEST_OPTIONS.window, share) };
          const graph = quantisedGraph(await buildThatFits(net, target, options));
          const simulator = new SpikingSimulator(simulatedIntegers(graph, mode));
          for (const seed of [1, 2]) {
            const payloads = randomPayloads(graph, net.seed + seed);
            const { counts, readout } = interpret(graph, payloads);
            simulator.run(payloads);
            graph.layers.forEach((layer, l) => {
              if (fires(layer)) expect(inNchw(simulator.counts(l), layer.shape)).toEqual(counts[l]);
            });
            expect(Array.from(simulator.readout())).toEqual(readout);
          }
        },
      ),
      { numRuns: cases(20) },
    );
  });
});

describe('mode exact', () => {
  it('fires clip(round(z·T/θ), 0, T) times on the chip, in every layer of every network', async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, fc.constantFrom(1, 2, 7, 16), async (net, target, window) => {
        const graph = quantisedGraph(await buildThatFits(net, target, { ...TEST_OPTIONS, mode: 'exact', window }));
        const payloads = randomPayloads(graph, net.seed);
        const { counts, readout } = interpret(graph, payloads);
        const stairs = integerStaircase(graph, payloads);
        graph.layers.forEach((layer, l) => {
          expect(fires(layer) ? counts[l] : readout).toEqual(stairs[l]);
          if (fires(layer)) spikes += counts[l]!.reduce((a, b) => a + b, 0);
        });
      }),
      { numRuns: cases(20) },
    );
    expect(spikes).toBeGreaterThan(1000);
  });
});

describe('the charge of the reference interpreter', () => {
  it('is conserved exactly: θ·n = ΣI + m(0) − m(T)', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryMode, async (net, target, mode) => {
        const graph = quantisedGraph(await buildThatFits(net, target, { ...TEST_OPTIONS, mode }));
        const payloads = randomPayloads(graph, net.seed);
        const { counts, potentials } = interpret(graph, payloads);
        graph.layers.forEach((layer, l) => {
          const charge = chargeOf(graph, l, payloads, counts);
          const { threshold, initial } = neuronsIn(layer);
          charge.forEach((sum, k) => {
            const c = Math.floor(k / (layer.shape[1] * layer.shape[2]));
            const before = initial[initial.length === charge.length ? k : c]!;
            expect((threshold[c] ?? 0) * counts[l]![k]!).toBe(sum + before - potentials[l]![k]!);
          });
        });
      }),
      { numRuns: cases(20) },
    );
  });
});

function randomPayloads(graph: ConvertedGraph, seed: number): Int16Array {
  const random = seededRandom(seed);
  const [min, max] = graph.inputRange;
  return Int16Array.from({ length: shapeSize(graph.inputShape) }, () => Math.floor(min + random() * (max - min + 1)));
}

function interpret(graph: ConvertedGraph, payloads: Int16Array) {
  const counts = graph.layers.map(({ shape }) => new Array<number>(shapeSize(shape)).fill(0));
  let potentials: number[][] = [];
  const { readout } = new ReferenceInterpreter(graph).run(payloads, (_, view) => {
    counts.forEach((layer, l) => {
      view.spikes(l).forEach((spike, k) => {
        layer[k]! += spike;
      });
    });
    potentials = counts.map((_layer, l) => Array.from(view.potentials(l)));
  });
  return { counts, potentials, readout: Array.from(readout) };
}

/** ΣI of a layer over the window: everything that came in, bias included. */
function chargeOf(graph: ConvertedGraph, l: number, payloads: Int16Array, counts: readonly number[][]): number[] {
  const layer = graph.layers[l]!;
  const size = shapeSize(layer.shape);
  const { bias } = neuronsIn(layer);
  const sums = Array.from({ length: size }, (_, k) => {
    const c = Math.floor(k / (layer.shape[1] * layer.shape[2]));
    return graph.window * bias[bias.length === size ? k : c]!;
  });
  for (const branch of layer.branches) {
    const fromInput = branch.source === INPUT;
    const shape = fromInput ? graph.inputShape : graph.layers[branch.source]!.shape;
    for (const { pre, post, weight } of connectionsOf(branch, shape, layer.shape)) {
      const events = fromInput ? graph.window * payloads[pre]! : counts[branch.source]![pre]!;
      sums[post]! += weight * 2 ** branch.shift * events;
    }
  }
  return sums;
}

function integerStaircase(graph: ConvertedGraph, payloads: Int16Array): number[][] {
  const counts: number[][] = [];
  graph.layers.forEach((layer, l) => {
    const area = layer.shape[1] * layer.shape[2];
    const { threshold, initial, fires } = neuronsIn(layer);
    counts.push(
      chargeOf(graph, l, payloads, counts).map((charge, k) => {
        const c = Math.floor(k / area);
        const total = charge + initial[initial.length === shapeSize(layer.shape) ? k : c]!;
        if (!fires) return total;
        return Math.min(graph.window, Math.max(0, Math.floor(total / threshold[c]!)));
      }),
    );
  });
  return counts;
}
