import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { measureRates } from '../../../compiler/passes/measure-rates.ts';
import { buildThatFits, quantisedGraph } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';

const hooks = { onProgress: () => undefined, signal: undefined };

describe('measureRates', () => {
  it('counts what the reference interpreter sends, element by element', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const graph = quantisedGraph(await buildThatFits(net, target));
        const random = seededRandom(net.seed);
        const [channels, height, width] = graph.inputShape;
        const [low, high] = graph.inputRange;
        const samples = [0, 1].map(() =>
          Int16Array.from({ length: channels * height * width }, () => Math.floor(low + random() * (high - low + 1))),
        );
        const rates = await measureRates(graph, 'default', samples, hooks);
        expect(rates.samples).toBe(2);
        const counts = graph.layers.map(({ shape: [c, y, x] }) => new Float64Array(c * y * x));
        const interpreter = new ReferenceInterpreter(graph);
        for (const sample of samples)
          interpreter.run(sample, (_, view) => {
            counts.forEach((count, l) => {
              const [c, y, x] = graph.layers[l]!.shape;
              if (graph.layers[l]!.fires)
                view.spikes(l).forEach((fired, k) => (count[(k % (y * x)) * c + Math.floor(k / (y * x))]! += fired));
            });
          });
        graph.layers.forEach(({ fires }, l) => {
          expect(Array.from(rates.layers[l]!)).toEqual(fires ? Array.from(counts[l]!) : []);
        });
        const area = height * width;
        rates.input.forEach((packets, k) => {
          const index = (k % channels) * area + Math.floor(k / channels);
          expect(packets).toBe(samples.filter((sample) => sample[index] !== 0).length);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('assumes a packet per neuron where there are no samples', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const graph = quantisedGraph(await buildThatFits(net, target));
        const rates = await measureRates(graph, 'default', [], hooks);
        expect(rates.samples).toBe(0);
        for (const values of [rates.input, ...rates.layers]) expect(values.every((value) => value === 1)).toBe(true);
      }),
      { numRuns: 5 },
    );
  });
});
