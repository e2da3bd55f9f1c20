import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AnnEvaluator,
  CONVERSION_MODES,
  CONVERSIONS,
  CORRECTIONS,
  type ConversionMode,
} from '../../../compiler/index.ts';
import { LayerEvaluator } from '../../../compiler/engines/evaluate-layers.ts';
import { channelLastOrder } from '../../../compiler/engines/scatter.ts';
import { INPUT, type FloatLayer } from '../../../compiler/ir/layers.ts';
import { normBound } from '../../../compiler/passes/measure/operator-norm.ts';
import { advise } from '../../../compiler/passes/measure/advise.ts';
import type { Ledger } from '../../../compiler/passes/measure-conversion.ts';
import { StationAccount } from '../../../compiler/passes/measure/stations.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';
import { SpikingSimulator } from '../../../compiler/engines/simulate.ts';
import { simulatedNetwork } from '../../../compiler/engines/simulated-network.ts';
import type { SpikingGraph } from '../../../compiler/ir/spiking.ts';
import {
  ERROR_TERMS,
  LayerAccount,
  type ErrorTerm,
  type LayerLedger,
} from '../../../compiler/passes/measure/ledger.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { shapeSize, type Shape } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { connectionsOf } from '../engines/spiking-naive.ts';
import { cases } from '../../cases.ts';

const arbitraryOptions = fc.record({
  mode: fc.constantFrom(...CONVERSION_MODES),
  correct: fc.constantFrom(...CORRECTIONS),
  balance: fc.boolean(),
  window: fc.constantFrom(1, 3, 8, 32),
  shiftWindow: fc.constantFrom(undefined, 5),
  ledgerSamples: fc.constantFrom(1, 3),
  rule: fc.constantFrom(
    { kind: 'mse' } as const,
    { kind: 'max' } as const,
    { kind: 'percentile', percent: 80 } as const,
  ),
});

const randomVector = (size: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: size }, () => random() * 2 - 1);
};

describe('the ledger of a build', () => {
  it('has four terms that add up to the total, and a bound that is never exceeded', async () => {
    let spiking = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryOptions, async (net, target, options) => {
        const shiftWindow = options.mode === 'paper' ? options.shiftWindow : undefined;
        const { record } = await buildThatFits(net, target, { ...TEST_OPTIONS, ...options, shiftWindow });
        const ledger = record.ledger!;
        expect(ledger.samples).toBe(options.ledgerSamples);
        expect(ledger.layers.map(({ layer }) => layer)).toEqual(record.layers.map(({ name }) => name));
        for (const { terms, errorNorm, boundNorm, threshold, rate } of ledger.layers) {
          const parts = [terms.unevenness, terms.rounding, terms.clipping, terms.inherited];
          const sum = parts.reduce((total, { mean }) => total + mean, 0);
          const magnitude = parts.reduce((total, { meanAbsolute }) => total + meanAbsolute, 0);
          expect(Math.abs(sum - terms.total.mean)).toBeLessThanOrEqual(1e-9 * magnitude);
          expect(errorNorm).toBeLessThanOrEqual((boundNorm ?? Infinity) * (1 + 1e-9) + 1e-12);
          if (threshold !== null && rate > 0) spiking++;
          if (options.mode === 'exact') expect(terms.unevenness.rms).toBe(0);
        }
      }),
      { numRuns: cases(30) },
    );
    expect(spiking).toBeGreaterThan(50);
  });

  it('is absent without samples', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const { record } = await buildThatFits(net, target, { ...TEST_OPTIONS, ledgerSamples: 0 });
        expect(record.ledger).toBeNull();
      }),
      { numRuns: 3 },
    );
  });

  it('finds the rounding that the closed form expects where inputs are spread evenly', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CONVERSION_MODES),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        (mode, window, threshold) => {
          const spiking = rampOf(4000, threshold, mode, window);
          const { graph, neurons } = spiking;
          const reference = new LayerEvaluator(graph);
          const simulator = new SpikingSimulator(simulatedNetwork(spiking));
          const account = new LayerAccount(graph.layers[0]!, neurons[0]!, window, CONVERSIONS[mode].biasShare);
          const x = Float64Array.from({ length: 4000 }, (_, k) => ((k + 0.5) / 4000) * threshold);
          reference.run(x);
          simulator.run(x);
          account.add({
            activations: reference.activation(0),
            counts: simulator.counts(0),
            potentials: simulator.potentials(0),
            integerCounts: simulator.counts(0),
            inheritedBound: 0,
          });
          const { rounding, terms, rate } = account.result();
          expect(rounding!.share).toBeGreaterThan(0.999);
          expect(rounding!.expected.rms).toBeCloseTo(threshold / window / Math.sqrt(12), 9);
          expect(rounding!.measured.rms / rounding!.expected.rms).toBeCloseTo(1, 1.7);
          expect(rounding!.measured.meanAbsolute / rounding!.expected.meanAbsolute).toBeCloseTo(1, 1.7);
          expect(terms.unevenness.rms).toBe(0);
          expect(rate).toBeCloseTo(0.5, 2);
        },
      ),
      { numRuns: cases(20) },
    );
  });
});

