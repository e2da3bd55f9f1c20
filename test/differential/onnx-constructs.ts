/**
 * One small ONNX model for each construct that exporters write, for the comparison with ONNX Runtime and for the table of
 * `npm run bench:onnx`. What is not among them is in test/compiler/read/onnx-unsupported.test.ts.
 */
import { create } from '@bufbuild/protobuf';
import { type NodeProto, type TensorProto, TensorProtoSchema } from '../../compiler/read/onnx/generated/onnx_pb.js';
import { floats, ints, node, type TestModel, valueInfo } from '../compiler/read/onnx-model.ts';

export interface Construct {
  readonly group: string;
  readonly name: string;
  readonly model: TestModel;
  readonly outputName?: string;
  /** The value that is compared; the output of the model if absent. */
  readonly compared?: string;
}

const float = (value: number) => ({ float: value });
const number = (name: string, value: number): TensorProto => floats(name, [], [value]);
const bytes = (name: string, values: readonly number[], dims: readonly number[], dataType: number): TensorProto =>
  create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType, int32Data: [...values] });
const doubles = (name: string, dims: readonly number[], values: readonly number[]): TensorProto =>
  create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: 11, doubleData: [...values] });

const conv = (input: string, output: string, weight: string, pads = 1): NodeProto =>
  node('Conv', [input, weight], output, { pads: [pads, pads, pads, pads] });
const KERNELS = floats('k', [4, 2, 3, 3]);
const DEPTHWISE = floats('d', [4, 1, 3, 3]);
const POINTWISE = floats('p', [4, 4, 1, 1]);
const HEAD = [node('Flatten', ['t'], 'flat'), node('MatMul', ['flat', 'h'], 'y')];
const head = (features: number): TensorProto => floats('h', [features, 3]);

/** An image [2, 6, 4] through a convolution and a ReLU `r`, the construct from `r` (or `c` before it) to `t`, and a matrix. */
const inside = (
  group: string,
  name: string,
  nodes: readonly NodeProto[],
  features: number,
  more: readonly TensorProto[] = [],
  opset = 13,
): Construct => ({
  group,
  name,
  model: {
    input: ['N', 2, 6, 4],
    nodes: [conv('x', 'c', 'k'), node('Relu', ['c'], 'r'), ...nodes, ...HEAD],
    tensors: [KERNELS, head(features), ...more],
    opset,
  },
});

const vector = (group: string, name: string, model: Partial<TestModel>, more: Partial<Construct> = {}): Construct => ({
  group,
  name,
  model: { input: ['N', 6], nodes: [], ...model },
  ...more,
});

const MLP = [node('MatMul', ['x', 'a'], 'm'), node('Relu', ['m'], 'r'), node('MatMul', ['r', 'b'], 's')];
const MLP_WEIGHTS = [floats('a', [6, 5]), floats('b', [5, 3])];
const TWO = { kernel_shape: [2, 2], strides: [2, 2] };
const ALL = 4 * 6 * 4;

const ACTIVATIONS: Construct[] = [
  inside('activation', 'LeakyRelu', [node('LeakyRelu', ['c'], 't', { alpha: float(0.1) })], ALL),
  inside('activation', 'PRelu', [node('PRelu', ['c', 'q'], 't')], ALL, [floats('q', [4, 1, 1])]),
  inside('activation', 'Abs', [node('Abs', ['c'], 't')], ALL),
  inside('activation', 'HardTanh: Clip from −0.5 to 0.25', [node('Clip', ['c', 'lo', 'hi'], 't')], ALL, [
    number('lo', -0.5),
    number('hi', 0.25),
  ]),
  inside('activation', 'HardSigmoid', [node('HardSigmoid', ['c'], 't', { alpha: float(0.3), beta: float(0.4) })], ALL),
  inside('activation', 'Max with a constant per channel', [node('Max', ['c', 'q'], 't')], ALL, [
    floats('q', [4, 1, 1]),
  ]),
  inside('activation', 'Min with a constant per pixel', [node('Min', ['q', 'c'], 't')], ALL, [floats('q', [6, 4])]),
  inside('activation', 'Clip without limits', [node('Clip', ['r'], 't')], ALL),
];

