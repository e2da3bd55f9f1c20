/**
 * A case for every clause of the table of operators in spec/net-format.md: models that are read, and models that are refused.
 * The clauses are the text of the cells between semicolons; a clause without a case fails, and so does a case without a clause.
 */
import { create } from '@bufbuild/protobuf';
import { type NodeProto, type TensorProto, TensorProtoSchema } from '../../compiler/read/onnx/generated/onnx_pb.js';
import { floats, ints, node, type TestModel } from '../compiler/read/onnx-model.ts';
import { CONSTRUCTS } from './onnx-constructs.ts';

export interface ReadCase {
  readonly model: TestModel;
  /** The value that the scores are, where it is not the last. */
  readonly compared?: string;
  /** It is read on request only, and differs by what W0318 says. */
  readonly approximate?: true;
}

export interface RefusedCase {
  readonly model: TestModel;
  /** What the message or its remedy must name. */
  readonly named: string;
}

export interface TableRow {
  readonly read: Readonly<Record<string, readonly ReadCase[]>>;
  readonly refused?: Readonly<Record<string, readonly RefusedCase[]>>;
}

const float = (value: number) => ({ float: value });
const number = (name: string, value: number): TensorProto => floats(name, [], [value]);
const bytes = (name: string, values: readonly number[], dims: readonly number[], dataType: number): TensorProto =>
  create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType, int32Data: [...values] });
const scalarInt = (name: string, value: number): TensorProto => ints(name, [value], true);

/** On an image x [2, 6, 4]; the last operator gives y. */
const image = (nodes: readonly NodeProto[], tensors: readonly TensorProto[] = [], opset = 13): ReadCase => ({
  model: { input: ['N', 2, 6, 4], nodes, tensors, opset },
});
/** On a sequence x [2, 7]. */
const sequence = (nodes: readonly NodeProto[], tensors: readonly TensorProto[] = [], opset = 13): ReadCase => ({
  model: { input: ['N', 2, 7], nodes, tensors, opset },
});
/** On a vector x [6]. */
const vector = (nodes: readonly NodeProto[], tensors: readonly TensorProto[] = [], opset = 13): ReadCase => ({
  model: { input: ['N', 6], nodes, tensors, opset },
});
const one = (operator: NodeProto, ...tensors: readonly TensorProto[]): ReadCase => image([operator], tensors);
const refused = ({ model }: ReadCase, named: string): RefusedCase => ({ model, named });

function construct(name: string): ReadCase {
  const found = CONSTRUCTS.find((own) => own.name === name);
  if (found === undefined) throw new Error(`no construct is called ${name}`);
  return found;
}

/** The same behind one more operator: what computes nothing is no network by itself. */
const behind = ({ model }: ReadCase): ReadCase => ({
  model: { ...model, nodes: [...model.nodes, node('Neg', ['y'], 'negative')] },
});

/** The case with another number in a constant. */
const withNumber = ({ model }: ReadCase, name: string, value: number): ReadCase => ({
  model: { ...model, tensors: [...model.tensors!.filter((own) => own.name !== name), number(name, value)] },
});

type Attributes = Parameters<typeof node>[3];

const K = floats('k', [4, 2, 3, 3]);
const L = floats('l', [4, 2, 3]);
const conv = (attributes: Attributes = {}, kernels = K, more: readonly TensorProto[] = []): ReadCase =>
  image([node('Conv', ['x', 'k', ...more.map(({ name }) => name)], 'y', attributes)], [kernels, ...more]);
/** Four images through a convolution, whose first dimension is the batch. */
const batch = (nodes: readonly NodeProto[], tensors: readonly TensorProto[] = []): ReadCase => ({
  model: { input: [4, 2, 6, 4], nodes: [node('Conv', ['x', 'k'], 'c'), ...nodes], tensors: [K, ...tensors] },
});
const T = floats('k', [2, 4, 3, 3]);
const spread = (attributes: Attributes = {}, kernels = T, more: readonly TensorProto[] = []): ReadCase =>
  image([node('ConvTranspose', ['x', 'k', ...more.map(({ name }) => name)], 'y', attributes)], [kernels, ...more]);
const CHANNELS = floats('b', [4]);

const M = floats('m', [6, 3]);
const gemm = (attributes: Attributes = {}, matrix = M, c: readonly TensorProto[] = []): ReadCase =>
  vector([node('Gemm', ['x', 'm', ...c.map(({ name }) => name)], 'y', attributes)], [matrix, ...c]);
