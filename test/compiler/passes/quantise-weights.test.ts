import { neuronsIn } from '../../arbitraries/neurons.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channelBounds } from '../../../compiler/verify/bounds.ts';
import { INPUT, type QuantisedBranch } from '../../../compiler/ir/layers.ts';
import { forEachWeight } from '../../../compiler/linear/branch-weights.ts';
import { chooseThresholds } from '../../../compiler/passes/choose-thresholds.ts';
import { calibrateActivations } from '../../../compiler/passes/calibrate-activations.ts';
import { encodeInput, influenceOf } from '../../../compiler/passes/encode-input.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { quantiseWeights } from '../../../compiler/passes/quantise-weights.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';
import { scheduleTicks } from '../../../compiler/passes/schedule-ticks.ts';
import { AnnEvaluator } from '../../../compiler/index.ts';
import { builtinTargets, DiagnosticError, fitsSigned, type Target, type WeightBits } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { floatSamples } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';

const edge = builtinTargets().get('edge')!;
const narrow = (vBits: number): Target => ({ ...edge, widths: { ...edge.widths, vBits } });

async function* inputs(net: RandomNetwork): AsyncGenerator<Float64Array> {
  for await (const { values } of floatSamples(net.inputShape, 4, net.seed)) yield Float64Array.from(values);
}

async function quantise(net: RandomNetwork, target: Target, window = 8, weightBits: WeightBits = 8) {
  const ann = annOf(net);
  const { graph, nodeOf } = formLayers(ann);
  const calibration = await calibrateActivations(graph, nodeOf, new AnnEvaluator(ann), inputs(net));
  const thresholds = chooseThresholds(graph, calibration, {
    rule: { kind: 'max' },
    per: 'channel',
    window,
    mode: 'default',
  });
  const encoding = encodeInput(
    graph.inputShape,
    {
      preprocessing: { scale: 255, mean: [0], std: [1] },
      floats: calibration.inputs,
      influence: influenceOf(graph),
    },
    target,
  );
  const schedule = scheduleTicks(graph, { mode: 'default', window }, target);
  const result = await quantiseWeights(setNeurons(graph, thresholds, { mode: 'default', window }), schedule, encoding, {
    weightBits,
    target,
    code: 'unary',
  });
  return { ...result, graph, thresholds, encoding, quantised: result.graph };
}

