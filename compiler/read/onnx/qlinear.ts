/**
 * Operators on quantised numbers (QLinearConv and its like, as ONNX Runtime writes them, and the integer operators): each is
 * replaced by what it is defined as, the operator of floats between DequantizeLinear and QuantizeLinear, whose scales stay.
 */
import { create } from '@bufbuild/protobuf';
import { isOnnxDomain } from './domain.ts';
import type { Operator } from './functions.ts';
import { type AttributeProto, AttributeProtoSchema, type NodeProto, NodeProtoSchema } from './generated/onnx_pb.js';

/** Where operators lie that ONNX Runtime adds to those of ONNX. */
const MICROSOFT = 'com.microsoft';
const FLOAT = 1;
const INT = 2;

/** A quantised input: where it, its scale and its zero point stand; the axis along which it has several scales. */
interface Quantised {
  readonly value: number;
  /** undefined: its steps are whole numbers. */
  readonly scale: number | undefined;
  readonly zero: number;
  readonly axis?: number;
}

interface Rewrite {
  /** The operator of floats. */
  readonly type: string;
  /** Its inputs. */
  readonly taken: readonly Quantised[];
  /** A bias in steps of the product of the scales of both inputs. */
  readonly bias?: number;
  /** Where scale and zero point of the result stand; without them it is one of floats. */
  readonly result?: readonly [scale: number, zero: number];
}

const standard = (value: number, axis?: number): Quantised => ({
  value,
  scale: value + 1,
  zero: value + 2,
  ...(axis !== undefined && { axis }),
});
const product = (type: string): Rewrite => ({
  type,
  taken: [
    { value: 0, scale: undefined, zero: 2 },
    { value: 1, scale: undefined, zero: 3, axis: type === 'Conv' ? 0 : 1 },
  ],
});
const unary = (type: string): Rewrite => ({ type, taken: [standard(0)], result: [3, 4] });

/** By type. */
const OF_ONNX: Readonly<Record<string, (node: NodeProto) => Rewrite>> = {
  QLinearConv: () => ({ type: 'Conv', taken: [standard(0), standard(3, 0)], bias: 8, result: [6, 7] }),
  QLinearMatMul: () => ({ type: 'MatMul', taken: [standard(0, 0), standard(3, 1)], result: [6, 7] }),
  ConvInteger: () => product('Conv'),
  MatMulInteger: () => product('MatMul'),
};
const OF_MICROSOFT: Readonly<Record<string, (node: NodeProto) => Rewrite>> = {
  QLinearAdd: () => ({ type: 'Add', taken: [standard(0), standard(3)], result: [6, 7] }),
  QLinearAveragePool: () => unary('AveragePool'),
  QLinearGlobalAveragePool: () => unary('GlobalAveragePool'),
  QLinearLeakyRelu: () => unary('LeakyRelu'),
  QLinearConcat: ({ input }) => ({
    type: 'Concat',
    taken: Array.from({ length: Math.floor((input.length - 2) / 3) }, (_, k) => standard(2 + 3 * k)),
    result: [0, 1],
  }),
  QGemm: (node) => ({
    type: 'Gemm',
    taken: [standard(0), standard(3, flagOf(node, 'transB') ? 0 : 1)],
    bias: 6,
    ...((node.input[7] ?? '') !== '' && { result: [7, 8] }),
  }),
};

const flagOf = ({ attribute }: NodeProto, name: string): boolean =>
  attribute.some((own) => own.name === name && own.i !== 0n);

/** Types of all that are replaced. */
export const QUANTISED: readonly string[] = [...Object.keys(OF_ONNX), ...Object.keys(OF_MICROSOFT)];

/** The operators with those on quantised numbers replaced. */
export const withoutQuantised = (operators: readonly Operator[]): Operator[] =>
  operators.flatMap(({ node, opset }) => rewritten(node).map((own) => ({ node: own, opset })));

function rewritten(node: NodeProto): readonly NodeProto[] {
  const table = isOnnxDomain(node.domain) ? OF_ONNX : node.domain === MICROSOFT ? OF_MICROSOFT : {};
  const [output = ''] = node.output;
  const rewrite = Object.hasOwn(table, node.opType) ? table[node.opType]!(node) : undefined;
  if (rewrite === undefined || output === '') return [node];
  const { type, taken, bias, result } = rewrite;
  const named = (index: number): string => node.input[index] ?? '';
  const own = (part: string | number): string => `${output}/${part}`;
  const made: NodeProto[] = [];
  const add = (opType: string, input: readonly string[], name: string, attribute: readonly AttributeProto[] = []) =>
    made.push(create(NodeProtoSchema, { opType, name, input: [...input], output: [name], attribute: [...attribute] }));
  if (taken.some(({ scale }) => scale === undefined)) add('Constant', [], own('one'), [one]);
  const inputs = taken.map(({ value, scale, zero, axis }, k) => {
    const parts = [named(value), scale === undefined ? own('one') : named(scale), named(zero)];
    add('DequantizeLinear', parts, own(k), axis === undefined ? [] : [axisOf(axis)]);
    return own(k);
  });
  if (bias !== undefined && named(bias) !== '') {
    add('Mul', [named(1), named(4)], own('biasScale'));
    add('DequantizeLinear', [named(bias), own('biasScale')], own('bias'), [axisOf(0)]);
    inputs.push(own('bias'));
  }
  const inner = result === undefined ? output : own('float');
  // Without a layout there is nothing to ignore: channels come first unless it says otherwise.
  const attribute = node.attribute.filter(({ name, i }) => name !== 'channels_last' || i !== 0n);
  made.push(create(NodeProtoSchema, { opType: type, name: node.name, input: inputs, output: [inner], attribute }));
  if (result !== undefined) add('QuantizeLinear', [inner, named(result[0]), named(result[1])], output);
  return made;
}

const axisOf = (axis: number): AttributeProto =>
  create(AttributeProtoSchema, { name: 'axis', type: INT, i: BigInt(axis) });
const one = create(AttributeProtoSchema, { name: 'value_float', type: FLOAT, f: 1 });