const C = floats('c', [3]);

const norm = (attributes: Attributes = {}, outputs = ['y'], opset = 13): ReadCase =>
  image(
    [node('BatchNormalization', ['x', 'g', 'b', 'u', 'v'], outputs, attributes)],
    [floats('g', [2], [1, 2]), floats('b', [2]), floats('u', [2]), floats('v', [2], [1, 0.5])],
    opset,
  );

const pool = (type: string, attributes: Attributes): NodeProto =>
  node(type, ['x'], 'y', { kernel_shape: [2, 2], ...attributes });
const maximum = (attributes: Attributes): ReadCase =>
  image([node('Relu', ['x'], 'r'), node('MaxPool', ['r'], 'y', { kernel_shape: [2, 2], ...attributes })]);

const resize = (attributes: Attributes, type = 'Resize', opset = 13): ReadCase =>
  image(
    [node(type, type === 'Resize' ? ['x', '', 's'] : ['x', 's'], 'y', attributes)],
    [floats('s', [4], [1, 1, 2, 1.5])],
    opset,
  );
const coordinates = (coordinate_transformation_mode: string): ReadCase =>
  resize({ mode: 'linear', coordinate_transformation_mode });

const smooth = (...nodes: readonly NodeProto[]): ReadCase => ({
  ...vector(
    [node('MatMul', ['x', 'w'], 'm'), ...nodes],
    [floats('w', [6, 4]), number('root', Math.SQRT2), number('unit', 1), number('half', 0.5)],
  ),
  approximate: true,
});
const SIXTH = { alpha: float(1 / 6), beta: float(0.5) };
/** Operator set 20 has Gelu; the others are of every operator set or of none. */
const SMOOTH: readonly ReadCase[] = [
  smooth(node('Tanh', ['m'], 'y')),
  smooth(node('Sigmoid', ['m'], 's'), node('Neg', ['s'], 'y')),
  smooth(node('Sigmoid', ['m'], 's'), node('Mul', ['m', 's'], 'y')),
  smooth(node('HardSigmoid', ['m'], 's', SIXTH), node('Mul', ['m', 's'], 'y')),
  smooth(
    node('Div', ['m', 'root'], 'd'),
    node('Erf', ['d'], 'e'),
    node('Add', ['e', 'unit'], 'p'),
    node('Mul', ['m', 'p'], 'q'),
    node('Mul', ['q', 'half'], 'y'),
  ),
];
/** ONNX Runtime in the browser has not all of these: they are held against formulas in onnx-approximated.test.ts. */
export const SMOOTH_ALONE: readonly NodeProto[] = [
  node('Swish', ['m'], 'y'),
  node('Gelu', ['m'], 'y'),
  node('HardSwish', ['m'], 'y'),
];

/** The operator on constants a, b, c (and x, which it is added to). */
const constants = (type: string, inputs: readonly string[], attributes: Attributes = {}): ReadCase =>
  image(
    [node(type, inputs, 'z', attributes), node('Cast', ['z'], 'f', { to: 1 }), node('Add', ['x', 'f'], 'y')],
    [
      floats('a', [2, 6, 4]),
      floats('b', [4], [0.5, 1, 2, 3]),
      floats(
        'q',
        [2, 6, 4],
        Array.from({ length: 48 }, (_, k) => 0.25 + k / 7),
      ),
      bytes('t', [1, 0, 1, 1], [4], 9),
      bytes('o', [0, 0, 1, 1], [4], 9),
      ints('i', [2, 6, 4]),
      ints('n', [7, -7, 9, 5]),
      ints('d', [4, 4, 2, 3]),
      ints('r', [1, 3, 1]),
      scalarInt('zero', 0),
      scalarInt('four', 4),
      scalarInt('step', 1),
      floats('p', [2, 2, 4]),
    ],
  );
