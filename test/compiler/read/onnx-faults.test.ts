import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { ModelProtoSchema, TensorProtoSchema } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import {
  faultsOf,
  floats,
  ints,
  linesOf,
  node,
  onnxBytes,
  read,
  readModel,
  run,
  type TestModel,
  valueInfo,
} from './onnx-model.ts';

const matrix = [floats('w', [3, 2])];
const vector = ['N', 3];
const image = [floats('w', [2, 2, 2, 2])];
const relu = node('Relu', ['x'], 'y');
const bool = create(TensorProtoSchema, { dims: [], dataType: 9, int32Data: [1] });

/** What is wrong → the one line that says so. */
const FAULTS: [title: string, model: TestModel, line: RegExp][] = [
  [
    'max pooling with padding of what can be negative',
    { nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [2, 2], pads: [1, 1, 0, 0] })] },
    /^E0204: MaxPool with padding, of values that can be negative/,
  ],
  [
    'batch normalisation with the outputs of training',
    {
      input: ['N', 1],
      nodes: [node('BatchNormalization', ['x', 'a', 'a', 'a', 'a'], ['y', 'm', 'v', 'n', 'w'])],
      tensors: [floats('a', [1], [1])],
      opset: 9,
    },
    /^E0204: BatchNormalization in training mode/,
  ],
  [
    'dropout in training mode',
    {
      nodes: [node('Constant', [], 't', { value: bool }), node('Dropout', ['x', '', 't'], 'y')],
    },
    /^E0204: Dropout in training mode/,
  ],
  [
    'an initialiser twice',
    { input: vector, nodes: [node('MatMul', ['x', 'w'], 'y')], tensors: [...matrix, ...matrix] },
    /^E0206: the initialiser "w" is there twice/,
  ],
  [
    'samples of a batch mixed with each other',
    {
      input: [4, 6],
      nodes: [node('Transpose', ['x'], 't'), node('MatMul', ['t', 'w'], 'y')],
      tensors: [floats('w', [3, 2])],
    },
    /^E0204: Transpose moves the batch within \[6, 4\]/,
  ],
  [
    'Clip between equal limits',
    { nodes: [node('Clip', ['x', 'm', 'm'], 'y')], tensors: [floats('m', [], [2])] },
    /^E0204: Clip from 2 to 2/,
  ],
  [
    'an operator of another domain',
    { nodes: [Object.assign(node('Relu', ['x'], 'y'), { domain: 'com.microsoft' })] },
    /^E0203: com\.microsoft\.Relu/,
  ],
  [
    'a Softmax that is not last',
    { input: vector, nodes: [node('Softmax', ['x'], 's'), node('Relu', ['s'], 'y')] },
    /^E0203: Softmax is read at the end of the model only/,
  ],
  [
    'a Softmax over the plane',
    { nodes: [node('Softmax', ['x'], 'y', { axis: 3 })] },
    /^E0204: Softmax over the axis 3/,
  ],
  [
    'a 1-D convolution of an image',
    { nodes: [node('Conv', ['x', 'w'], 'y')], tensors: [floats('w', [2, 2, 3])] },
    /^E0205: Conv has weights \[2, 2, 3\], but its input is \[1, 2, 4, 4\]/,
  ],
  [
    '3-D convolution',
    { nodes: [node('Conv', ['x', 'w'], 'y')], tensors: [floats('w', [2, 2, 3, 1, 1])] },
    /^E0204: 3-D convolutions/,
  ],
  [
    'an unknown attribute',
    { nodes: [node('Relu', ['x'], 'y', { alpha: 1 })] },
    /^E0204: Relu with the attribute "alpha"/,
  ],
  [
    'an attribute of the wrong type',
    { nodes: [node('Conv', ['x', 'w'], 'y', { group: 'two' })], tensors: image },
    /^E0206: the attribute "group" is not of type int/,
  ],
  [
    'negative pads',
    { nodes: [node('Conv', ['x', 'w'], 'y', { pads: [0, 0, -1, 0] })], tensors: image },
    /^E0204: Conv has negative pads/,
  ],
  [
    'an unknown auto_pad',
    { nodes: [node('Conv', ['x', 'w'], 'y', { auto_pad: 'BEST' })], tensors: image },
    /^E0204: Conv has auto_pad "BEST"/,
  ],
  [
    'a stride of 0',
    { nodes: [node('Conv', ['x', 'w'], 'y', { strides: [0, 1] })], tensors: image },
    /^E0206: Conv has "strides" \[0, 1\]/,
  ],
  [
    'channels that differ',
    { nodes: [node('Conv', ['x', 'w'], 'y')], tensors: [floats('w', [2, 3, 2, 2])] },
    /^E0205: "y" \(conv\) has weights \[2, 3, 2, 2\] in 1 group\(s\), that is 3 input channels, but its input is \[2, 4, 4\]/,
  ],
  [
    'a kernel larger than the image',
    { nodes: [node('Conv', ['x', 'w'], 'y')], tensors: [floats('w', [2, 2, 5, 2])] },
    /^E0205: "y" \(conv\) has the window \[5, 2\]/,
  ],
  [
    'a dense layer on an image',
    { nodes: [node('MatMul', ['x', 'w'], 'y')], tensors: matrix },
    /^E0205: MatMul of \[1, 2, 4, 4\] and the matrix \[2, 3\] \[out, in\]/,
  ],
  [
    'a dense layer of another size',
    { input: ['N', 4], nodes: [node('MatMul', ['x', 'w'], 'y')], tensors: matrix },
    /^E0205: MatMul of \[1, 4\] and the matrix \[2, 3\] \[out, in\]/,
  ],
  [
    'a convolution of a vector',
    { input: vector, nodes: [node('Conv', ['x', 'w'], 'y')], tensors: image },
    /^E0205: Conv needs an input \[1, C, H, W\] or \[1, C, L\], but it is \[1, 3\]/,
  ],
  [
    'a bias of another size',
    { input: vector, nodes: [node('Gemm', ['x', 'w', 'b'], 'y')], tensors: [...matrix, floats('b', [3])] },
    /^E0205: Gemm with 2 outputs has the bias "b" of \[3\]/,
  ],
  [
    'weights that are computed',
    { input: vector, nodes: [node('Relu', ['x'], 'w'), node('MatMul', ['x', 'w'], 'y')] },
    /^E0204: input 1 of MatMul is computed/,
  ],
  [
    'Add of different shapes',
    {
      nodes: [node('Slice', ['x', 'a', 'b'], 'p'), node('Add', ['x', 'p'], 'y')],
      tensors: [ints('a', [0, 0, 0]), ints('b', [1, 2, 3])],
    },
    /^E0205: Add of \[1, 2, 4, 4\] and \[1, 2, 3, 4\]/,
  ],
  [
    'batch normalisation in training mode',
    { nodes: [node('BatchNormalization', ['x'], 'y', { training_mode: 1 })] },
    /^E0204: BatchNormalization in training mode/,
  ],
  [
    'a variance of −1',
    {
      input: ['N', 1],
      nodes: [node('BatchNormalization', ['x', 'a', 'a', 'a', 'v'], 'y')],
      tensors: [floats('a', [1], [1]), floats('v', [1], [-1])],
    },
    /^E0208: the scale of "y" is NaN/,
  ],
  [
    'a Clip to 0',
    { nodes: [node('Clip', ['x', 'm', 'm'], 'y')], tensors: [floats('m', [], [0])] },
    /^E0204: Clip from 0 to 0/,
  ],
  [
    'padding with ones',
    {
      nodes: [node('Pad', ['x', 'p', 'v'], 'y')],
      tensors: [ints('p', [0, 0, 1, 1, 0, 0, 1, 1]), floats('v', [], [1])],
    },
    /^E0204: Pad with the value 1/,
  ],
  [
    'padded channels',
    { nodes: [node('Pad', ['x', 'p'], 'y')], tensors: [ints('p', [0, 1, 0, 0, 0, 0, 0, 0])] },
    /^E0204: Pad of the channels/,
  ],
  [
    'reflected padding',
    { nodes: [node('Pad', ['x', 'p'], 'y', { mode: 'reflect' })], tensors: [ints('p', Array<number>(8).fill(0))] },
    /^E0204: Pad with mode "reflect"/,
  ],
  [
    'Reshape to another size',
    { nodes: [node('Reshape', ['x', 's'], 'y')], tensors: [ints('s', [-1, 5])] },
    /^E0205: Reshape from \[1, 2, 4, 4\] to \[-1, 5\]/,
  ],
  ['Cast to integers', { nodes: [node('Cast', ['x'], 'y', { to: 7 })] }, /^E0204: Cast of activations to int64/],
  [
    'a value before its operator',
    { nodes: [node('Relu', ['later'], 'y')] },
    /^E0206: the value "later" is taken before/,
  ],
  [
    'a value computed twice',
    { nodes: [node('Relu', ['x'], 'a'), node('Relu', ['x'], 'a'), node('Relu', ['a'], 'y')] },
    /^E0206: the value "a" is computed twice/,
  ],
  [
    'an output that nothing computes',
    { nodes: [relu], outputs: [valueInfo('z')] },
    /^E0206: nothing computes the output "z"/,
  ],
  [
    'a constant output',
    { nodes: [node('Identity', ['w'], 'y')], tensors: matrix },
    /^E0207: the output "y" does not depend on the input/,
  ],
  ['a network of nothing', { nodes: [node('Identity', ['x'], 'y')] }, /^E0207: the network has no layers/],
  [
    'two inputs',
    { inputs: [valueInfo('x', [1, 3]), valueInfo('z', [1, 3])], nodes: [node('Add', ['x', 'z'], 'y')] },
    /^E0207: the model has 2 inputs \(x, z\)/,
  ],
  ['no input', { inputs: [], nodes: [relu] }, /^E0206: the model has no input/],
  [
    'two outputs',
    { nodes: [relu], outputs: [valueInfo('y'), valueInfo('x')] },
    /^E0207: the model has 2 outputs \(y, x\)/,
  ],
  ['an unknown width', { input: ['N', 1, 28, 'W'], nodes: [relu] }, /^E0205: the input "x" is \[N, 1, 28, W\]/],
  ['a film', { input: ['N', 3, 8, 4, 4], nodes: [relu] }, /^E0204: the input "x" is \[N, 3, 8, 4, 4\]/],
  [
    'integer input',
    { inputs: [valueInfo('x', [1, 3], 7)], nodes: [relu] },
    /^E0204: the input "x" has elements of int64/,
  ],
  ['an old operator set', { nodes: [relu], opset: 6 }, /^E0204: the model has operator set 6/],
  [
    'a weight that is infinite',
    { input: vector, nodes: [node('MatMul', ['x', 'w'], 'y')], tensors: [floats('w', [3, 1], [0, Infinity, 0])] },
    /^E0208: the weight of "y" is Infinity at index 1/,
  ],
  [
    'complex weights',
    {
      input: vector,
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      tensors: [create(TensorProtoSchema, { name: 'w', dims: [3n, 1n], dataType: 14 })],
    },
    /^E0204: the tensor "w" has elements of complex64/,
  ],
  [
    'too few bytes',
    {
      input: vector,
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      tensors: [create(TensorProtoSchema, { name: 'w', dims: [3n, 1n], dataType: 1, rawData: new Uint8Array(11) })],
    },
    /^E0206: the tensor "w" has 11 bytes instead of 12/,
  ],
  [
    'too few numbers',
    {
      input: vector,
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      tensors: [create(TensorProtoSchema, { name: 'w', dims: [3n, 1n], dataType: 1, floatData: [1] })],
    },
    /^E0206: the tensor "w" of shape \[3, 1\] has 1 elements instead of 3/,
  ],
  [
    'dimensions beyond memory',
    {
      input: vector,
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      tensors: [create(TensorProtoSchema, { name: 'w', dims: [2n ** 40n, 2n ** 40n], dataType: 1 })],
    },
    /^E0209: the tensor "w"/,
  ],
  [
    'padding beyond memory',
    {
      nodes: [node('Conv', ['x', 'w'], 'y', { pads: Array<number>(4).fill(2 ** 30), strides: [2 ** 30, 2 ** 30] })],
      tensors: image,
    },
    /^E0209: up to "y" the network has/,
  ],
];