/** Neurons with a current each, and a read-out that sums them. */
function rampOf(size: number, threshold: number, mode: ConversionMode, window: number): SpikingGraph {
  const shape: Shape = [size, 1, 1];
  const branch = { pool: [1, 1], pooled: shape } as const;
  const layers: FloatLayer[] = [
    {
      name: 'ramp',
      shape,
      branches: [{ ...branch, source: INPUT, operator: { kind: 'diagonal', weight: new Float64Array(size).fill(1) } }],
      bias: new Float64Array(size),
      activation: { kind: 'relu', max: Infinity },
    },
    {
      name: 'sum',
      shape: [1, 1, 1],
      branches: [{ ...branch, source: 0, operator: { kind: 'dense', weight: new Float64Array(size).fill(1) } }],
      bias: new Float64Array(1),
      activation: { kind: 'none' },
    },
  ];
  const thresholds = [new Float64Array(size).fill(threshold), new Float64Array(0)];
  return setNeurons({ name: 'ramp', inputShape: shape, layers }, thresholds, { mode, window });
}

describe('the float layers', () => {
  it('compute what the operator graph computes', () => {
    fc.assert(
      fc.property(arbitraryNetwork, fc.integer(), (net, seed) => {
        const ann = annOf(net);
        const { graph, nodeOf } = formLayers(ann);
        const x = randomVector(shapeSize(graph.inputShape), seed);
        const original = new AnnEvaluator(ann);
        const folded = new LayerEvaluator(graph);
        original.run(x);
        folded.run(x);
        graph.layers.forEach((layer, l) => {
          const wanted = original.output(nodeOf[l]!);
          const order = channelLastOrder(layer.shape);
          const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
          wanted.forEach((value, k) => {
            expect(Math.abs(folded.activation(l)[order[k]!]! - value)).toBeLessThan(1e-6 * scale);
          });
        });
      }),
      { numRuns: cases(50) },
    );
  });
});

describe('normBound', () => {
  it('is never below what a branch does to a vector, along the direction that it stretches most', () => {
    let tightest = Infinity;
    fc.assert(
      fc.property(arbitraryNetwork, fc.integer(), (net, seed) => {
        const { graph } = formLayers(annOf(net));
        for (const layer of graph.layers)
          for (const branch of layer.branches) {
            const source: Shape = branch.source === INPUT ? graph.inputShape : graph.layers[branch.source]!.shape;
            const connections = connectionsOf(branch, source, layer.shape);
            let x = randomVector(shapeSize(source), seed);
            let stretch = 0;
            for (let round = 0; round < 8; round++) {
              const y = new Float64Array(shapeSize(layer.shape));
              for (const { pre, post, weight } of connections) y[post]! += weight * x[pre]!;
              const back = new Float64Array(x.length);
              for (const { pre, post, weight } of connections) back[pre]! += weight * y[post]!;
              const length = Math.hypot(...x);
              if (length === 0) break;
              stretch = Math.max(stretch, Math.hypot(...y) / length);
              const size = Math.hypot(...back);
              if (size === 0) break;
              x = back.map((value) => value / size);
            }
            const bound = normBound(branch, layer.shape);
            expect(stretch).toBeLessThanOrEqual(bound * (1 + 1e-12));
            if (stretch > 0) tightest = Math.min(tightest, bound / stretch);
          }
      }),
      { numRuns: cases(50) },
    );
    expect(tightest).toBeLessThan(1.0001);
  });
});

