import { describe, expect, it } from '@jest/globals';
import { AnnEvaluator, type AnnGraph, type AnnNode } from '../../../compiler/index.ts';
import { calibrateActivations } from '../../../compiler/passes/calibrate-activations.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';

/** So many layers of one neuron, each with the same weight. */
function chain(layers: number, weight: number): AnnGraph {
  const nodes: AnnNode[] = [{ name: 'x', op: 'input', inputs: [], shape: [1, 1, 1] }];
  const dense = (name: string) => {
    const from = nodes.at(-1)!.name;
    const tensor = { shape: [1, 1], data: Float32Array.of(weight) };
    nodes.push({ name, op: 'dense', inputs: [from], shape: [1, 1, 1], weight: tensor });
  };
  for (let l = 0; l < layers; l++) {
    dense(`dense${l}`);
    nodes.push({ name: `relu${l}`, op: 'relu', inputs: [`dense${l}`], shape: [1, 1, 1] });
  }
  dense('out');
  return { name: 'chain', output: 'out', nodes };
}

async function* samples(...values: number[]) {
  for (const value of values) yield await Promise.resolve(Float64Array.of(value));
}

function calibrate(ann: AnnGraph, ...values: number[]) {
  const { graph, nodeOf } = formLayers(ann);
  return calibrateActivations(graph, nodeOf, new AnnEvaluator(ann), samples(...values));
}

describe('calibrateActivations', () => {
  it('keeps the largest activation of every layer, and the range of the input', async () => {
    const { samples: count, histograms, inputs } = await calibrate(chain(2, 2), -1, 0.5, 3);
    expect(count).toBe(3);
    expect(histograms.map((channels) => channels.map(({ max, total }) => [max, total]))).toEqual([
      [[6, 3]],
      [[12, 3]],
      [],
    ]);
    expect(inputs.map(({ min, max, nonZero }) => [min, max, nonZero])).toEqual([[-1, 3, 3]]);
  });

  it('names the layer whose activations overflow', async () => {
    await expect(calibrate(chain(9, 3e38), 1)).rejects.toMatchObject({
      diagnostics: [{ code: 'E0208', place: { layer: expect.stringMatching(/8/) } }],
    });
  });
});
