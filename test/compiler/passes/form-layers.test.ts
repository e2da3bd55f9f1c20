import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnnEvaluator, type AnnGraph, type FloatGraph } from '../../../compiler/index.ts';
import { INPUT, type Branch, type FloatLayer } from '../../../compiler/ir/layers.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { shapeSize, DiagnosticError, type Shape } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';

/** The layer graph by its definition, neuron by neuron. */
function evaluateLayers(graph: FloatGraph, x: Float64Array): Float64Array[] {
  const values: Float64Array[] = [];
  for (const layer of graph.layers) {
    const z = new Float64Array(shapeSize(layer.shape));
    const area = shapeSize(layer.shape) / layer.shape[0];
    z.forEach((_, k) => {
      z[k] = layer.bias.length === z.length ? layer.bias[k]! : layer.bias[Math.floor(k / area)]!;
    });
    for (const branch of layer.branches) {
      const shape = branch.source === INPUT ? graph.inputShape : graph.layers[branch.source]!.shape;
      addBranch(branch, layer, pool(branch, branch.source === INPUT ? x : values[branch.source]!, shape), z);
    }
    const { activation } = layer;
    values.push(activation.kind === 'none' ? z : z.map((v) => Math.min(activation.max, Math.max(0, v))));
  }
  return values;
}

function pool(branch: Branch<Float64Array>, source: Float64Array, shape: Shape): Float64Array {
  const [channels, rows, columns] = branch.pooled;
  const out = new Float64Array(channels * rows * columns);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows * branch.pool[0]; y++)
      for (let x = 0; x < columns * branch.pool[1]; x++) {
        const to = (c * rows + Math.floor(y / branch.pool[0])) * columns + Math.floor(x / branch.pool[1]);
        out[to]! += source[(c * shape[1] + y) * shape[2] + x]!;
      }
  return out;
}

function addBranch(branch: Branch<Float64Array>, layer: FloatLayer, input: Float64Array, z: Float64Array): void {
  const { operator, pooled } = branch;
  const [, height, width] = layer.shape;
  switch (operator.kind) {
    case 'dense':
      z.forEach((_, k) => input.forEach((v, j) => (z[k]! += operator.weight[k * input.length + j]! * v)));
      return;
    case 'diagonal':
      z.forEach((_, k) => (z[k]! += operator.weight[Math.floor(k / (height * width))]! * input[k]!));
      return;
    case 'sparse':
      operator.weight.forEach((w, k) => (z[operator.post[k]!]! += w * input[operator.pre[k]!]!));
      return;
    case 'conv': {
      const { kernel, stride, padding, dilation, groups } = operator;
      const inGroup = pooled[0] / groups;
      z.forEach((_, k) => {
        const c = Math.floor(k / (height * width));
        const group = Math.floor(c / (layer.shape[0] / groups));
        for (let g = 0; g < inGroup; g++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const y = (Math.floor(k / width) % height) * stride[0] - padding[0] + ky * dilation[0];
              const x = (k % width) * stride[1] - padding[1] + kx * dilation[1];
              if (y < 0 || x < 0 || y >= pooled[1] || x >= pooled[2]) continue;
              const w = operator.weight[((c * inGroup + g) * kernel[0] + ky) * kernel[1] + kx]!;
              z[k]! += w * input[((group * inGroup + g) * pooled[1] + y) * pooled[2] + x]!;
            }
      });
    }
  }
}

const image = (shape: Shape, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: shapeSize(shape) }, () => random() * 2 - 1);
};

function graphOf(nodes: AnnGraph['nodes']): AnnGraph {
  return { name: 'hand-made', nodes, output: nodes.at(-1)!.name };
}

const input = { op: 'input', name: 'x', inputs: [], shape: [1, 1, 1] } as const;
const one = { shape: [1, 1, 1, 1], data: Float32Array.of(1) };
const conv = (name: string, from: string) =>
  ({
    op: 'conv',
    name,
    inputs: [from],
    shape: [1, 1, 1],
    weight: one,
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: 1,
  }) as const;

describe('form-layers', () => {
  it('computes what the operator graph computes, layer by layer', () => {
    fc.assert(
      fc.property(arbitraryNetwork, (net) => {
        const ann = annOf(net);
        const { graph, nodeOf } = formLayers(ann);
        const x = image(graph.inputShape, net.seed);
        const evaluator = new AnnEvaluator(ann);
        evaluator.run(x);
        const layers = evaluateLayers(graph, x);
        nodeOf.forEach((node, l) => {
          const expected = evaluator.output(node);
          expect(layers[l]!.length).toBe(expected.length);
          layers[l]!.forEach((value, k) => {
            expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-4);
          });
        });
      }),
      { numRuns: 200 },
    );
  });

  it('names both operators where an activation is missing between them', () => {
    const graph = graphOf([input, conv('first', 'x'), conv('second', 'first')]);
    expect(() => formLayers(graph)).toThrow(DiagnosticError);
    expect(() => formLayers(graph)).toThrow(/E0207.*second \(conv\) follows first without an activation/);
  });

  it('merges activations that follow each other', () => {
    const clip = (name: string, from: string, max: number) =>
      ({ op: 'relu', name, inputs: [from], shape: [1, 1, 1], max }) as const;
    const nodes = [input, conv('c', 'x'), clip('a', 'c', 3), clip('b', 'a', 2), clip('d', 'b', 6), conv('e', 'd')];
    const { graph, nodeOf } = formLayers(graphOf(nodes));
    expect(graph.layers.map((layer) => layer.activation)).toEqual([{ kind: 'relu', max: 2 }, { kind: 'none' }]);
    expect(nodeOf).toEqual(['d', 'e']);
  });

  it('drops an activation at the end, with a warning', () => {
    const relu = { op: 'relu', name: 'last', inputs: ['first'], shape: [1, 1, 1] } as const;
    const { graph, warnings } = formLayers(graphOf([input, conv('first', 'x'), relu]));
    expect(graph.layers.map((layer) => layer.activation.kind)).toEqual(['none']);
    expect(warnings.map((warning) => warning.code)).toEqual(['W0303']);
  });
});