const POOLING: Construct[] = [
  inside('pooling', 'MaxPool', [node('MaxPool', ['r'], 't', TWO)], 24),
  inside('pooling', 'MaxPool before its ReLU', [node('MaxPool', ['c'], 'u', TWO), node('Relu', ['u'], 't')], 24),
  inside('pooling', 'MaxPool of signed values', [node('MaxPool', ['c'], 't', TWO)], 24),
  inside(
    'pooling',
    'MaxPool with overlap and padding',
    [node('MaxPool', ['r'], 't', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })],
    24,
  ),
  inside('pooling', 'GlobalMaxPool', [node('GlobalMaxPool', ['r'], 't')], 4),
  inside(
    'pooling',
    'AveragePool, padding not counted',
    [node('AveragePool', ['r'], 't', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })],
    24,
  ),
  inside(
    'pooling',
    'AveragePool with ceil_mode',
    [node('AveragePool', ['r'], 't', { kernel_shape: [4, 3], strides: [4, 3], ceil_mode: 1 })],
    16,
  ),
  inside(
    'pooling',
    'AveragePool before its ReLU',
    [node('AveragePool', ['c'], 'u', TWO), node('Relu', ['u'], 't')],
    24,
  ),
  inside('pooling', 'ReduceMean over channels', [node('ReduceMean', ['r'], 't', { axes: [1], keepdims: 0 })], 24),
  inside('pooling', 'ReduceSum over the plane', [node('ReduceSum', ['r', 'q'], 't', { keepdims: 0 })], 4, [
    ints('q', [2, 3]),
  ]),
];

const LINEAR: Construct[] = [
  vector('linear after linear', 'two matrices', {
    nodes: [node('MatMul', ['x', 'a'], 'm'), node('MatMul', ['m', 'b'], 'y')],
    tensors: MLP_WEIGHTS,
  }),
  inside(
    'linear after linear',
    'depthwise and 1×1 convolution',
    [node('Conv', ['r', 'd'], 'u', { group: 4, pads: [1, 1, 1, 1] }), node('Conv', ['u', 'p'], 't')],
    ALL,
    [DEPTHWISE, POINTWISE],
  ),
  inside(
    'linear after linear',
    'a bottleneck of one channel',
    [node('Conv', ['r', 'n'], 'u'), node('Conv', ['u', 'w'], 'v', { pads: [1, 1, 1, 1] }), node('Relu', ['v'], 't')],
    ALL,
    [floats('n', [1, 4, 1, 1]), floats('w', [4, 1, 3, 3])],
  ),
  inside(
    'linear after linear',
    'a residual sum without ReLU',
    [node('Conv', ['r', 'p'], 'u'), node('Add', ['r', 'u'], 'v'), node('Conv', ['v', 'p'], 't')],
    ALL,
    [POINTWISE],
  ),
  inside('linear after linear', 'a convolution and a matrix', [node('Conv', ['r', 'p'], 't')], ALL, [POINTWISE]),
];

