/** Staircase activations convert without loss: a neuron with their threshold counts their levels. */
import { neuronsIn } from '../../arbitraries/neurons.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { ActivationHistogram } from '../../../compiler/passes/calibrate/histogram.ts';
import { chooseThresholds } from '../../../compiler/passes/choose-thresholds.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';

const one = { shape: [1, 1, 1, 1], data: Float32Array.of(1) };
const plain = { weight: one, stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
const network = (max: number, levels: number): AnnGraph => ({
  name: 'staircase',
  output: 'y',
  nodes: [
    { op: 'input', name: 'x', inputs: [], shape: [1, 1, 1] },
    { op: 'conv', name: 'c', inputs: ['x'], shape: [1, 1, 1], ...plain },
    { op: 'relu', name: 'a', inputs: ['c'], shape: [1, 1, 1], max, levels },
    { op: 'conv', name: 'y', inputs: ['a'], shape: [1, 1, 1], ...plain },
  ],
});

/** Numbers with few binary digits, so that every sum below is exact. */
const dyadic = fc.integer({ min: -600, max: 600 }).map((k) => k / 128);

describe('a staircase of L levels', () => {
  const threshold = (max: number, levels: number, rule: 'mse' | 'max', per: 'layer' | 'channel', seen: number) => {
    const { graph } = formLayers(network(max, levels));
    const histogram = new ActivationHistogram();
    histogram.addAll(Float64Array.of(seen), 0, 1);
    const calibration = { samples: 1, histograms: [[histogram], []], inputs: [] };
    const thresholds = chooseThresholds(graph, calibration, {
      rule: { kind: rule },
      per,
      window: levels,
      mode: 'default',
    });
    return neuronsIn(setNeurons(graph, thresholds, { mode: 'default', window: levels }).neurons[0]!);
  };

  it('keeps its own threshold, whatever the rule and the data', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('mse' as const, 'max' as const),
        fc.constantFrom('layer' as const, 'channel' as const),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (rule, per, seen) => {
          expect([...threshold(1.7, 6, rule, per, seen).threshold]).toEqual([1.7]);
        },
      ),
    );
  });

  it('is what a neuron fires in T = L ticks of its input, exactly', () => {
    fc.assert(
      fc.property(fc.constantFrom(0.5, 1, 2, 4), fc.constantFrom(1, 2, 4, 8, 16), dyadic, (max, levels, z) => {
        const { threshold: θ, initial } = threshold(max, levels, 'mse', 'channel', 1);
        let potential = initial[0]!;
        let spikes = 0;
        for (let tick = 0; tick < levels; tick++) {
          potential += z;
          if (potential < θ[0]!) continue;
          spikes++;
          potential -= θ[0]!;
        }
        const evaluator = new AnnEvaluator(network(max, levels));
        evaluator.run(Float64Array.of(z));
        expect((spikes * θ[0]!) / levels).toBe(evaluator.output('a')[0]);
      }),
      { numRuns: 300 },
    );
  });
});
