/** Linear operators in a row: whatever is done about them, the network computes the same, and layers can be formed of it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { mergeLinear } from '../../../compiler/passes/merge-linear.ts';
import { verifyAnn } from '../../../compiler/verify/verify-ann.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { floats, node, readModel } from '../read/onnx-model.ts';

const upTo = (most: number) => fc.integer({ min: 1, max: most });
const windows = fc.record({
  kernel: fc.tuple(upTo(3), upTo(3)),
  stride: fc.tuple(upTo(2), upTo(2)),
  dilation: fc.tuple(upTo(2), upTo(2)),
  padding: fc.tuple(fc.nat(2), fc.nat(1), fc.nat(1), fc.nat(2)),
  kind: fc.constantFrom('whole', 'pointwise', 'depthwise', 'groups'),
});
type Windows = typeof windows extends fc.Arbitrary<infer W> ? W : never;

const CHANNELS = 4;

function convolution(input: string, output: string, { kernel, stride, dilation, padding, kind }: Windows) {
  const group = { whole: 1, pointwise: 1, depthwise: CHANNELS, groups: 2 }[kind];
  const size = kind === 'pointwise' ? [1, 1] : kernel;
  const pads = kind === 'pointwise' ? [0, 0, 0, 0] : [...padding];
  const names = [input, `${output}w`, `${output}b`];
  return {
    node: node('Conv', names, output, { strides: [...stride], dilations: [...dilation], pads, group }),
    tensors: [floats(`${output}w`, [CHANNELS, CHANNELS / group, ...size]), floats(`${output}b`, [CHANNELS])],
  };
}

/** Largest difference between the outputs of two graphs. */
function difference(a: AnnGraph, b: AnnGraph, seed: number): number {
  const random = seededRandom(seed);
  const [one, other] = [new AnnEvaluator(a), new AnnEvaluator(b)];
  const [channels, height, width] = a.nodes[0]!.shape;
  const x = Float64Array.from({ length: channels * height * width }, () => 2 * random() - 1);
  one.run(x);
  other.run(x);
  const expected = one.output(a.output);
  return Math.max(...other.output(b.output).map((value, k) => Math.abs(value - expected[k]!)));
}

const ops = ({ nodes }: AnnGraph): string[] => nodes.map(({ op }) => op);

describe('merge-linear', () => {
  it('computes the same for any two convolutions, with or without an activation before them', () => {
    fc.assert(
      fc.property(windows, windows, fc.boolean(), fc.integer(), (first, second, isRectified, seed) => {
        const [one, two] = [convolution(isRectified ? 'r' : 'x', 'a', first), convolution('a', 'b', second)];
        const nodes = [
          ...(isRectified ? [node('Relu', ['x'], 'r')] : []),
          one.node,
          two.node,
          node('Relu', ['b'], 'y'),
        ];
        const graph = readModel({ input: ['N', CHANNELS, 13, 14], nodes, tensors: [...one.tensors, ...two.tensors] });
        const { ann, warnings } = mergeLinear(graph);
        verifyAnn(ann);
        formLayers(ann);
        expect(difference(graph, ann, seed)).toBeLessThan(1e-5);
        expect(warnings.map(({ code }) => code)).toEqual(['W0309']);
      }),
      { numRuns: 60 },
    );
  });

  it('puts two matrices together where that has fewer synapses, and else gives them neurons between', () => {
    const graphOf = (middle: number) =>
      readModel({
        input: ['N', 12],
        nodes: [node('Relu', ['x'], 'r'), node('MatMul', ['r', 'a'], 'm'), node('MatMul', ['m', 'b'], 'y')],
        tensors: [floats('a', [12, middle]), floats('b', [middle, 12])],
      });
    const [wide, narrow] = [mergeLinear(graphOf(8)), mergeLinear(graphOf(1))];
    expect(ops(wide.ann)).toEqual(['input', 'relu', 'dense']);
    expect(ops(narrow.ann)).toEqual(['input', 'relu', 'dense', 'relu', 'affine', 'relu', 'affine', 'add', 'dense']);
    for (const [made, middle] of [
      [wide, 8],
      [narrow, 1],
    ] as const)
      expect(difference(graphOf(middle), made.ann, 1)).toBeLessThan(1e-5);
  });

  it('needs one population where nothing can be negative', () => {
    const tensors = [floats('a', [4, 1], [1, 2, 3, 4]), floats('b', [1, 8])];
    const nodes = [node('Relu', ['x'], 'r'), node('MatMul', ['r', 'a'], 'm'), node('MatMul', ['m', 'b'], 'y')];
    const { ann } = mergeLinear(readModel({ input: ['N', 4], nodes, tensors }));
    expect(ops(ann)).toEqual(['input', 'relu', 'dense', 'relu', 'dense']);
  });

  it('leaves a network alone that has activations everywhere', () => {
    const nodes = [node('MatMul', ['x', 'a'], 'm'), node('Relu', ['m'], 'r'), node('MatMul', ['r', 'b'], 'y')];
    const graph = readModel({ input: ['N', 4], nodes, tensors: [floats('a', [4, 2]), floats('b', [2, 3])] });
    expect(mergeLinear(graph)).toEqual({ ann: graph, warnings: [] });
  });
});
