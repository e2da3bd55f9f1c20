/** Constants as factors and shifts, concatenations, and sequences. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { floats, ints, node, readModel, run } from './onnx-model.ts';

const ops = (graph: ReturnType<typeof readModel>): string[] => graph.nodes.map(({ op }) => op);
const upTo = (max: number) => fc.integer({ min: 1, max });
const counting = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('Mul, Div and Sub by constants', () => {
  it('are factors and shifts per channel', () => {
    const nodes = [
      node('Sub', ['x', 'mean'], 's'),
      node('Div', ['s', 'std'], 'd'),
      node('Mul', ['two', 'd'], 'm'),
      node('Sub', ['one', 'm'], 'y'),
    ];
    const tensors = [
      floats('mean', [1, 2, 1, 1], [1, 2]),
      floats('std', [2, 1, 1], [4, 8]),
      floats('two', [], [2]),
      floats('one', [1], [1]),
    ];
    const graph = readModel({ input: ['N', 2, 1, 2], nodes, tensors });
    expect(ops(graph)).toEqual(['input', 'affine', 'affine', 'affine', 'affine']);
    expect(run(graph, [1, 3, 2, 10])).toEqual([1, 0, 1, -1]);
  });

  it('before a padded convolution are folded into it, at the border too', () => {
    const nodes = [
      node('Sub', ['x', 'mean'], 's'),
      node('Mul', ['s', 'scale'], 'm'),
      node('Conv', ['m', 'w'], 'c', { pads: [1, 1, 1, 1], strides: [2, 2] }),
    ];
    const tensors = [floats('mean', [2, 1, 1], [0.5, 0.25]), floats('scale', [], [4]), floats('w', [3, 2, 3, 3])];
    const graph = readModel({ nodes, tensors });
    const layer = formLayers(graph).graph.layers[0]!;
    expect(layer.branches.map(({ operator }) => operator.kind)).toEqual(['conv']);
    // An image of 0 gives the bias of every neuron.
    run(graph, Array<number>(32).fill(0)).forEach((value, k) => expect(layer.bias[k]!).toBeCloseTo(value, 6));
  });
});

describe('Concat of layers', () => {
  it('is along the channels, of images, sequences, vectors, and of the last axis after a transposition', () => {
    const image = readModel({
      input: ['N', 1, 1, 2],
      nodes: [node('Relu', ['x'], 'r'), node('Concat', ['x', 'r', 'x'], 'y', { axis: -3 })],
    });
    expect(image.nodes.at(-1)).toMatchObject({ op: 'concat', shape: [3, 1, 2] });
    expect(run(image, [-1, 2])).toEqual([-1, 2, 0, 2, -1, 2]);
    const vector = readModel({
      input: ['N', 2],
      nodes: [node('Relu', ['x'], 'r'), node('Concat', ['r', 'x'], 'y', { axis: 1 })],
    });
    expect(run(vector, [-1, 2])).toEqual([0, 2, -1, 2]);
    const nodes = [
      node('Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }),
      node('Concat', ['t', 't'], 'c', { axis: 3 }),
      node('Flatten', ['c'], 'y'),
    ];
    expect(run(readModel({ input: ['N', 2, 1, 2], nodes }), [1, 2, 3, 4])).toEqual([1, 3, 1, 3, 2, 4, 2, 4]);
  });

  it('what follows it channel by channel is moved before it', () => {
    const nodes = [
      node('Conv', ['x', 'w'], 'a'),
      node('Conv', ['x', 'v'], 'b'),
      node('Concat', ['a', 'b'], 'c', { axis: 1 }),
      node('Mul', ['c', 'k'], 'm'),
      node('Relu', ['m'], 'r'),
      node('Conv', ['r', 'd'], 'e', { group: 3 }),
      node('Relu', ['e'], 'y'),
      node('GlobalAveragePool', ['y'], 'z'),
    ];
    const tensors = [
      floats('w', [1, 2, 1, 1]),
      floats('v', [2, 2, 1, 1]),
      floats('k', [3, 1, 1], [1, 2, 3]),
      floats('d', [3, 1, 2, 2]),
    ];
    const graph = readModel({ nodes, tensors });
    expect(graph.nodes.map(({ name }) => name)).toEqual([
      'x',
      'a',
      'b',
      'm[0:1]',
      'm[1:3]',
      'r[0:1]',
      'r[1:3]',
      'e[0:1]',
      'e[1:3]',
      'y[0:1]',
      'y[1:3]',
      'z[0:1]',
      'z[1:3]',
      'z',
    ]);
    const { layers } = formLayers(graph).graph;
    expect(layers.map(({ shape }) => shape[0])).toEqual([1, 2, 1, 2, 3]);
    const weights = layers
      .slice(0, 4)
      .flatMap(({ branches }) => branches.map(({ operator }) => operator.weight.length));
    expect(weights).toEqual([2, 4, 4, 8]);
  });

  it('of itself again and again does not exhaust memory', () => {
    const nodes = [node('Relu', ['x'], 'c0')];
    for (let k = 0; k < 40; k++) nodes.push(node('Concat', [`c${k}`, `c${k}`], `c${k + 1}`, { axis: 1 }));
    expect(() => readModel({ input: ['N', 1], nodes })).toThrow(/E0209/);
    const some = readModel({ input: ['N', 1], nodes: [...nodes.slice(0, 20), node('Relu', ['c19'], 'y')] });
    expect(some.nodes).toHaveLength(22);
    expect(() => formLayers(some)).toThrow(/E0204.*concatenation of more than/);
  });
});

describe('sequences [N, C, L]', () => {
  it('are images of one row', () => {
    const nodes = [
      node('Conv', ['x', 'w', 'b'], 'c', { kernel_shape: [3], pads: [2, 0], strides: [2], dilations: [1] }),
      node('BatchNormalization', ['c', 'b', 'b', 'b', 'b'], 'n'),
      node('Relu', ['n'], 'r'),
      node('AveragePool', ['r'], 'a', { kernel_shape: [2], strides: [2] }),
      node('Pad', ['a', 'pads'], 'p'),
      node('Flatten', ['p'], 'y'),
    ];
    const tensors = [floats('w', [2, 1, 3]), floats('b', [2], [1, 2]), ints('pads', [0, 0, 1, 0, 0, 2])];
    const graph = readModel({ input: ['N', 1, 9], nodes, tensors });
    expect(graph.nodes.map(({ shape }) => shape.join('×'))).toEqual([
      '1×1×9',
      '2×1×5',
      '2×1×5',
      '2×1×5',
      '2×1×2',
      '2×1×5',
    ]);
    expect(graph.nodes[1]).toMatchObject({ stride: [1, 2], padding: [0, 2, 0, 0], dilation: [1, 1] });
  });

  it('compute what the convolution of a sequence is', () => {
    fc.assert(
      fc.property(
        upTo(3),
        upTo(3),
        upTo(9),
        upTo(3),
        upTo(2),
        fc.constantFrom('SAME_UPPER', 'VALID'),
        (out, channels, length, kernel, stride, mode) => {
          const w = floats('w', [out, channels, kernel]);
          const nodes = [node('Conv', ['x', 'w'], 'y', { auto_pad: mode, strides: [stride] })];
          fc.pre(mode !== 'VALID' || length >= kernel);
          const x = counting(channels * length).map((k) => (k * 5) % 7);
          const count = mode === 'VALID' ? Math.floor((length - kernel) / stride) + 1 : Math.ceil(length / stride);
          const before = mode === 'VALID' ? 0 : Math.floor(Math.max(0, (count - 1) * stride + kernel - length) / 2);
          const weights = new Float32Array(w.rawData.slice().buffer);
          const expected = counting(out * count).map((n) => {
            let sum = 0;
            for (let c = 0; c < channels; c++)
              for (let k = 0; k < kernel; k++) {
                const at = (n % count) * stride + k - before;
                if (at >= 0 && at < length)
                  sum += weights[(Math.floor(n / count) * channels + c) * kernel + k]! * x[c * length + at]!;
              }
            return sum;
          });
          run(readModel({ input: ['N', channels, length], nodes, tensors: [w] }), x).forEach((value, k) => {
            expect(value).toBeCloseTo(expected[k]!, 9);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('pool to a vector, and may be flattened with their channels last', () => {
    const forms = [
      [node('GlobalAveragePool', ['x'], 'p'), node('Flatten', ['p'], 'y')],
      [node('ReduceMean', ['x'], 'y', { axes: [2], keepdims: 0 })],
      [node('Unsqueeze', ['x'], 'u', { axes: [2] }), node('ReduceMean', ['u'], 'y', { axes: [2, 3], keepdims: 0 })],
    ];
    for (const nodes of forms)
      expect(run(readModel({ input: ['N', 2, 3], nodes, opset: 11 }), counting(6))).toEqual([1, 4]);
    const nodes = [node('Transpose', ['x'], 't', { perm: [0, 2, 1] }), node('Flatten', ['t'], 'y')];
    expect(run(readModel({ input: ['N', 2, 3], nodes }), counting(6))).toEqual([0, 3, 1, 4, 2, 5]);
  });
});
