import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundActivations } from '../../../compiler/engines/bound-activations.ts';
import { LayerEvaluator } from '../../../compiler/engines/evaluate-layers.ts';
import type { FloatGraph } from '../../../compiler/ir/layers.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { mergeLinear } from '../../../compiler/passes/merge-linear.ts';
import { shapeSize } from '../../../isa/index.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { readAnn } from '../../arbitraries/read-ann.ts';

const graphOf = (json: string): FloatGraph => {
  const options = {
    fileName: 'bounded.net.json',
    readSideFile: (name: string): Uint8Array => {
      throw new Error(`no side file ${name}`);
    },
  };
  return formLayers(mergeLinear(readAnn(new TextEncoder().encode(json), options)).ann).graph;
};

/** Two inputs, a neuron for their difference and one that is never above 0. */
const DIFFERENCE = graphOf(
  JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [2, 1, 1] },
    layers: [
      {
        ...{ name: 'first', op: 'dense', weight: { shape: [2, 2], data: [2, -3, -1, -1] } },
        bias: { shape: [2], data: [0.5, 0] },
      },
      { name: 'act', op: 'relu' },
      { name: 'second', op: 'dense', weight: { shape: [2, 2], data: [1, 1, -1, 4] } },
      { name: 'clipped', op: 'relu', max: 2 },
      { name: 'last', op: 'dense', weight: { shape: [1, 2], data: [1, 1] } },
    ],
  }),
);

describe('boundActivations', () => {
  it('is the sum of what each weight can add at most, and no more than the clip level', () => {
    const bounds = boundActivations(DIFFERENCE, [
      { min: 0, max: 4 },
      { min: -1, max: 2 },
    ]);
    // 2·4 + 3·1 + 0.5; −1·0 + 1·1. Then 11.5 + 1, clipped; 4·1, clipped.
    expect(bounds.map((layer) => [...layer])).toEqual([[11.5, 1], [2, 2], [4]]);
  });

  it('no activation of any network is above, whatever comes in', () => {
    let layers = 0;
    fc.assert(
      fc.property(arbitraryNetwork, fc.nat(), (net, seed) => {
        const graph = graphOf(net.json);
        const random = seededRandom(seed);
        const inputs = Array.from({ length: net.inputShape[0] }, () => ({ min: -random(), max: 2 * random() }));
        const bounds = boundActivations(graph, inputs);
        const evaluator = new LayerEvaluator(graph);
        const area = shapeSize(net.inputShape) / inputs.length;
        for (let trial = 0; trial < 4; trial++) {
          // Corners of the range are where the largest values are.
          evaluator.run(
            Float64Array.from({ length: shapeSize(net.inputShape) }, (_, k) => {
              const { min, max } = inputs[Math.floor(k / area)]!;
              return random() < 0.5 ? min : max;
            }),
          );
          bounds.forEach((channels, l) => {
            layers++;
            evaluator.activation(l).forEach((value, k) => {
              const bound = channels[k % channels.length]!;
              expect(value).toBeLessThanOrEqual(bound + 1e-9 * Math.max(1, bound));
            });
          });
        }
      }),
      { numRuns: 40 },
    );
    expect(layers).toBeGreaterThan(200);
  });
});
