import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnnGraph, AnnNode } from '../../../compiler/ann/ann.ts';
import { TensorProtoSchema } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import { floats, ints, node, readModel, run, type TestModel, valueInfo } from './onnx-model.ts';

const ops = (graph: AnnGraph): string[] => graph.nodes.map(({ op }) => op);
const shapes = (graph: AnnGraph): string[] => graph.nodes.map(({ shape }) => shape.join('×'));

function last<Op extends AnnNode['op']>(graph: AnnGraph, op: Op): Extract<AnnNode, { op: Op }> {
  const found = graph.nodes.at(-1)!;
  if (found.op !== op) throw new Error(`the last node is ${found.op}, not ${op}`);
  return found as Extract<AnnNode, { op: Op }>;
}

const upTo = (max: number) => fc.integer({ min: 1, max });
const counting = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('Conv', () => {
  it('has stride, pads, dilation and groups', () => {
    const conv = last(
      readModel({
        input: [1, 4, 9, 8],
        nodes: [
          node('Conv', ['x', 'w', 'b'], 'y', {
            strides: [2, 1],
            pads: [1, 2, 3, 4],
            dilations: [2, 1],
            group: 2,
            kernel_shape: [3, 2],
          }),
        ],
        tensors: [floats('w', [6, 2, 3, 2]), floats('b', [6])],
      }),
      'conv',
    );
    expect(conv).toMatchObject({
      stride: [2, 1],
      padding: [1, 2, 3, 4],
      dilation: [2, 1],
      groups: 2,
      inputs: ['x'],
      name: 'y',
    });
    // (9+1+3−2·2−1)/2+1 rows and (8+2+4−2)/1+1 columns
    expect(conv.shape).toEqual([6, 5, 13]);
    expect(conv.bias?.data.length).toBe(6);
  });

  it('pads for SAME so that the output has ceil(n/stride) positions', () => {
    fc.assert(
      fc.property(
        fc.tuple(upTo(11), upTo(11), upTo(4), upTo(4), upTo(3), upTo(3), upTo(2), upTo(2)),
        ([h, w, kh, kw, sy, sx, dy, dx]) => {
          const padding = (mode: string) => {
            const attributes = { auto_pad: mode, strides: [sy, sx], dilations: [dy, dx] };
            return last(
              readModel({
                input: ['N', 1, h, w],
                nodes: [node('Conv', ['x', 'w'], 'y', attributes)],
                tensors: [floats('w', [1, 1, kh, kw])],
              }),
              'conv',
            );
          };
          const upper = padding('SAME_UPPER');
          const lower = padding('SAME_LOWER');
          expect(upper.shape).toEqual([1, Math.ceil(h / sy), Math.ceil(w / sx)]);
          expect(lower.shape).toEqual(upper.shape);
          const [top, left, bottom, right] = upper.padding;
          expect([bottom - top, right - left].every((odd) => odd === 0 || odd === 1)).toBe(true);
          expect(lower.padding).toEqual([bottom, right, top, left]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has no padding for VALID', () => {
    const nodes = [node('Conv', ['x', 'w'], 'y', { auto_pad: 'VALID' })];
    const conv = last(readModel({ nodes, tensors: [floats('w', [3, 2, 2, 2])] }), 'conv');
    expect([conv.shape, conv.padding]).toEqual([
      [3, 3, 3],
      [0, 0, 0, 0],
    ]);
  });
});

describe('Gemm and MatMul', () => {
  const weight = [1, 2, 3, 4, 5, 6];

  it('scale by alpha and beta, with the weights either way round', () => {
    for (const transB of [0, 1]) {
      const dims = transB === 1 ? [2, 3] : [3, 2];
      const graph = readModel({
        input: ['N', 3],
        nodes: [node('Gemm', ['x', 'w', 'b'], 'y', { transB, alpha: { float: 0.5 }, beta: { float: 2 } })],
        tensors: [floats('w', dims, weight), floats('b', [1, 2], [10, 20])],
      });
      const sums =
        transB === 1 ? [1 * 1 + 2 * 2 + 3 * 3, 4 * 1 + 5 * 2 + 6 * 3] : [1 * 1 + 3 * 2 + 5 * 3, 2 * 1 + 4 * 2 + 6 * 3];
      expect(run(graph, [1, 2, 3])).toEqual([sums[0]! / 2 + 20, sums[1]! / 2 + 40]);
    }
  });

  it('a constant added after MatMul becomes its bias', () => {
    for (const order of [
      ['m', 'b'],
      ['b', 'm'],
    ]) {
      const nodes = [node('MatMul', ['x', 'w'], 'm'), node('Add', order, 'y')];
      const graph = readModel({
        input: ['N', 3],
        nodes,
        tensors: [floats('w', [3, 2], weight), floats('b', [2], [1, -1])],
      });
      expect(ops(graph)).toEqual(['input', 'dense']);
      expect(run(graph, [1, 0, 0])).toEqual([2, 1]);
    }
  });

  it('a constant does not become the bias of an operator that others take too', () => {
    const nodes = [
      node('MatMul', ['x', 'w'], 'm'),
      node('Identity', ['m'], 'i'),
      node('Add', ['i', 'b'], 'a'),
      node('Add', ['a', 'm'], 'y'),
    ];
    const graph = readModel({
      input: ['N', 3],
      nodes,
      tensors: [floats('w', [3, 2], weight), floats('b', [2], [1, -1])],
    });
    expect(ops(graph)).toEqual(['input', 'dense', 'affine', 'add']);
    expect(run(graph, [1, 0, 0])).toEqual([3, 3]);
  });

  it('take weights transposed, cast and renamed by constant operators', () => {
    const nodes = [
      node('Cast', ['w'], 'c', { to: 1 }),
      node('Identity', ['c'], 'i'),
      node('Transpose', ['i'], 't', { perm: [1, 0] }),
      node('MatMul', ['x', 't'], 'y'),
    ];
    const w = create(TensorProtoSchema, { name: 'w', dims: [2n, 3n], dataType: 11, doubleData: weight });
    expect(run(readModel({ input: ['N', 3], nodes, tensors: [w] }), [1, 1, 1])).toEqual([6, 15]);
  });
});

describe('Transpose of weights', () => {
  it('moves every axis', () => {
    // perm (3, 1, 0, 2) of [2, 3, 4, 5] is [5, 3, 2, 4]: element (a, b, c, d) comes from (c, b, d, a).
    const nodes = [node('Transpose', ['w'], 't', { perm: [3, 1, 0, 2] }), node('Conv', ['x', 't'], 'y')];
    const tensors = [floats('w', [2, 3, 4, 5], counting(120))];
    const { weight } = last(readModel({ input: ['N', 3, 4, 4], nodes, tensors }), 'conv');
    const expected: number[] = [];
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 3; b++) {
        for (let c = 0; c < 2; c++) for (let d = 0; d < 4; d++) expected.push(((c * 3 + b) * 4 + d) * 5 + a);
      }
    }
    expect(weight).toEqual({ shape: [5, 3, 2, 4], data: Float32Array.from(expected) });
  });
});

describe('Add and BatchNormalization', () => {
  it('adds two activations', () => {
    const graph = readModel({ input: ['N', 3], nodes: [node('Relu', ['x'], 'r'), node('Add', ['x', 'r'], 'y')] });
    expect(run(graph, [1, -2, 3])).toEqual([2, -2, 6]);
  });

  it('a constant per channel is a shift, or the bias of a convolution', () => {
    const shift = readModel({ nodes: [node('Add', ['x', 'b'], 'y')], tensors: [floats('b', [2, 1, 1], [5, 7])] });
    expect(last(shift, 'affine')).toMatchObject({ scale: Float32Array.of(1, 1), shift: Float32Array.of(5, 7) });
    const nodes = [node('Conv', ['x', 'w'], 'c'), node('Add', ['c', 'b'], 'y')];
    const bias = readModel({ nodes, tensors: [floats('w', [2, 2, 1, 1]), floats('b', [], [3])] });
    expect(last(bias, 'conv').bias?.data).toEqual(Float32Array.of(3, 3));
  });

  it('normalises with the statistics of the model', () => {
    const graph = readModel({
      nodes: [
        node('BatchNormalization', ['x', 'g', 'b', 'm', 'v'], 'y', {
          epsilon: { float: 0.25 },
          momentum: { float: 0.9 },
        }),
      ],
      tensors: [
        floats('g', [2], [3, -1]),
        floats('b', [2], [1, 2]),
        floats('m', [2], [10, 20]),
        floats('v', [2], [2, 0]),
      ],
    });
    const { scale, shift } = last(graph, 'affine');
    expect([...scale, ...shift]).toEqual([2, -2, -19, 42]);
  });
});

describe('activations and pooling', () => {
  it('Clip takes its limits from inputs, through Constant and Cast, or from attributes', () => {
    const value = create(TensorProtoSchema, { dims: [], dataType: 11, doubleData: [2] });
    const zero = create(TensorProtoSchema, { dims: [], dataType: 1, floatData: [0] });
    const nodes = [
      node('Constant', [], 'a', { value: zero }),
      node('Constant', [], 'b', { value }),
      node('Cast', ['b'], 'c', { to: 1 }),
      node('Clip', ['x', 'a', 'c'], 'y'),
    ];
    expect(last(readModel({ nodes }), 'relu').max).toBe(2);
    const old = node('Clip', ['x'], 'y', { min: { float: 0 }, max: { float: 6 } });
    expect(last(readModel({ nodes: [old], opset: 9 }), 'relu').max).toBe(6);
    const open = node('Clip', ['x', 'a'], 'y');
    expect(last(readModel({ nodes: [nodes[0]!, open] }), 'relu').max).toBeUndefined();
  });

  it('AveragePool counts padding only if told so', () => {
    for (const [flag, corner] of [
      [0, 1],
      [1, 0.25],
    ] as const) {
      const attributes = {
        kernel_shape: [2, 2],
        strides: [2, 2],
        pads: [1, 1, 1, 1],
        count_include_pad: flag,
        ceil_mode: 0,
      };
      const graph = readModel({ input: [1, 1, 2, 2], nodes: [node('AveragePool', ['x'], 'y', attributes)] });
      expect(run(graph, [1, 1, 1, 1])).toEqual([corner, corner, corner, corner]);
    }
  });

  it('ceil_mode is accepted where it changes nothing', () => {
    const attributes = { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 };
    expect(last(readModel({ nodes: [node('AveragePool', ['x'], 'y', attributes)] }), 'averagePool').shape).toEqual([
      2, 2, 2,
    ]);
  });

  it('GlobalAveragePool and ReduceMean are the mean over the plane, before a dense layer too', () => {
    const forms: TestModel[] = [
      { nodes: [node('GlobalAveragePool', ['x'], 'p'), node('Flatten', ['p'], 'f'), node('MatMul', ['f', 'w'], 'y')] },
      { nodes: [node('ReduceMean', ['x'], 'f', { axes: [2, 3], keepdims: 0 }), node('MatMul', ['f', 'w'], 'y')] },
      { nodes: [node('ReduceMean', ['x', 'axes'], 'f', { keepdims: 0 }), node('MatMul', ['f', 'w'], 'y')], opset: 18 },
      {
        nodes: [
          node('Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }),
          node('ReduceMean', ['t'], 'm', { axes: [1, 2] }),
          node('Reshape', ['m', 'shape'], 'f'),
          node('MatMul', ['f', 'w'], 'y'),
        ],
      },
    ];
    for (const form of forms) {
      const graph = readModel({
        ...form,
        input: ['N', 2, 1, 3],
        tensors: [floats('w', [2, 1], [1, 10]), ints('axes', [-1, -2]), ints('shape', [-1, 2])],
      });
      expect(ops(graph)).toEqual(['input', 'averagePool', 'dense']);
      expect(run(graph, [1, 2, 3, 4, 5, 6])).toEqual([52]);
    }
  });

  it('the mean over one axis, kept or not, and then over the other, is a mean over the plane', () => {
    const tensors = [ints('a', [-1])];
    for (const keepdims of [0, 1]) {
      const other = ints('b', [keepdims === 1 ? 2 : -1]);
      const nodes = [
        node('ReduceMean', ['x', 'a'], 'm', { keepdims }),
        node('ReduceMean', ['m', 'b'], 'n', { keepdims }),
        node('Flatten', ['n'], 'y'),
      ];
      const graph = readModel({ input: ['N', 2, 2, 3], nodes, tensors: [...tensors, other], opset: 18 });
      expect(run(graph, counting(12))).toEqual([2.5, 8.5]);
    }
  });

  it('dimensions of 1 come and go around pooling', () => {
    const nodes = [
      node('GlobalAveragePool', ['x'], 'p'),
      node('Squeeze', ['p', 'both'], 's'),
      node('Unsqueeze', ['s', 'both'], 'u'),
      node('Conv', ['u', 'w'], 'c'),
      node('Reshape', ['c', 'shape'], 'y'),
    ];
    const tensors = [ints('both', [2, 3]), ints('shape', [0, -1, 1]), floats('w', [1, 2, 1, 1], [1, 10])];
    const graph = readModel({ input: ['N', 2, 2, 2], nodes, tensors });
    expect(ops(graph)).toEqual(['input', 'averagePool', 'conv']);
    expect(run(graph, counting(8))).toEqual([1.5 + 55]);
    const attribute = [node('GlobalAveragePool', ['x'], 'p'), node('Squeeze', ['p'], 'y', { axes: [3, 2] })];
    expect(run(readModel({ input: ['N', 2, 2, 2], nodes: attribute, opset: 11 }), counting(8))).toEqual([1.5, 5.5]);
  });

  it('Max with 0 and Min after it are a clip', () => {
    const nodes = [node('Max', ['zero', 'x'], 'm'), node('Min', ['m', 'two'], 'y')];
    const graph = readModel({ input: ['N', 3], nodes, tensors: [floats('zero', [], [0]), floats('two', [1], [2])] });
    expect(run(graph, [-1, 1, 3])).toEqual([0, 1, 2]);
  });

  it('Pad is folded to a node of its own, and to nothing where it is zero', () => {
    const zero = readModel({
      nodes: [node('Pad', ['x', 'p'], 'q', { mode: 'constant' }), node('Relu', ['q'], 'y')],
      tensors: [ints('p', Array<number>(8).fill(0))],
    });
    expect(ops(zero)).toEqual(['input', 'relu']);
    const some = readModel({ nodes: [node('Pad', ['x', 'p'], 'y')], tensors: [ints('p', [0, 0, 1, 2, 0, 0, 3, 4])] });
    expect(last(some, 'pad')).toMatchObject({ padding: [1, 2, 3, 4], shape: [2, 8, 10] });
    const axes = readModel({
      nodes: [node('Pad', ['x', 'p', '', 'a'], 'y')],
      tensors: [ints('p', [1, 2]), ints('a', [-1])],
      opset: 18,
    });
    expect(last(axes, 'pad').padding).toEqual([0, 1, 0, 2]);
  });
});

describe('flattening', () => {
  const size = 2 * 3 * 4;
  const input = ['N', 2, 3, 4] as const;
  /** The permutation that a graph makes of 0, 1, 2, … */
  const orderOf = (nodes: TestModel['nodes'], tensors: TestModel['tensors'] = []): number[] =>
    run(readModel({ input, nodes, tensors }), counting(size));
  const channelLast = counting(size).map((flat) => (flat % 2) * 12 + Math.floor(flat / 2));

  it('Flatten and every Reshape to [batch, features] keep the order', () => {
    expect(orderOf([node('Flatten', ['x'], 'y')])).toEqual(counting(size));
    for (const shape of [
      [-1, 24],
      [0, -1],
      [1, -1],
      [1, 24],
      [0, 24],
    ]) {
      expect(orderOf([node('Reshape', ['x', 's'], 'y')], [ints('s', shape)])).toEqual(counting(size));
    }
  });

  it('a transposition before it becomes the order of the flatten', () => {
    const transpose = node('Transpose', ['x'], 't', { perm: [0, 2, 3, 1] });
    expect(orderOf([transpose, node('Flatten', ['t'], 'y')])).toEqual(channelLast);
    expect(orderOf([transpose, node('Reshape', ['t', 's'], 'y')], [ints('s', [0, -1])])).toEqual(channelLast);
    expect(orderOf([transpose, node('Relu', ['t'], 'r'), node('Flatten', ['r'], 'y')])).toEqual(channelLast);
  });

  it('two transpositions are one, for every pair', () => {
    const perms = [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ];
    const dims = [2, 3, 4];
    for (const first of perms) {
      for (const second of perms) {
        const nodes = [
          node('Transpose', ['x'], 't', { perm: [0, ...first] }),
          node('Transpose', ['t'], 'u', { perm: [0, ...second] }),
          node('Flatten', ['u'], 'y'),
        ];
        const axes = second.map((axis) => first[axis - 1]! - 1);
        const [b, c] = [dims[axes[1]!]!, dims[axes[2]!]!];
        const expected = counting(size).map((flat) => {
          const position = [0, 0, 0];
          position[axes[0]!] = Math.floor(flat / (b * c));
          position[axes[1]!] = Math.floor(flat / c) % b;
          position[axes[2]!] = flat % c;
          return (position[0]! * 3 + position[1]!) * 4 + position[2]!;
        });
        expect(orderOf(nodes)).toEqual(expected);
      }
    }
  });

  it('the shape may be computed as exporters write x.view(x.size(0), -1)', () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'g', { axis: 0 }),
      node('Unsqueeze', ['g', 'axes'], 'u'),
      node('Concat', ['u', 'rest'], 'c', { axis: 0 }),
      node('Reshape', ['x', 'c'], 'y'),
    ];
    expect(orderOf(nodes, [ints('zero', [0], true), ints('axes', [0]), ints('rest', [-1])])).toEqual(counting(size));
  });

  it('does nothing to what is flat already', () => {
    const graph = readModel({ input: ['N', 5], nodes: [node('Flatten', ['x'], 'f'), node('Relu', ['f'], 'y')] });
    expect(shapes(graph)).toEqual(['5×1×1', '5×1×1']);
  });
});