const LAYOUT: Construct[] = [
  {
    group: 'layout',
    name: 'channels last, as Keras exports',
    model: {
      input: ['N', 6, 4, 2],
      nodes: [
        node('Transpose', ['x'], 'n', { perm: [0, 3, 1, 2] }),
        conv('n', 'c', 'k'),
        node('Relu', ['c'], 'r'),
        node('Transpose', ['r'], 'u', { perm: [0, 2, 3, 1] }),
        node('Add', ['u', 'q'], 't'),
        ...HEAD,
      ],
      tensors: [KERNELS, head(ALL), floats('q', [4])],
    },
  },
  vector('layout', 'a vector that becomes an image', {
    input: ['N', 48],
    nodes: [node('Reshape', ['x', 's'], 'i'), conv('i', 'c', 'k'), node('Relu', ['c'], 't'), ...HEAD],
    tensors: [ints('s', [-1, 2, 6, 4]), KERNELS, head(ALL)],
  }),
  vector('layout', 'one sample without a batch', { input: [6], nodes: MLP, tensors: MLP_WEIGHTS }),
  vector('layout', 'a batch of 8', { input: [8, 6], nodes: MLP, tensors: MLP_WEIGHTS }),
  vector('layout', 'a sequence through matrices', {
    input: ['N', 4, 6],
    nodes: [
      node('MatMul', ['x', 'a'], 'm'),
      node('Relu', ['m'], 'r'),
      node('ReduceMean', ['r'], 'u', { axes: [1], keepdims: 0 }),
      node('MatMul', ['u', 'b'], 'y'),
    ],
    tensors: MLP_WEIGHTS,
  }),
  inside('layout', 'a Slice of the image', [node('Slice', ['r', 's', 'e', 'q'], 't')], 4 * 4 * 2, [
    ints('s', [1, 1]),
    ints('e', [5, -1]),
    ints('q', [2, 3]),
  ]),
  inside(
    'layout',
    'Split and Concat of channels',
    [node('Split', ['r', 's'], ['u', 'v'], { axis: 1 }), node('Concat', ['v', 'u'], 't', { axis: 1 })],
    ALL,
    [ints('s', [1, 3])],
  ),
  inside('layout', 'Concat of images side by side', [node('Concat', ['r', 'r'], 't', { axis: 3 })], 2 * ALL),
  inside(
    'layout',
    'a channel shuffle',
    [
      node('Reshape', ['r', 's'], 'u'),
      node('Transpose', ['u'], 'v', { perm: [0, 2, 1, 3, 4] }),
      node('Reshape', ['v', 'e'], 't'),
    ],
    ALL,
    [ints('s', [1, 2, 2, 6, 4]), ints('e', [1, 4, 6, 4])],
  ),
  inside('layout', 'Gather of the last column', [node('Gather', ['r', 'g'], 't', { axis: 3 })], 24, [
    ints('g', [-1], true),
  ]),
  vector('layout', 'operators in any order', {
    nodes: MLP.toReversed(),
    tensors: MLP_WEIGHTS,
    outputs: [valueInfo('s')],
  }),
];