describe('quantise-weights', () => {
  it('stores every weight within half a step of the float weight, relative to an even threshold', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        const { graph, quantised, thresholds, encoding, outputStep } = await quantise(net, edge);
        quantised.layers.forEach((layer, l) => {
          const float = graph.layers[l]!;
          const { fires, threshold, initial } = neuronsIn(layer);
          expect(threshold.every((θ) => θ >= 2 && θ % 2 === 0)).toBe(true);
          expect(Array.from(initial)).toEqual(
            fires ? Array.from(threshold, (θ) => θ / 2) : Array.from(initial, () => 0),
          );
          layer.branches.forEach((branch: QuantisedBranch, b) => {
            const source = float.branches[b]!;
            forEachWeight(source, float.shape, (k, weight, from, channel) => {
              const unit = branch.source === INPUT ? encoding.step : thresholds[branch.source]![from]!;
              // One unit of V in units of the activation.
              const lsb = fires ? thresholds[l]![channel]! / threshold[channel]! : outputStep;
              const stored = branch.operator.weight[k]! * 2 ** branch.shift * lsb;
              expect(Math.abs(stored - weight * unit)).toBeLessThanOrEqual((0.5 + 1e-9) * 2 ** branch.shift * lsb);
            });
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('fits the membrane potential of narrow targets, or says how many bits are missing', async () => {
    let fitted = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.integer({ min: 8, max: 24 }), async (net, vBits) => {
        try {
          const { quantised, facts } = await quantise(net, narrow(vBits));
          const [least, most] = quantised.inputRange;
          const sent = (source: number) => (source < 0 ? { min: least, max: most } : { min: 0, max: 1 });
          quantised.layers.forEach((layer, l) => {
            const { low, high } = channelBounds(layer, sent, 8);
            low.forEach((min, c) => {
              expect(fitsSigned({ min, max: high[c]! }, vBits)).toBe(true);
            });
            expect(facts[l]!.bitsNeeded).toBeLessThanOrEqual(vBits);
          });
          fitted++;
        } catch (error) {
          expect(error).toBeInstanceOf(DiagnosticError);
          expect((error as DiagnosticError).message).toMatch(
            /E0303.*needs \d+ bit at T = 8; edge has \d+, \d+ too few/,
          );
        }
      }),
      { numRuns: 80 },
    );
    expect(fitted).toBeGreaterThan(20);
  });

  it('clips no weight however large it is against the threshold', async () => {
    const net = { json: STEEP, inputShape: [1, 1, 1] as const, seed: 1 };
    const { quantised, thresholds, encoding } = await quantise(net, edge);
    const [first] = quantised.layers;
    const { operator, shift } = first!.branches[0]!;
    // Channel 1 is dead, so its threshold is small against its weight of a million.
    const wanted = (1e6 * encoding.step) / thresholds[0]![1]!;
    const step = 2 ** shift / neuronsIn(first!).threshold[1]!;
    expect(wanted).toBeGreaterThan(65_536);
    expect(Math.abs(operator.weight[1]! * step - wanted)).toBeLessThanOrEqual(step / 2);
  });

  it('narrow weights: stores what it says it stores, in range, and its record tells how much was lost', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.constantFrom<WeightBits>(1, 2, 4), async (net, weightBits) => {
        const result = await quantise(net, edge, 8, weightBits);
        const { graph, quantised, facts, warnings, thresholds, encoding, outputStep } = result;
        const largest = weightBits === 1 ? 1 : 2 ** (weightBits - 1) - 1;
        quantised.layers.forEach((layer, l) => {
          const float = graph.layers[l]!;
          const neurons = neuronsIn(layer);
          let [error, power] = [0, 0];
          layer.branches.forEach((branch: QuantisedBranch, b) => {
            const source = float.branches[b]!;
            const isInput = branch.source === INPUT;
            const input = Math.max(encoding.payloadMax, -encoding.payloadMin);
            const payload = (isInput ? input : 1) * branch.pool[0] * branch.pool[1];
            forEachWeight(source, float.shape, (k, weight, from, channel) => {
              const stored = branch.operator.weight[k]!;
              expect(Math.abs(stored)).toBeLessThanOrEqual(largest);
              if (weightBits === 1) expect(Math.abs(stored)).toBe(1);
              const threshold = neurons.fires ? thresholds[l]![channel]! : 1;
              const wanted = (weight * (isInput ? encoding.step : thresholds[branch.source]![from]!)) / threshold;
              const lsb = neurons.fires ? 1 / neurons.threshold[channel]! : outputStep;
              error += (payload * (wanted - stored * 2 ** branch.shift * lsb)) ** 2;
              power += (payload * wanted) ** 2;
            });
          });
          const share = power === 0 ? 0 : error / power;
          expect(Math.abs(facts[l]!.weightError - share)).toBeLessThan(1e-9 * (1 + share));
        });
        const coarse = facts.filter(({ weightError }) => weightError > 0.05).length;
        const text = `weights of ${weightBits} bit are too coarse for ${coarse} of ${facts.length} layers`;
        const given = warnings.filter(({ code }) => code === 'W0306').map(({ message }) => message.split(';')[0]);
        expect(given).toEqual(coarse === 0 ? [] : [text]);
      }),
      { numRuns: 60 },
    );
  });

  it('narrow weights: one large weight does not make the others vanish', async () => {
    const net = { json: PEAKED, inputShape: [1, 1, 1] as const, seed: 1 };
    const { quantised, facts } = await quantise(net, edge, 8, 2);
    // Rounded in steps of the largest, the others would be 0: 3 / 9.25 of the squares lost. Steps of 1.5 lose least:
    // (2.5 − s)² + 3(1 − s)² + (3.5 − 2s)²/(π − 1) has its minimum near there.
    expect([...quantised.layers[1]!.branches[0]!.operator.weight]).toEqual([1, 1, -1, 1]);
    expect(facts[1]!.weightError).toBeCloseTo((1 + 3 * 0.25) / 9.25, 2);
  });

  it('refuses a weight width that the target does not have', async () => {
    const net = { json: TINY, inputShape: [1, 1, 1] as const, seed: 1 };
    const target = { ...edge, widths: { ...edge.widths, weightBits: [4 as const] } };
    await expect(quantise(net, target)).rejects.toThrow(/E0312.*stores weights of 4 bit, not 8/);
  });
});

const STEEP = JSON.stringify({
  format: 'snn-net/1',
  input: { shape: [1, 1, 1] },
  layers: [
    {
      name: 'steep',
      op: 'dense',
      weight: { shape: [2, 1], data: [1, 1000000] },
      bias: { shape: [2], data: [1, -2000000] },
    },
    { name: 'relu', op: 'relu' },
    { name: 'out', op: 'dense', weight: { shape: [2, 2], data: [1, -1, 0.5, 0.25] } },
  ],
});

const PEAKED = JSON.stringify({
  format: 'snn-net/1',
  input: { shape: [1, 1, 1] },
  layers: [
    { name: 'spread', op: 'dense', weight: { shape: [4, 1], data: [1, 1, 1, 1] } },
    { name: 'spread relu', op: 'relu' },
    { name: 'peaked', op: 'dense', weight: { shape: [1, 4], data: [2.5, 1, -1, 1] } },
    { name: 'peaked relu', op: 'relu' },
    { name: 'out', op: 'dense', weight: { shape: [2, 1], data: [1, -1] } },
  ],
});

const TINY = JSON.stringify({
  format: 'snn-net/1',
  input: { shape: [1, 1, 1] },
  layers: [{ name: 'out', op: 'dense', weight: { shape: [2, 1], data: [1, -1] } }],
});