describe('what leaves no trace', () => {
  it('Identity, Cast to float, Dropout, and a Softmax at the end', () => {
    for (const end of ['Softmax', 'LogSoftmax']) {
      const nodes = [
        node('Identity', ['x'], 'i'),
        node('Cast', ['i'], 'c', { to: 1 }),
        node('Dropout', ['c'], 'd', { ratio: { float: 0.5 } }),
        node('MatMul', ['d', 'w'], 'm'),
        node(end, ['m'], 'y'),
      ];
      const graph = readModel({ input: ['N', 3], nodes, tensors: [floats('w', [3, 2])], opset: 11 });
      expect(ops(graph)).toEqual(['input', 'dense']);
      expect(graph.output).toBe('m');
    }
  });

  it('operators that do not reach the output, whatever they are', () => {
    const nodes = [node('MaxPool', ['x'], 'unused'), node('Relu', ['x'], 'y')];
    expect(ops(readModel({ nodes, outputs: [valueInfo('y')] }))).toEqual(['input', 'relu']);
  });
});

describe('the model as a whole', () => {
  it('names nodes readably and uniquely, and the network by its file', () => {
    const nodes = [node('Relu', ['x'], 'a'), node('Relu', ['a'], 'b'), node('Relu', ['b'], 'c')];
    nodes[0]!.name = '/0/Relu';
    nodes[1]!.name = '/0/Relu';
    nodes[2]!.name = '';
    const graph = readModel({ nodes });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['x', '0/Relu', '0/Relu_2', 'c']);
    expect(graph.name).toBe('test');
  });

  it('accepts a batch that is symbolic, unnamed or 1, and initialisers among the inputs', () => {
    for (const batch of ['N', '', 1]) {
      const inputs = [valueInfo('w', [3, 2]), valueInfo('x', [batch, 3])];
      const nodes = [node('MatMul', ['x', 'w'], 'y')];
      expect(shapes(readModel({ inputs, nodes, tensors: [floats('w', [3, 2])] }))).toEqual(['3×1×1', '2×1×1']);
    }
  });

  it('reads every way to store a tensor alike', () => {
    const values = [1, 2, 3, 4];
    const bytes = new Uint8Array(Float32Array.of(9, ...values, 9).buffer);
    const external = (offset: string, length?: string) =>
      create(TensorProtoSchema, {
        name: 'w',
        dims: [2n, 2n],
        dataType: 1,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: 'sub/w.bin' },
          { key: 'offset', value: offset },
          ...(length === undefined ? [] : [{ key: 'length', value: length }]),
        ],
      });
    const tensors = [
      floats('w', [2, 2], values),
      create(TensorProtoSchema, { name: 'w', dims: [2n, 2n], dataType: 1, floatData: values }),
      create(TensorProtoSchema, { name: 'w', dims: [2n, 2n], dataType: 11, doubleData: values }),
      create(TensorProtoSchema, {
        name: 'w',
        dims: [2n, 2n],
        dataType: 11,
        rawData: new Uint8Array(Float64Array.from(values).buffer),
      }),
      external('4'),
      external('4', '16'),
    ];
    for (const tensor of tensors) {
      const model = { input: ['N', 2], nodes: [node('Gemm', ['x', 'w'], 'y', { transB: 1 })], tensors: [tensor] };
      // A Buffer at an odd offset, as Node's file functions may return it.
      const file = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
      expect([...last(readModel(model, { 'sub/w.bin': file }), 'dense').weight.data]).toEqual(values);
    }
  });
});