const REDUCTIONS = ['ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare'];
const COMPARISONS = ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'];
const OF_ONE = ['Erf', 'Ceil', 'Round', 'Sign'];
const BETWEEN: readonly ReadCase[] = [
  image([node('Constant', [], 'v', { value: floats('v', [4]) }), node('Add', ['x', 'v'], 'y')]),
  constants('ConstantOfShape', ['i'], { value: floats('v', [1], [0.75]) }),
  constants('Range', ['zero', 'four', 'step']),
  { model: { ...constants('Shape', ['p'], { start: 2 }).model, opset: 15 } },
  image(
    [
      node('Shape', ['x'], 's'),
      node('Slice', ['s', 'from', 'to'], 'e'),
      node('Cast', ['e'], 'f', { to: 1 }),
      node('Add', ['x', 'f'], 'y'),
    ],
    [ints('from', [3]), ints('to', [4])],
  ),
  constants('Size', ['p']),
  constants('Tile', ['p', 'r']),
  constants('Where', ['t', 'a', 'b']),
  ...COMPARISONS.map((type) => constants(type, ['a', 'b'])),
  constants('And', ['t', 'o']),
  constants('Or', ['t', 'o']),
  constants('Not', ['t']),
  constants('Pow', ['q', 'b']),
  constants('Mod', ['n', 'd']),
  constants('Sqrt', ['q']),
  constants('Reciprocal', ['q']),
  ...OF_ONE.map((type) => constants(type, ['a'])),
  ...REDUCTIONS.map((type) => constants(type, ['a'], { axes: [1] })),
];
const OF_ACTIVATIONS: readonly (readonly [string, readonly string[]])[] = [
  ['ConstantOfShape', ['x']],
  ['Range', ['x', 'x', 'x']],
  ['Tile', ['x', 'r']],
  ['Where', ['t', 'x', 'x']],
  ...[...COMPARISONS, 'Pow', 'Mod'].map((type) => [type, ['x', 'a']] as const),
  ...['And', 'Or'].map((type) => [type, ['t', 'x']] as const),
  ...['Not', 'Sqrt', 'Reciprocal', ...OF_ONE, ...REDUCTIONS].map((type) => [type, ['x']] as const),
];

const TAIL = [node('MatMul', ['x', 'm'], 's')];
const end = (operator: NodeProto, ...tensors: readonly TensorProto[]): ReadCase => ({
  ...vector([...TAIL, operator], [M, ...tensors]),
  compared: 's',
});
const amid = (type: string, inputs: readonly string[] = ['s']): RefusedCase =>
  refused(vector([...TAIL, node(type, inputs, 'z'), node('Relu', ['z'], 'y')], [M, ints('two', [2])]), type);

const STAIRS = [
  node('Mul', ['x', 'four'], 'a'),
  node('Add', ['a', 'half'], 'b'),
  node('Floor', ['b'], 'c'),
  node('Clip', ['c', 'zero', 'most'], 'd'),
  node('Div', ['d', 'four'], 'y'),
];
const NUMBERS = [number('four', 4), number('half', 0.5), number('zero', 0), number('most', 7), number('few', -1)];

const microsoft = (type: string, inputs: readonly string[], attributes: Attributes = {}): NodeProto =>
  Object.assign(node(type, inputs, 'o', attributes), { domain: 'com.microsoft' });
/** x as bytes through an operator on them to o, and that as floats. */
const onBytes = (operator: NodeProto): ReadCase =>
  image(
    [node('QuantizeLinear', ['x', 'xs', 'xz'], 'q'), operator, node('DequantizeLinear', ['o', 'ys', 'yz'], 'y')],
    [number('xs', 4 / 255), bytes('xz', [120], [], 2), number('ys', 0.021), bytes('yz', [100], [], 2)],
  );
const Q = ['q', 'xs', 'xz', 'ys', 'yz'];