describe('StationAccount', () => {
  it('counts right and equal answers, and differences relative to the first outputs', () => {
    const account = new StationAccount();
    account.add(1, [Float64Array.of(1, 3), Float64Array.of(2, 3), Float64Array.of(4, 3)]);
    account.add(-1, [Float64Array.of(2, -2), Float64Array.of(2, -2), Float64Array.of(2, -2)]);
    expect(account.result()).toEqual({
      samples: 2,
      labelled: 1,
      ann: { correct: 1, agreeing: 2, difference: 0 },
      spiking: { correct: 1, agreeing: 2, difference: 1 / 8 },
      integer: { correct: 0, agreeing: 1, difference: 2 / 8 },
    });
  });
});

describe('advise', () => {
  const moments = (rms: number) => ({ mean: 0, meanAbsolute: rms, rms });
  const layer = (name: string, sizes: Partial<Record<ErrorTerm, number>>): LayerLedger => ({
    layer: name,
    threshold: { min: 1, mean: 1, max: 1 },
    clippedShare: 0,
    silentChannels: 0,
    rate: 0.1,
    activationRms: 2,
    terms: Object.fromEntries(ERROR_TERMS.map((term) => [term, moments(sizes[term] ?? 0)])) as LayerLedger['terms'],
    rounding: undefined,
    errorNorm: 0,
    boundNorm: 0,
    fixedPoint: undefined,
  });
  const station = (agreeing: number, difference: number) => ({ correct: 0, agreeing, difference });
  const ledger = (layers: LayerLedger[], spiking: [number, number], integer: [number, number]): Ledger => ({
    samples: 100,
    layers,
    stations: {
      samples: 100,
      labelled: 0,
      ann: station(100, 0),
      spiking: station(...spiking),
      integer: station(...integer),
    },
  });
  const layers = [
    layer('a', { rounding: 0.1, inherited: 5, total: 5 }),
    layer('b', { clipping: 0.5, rounding: 0.2, inherited: 9, total: 9 }),
    layer('c', { unevenness: 0.3, inherited: 20, total: 20 }),
  ];

  it('is silent where the answers stay', () => {
    expect(advise(ledger(layers, [99, 0.3], [100, 0.3]), 8, 'default')).toEqual([]);
    expect(advise(ledger(layers, [50, 0.01], [50, 0.01]), 8, 'default')).toEqual([]);
  });

  it('names the layer whose own error is largest, not those that inherit it, with its term and its option', () => {
    const [advice, ...more] = advise(ledger(layers, [80, 0.3], [100, 0.01]), 8, 'default');
    expect(more).toEqual([]);
    expect(advice).toMatch(/ b, by clipping \(25 % /);
    expect(advice).toMatch(/`rule: max`/);
    expect(advise(ledger(layers.slice(0, 1), [80, 0.3], [100, 0.01]), 8, 'default')[0]).toMatch(/rounding.*`window`/);
    expect(advise(ledger(layers.slice(2), [80, 0.3], [100, 0.01]), 8, 'default')[0]).toMatch(/unevenly.*`mode: exact`/);
  });

  it('names the weight width where the integers lose, unless it is the largest', () => {
    expect(advise(ledger(layers, [100, 0.01], [80, 0.3]), 4, 'default')[0]).toMatch(/20 of 100.*`weightBits: 8`/);
    expect(advise(ledger(layers, [100, 0.01], [80, 0.3]), 8, 'default')[0]).not.toMatch(/`weightBits/);
  });
});
