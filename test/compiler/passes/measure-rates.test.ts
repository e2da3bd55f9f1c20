import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FloatGraph } from '../../../compiler/index.ts';
import { measureRates } from '../../../compiler/passes/measure-rates.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';

const hooks = { onProgress: () => undefined, signal: undefined };
const WINDOW = 8;

/** Neurons that each hear one element of the input, and a read-out of their sum. */
function chain(size: number): FloatGraph {
  return {
    name: 'chain',
    inputShape: [size, 1, 1],
    layers: [
      {
        name: 'fires',
        shape: [size, 1, 1],
        branches: [
          {
            source: -1,
            pool: [1, 1],
            pooled: [size, 1, 1],
            operator: { kind: 'diagonal', weight: new Float64Array(size).fill(1) },
          },
        ],
        bias: new Float64Array(size),
        activation: { kind: 'relu', max: 1 },
      },
      {
        name: 'reads',
        shape: [1, 1, 1],
        branches: [
          {
            source: 0,
            pool: [1, 1],
            pooled: [size, 1, 1],
            operator: { kind: 'dense', weight: new Float64Array(size).fill(1) },
          },
        ],
        bias: new Float64Array(1),
        activation: { kind: 'none' },
      },
    ],
  };
}

const spikingChain = (size: number) =>
  setNeurons(chain(size), [new Float64Array(size).fill(1), new Float64Array(0)], { mode: 'default', window: WINDOW });

describe('measureRates', () => {
  it('is the mean of the spikes that constant currents give: ⌊x·T + ½⌋ of 0..T', async () => {
    const value = fc.integer({ min: -20, max: 40 }).map((k) => k / 32);
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 6 })
          .chain((size) =>
            fc.array(fc.array(value, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 4 }),
          ),
        async (inputs) => {
          const size = inputs[0]!.length;
          const samples = inputs.map((x) => ({
            x: Float64Array.from(x),
            payloads: Int16Array.from(x, (v) => Math.round(v * 32)),
          }));
          const rates = await measureRates(spikingChain(size), samples, 'unary', hooks);
          const spikes = inputs.flat().map((v) => Math.min(WINDOW, Math.max(0, Math.floor(v * WINDOW + 0.5))));
          const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
          expect(rates.samples).toBe(inputs.length);
          expect(rates.layers[0]).toBeCloseTo(mean(spikes), 12);
          expect(rates.layers[1]).toBe(0);
          expect(rates.input).toBeCloseTo(mean(inputs.flat().map((v) => (v === 0 ? 0 : 1))), 12);
        },
      ),
    );
  });

  it('assumes a packet per neuron where there are no samples', async () => {
    expect(await measureRates(spikingChain(3), [], 'unary', hooks)).toEqual({ samples: 0, input: 1, layers: [1, 0] });
  });
});
