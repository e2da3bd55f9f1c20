import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnnEvaluator, type AnnGraph, type FloatGraph } from '../../../compiler/index.ts';
import type { AnnNode } from '../../../compiler/ann/ann.ts';
import type { NodeDraft } from '../../../compiler/ann/ann.ts';
import { inferShape } from '../../../compiler/ann/infer-shape.ts';
import { INPUT, type Branch, type FloatLayer } from '../../../compiler/ir/layers.ts';
import { formLayers, type FormedLayers } from '../../../compiler/passes/form-layers.ts';
import { shapeSize, DiagnosticError, type Shape } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { annWithInput } from '../ann/ann-arbitrary.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { expectAllClose } from '../../close.ts';
import { cases } from '../../cases.ts';

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
    values.push(activation.kind === 'none' ? z : z.map((v) => activate(v, activation)));
  }
  return values;
}

function activate(z: number, { max, levels }: Extract<FloatLayer['activation'], { kind: 'relu' }>): number {
  if (levels === undefined) return Math.min(max, Math.max(0, z));
  return (max * Math.min(levels, Math.max(0, Math.floor((z * levels) / max + 0.5)))) / levels;
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
      { numRuns: cases(150) },
    );
  });

  it('computes any operator graph, or refuses it by name', () => {
    let computed = 0;
    fc.assert(
      fc.property(annWithInput, ({ graph: ann, x }) => {
        let formed: FormedLayers;
        try {
          formed = formLayers(ann);
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          expect(['E0204', 'E0207']).toContain(error.diagnostics[0]!.code);
          return;
        }
        computed++;
        const evaluator = new AnnEvaluator(ann);
        evaluator.run(x);
        const layers = evaluateLayers(formed.graph, x);
        formed.nodeOf.forEach((node, l) => {
          const expected = evaluator.output(node);
          expectAllClose(layers[l]!, expected, 6);
        });
      }),
      { numRuns: cases(250) },
    );
    expect(computed).toBeGreaterThan(cases(75));
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

  it('merges a staircase with clips that do not touch it, and with no others', () => {
    const relu = (name: string, from: string, max: number, levels?: number): AnnGraph['nodes'][number] => ({
      op: 'relu',
      name,
      inputs: [from],
      shape: [1, 1, 1],
      max,
      ...(levels !== undefined && { levels }),
    });
    const activations = (...nodes: AnnGraph['nodes']) =>
      formLayers(graphOf([input, conv('c', 'x'), ...nodes, conv('e', nodes.at(-1)!.name)]))
        .graph.layers.slice(0, -1)
        .map(({ activation }) => activation);
    const staircase = { kind: 'relu', max: 2, levels: 4 };
    expect(activations(relu('a', 'c', 3), relu('b', 'a', 2, 4), relu('d', 'b', 2))).toEqual([staircase]);
    expect(activations(relu('a', 'c', 1), relu('b', 'a', 2, 4))).toEqual([{ kind: 'relu', max: 1 }, staircase]);
    expect(activations(relu('a', 'c', 2, 4), relu('b', 'a', 1))).toEqual([staircase, { kind: 'relu', max: 1 }]);
    expect(activations(relu('a', 'c', 2, 4), relu('b', 'a', 2, 8))).toEqual([staircase, { ...staircase, levels: 8 }]);
  });

  it('a concatenation costs a convolution nothing, with groups on its seams or across them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }),
        fc.constantFrom(1, 2, 3, 6),
        fc.boolean(),
        fc.integer(),
        (sizes, groups, isActivatedAfter, seed) => {
          const random = seededRandom(seed);
          const tensor = (...shape: number[]) => ({
            shape,
            data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1),
          });
          const channels = sizes.reduce((a, b) => a + b, 0);
          fc.pre(channels % groups === 0);
          const plain = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
          const nodes: AnnNode[] = [{ op: 'input', name: 'x', inputs: [], shape: [2, 3, 4] }];
          const add = (draft: NodeDraft): void => {
            const shapes = draft.inputs.map((name) => nodes.find((node) => node.name === name)!.shape);
            nodes.push({ ...draft, shape: inferShape(draft, shapes) });
          };
          sizes.forEach((size, k) => {
            const weight = tensor(size, 2, 3, 3);
            add({ op: 'conv', name: `c${k}`, inputs: ['x'], weight, bias: tensor(size), ...plain, groups: 1 });
            if (!isActivatedAfter) add({ op: 'relu', name: `r${k}`, inputs: [`c${k}`] });
          });
          add({ op: 'concat', name: 'j', inputs: sizes.map((_, k) => (isActivatedAfter ? `c${k}` : `r${k}`)) });
          if (isActivatedAfter) add({ op: 'relu', name: 'r', inputs: ['j'] });
          const weight = tensor(groups * 2, channels / groups, 2, 3);
          const from = isActivatedAfter ? 'r' : 'j';
          add({ op: 'conv', name: 'g', inputs: [from], weight, bias: tensor(groups * 2), ...plain, groups });
          add({ op: 'relu', name: 's', inputs: ['g'] });
          add({ op: 'flatten', name: 'f', inputs: ['s'], order: [1, 2, 0] });
          add({ op: 'dense', name: 'y', inputs: ['f'], weight: tensor(3, groups * 2 * 4 * 4) });
          const ann = graphOf(nodes);
          const { graph, nodeOf } = formLayers(ann);
          expect(graph.layers).toHaveLength(isActivatedAfter ? 3 : sizes.length + 2);
          const x = image(graph.inputShape, seed);
          const evaluator = new AnnEvaluator(ann);
          evaluator.run(x);
          evaluateLayers(graph, x).forEach((values, l) => {
            const expected = evaluator.output(nodeOf[l]!);
            expectAllClose(values, expected, 6);
          });
        },
      ),
      { numRuns: cases(30) },
    );
  });

  it('refuses what takes a flattened image for channels, and sums of vectors in different orders', () => {
    const wide = { op: 'input', name: 'x', inputs: [], shape: [2, 2, 1] } as const;
    const flat = (name: string, order: readonly [number, number, number]): AnnNode => ({
      op: 'flatten',
      name,
      inputs: ['x'],
      shape: [4, 1, 1],
      order,
    });
    const pointwise = { ...conv('c', 'f'), weight: { shape: [1, 4, 1, 1], data: new Float32Array(4) } };
    expect(() => formLayers(graphOf([wide, flat('f', [0, 1, 2]), pointwise]))).toThrow(
      /E0204.*c \(conv\) follows a flatt/,
    );
    const sum: AnnNode = { op: 'add', name: 's', inputs: ['f', 'g'], shape: [4, 1, 1] };
    const two = [wide, flat('f', [0, 1, 2]), flat('g', [1, 2, 0]), sum];
    expect(() => formLayers(graphOf(two))).toThrow(/E0204.*flattened in different ways/);
    expect(() => formLayers(graphOf([wide, flat('f', [1, 2, 0])]))).toThrow(/E0204.*follows a transposed flattening/);
  });

  it('terms that differ in their weights alone are one branch, however often a value is added to itself', () => {
    const relu = (name: string, from: string): AnnNode => ({ op: 'relu', name, inputs: [from], shape: [1, 1, 1] });
    const doubled = (first: string, times: number): AnnNode[] =>
      Array.from({ length: times }, (_, k) => {
        const from = k === 0 ? first : `${first}+${k - 1}`;
        return { op: 'add', name: `${first}+${k}`, inputs: [from, from], shape: [1, 1, 1] };
      });
    const before = [input, conv('c', 'x'), relu('r', 'c')];
    const views = formLayers(graphOf([...before, ...doubled('r', 60), conv('y', 'r+59')])).graph;
    expect(views.layers[1]!.branches.map(({ operator }) => [...operator.weight])).toEqual([[2 ** 60]]);
    const sums = formLayers(graphOf([...before, conv('d', 'r'), ...doubled('d', 60)])).graph;
    expect(sums.layers[1]!.branches.map(({ operator }) => [...operator.weight])).toEqual([[2 ** 60]]);
    expect(() => formLayers(graphOf([...before, ...doubled('r', 1100), conv('y', 'r+1099')]))).toThrow(/E0208/);
  });

  it('drops an activation at the end, with a warning', () => {
    const relu = { op: 'relu', name: 'last', inputs: ['first'], shape: [1, 1, 1] } as const;
    const { graph, warnings } = formLayers(graphOf([input, conv('first', 'x'), relu]));
    expect(graph.layers.map((layer) => layer.activation.kind)).toEqual(['none']);
    expect(warnings.map((warning) => warning.code)).toEqual(['W0303']);
  });
});