describe('refused ONNX models', () => {
  it.each(FAULTS)('%s', (_, model, line) => {
    const lines = linesOf(() => readModel(model));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it('all unsupported operators are named at once, each once, with node and remedy', () => {
    const faults = faultsOf(() =>
      readModel({
        nodes: [
          node('InstanceNormalization', ['x', 'w', 'w'], 'a'),
          node('Conv', ['a', 'w'], 'b'),
          node('Sigmoid', ['b'], 'c'),
          node('LSTM', ['c'], 'd'),
          node('Conv', ['d', 'v'], 'y'),
        ],
        tensors: image,
      }),
    );
    expect(faults.map(({ code, place }) => [code, place?.file, place?.layer])).toEqual([
      ['E0203', 'test.onnx', 'a'],
      ['E0203', 'test.onnx', 'c'],
      ['E0203', 'test.onnx', 'd'],
      ['E0206', 'test.onnx', 'y'],
    ]);
    expect(faults[0]!.remedy).toMatch(/BatchNormalization/);
  });

  it('repeated concatenation and transposition do not exhaust memory', () => {
    const doubling = [node('Shape', ['x'], 'c0')];
    for (let step = 0; step < 60; step++)
      doubling.push(node('Concat', [`c${step}`, `c${step}`], `c${step + 1}`, { axis: 0 }));
    doubling.push(node('Reshape', ['x', 'c60'], 'y'));
    expect(linesOf(() => readModel({ nodes: doubling }))[0]).toMatch(/^E0209: the constant "c23" would have more than/);

    const copies = [node('Transpose', ['w'], 't0')];
    for (let step = 0; step < 400; step++) copies.push(node('Transpose', [`t${step}`], `t${step + 1}`));
    copies.push(node('MatMul', ['x', 't400'], 'y'));
    const lines = linesOf(() => readModel({ input: ['N', 2], nodes: copies, tensors: [floats('w', [2, 2 ** 19])] }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^E0209: the constants of the model/);
  });

  describe('tensors in other files', () => {
    const model = (entries: Record<string, string>): TestModel => ({
      input: vector,
      nodes: [node('MatMul', ['x', 'w'], 'y')],
      tensors: [
        create(TensorProtoSchema, {
          name: 'w',
          dims: [3n, 2n],
          dataType: 1,
          dataLocation: 1,
          externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
        }),
      ],
    });
    const files = { 'w.bin': new Uint8Array(24) };
    const refused: [string, Record<string, string>, RegExp][] = [
      ['without a name', {}, /^E0206: the tensor "w" lies in another file without a name/],
      ['outside of the folder', { location: '../w.bin' }, /^E0206: "\.\.\/w\.bin" is not a file beside/],
      ['with an absolute name', { location: '/etc/passwd' }, /^E0206: "\/etc\/passwd" is not a file beside/],
      ['on a drive', { location: 'c:w.bin' }, /^E0206: "c:w\.bin" is not/],
      [
        'beyond its end',
        { location: 'w.bin', offset: '4' },
        /^E0206: bytes 4 to 28 of "w\.bin" are needed, but it has 24/,
      ],
      ['at a negative offset', { location: 'w.bin', offset: '-4' }, /^E0206: the tensor "w" has the offset "-4"/],
      [
        'of another length',
        { location: 'w.bin', length: '20' },
        /^E0206: the tensor "w" has 20 bytes in another file instead of 24/,
      ],
      ['that is missing', { location: 'v.bin' }, /^E0101: no file v\.bin/],
    ];
    it.each(refused)('%s', (_, entries, line) => {
      expect(linesOf(() => readModel(model(entries), files))[0]).toMatch(line);
    });
  });
});

describe('files that are no network', () => {
  it('are refused by what they are', () => {
    const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
    const noGraph = toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 7n }));
    const whole = onnxBytes({ nodes: [relu] });
    expect(linesOf(() => read(new Uint8Array(0)))[0]).toBe('E0201: the file is empty');
    expect(linesOf(() => read(Uint8Array.from(hdf5)))[0]).toMatch(/^E0202: the HDF5 file is damaged/);
    expect(linesOf(() => read(new TextEncoder().encode('SNNCHIP\0')))[0]).toMatch(/^E0201/);
    expect(linesOf(() => read(new TextEncoder().encode('# a text')))[0]).toMatch(/^E0201/);
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
    expect(linesOf(() => read(new TextEncoder().encode(pointer)))[0]).toMatch(
      /^E0201: the file is a pointer of Git LFS/,
    );
    expect(linesOf(() => read(noGraph))[0]).toBe('E0206: the model has no graph');
    expect(linesOf(() => read(whole.subarray(0, whole.length - 3)))[0]).toMatch(/^E0206: the ONNX model is truncated/);
  });
});

