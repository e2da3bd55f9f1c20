/** Makes ONNX models for tests. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../../compiler/read/onnx/generated/onnx_pb.js';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { type Diagnostic, DiagnosticError } from '../../../isa/index.ts';
import type { ReadOptions } from '../../../compiler/read/options.ts';
import { readAnn } from '../../arbitraries/read-ann.ts';

type AttributeValue = number | readonly number[] | string | TensorProto | { readonly float: number };

/** Integers become int(s), `{float}` a float, text a string. */
function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: 2, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: 3, s: new TextEncoder().encode(value) });
  if (Array.isArray(value)) return create(AttributeProtoSchema, { name, type: 7, ints: value.map(BigInt) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: 1, f: value.float });
  return create(AttributeProtoSchema, { name, type: 4, t: value as TensorProto });
}

/** `node('Conv', ['x', 'w'], 'y', {strides: [1, 1]})`; its name is that of its output with a slash before it. */
export function node(
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  const outputs = typeof output === 'string' ? [output] : [...output];
  return create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: outputs,
    name: `/${outputs[0] ?? ''}`,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

const rawBytes = (data: Float32Array | Float64Array): Uint8Array => new Uint8Array(data.buffer.slice(0));

/** A float32 tensor as raw bytes. */
export function floats(name: string, dims: readonly number[], values?: readonly number[]): TensorProto {
  const size = dims.reduce((product, dimension) => product * dimension, 1);
  const data = Float32Array.from(values ?? Array.from({ length: size }, (_, index) => ((index * 7) % 11) / 11 - 0.4));
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: 1, rawData: rawBytes(data) });
}

/** An int64 tensor of one dimension (of none where `isScalar`) in its typed field. */
export function ints(name: string, values: readonly number[], isScalar = false): TensorProto {
  const dims = isScalar ? [] : [BigInt(values.length)];
  return create(TensorProtoSchema, { name, dims, dataType: 7, int64Data: values.map(BigInt) });
}

/** A graph input or output; text is a symbolic dimension. */
export function valueInfo(name: string, dims: readonly (number | string)[] = [], elemType = 1): ValueInfoProto {
  const dim = dims.map((value) => ({
    value:
      typeof value === 'number'
        ? ({ case: 'dimValue', value: BigInt(value) } as const)
        : ({ case: 'dimParam', value } as const),
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

/** A graph output of floats whose shape is left to be inferred. */
export const openOutput = (name: string): ValueInfoProto =>
  create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType: 1 } } } });

export interface TestModel {
  readonly input?: readonly (number | string)[];
  readonly inputs?: readonly ValueInfoProto[];
  readonly outputs?: readonly ValueInfoProto[];
  readonly nodes: readonly NodeProto[];
  readonly tensors?: readonly TensorProto[];
  readonly opset?: number;
}

/** A model with the input `x`; its output is that of the last operator. */
export function onnxBytes(model: TestModel): Uint8Array {
  const { input = ['N', 2, 4, 4], nodes, tensors = [], opset = 13 } = model;
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 7n,
      opsetImport: [
        { domain: '', version: BigInt(opset) },
        { domain: 'com.microsoft', version: 1n },
      ],
      graph: {
        name: 'test',
        node: [...nodes],
        initializer: [...tensors],
        input: [...(model.inputs ?? [valueInfo('x', input)])],
        output: [...(model.outputs ?? [valueInfo(nodes.at(-1)?.output[0] ?? 'y')])],
      },
    }),
  );
}

const NO_FILES: Readonly<Record<string, Uint8Array>> = {};

/** Reads bytes with the side files given. */
export function read(
  bytes: Uint8Array,
  files = NO_FILES,
  fileName = 'test.onnx',
  outputName?: string,
  more: Partial<ReadOptions> = {},
): AnnGraph {
  return readAnn(bytes, {
    ...more,
    fileName,
    outputName,
    readSideFile: (name) => {
      const found = files[name];
      if (found === undefined) {
        throw new DiagnosticError([
          { code: 'E0101', severity: 'error', message: `no file ${name}`, place: { file: name } },
        ]);
      }
      return found;
    },
  });
}

export const readModel = (model: TestModel, files = NO_FILES): AnnGraph => read(onnxBytes(model), files);

/** The output of the network for one input. */
export function run(graph: AnnGraph, x: readonly number[]): number[] {
  const evaluator = new AnnEvaluator(graph);
  evaluator.run(Float64Array.from(x));
  return [...evaluator.output(graph.output)];
}

/** What an action that must fail says. */
export function faultsOf(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** `E0203: message` for each fault. */
export const linesOf = (action: () => unknown): string[] =>
  faultsOf(action).map(({ code, message }) => `${code}: ${message}`);
