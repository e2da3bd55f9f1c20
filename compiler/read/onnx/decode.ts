/** From bytes to the parts of an ONNX model that the reader needs: protobuf, operator set, the one input and output. */
import { fromBinary } from '@bufbuild/protobuf';
import { fail, type Place, type Shape } from '../../../isa/index.ts';
import { type GraphProto, type ModelProto, ModelProtoSchema, type ValueInfoProto } from './generated/onnx_pb.js';
import { DOUBLE, FLOAT, typeName } from './tensors.ts';
import type { Rank } from './values.ts';

/** Broadcasting as it is now, and inputs instead of attributes for it, came with operator set 7. */
const OLDEST_OPSET = 7;
/** The first byte of a model: field 1, the format version, as every exporter writes it. */
const FIRST_TAG = 0x08;

/** @throws E0201 for bytes that are no ONNX model, E0206 for a damaged one, E0204 for one of an older operator set */
export function decodeModel(bytes: Uint8Array, file: string): { graph: GraphProto; opset: number } {
  const model = decode(bytes, file);
  const { graph } = model;
  if (graph === undefined) {
    if (model.irVersion === 0n)
      fail('E0201', 'the file is neither an ONNX model, a NIR graph nor a net.json document', { file });
    fail('E0206', 'the model has no graph', { file });
  }
  const versions = model.opsetImport.filter(({ domain }) => isOnnxDomain(domain)).map(({ version }) => Number(version));
  const opset = Math.max(0, ...versions.slice(0, 1));
  if (opset < OLDEST_OPSET) {
    const what = versions.length === 0 ? 'states no version of the ONNX operator set' : `has operator set ${opset}`;
    fail('E0204', `the model ${what}`, { file }, `Export it with operator set ${OLDEST_OPSET} or later.`);
  }
  return { graph, opset };
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    // Whatever the bytes are, the decoder either returns a message or throws; its message says little to a user.
    if (bytes[0] !== FIRST_TAG)
      fail('E0201', 'the file is neither an ONNX model, a NIR graph nor a net.json document', { file });
    const reason = error instanceof Error ? error.message : 'not decodable';
    fail('E0206', `the ONNX model is truncated or damaged: ${reason}`, { file }, 'Export or copy it again.');
  }
}

export const isOnnxDomain = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

/**
 * The one value that the network takes, and the one that it gives.
 *
 * @throws E0207 where there are several, E0206 where there is none
 */
export function findEnds(graph: GraphProto, place: Place): { input: ValueInfoProto; output: string } {
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initialised.has(name));
  const [input] = inputs;
  const [output] = graph.output;
  if (input === undefined) fail('E0206', 'the model has no input', place);
  if (output === undefined) fail('E0206', 'the model has no output', place);
  if (inputs.length > 1) fail('E0207', `the model has ${inputs.length} inputs (${names(inputs)}); one is read`, place);
  if (graph.output.length > 1) {
    const remedy = 'Export the model with the class scores as its only output.';
    fail('E0207', `the model has ${graph.output.length} outputs (${names(graph.output)}); one is read`, place, remedy);
  }
  return { input, output: output.name };
}

const names = (values: readonly ValueInfoProto[]): string =>
  values
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ') + (values.length > 8 ? ', …' : '');

/**
 * The shape of the input without its batch dimension, which may be 1 or symbolic.
 *
 * @throws E0204 for an element type or a number of dimensions that is not read, E0205 for a dimension that is not known
 */
export function inputShape({ name, type }: ValueInfoProto): { shape: Shape; rank: Rank } {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  if (tensor?.shape === undefined)
    fail('E0205', `the input "${name}" states no shape`, {}, 'Export the model with one.');
  if (tensor.elemType !== FLOAT && tensor.elemType !== DOUBLE) {
    fail('E0204', `the input "${name}" has elements of ${typeName(tensor.elemType)}; only floats are read`);
  }
  const dims = tensor.shape.dim.map(({ value }) => {
    if (value.case === 'dimValue' && value.value > 0n) return Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : '?';
  });
  const text = `[${dims.slice(0, 8).join(', ')}]`;
  const rank = dims.length;
  if (rank !== 2 && rank !== 3 && rank !== 4) {
    fail('E0204', `the input "${name}" is ${text}; [N, C, H, W], [N, C, L] and [N, features] are read`);
  }
  const [batch, ...rest] = dims;
  if (typeof batch === 'number' && batch !== 1) {
    fail(
      'E0205',
      `the input "${name}" is ${text}, a batch of ${batch}`,
      {},
      'Export the model with a batch of 1 or a symbolic one.',
    );
  }
  const [channels, height = 1, width = 1] = rank === 3 ? [rest[0], 1, rest[1]] : rest;
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') {
    fail(
      'E0205',
      `the input "${name}" is ${text}; all but the batch must be numbers`,
      {},
      'Export the model with a fixed input size.',
    );
  }
  return { shape: [channels, height, width], rank };
}