describe('several outputs', () => {
  const nodes = [node('Relu', ['x'], 'a'), node('Neg', ['a'], 'b'), node('Neg', ['b'], 'c,d')];
  const bytes = onnxBytes({ input: ['N', 6], nodes, outputs: [valueInfo('a'), valueInfo('b'), valueInfo('c,d')] });
  const attempt = (name?: string) => read(bytes, {}, 'test.onnx', name);

  it('of which none is named are refused, with both ways out', () => {
    const [fault] = faultsOf(() => attempt());
    expect(fault).toMatchObject({ code: 'E0207', message: 'the model has 3 outputs (a, b, c,d), and none is named' });
    expect(fault!.remedy).toMatch(/heads of one read-out/);
  });

  it.each([
    ['a,nothing', 'E0207: the model has no output "nothing"; it has a, b, c,d'],
    ['a,a', 'E0207: the output "a" is named twice'],
    ['a,', 'E0207: the model has no output ""; it has a, b, c,d'],
  ])('named %s are refused', (name, line) => {
    expect(linesOf(() => attempt(name))).toEqual([line]);
  });

  it('are read one behind the other in the order of their names, and one whose name has a comma by itself', () => {
    const x = [1, -2, 3, -4, 5, -6];
    const a = x.map((value) => Math.max(0, value));
    expect(run(attempt('b,a'), x)).toEqual([...a.map((value) => 0 - value), ...a]);
    expect(run(attempt('c,d'), x)).toEqual(a);
  });
});