const SIZES: Construct[] = [
  inside(
    'resampling',
    'ConvTranspose with stride 2',
    [node('ConvTranspose', ['r', 'w'], 't', { strides: [2, 2] })],
    2 * 12 * 8,
    [floats('w', [4, 2, 2, 2])],
  ),
  inside(
    'resampling',
    'ConvTranspose with stride 1',
    [node('ConvTranspose', ['r', 'w'], 't', { pads: [1, 1, 1, 1] })],
    2 * 6 * 4,
    [floats('w', [4, 2, 3, 3])],
  ),
  inside(
    'resampling',
    'Resize to the nearest',
    [
      node('Resize', ['r', '', 's'], 't', {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
    ],
    4 * ALL,
    [floats('s', [4], [1, 1, 2, 2])],
  ),
  inside('resampling', 'Resize, linear', [node('Resize', ['r', '', 's'], 't', { mode: 'linear' })], 4 * ALL, [
    floats('s', [4], [1, 1, 2, 2]),
  ]),
  inside(
    'resampling',
    'Pad on some sides, then Conv',
    [node('Pad', ['r', 's'], 'u'), node('Conv', ['u', 'p'], 'v'), node('Relu', ['v'], 't')],
    4 * 7 * 6,
    [ints('s', [0, 0, 0, 2, 0, 0, 1, 0]), POINTWISE],
  ),
];

const ARITHMETIC: Construct[] = [
  inside('arithmetic', 'a constant per pixel', [node('Add', ['c', 'q'], 'u'), node('Relu', ['u'], 't')], ALL, [
    floats('q', [6, 4]),
  ]),
  inside('arithmetic', 'a factor per pixel', [node('Mul', ['r', 'q'], 't')], ALL, [floats('q', [6, 4])]),
  inside('arithmetic', 'Sub of two activations', [node('Sub', ['r', 'c'], 'u'), node('Relu', ['u'], 't')], ALL),
  inside(
    'arithmetic',
    'Sum and Neg',
    [node('Neg', ['r'], 'n'), node('Sum', ['r', 'n', 'c'], 'u'), node('Relu', ['u'], 't')],
    ALL,
  ),
];

const CONSTANTS: Construct[] = [
  vector('constants', 'weights times a constant', {
    nodes: [node('Mul', ['a', 'q'], 'w'), node('MatMul', ['x', 'w'], 'y')],
    tensors: [...MLP_WEIGHTS, number('q', 2)],
  }),
  vector('constants', 'weight normalisation', {
    nodes: [
      node('ReduceL2', ['a'], 'n', { axes: [0] }),
      node('Div', ['a', 'n'], 'v'),
      node('Mul', ['v', 'q'], 'w'),
      node('MatMul', ['x', 'w'], 'y'),
    ],
    tensors: [...MLP_WEIGHTS, floats('q', [5])],
  }),
  vector('constants', 'int8 weights with scales', {
    nodes: [node('DequantizeLinear', ['a', 's', 'z'], 'w', { axis: 1 }), node('MatMul', ['x', 'w'], 'y')],
    tensors: [
      bytes('a', [3, -7, 100, -128, 127, 0, 1, 2, 3, 4, 5, 6], [6, 2], 3),
      floats('s', [2], [0.1, 0.02]),
      bytes('z', [1, -2], [2], 3),
    ],
  }),
  vector('constants', 'float64 weights, Cast', {
    nodes: [node('Cast', ['a'], 'w', { to: 1 }), node('MatMul', ['x', 'w'], 'y')],
    tensors: [
      doubles(
        'a',
        [6, 2],
        Array.from({ length: 12 }, (_, k) => Math.sin(k)),
      ),
    ],
  }),
  vector('constants', 'float16 weights, Cast', {
    nodes: [node('Cast', ['a'], 'w', { to: 1 }), node('MatMul', ['x', 'w'], 'y')],
    tensors: [bytes('a', [0x3c00, 0xb800, 0x0001, 0x83ff, 0x3555, 0xc000], [6, 1], 10)],
  }),
  vector('constants', 'Concat of weights', {
    nodes: [node('Concat', ['a', 'a'], 'w', { axis: 1 }), node('MatMul', ['x', 'w'], 'y')],
    tensors: MLP_WEIGHTS,
  }),
  vector('constants', 'quantised activations (QDQ)', {
    nodes: [
      node('MatMul', ['x', 'a'], 'm'),
      node('Relu', ['m'], 'r'),
      node('QuantizeLinear', ['r', 's', 'z'], 'q'),
      node('DequantizeLinear', ['q', 's', 'z'], 'd'),
      node('MatMul', ['d', 'b'], 'y'),
    ],
    tensors: [...MLP_WEIGHTS, number('s', 0.01), bytes('z', [0], [], 2)],
  }),
];

/** Scale `name`s and zero point `name`z of a quantised tensor. */
const steps = (name: string, step: number, zero: number, dataType = 2): TensorProto[] => [
  number(`${name}s`, step),
  bytes(`${name}z`, [zero], [], dataType),
];
const microsoft = (type: string, inputs: readonly string[], output: string): NodeProto =>
  Object.assign(node(type, inputs, output), { domain: 'com.microsoft' });
const some = (count: number): number[] => Array.from({ length: count }, (_, k) => ((k * 37) % 200) - 100);
const X = ['q', 'xs', 'xz'] as const;
const Y = ['ys', 'yz'] as const;
/** An image [2, 6, 4] quantised as `q`, the construct to `o`, and that as floats. */
const onBytes = (name: string, nodes: readonly NodeProto[], more: readonly TensorProto[]): Construct => ({
  group: 'quantised operators',
  name,
  model: {
    input: ['N', 2, 6, 4],
    nodes: [node('QuantizeLinear', ['x', 'xs', 'xz'], 'q'), ...nodes, node('DequantizeLinear', ['o', ...Y], 'y')],
    tensors: [...steps('x', 4 / 255, 120), ...steps('y', 0.03, 100), ...more],
  },
});
const BYTE_KERNELS = [bytes('w', some(72), [4, 2, 3, 3], 3), floats('ws', [4], [0.01, 0.02, 0.005, 0.01])];
const WZ = bytes('wz', [0, 0, 0, 0], [4], 3);
const BIAS = bytes('b', [300, -500, 1000, 0], [4], 6);

const QUANTISED: Construct[] = [
  onBytes(
    'QLinearConv, a scale per channel, bias',
    [node('QLinearConv', [...X, 'w', 'ws', 'wz', ...Y, 'b'], 'o', { pads: [1, 1, 1, 1] })],
    [...BYTE_KERNELS, WZ, BIAS],
  ),
  onBytes(
    'QLinearConv, MaxPool of the numbers, Reshape, QLinearMatMul',
    [
      node('QLinearConv', [...X, 'w', 'ws', 'wz', 'rs', 'rz'], 'c', { pads: [1, 1, 1, 1] }),
      node('MaxPool', ['c'], 'p', TWO),
      node('Reshape', ['p', 'to'], 'f'),
      node('QLinearMatMul', ['f', 'rs', 'rz', 'm', 'ms', 'mz', ...Y], 'o'),
    ],
    [
      ...BYTE_KERNELS,
      WZ,
      ...steps('r', 0.02, 0),
      ints('to', [-1, 24]),
      bytes('m', some(72), [24, 3], 3),
      ...steps('m', 0.01, 3, 3),
    ],
  ),
  onBytes(
    'QLinearAdd',
    [
      node('QLinearConv', [...X, 'w', 'ws', 'wz', 'rs', 'rz'], 'c', { pads: [1, 1, 1, 1] }),
      microsoft('QLinearAdd', ['c', 'rs', 'rz', 'c', 'rs', 'rz', ...Y], 'o'),
    ],
    [...BYTE_KERNELS, WZ, ...steps('r', 0.02, 20)],
  ),
  onBytes(
    'QLinearGlobalAveragePool, QLinearConcat',
    [
      microsoft('QLinearGlobalAveragePool', [...X, 'rs', 'rz'], 'g'),
      Object.assign(node('QLinearConcat', [...Y, 'g', 'rs', 'rz', 'g', 'rs', 'rz'], 'o', { axis: 1 }), {
        domain: 'com.microsoft',
      }),
    ],
    [...steps('r', 0.01, 110)],
  ),
  onBytes(
    'QGemm',
    [node('Flatten', ['q'], 'f'), microsoft('QGemm', ['f', 'xs', 'xz', 'm', 'ms', 'mz', '', ...Y], 'o')],
    [bytes('m', some(48 * 3), [48, 3], 3), ...steps('m', 0.002, 0, 3)],
  ),
  onBytes(
    'ConvInteger',
    [
      node('ConvInteger', ['q', 'w', 'xz'], 'i', { pads: [1, 1, 1, 1] }),
      node('Cast', ['i'], 'v', { to: 1 }),
      node('Mul', ['v', 'k'], 'u'),
      node('QuantizeLinear', ['u', ...Y], 'o'),
    ],
    [BYTE_KERNELS[0]!, number('k', 0.0003)],
  ),
];

const end = (name: string, nodes: readonly NodeProto[], more: readonly TensorProto[] = []): Construct =>
  vector(
    'end of the model',
    name,
    { nodes: [...MLP, ...nodes], tensors: [...MLP_WEIGHTS, ...more] },
    { compared: 's' },
  );

const ENDS: Construct[] = [
  end('Sigmoid', [node('Sigmoid', ['s'], 'y')]),
  end('Log of Softmax', [node('Softmax', ['s'], 'o'), node('Log', ['o'], 'y')]),
  end('Softmax, then Identity', [node('Softmax', ['s'], 'o'), node('Identity', ['o'], 'y')]),
  end(
    'ArgMax and Squeeze',
    [node('ArgMax', ['s'], 'o', { axis: 1 }), node('Squeeze', ['o', 'q'], 'y')],
    [ints('q', [1])],
  ),
  end('TopK', [node('TopK', ['s', 'q'], ['v', 'y'])], [ints('q', [2])]),
  vector(
    'end of the model',
    'one of several outputs',
    { nodes: MLP, tensors: MLP_WEIGHTS, outputs: [valueInfo('r'), valueInfo('s')] },
    { outputName: 's', compared: 's' },
  ),
  vector(
    'end of the model',
    'several outputs as heads of one read-out',
    {
      nodes: [
        ...MLP,
        node('MatMul', ['r', 'e'], 'v'),
        node('Softmax', ['v'], 'p'),
        node('Concat', ['s', 'v'], 'both', { axis: 1 }),
      ],
      tensors: [...MLP_WEIGHTS, floats('e', [5, 2])],
      outputs: [valueInfo('s'), valueInfo('p')],
    },
    { outputName: 's,p', compared: 'both' },
  ),
  vector(
    'end of the model',
    'an image and a vector as heads',
    {
      input: ['N', 2, 6, 4],
      nodes: [
        conv('x', 'c', 'k'),
        node('Relu', ['c'], 'r'),
        node('GlobalAveragePool', ['r'], 'g'),
        node('Flatten', ['g'], 'v'),
        node('Conv', ['r', 'p'], 'map'),
        node('Flatten', ['map'], 'f'),
        node('Concat', ['f', 'v'], 'both', { axis: 1 }),
      ],
      tensors: [KERNELS, POINTWISE],
      outputs: [valueInfo('v'), valueInfo('map')],
    },
    { outputName: 'map,v', compared: 'both' },
  ),
  ...(
    [
      ['a map that is flattened', [node('Flatten', ['d'], 'y')]],
      [
        'a map turned and flattened',
        [node('Transpose', ['d'], 't', { perm: [0, 2, 3, 1] }), node('Flatten', ['t'], 'y')],
      ],
      ['a map as rows', [node('Reshape', ['d', 's'], 'y')]],
      ['a map with its channels last', [node('Transpose', ['d'], 'y', { perm: [0, 2, 3, 1] })]],
    ] as const
  ).map(([name, nodes]) =>
    vector('end of the model', name, {
      input: ['N', 2, 6, 4],
      nodes: [conv('x', 'c', 'k'), node('Relu', ['c'], 'r'), node('Conv', ['r', 'p'], 'd'), ...nodes],
      tensors: [KERNELS, POINTWISE, ints('s', [0, 4, -1])],
    }),
  ),
];

export const CONSTRUCTS: readonly Construct[] = [
  ...ACTIVATIONS,
  ...POOLING,
  ...LINEAR,
  ...LAYOUT,
  ...SIZES,
  ...ARITHMETIC,
  ...CONSTANTS,
  ...QUANTISED,
  ...ENDS,
];

/** What `--approximate` reads, from x to a: for the table. */
export const APPROXIMATED: readonly (readonly [name: string, nodes: readonly NodeProto[]])[] = [
  ...['Sigmoid', 'Tanh', 'Swish', 'Gelu', 'HardSwish'].map((type) => [type, [node(type, ['x'], 'a')]] as const),
  ['x·Sigmoid(x)', [node('Sigmoid', ['x'], 'g'), node('Mul', ['x', 'g'], 'a')]],
  [
    'Gelu as Erf',
    [
      node('Div', ['x', 'root'], 'd'),
      node('Erf', ['d'], 'e'),
      node('Add', ['e', 'unit'], 'p'),
      node('Mul', ['x', 'p'], 'q'),
      node('Mul', ['q', 'half'], 'a'),
    ],
  ],
];
/** The numbers in them. */
export const ERF_NUMBERS = [number('root', Math.SQRT2), number('unit', 1), number('half', 0.5)];

/** What is refused, and why: for the table. */
export const REFUSED: readonly (readonly [name: string, node: NodeProto])[] = [
  ...['Elu', 'Softplus', 'Mish', 'Erf', 'ThresholdedRelu'],
  ...['LSTM', 'GRU', 'Attention', 'LayerNormalization', 'InstanceNormalization', 'Einsum', 'NonMaxSuppression'],
].map((type) => [type, node(type, ['x'], 'y')]);