/** Rows by the text of their first cell. */
export const TABLE: Readonly<Record<string, TableRow>> = {
  '`Conv`': {
    read: {
      '1-D': [sequence([node('Conv', ['x', 'l'], 'y', { pads: [1, 1] })], [L])],
      '2-D': [conv()],
      '`strides`': [conv({ strides: [2, 1] })],
      '`pads`': [conv({ pads: [1, 0, 2, 1] })],
      '`auto_pad`': ['SAME_UPPER', 'SAME_LOWER', 'VALID'].map((auto_pad) => conv({ auto_pad, strides: [2, 2] })),
      '`dilations`': [conv({ dilations: [2, 1] })],
      '`group`': [conv({ group: 2 }, floats('k', [4, 1, 3, 3]))],
      bias: [conv({}, K, [CHANNELS])],
    },
    refused: {
      '3-D': [
        refused(
          image(
            [node('Reshape', ['x', 's'], 'v'), node('Conv', ['v', 'k'], 'y')],
            [ints('s', [-1, 2, 3, 2, 4]), floats('k', [4, 2, 1, 1, 1])],
          ),
          '3-D',
        ),
        {
          model: {
            input: ['N', 2, 3, 2, 4],
            nodes: [node('Conv', ['x', 'k'], 'y')],
            tensors: [floats('k', [4, 2, 1, 1, 1])],
          },
          named: '"x"',
        },
      ],
    },
  },
  '`ConvTranspose`': {
    read: {
      'as a convolution where the strides are 1, else as single connections: 1-D': [
        sequence([node('ConvTranspose', ['x', 'l'], 'y')], [floats('l', [2, 3, 3])]),
        sequence([node('ConvTranspose', ['x', 'l'], 'y', { strides: [2] })], [floats('l', [2, 3, 3])]),
      ],
      '2-D': [spread()],
      '`strides`': [spread({ strides: [2, 1] })],
      '`pads`': [spread({ pads: [1, 0, 1, 1] }), spread({ pads: [1, 0, 1, 1], strides: [2, 2] })],
      '`output_padding`': [spread({ strides: [2, 2], output_padding: [1, 1] })],
      '`dilations`': [spread({ dilations: [2, 1] }), spread({ dilations: [2, 1], strides: [2, 2] })],
      '`group`': [spread({ group: 2, strides: [2, 2] }, floats('k', [2, 2, 3, 3]))],
      bias: [spread({ strides: [2, 2] }, T, [CHANNELS]), spread({}, T, [CHANNELS])],
    },
    refused: {
      '`output_shape`': [refused(spread({ strides: [2, 2], output_shape: [12, 8] }), 'output_shape')],
      '`auto_pad`': [refused(spread({ strides: [2, 2], auto_pad: 'SAME_UPPER' }), 'auto_pad')],
    },
  },
  '`Gemm`': {
    read: {
      'constant B either way round (`transB`)': [gemm(), gemm({ transB: 1 }, floats('m', [3, 6]))],
      'constant C': [gemm({}, M, [C]), gemm({}, M, [floats('c', [1, 1])])],
      '`alpha`': [gemm({ alpha: float(0.5) })],
      '`beta`': [gemm({ beta: float(2) }, M, [C])],
      '`transA`': [
        {
          model: {
            input: [1, 6],
            nodes: [node('Transpose', ['x'], 't', { perm: [1, 0] }), node('Gemm', ['t', 'm'], 'y', { transA: 1 })],
            tensors: [M],
          },
        },
      ],
    },
    refused: {
      'other numbers of dimensions than two': [
        refused(image([node('Gemm', ['x', 'm'], 'y')], [floats('m', [4, 3])]), 'Gemm'),
      ],
    },
  },
  '`MatMul`': {
    read: {
      'by a constant matrix, over the last dimension': [
        vector([node('MatMul', ['x', 'm'], 'y')], [M]),
        sequence([node('MatMul', ['x', 'm'], 'y')], [floats('m', [7, 3])]),
        image([node('MatMul', ['x', 'm'], 'y')], [floats('m', [4, 3])]),
      ],
      'a constant vector added next becomes its bias': [
        vector([node('MatMul', ['x', 'm'], 'z'), node('Add', ['z', 'c'], 'y')], [M, C]),
      ],
      'a constant by [F, 1]': [
        {
          model: {
            input: [1, 6],
            nodes: [node('Transpose', ['x'], 't', { perm: [1, 0] }), node('MatMul', ['m', 't'], 'y')],
            tensors: [floats('m', [3, 6])],
          },
        },
      ],
    },
    refused: {
      'two activations': [
        refused(
          image([node('Transpose', ['x'], 't', { perm: [0, 1, 3, 2] }), node('MatMul', ['x', 't'], 'y')]),
          'MatMul',
        ),
      ],
    },
  },
  '`BatchNormalization`': {
    read: { 'evaluation form': [norm(), norm({ epsilon: float(0.1) }), norm({ training_mode: 0 }, ['y'], 15)] },
    refused: {
      '`training_mode`': [refused(norm({ training_mode: 1 }, ['y'], 15), 'training')],
      'its further outputs before operator set 14': [refused(norm({}, ['y', 'v1', 'v2'], 9), 'training')],
    },
  },
  '`Relu`; `Clip`; `Max`, `Min` with a constant; `LeakyRelu`, `PRelu`, `Abs`, `HardSigmoid`': {
    read: {
      'with any limits and slopes, made of ReLUs: clip(x, a, b) = min(relu(x − a), b − a) + a, min(x, c) = c − relu(c − x), and with two populations relu(x) − α·relu(−x)':
        [
          one(node('Relu', ['x'], 'y')),
          one(node('Clip', ['x', 'lo', 'hi'], 'y'), number('lo', -0.5), number('hi', 0.25)),
          one(node('Clip', ['x', '', 'hi'], 'y'), number('hi', -0.25)),
          one(node('Max', ['x', 'c'], 'y'), floats('c', [6, 4])),
          one(node('Min', ['c', 'x'], 'y'), floats('c', [2, 1, 1])),
          one(node('LeakyRelu', ['x'], 'y', { alpha: float(-0.3) })),
          one(node('PRelu', ['x', 'c'], 'y'), floats('c', [2, 1, 1])),
          one(node('Abs', ['x'], 'y')),
          one(node('HardSigmoid', ['x'], 'y', { alpha: float(0.7), beta: float(0.1) })),
        ],
    },
    refused: {
      'limits between which nothing is left': [
        refused(one(node('Clip', ['x', 'lo', 'hi'], 'y'), number('lo', 1), number('hi', 1)), 'Clip'),
      ],
    },
  },
  '`Floor`': {
    read: { 'as part of a staircase, see below': [image(STAIRS, NUMBERS)] },
    refused: {
      elsewhere: [
        refused(image([node('Floor', ['x'], 'y')]), 'staircase'),
        refused(image(STAIRS.slice(0, 3), NUMBERS), 'staircase'),
      ],
    },
  },
  '`QuantizeLinear`, `DequantizeLinear`': {
    read: {
      'of activations with one scale: a staircase, as the quantised model computes (at exact ties it rounds up)': [
        construct('quantised activations (QDQ)'),
      ],
      'of constants in every form': [
        construct('int8 weights with scales'),
        vector(
          [
            node('QuantizeLinear', ['m', 'ms', 'mz'], 'q', { axis: 1 }),
            node('DequantizeLinear', ['q', 'ms', 'mz'], 'd', { axis: 1 }),
            node('MatMul', ['x', 'd'], 'y'),
          ],
          [M, floats('ms', [3], [0.01, 0.02, 0.005]), bytes('mz', [1, 0, -3], [3], 3)],
        ),
      ],
      'of numbers that were moved or of which the largest was taken: their scale': [
        construct('QLinearConv, MaxPool of the numbers, Reshape, QLinearMatMul'),
      ],
    },
    refused: {
      'a scale per channel of an activation': [
        refused(
          image(
            [
              node('QuantizeLinear', ['x', 's', 'z'], 'q', { axis: 1 }),
              node('DequantizeLinear', ['q', 's', 'z'], 'y', { axis: 1 }),
            ],
            [floats('s', [2], [0.1, 0.2]), bytes('z', [0, 0], [2], 2)],
          ),
          'QuantizeLinear',
        ),
      ],
    },
  },
  '`QLinearConv`, `QLinearMatMul`, `ConvInteger`, `MatMulInteger`; of `com.microsoft`: `QLinearAdd`, `QLinearConcat`, `QLinearAveragePool`, `QLinearGlobalAveragePool`, `QLinearLeakyRelu`, `QGemm`':
    {
      read: {
        'as the operator of floats between `DequantizeLinear` and `QuantizeLinear`, which they are defined as': [
          construct('QLinearConv, a scale per channel, bias'),
          construct('QLinearConv, MaxPool of the numbers, Reshape, QLinearMatMul'),
          construct('QLinearAdd'),
          construct('QLinearGlobalAveragePool, QLinearConcat'),
          construct('QGemm'),
          onBytes(microsoft('QLinearAveragePool', Q, { kernel_shape: [2, 2], strides: [2, 2] })),
          onBytes(microsoft('QLinearLeakyRelu', Q, { alpha: float(0.125) })),
          vector(
            [
              node('QuantizeLinear', ['x', 'xs', 'xz'], 'q'),
              node('MatMulInteger', ['q', 'm', 'xz', 'mz'], 'i'),
              node('Cast', ['i'], 'f', { to: 1 }),
              node('Mul', ['f', 'k'], 'y'),
            ],
            [
              number('xs', 4 / 255),
              bytes('xz', [120], [], 2),
              bytes('m', [3, -7, 100, -128, 127, 0, 1, 2, 3, 4, 5, 6], [6, 2], 3),
              bytes('mz', [2], [], 3),
              number('k', 0.001),
            ],
          ),
        ],
        // The factor makes no ties: 0.0003 would, with a step of 0.03.
        'scales and zero points are kept': [withNumber(construct('ConvInteger'), 'k', 0.000307)],
      },
      refused: {
        'other operators of `com.microsoft`': [
          refused(onBytes(microsoft('QLinearSigmoid', Q)), 'com.microsoft.QLinearSigmoid'),
        ],
        '`DynamicQuantizeLinear`': [
          refused(image([node('DynamicQuantizeLinear', ['x'], ['q', 's', 'y'])]), 'DynamicQuantizeLinear'),
        ],
      },
    },
  '`Tanh`, `Swish`, `Gelu`, `HardSwish`, `Sigmoid` within the network; x·`Sigmoid`(x), x·`HardSigmoid`(x), x·(1 + `Erf`(x/√2))/2':
    {
      read: {
        'with `--approximate` only: eight straight pieces, f(t₀) + Σ sₖ·clip(x − tₖ, 0, tₖ₊₁ − tₖ), each a population of neurons, and one more where the activation becomes x. W0318 gives the largest error':
          SMOOTH,
      },
      refused: {
        'without it': [
          ...SMOOTH.map((own) => refused(own, '`approximate`')),
          ...SMOOTH_ALONE.map((operator) => refused(smooth(operator), '`approximate`')),
        ],
        '`Swish` with an `alpha` below 2⁻¹⁰ (0, negative) or above 2¹⁰': [0, -1, 2048].map((alpha) =>
          refused(smooth(node('Swish', ['m'], 'y', { alpha: float(alpha) })), 'Swish'),
        ),
      },
    },
  '`AveragePool`': {
    read: {
      '`count_include_pad`': [one(pool('AveragePool', { pads: [1, 1, 0, 1], count_include_pad: 1 }))],
      '`auto_pad`': [one(pool('AveragePool', { auto_pad: 'SAME_UPPER', kernel_shape: [3, 3], strides: [2, 2] }))],
      '`ceil_mode`': [one(pool('AveragePool', { kernel_shape: [4, 3], strides: [4, 3], ceil_mode: 1 }))],
    },
    refused: {
      '`dilations`': [refused(image([pool('AveragePool', { dilations: [2, 1] })], [], 19), 'dilations')],
      'counted padding that windows overhang': [
        refused(
          one(
            pool('AveragePool', {
              kernel_shape: [4, 3],
              strides: [4, 3],
              pads: [1, 1, 0, 0],
              ceil_mode: 1,
              count_include_pad: 1,
            }),
          ),
          'AveragePool',
        ),
      ],
    },
  },
  '`MaxPool`, `GlobalMaxPool`': {
    read: {
      'max(a, b) = b + relu(a − b), a tree for each window: `strides`': [
        maximum({ strides: [2, 2] }),
        one(pool('MaxPool', { strides: [2, 2] })),
        one(node('GlobalMaxPool', ['x'], 'y')),
      ],
      '`pads`': [maximum({ kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })],
      '`auto_pad`': [maximum({ auto_pad: 'SAME_LOWER', strides: [2, 2] })],
      '`dilations`': [maximum({ dilations: [2, 1] })],
      '`ceil_mode`': [maximum({ kernel_shape: [4, 3], strides: [4, 3], ceil_mode: 1 })],
      'up to 256 elements': [{ model: { input: ['N', 1, 16, 16], nodes: [node('GlobalMaxPool', ['x'], 'y')] } }],
    },
    refused: {
      'padding of values that can be negative': [refused(one(pool('MaxPool', { pads: [1, 1, 0, 0] })), 'MaxPool')],
      'more elements': [
        refused({ model: { input: ['N', 1, 16, 17], nodes: [node('GlobalMaxPool', ['x'], 'y')] } }, 'GlobalMaxPool'),
      ],
    },
  },
  '`GlobalAveragePool`; `ReduceMean`, `ReduceSum`': {
    read: {
      'over any axes but the batch': [
        one(node('GlobalAveragePool', ['x'], 'y')),
        ...[[1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]].map((axes) =>
          one(node('ReduceMean', ['x'], 'y', { axes })),
        ),
        one(node('ReduceSum', ['x', 'a'], 'y'), ints('a', [-1])),
      ],
      'with and without `keepdims`': [
        one(node('ReduceMean', ['x'], 'y', { axes: [1], keepdims: 0 })),
        one(node('ReduceSum', ['x', 'a'], 'y', { keepdims: 1 }), ints('a', [2, 3])),
      ],
    },
    refused: {
      'over the batch': [refused(batch([node('ReduceMean', ['c'], 'y', { axes: [0] })]), 'ReduceMean')],
    },
  },
  '`Add`, `Sub`, `Sum`, `Mean`, `Neg`': {
    read: {
      'of activations': [
        ...['Add', 'Sub', 'Sum', 'Mean'].map((type) => image([node('Relu', ['x'], 'r'), node(type, ['r', 'x'], 'y')])),
        one(node('Neg', ['x'], 'y')),
      ],
      'of constants that broadcast, also per pixel': ['Add', 'Sub', 'Sum', 'Mean'].flatMap((type) => [
        one(node(type, ['x', 'c'], 'y'), floats('c', [2, 1, 1])),
        one(node(type, ['c', 'x'], 'y'), floats('c', [6, 4])),
      ]),
    },
  },
  '`Mul`, `Div`': {
    read: {
      'an activation and a constant that broadcasts': [
        one(node('Mul', ['c', 'x'], 'y'), floats('c', [6, 4])),
        one(node('Div', ['x', 'c'], 'y'), floats('c', [2, 1, 1], [2, -3])),
      ],
    },
    refused: {
      'two activations': ['Mul', 'Div'].map((type) =>
        refused(image([node('Relu', ['x'], 'r'), node(type, ['x', 'r'], 'y')]), type),
      ),
      'a constant divided by an activation': [refused(one(node('Div', ['c', 'x'], 'y'), number('c', 1)), 'Div')],
    },
  },
  '`Concat`, `Split`, `Slice`': {
    read: {
      'along any axis but the batch': [1, 2, 3].flatMap((axis) => [
        image([node('Relu', ['x'], 'r'), node('Concat', ['x', 'r'], 'y', { axis })]),
        image([node('Split', ['x'], ['u', 'v'], { axis }), node('Sub', ['u', 'v'], 'y')]),
        one(node('Slice', ['x', 's', 'e', 'a'], 'y'), ints('s', [1]), ints('e', [9]), ints('a', [axis])),
      ]),
    },
    refused: {
      'along the batch': [
        refused(batch([node('Concat', ['c', 'c'], 'y', { axis: 0 })]), 'Concat'),
        refused(batch([node('Split', ['c'], ['u', 'v'], { axis: 0 }), node('Sub', ['u', 'v'], 'y')]), 'Split'),
        refused(batch([node('Slice', ['c', 's', 'e'], 'y')], [ints('s', [1]), ints('e', [3])]), 'Slice'),
      ],
    },
  },
  '`Gather`': {
    read: {
      'of one index': [one(node('Gather', ['x', 'i'], 'y', { axis: 2 }), scalarInt('i', -2))],
      'of indices at equal distances': [one(node('Gather', ['x', 'i'], 'y', { axis: 2 }), ints('i', [5, 3, 1]))],
    },
    refused: {
      'other indices of an activation': [
        refused(one(node('Gather', ['x', 'i'], 'y', { axis: 2 }), ints('i', [0, 1, 3])), 'Gather'),
      ],
    },
  },
  '`Pad`': {
    read: { 'zeros, height and width only': [one(node('Pad', ['x', 'p'], 'y'), ints('p', [0, 0, 1, 2, 0, 0, 3, 0]))] },
    refused: {
      'other modes': ['reflect', 'edge'].map((mode) =>
        refused(one(node('Pad', ['x', 'p'], 'y', { mode }), ints('p', [0, 0, 1, 2, 0, 0, 3, 0])), mode),
      ),
      'other values': [
        refused(one(node('Pad', ['x', 'p', 'v'], 'y'), ints('p', [0, 0, 1, 2, 0, 0, 3, 0]), number('v', 1)), 'Pad'),
      ],
      'negative pads': [refused(one(node('Pad', ['x', 'p'], 'y'), ints('p', [0, 0, -1, 0, 0, 0, 0, 0])), 'negative')],
      'of channels': [refused(one(node('Pad', ['x', 'p'], 'y'), ints('p', [0, 1, 0, 0, 0, 0, 0, 0])), 'channels')],
    },
  },
  '`Resize`, `Upsample`': {
    read: {
      'height and width': [resize({ mode: 'nearest' }), resize({ mode: 'nearest' }, 'Upsample', 9)],
      '`nearest`': ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'].map((nearest_mode) =>
        resize({ mode: 'nearest', nearest_mode }),
      ),
      '`linear`': [resize({ mode: 'linear' }), resize({ mode: 'linear' }, 'Upsample', 9)],
      ...Object.fromEntries(
        ['asymmetric', 'half_pixel', 'pytorch_half_pixel', 'align_corners'].map((mode) => [
          `\`${mode}\``,
          [coordinates(mode)],
        ]),
      ),
    },
    refused: {
      '`tf_crop_and_resize`': [refused(coordinates('tf_crop_and_resize'), 'tf_crop_and_resize')],
      '`cubic`': [refused(resize({ mode: 'cubic' }), 'cubic')],
      '`antialias`': [refused(resize({ mode: 'linear', antialias: 1 }, 'Resize', 18), 'antialias')],
      '`axes`': [refused(resize({ mode: 'linear', axes: [2, 3] }, 'Resize', 18), 'axes')],
    },
  },
  '`Flatten`, `Reshape`, `Squeeze`, `Unsqueeze`, `Transpose`, `Expand`': {
    read: {
      'every form: elements are only called by other indices': [
        one(node('Flatten', ['x'], 'y')),
        one(node('Flatten', ['x'], 'y', { axis: 0 })),
        one(node('Reshape', ['x', 's'], 'y'), ints('s', [0, -1, 3])),
        image([node('Unsqueeze', ['x', 'a'], 'u'), node('Squeeze', ['u', 'a'], 'y')], [ints('a', [2])]),
        image([node('ReduceMean', ['x'], 'u', { axes: [1] }), node('Squeeze', ['u'], 'y')]),
        one(node('Transpose', ['x'], 'y', { perm: [0, 3, 1, 2] })),
        image(
          [node('ReduceMean', ['x'], 'u', { axes: [1] }), node('Expand', ['u', 's'], 'y')],
          [ints('s', [1, 3, 6, 4])],
        ),
      ].map(behind),
    },
    refused: {
      'what would mix the samples of a batch': [
        refused(batch([node('Transpose', ['c'], 't', { perm: [1, 0, 2, 3] }), node('Relu', ['t'], 'y')]), 'batch'),
      ],
    },
  },
  '`Identity`, `Dropout`, `Cast` and `CastLike` to float': {
    read: {
      'no trace': [
        one(node('Identity', ['x'], 'y')),
        one(node('Dropout', ['x'], 'y')),
        one(node('Cast', ['x'], 'y', { to: 1 })),
        image([node('CastLike', ['x', 'c'], 'y')], [number('c', 1)], 15),
      ].map(behind),
    },
    refused: {
      '`Dropout` in training mode': [
        refused(one(node('Dropout', ['x', 'r', 't'], 'y'), number('r', 0.5), bytes('t', [1], [], 9)), 'Dropout'),
      ],
      '`Cast` of activations to integers': [refused(one(node('Cast', ['x'], 'y', { to: 7 })), 'Cast')],
    },
  },
  '`Softmax`, `LogSoftmax`, `ArgMax`, `TopK`, `Sigmoid`, `Log`, `Exp`': {
    read: {
      'at the end, over the classes: left out with a warning (W0309), since they keep the order of the scores': [
        ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Log', 'Exp'].map((type) => end(node(type, ['s'], 'y'))),
        end(node('ArgMax', ['s'], 'y', { axis: 1 })),
        end(node('TopK', ['s', 'two'], ['z', 'y']), ints('two', [2])),
      ],
    },
    refused: {
      elsewhere: [
        ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Log', 'Exp', 'ArgMax'].map((type) => amid(type)),
        amid('TopK', ['s', 'two']),
      ],
    },
  },
  '`Constant`, `ConstantOfShape`, `Range`, `Shape`, `Size`; `Tile`, `Where`, `Equal`, `Less`, `LessOrEqual`, `Greater`, `GreaterOrEqual`, `And`, `Or`, `Not`, `Pow`, `Mod`, `Sqrt`, `Reciprocal`, `Erf`, `Ceil`, `Round`, `Sign`, `ReduceMax`, `ReduceMin`, `ReduceProd`, `ReduceL1`, `ReduceL2`, `ReduceSumSquare`':
    {
      read: { 'between constants': BETWEEN },
      refused: {
        'of activations': OF_ACTIVATIONS.map(([type, inputs]) => {
          const { model } = constants(type, inputs);
          return refused({ model: { ...model, nodes: [node(type, inputs, 'y')] } }, type);
        }),
      },
    },
};
