/** From bytes to the parts of an ONNX model that the reader needs: protobuf, operator set, the one input and output. */
import { fromBinary } from '@bufbuild/protobuf';
import { fail, option, type Shape } from '../../../isa/index.ts';
import type { FaultCollector } from '../faults.ts';
import {
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type ValueInfoProto,
} from './generated/onnx_pb.js';
import { isOnnxDomain } from './domain.ts';
import { naturalShape } from './elements.ts';
import { isFloatType, typeName } from './tensors.ts';

/** Broadcasting as it is now, and inputs instead of attributes for it, came with operator set 7. */
const OLDEST_OPSET = 7;
/** The first byte of a model: field 1, the format version, as every exporter writes it. */
const FIRST_TAG = 0x08;

/** @throws E0201 for bytes that are no ONNX model, E0206 for a damaged one, E0204 for one of an older operator set */
export function decodeModel(bytes: Uint8Array, file: string): DecodedModel {
  refusePointer(bytes, file);
  const model = decode(bytes, file);
  const { graph } = model;
  if (graph === undefined) {
    if (model.irVersion === 0n)
      fail('E0201', 'the file is neither an ONNX model, a NIR graph, a .net file of lava-dl nor a net.json document', {
        file,
      });
    fail('E0206', 'the model has no graph', { file });
  }
  const versions = model.opsetImport.filter(({ domain }) => isOnnxDomain(domain)).map(({ version }) => Number(version));
  const opset = Math.max(0, ...versions.slice(0, 1));
  if (opset < OLDEST_OPSET) {
    const what = versions.length === 0 ? 'states no version of the ONNX operator set' : `has operator set ${opset}`;
    fail('E0204', `the model ${what}`, { file }, `Export it with operator set ${OLDEST_OPSET} or later.`);
  }
  return { graph, opset, functions: model.functions };
}

export interface DecodedModel {
  readonly graph: GraphProto;
  readonly opset: number;
  readonly functions: readonly FunctionProto[];
}

/** What Git LFS leaves in the place of a large file. */
const POINTER = 'version https://git-lfs.github.com/spec/';

function refusePointer(bytes: Uint8Array, file: string): void {
  if (!new TextDecoder('latin1').decode(bytes.subarray(0, POINTER.length)).startsWith(POINTER)) return;
  fail(
    'E0201',
    'the file is a pointer of Git LFS, not the model itself',
    { file },
    'Fetch the model with git lfs pull.',
  );
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    // Whatever the bytes are, the decoder either returns a message or throws; its message says little to a user.
    if (bytes[0] !== FIRST_TAG)
      fail('E0201', 'the file is neither an ONNX model, a NIR graph, a .net file of lava-dl nor a net.json document', {
        file,
      });
    const reason = error instanceof Error ? error.message : 'not decodable';
    fail('E0206', `the ONNX model is truncated or damaged: ${reason}`, { file }, 'Export or copy it again.');
  }
}

/**
 * The one value that the network takes, and those that it gives.
 *
 * @param wanted name of the output, or names with commas between them; needed where there are several
 * @throws E0207 for several inputs or an output that is not there, E0206 where there is no input or no output; that there are
 *   several outputs and none is named is a fault (E0207) that does not end the reading, and the first is read on from
 */
export function findEnds(
  graph: GraphProto,
  wanted: string | undefined,
  faults: FaultCollector,
): { input: ValueInfoProto; outputs: readonly string[] } {
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initialised.has(name));
  const [input] = inputs;
  const [output] = graph.output;
  if (input === undefined) fail('E0206', 'the model has no input');
  if (output === undefined) fail('E0206', 'the model has no output');
  if (inputs.length > 1) fail('E0207', `the model has ${inputs.length} inputs (${names(inputs)}); one is read`);
  if (wanted !== undefined) return { input, outputs: wantedOutputs(graph, wanted) };
  if (graph.output.length > 1)
    faults.attempt({}, () =>
      fail(
        'E0207',
        `the model has ${graph.output.length} outputs (${names(graph.output)}), and none is named`,
        {},
        `Name one with ${option('outputName')}, or several with commas between them: they become heads of one read-out.`,
      ),
    );
  return { input, outputs: [output.name] };
}

/** The output of this name, or those of a list of names. @throws E0207 for one that is not there, or there twice */
function wantedOutputs({ output }: GraphProto, wanted: string): string[] {
  const all = new Set(output.map(({ name }) => name));
  if (all.has(wanted)) return [wanted];
  const parts = wanted.split(',').map((part) => part.trim());
  const missing = parts.find((part) => !all.has(part));
  if (missing !== undefined) fail('E0207', `the model has no output "${missing}"; it has ${names(output)}`);
  const twice = parts.find((part, k) => parts.indexOf(part) !== k);
  if (twice !== undefined) fail('E0207', `the output "${twice}" is named twice`);
  return parts;
}

const names = (values: readonly ValueInfoProto[]): string =>
  values
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ') + (values.length > 8 ? ', …' : '');

export interface InputShape {
  /** In the model; 1 for a symbolic batch. */
  readonly dims: readonly number[];
  /** Of one sample. */
  readonly shape: Shape;
  /** Whether the first dimension is the batch. */
  readonly isBatched: boolean;
}

/**
 * The shape of the input. Its first dimension is the batch, which may be symbolic or any number, unless there is but one.
 *
 * @param isBatched false: the whole is one sample
 * @throws E0204 for an element type or a number of dimensions that is not read, E0205 for a dimension that is not known
 */
export function inputShape({ name, type }: ValueInfoProto, isBatched: boolean): InputShape {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  if (tensor?.shape === undefined)
    fail('E0205', `the input "${name}" states no shape`, {}, 'Export the model with one.');
  if (!isFloatType(tensor.elemType)) {
    fail('E0204', `the input "${name}" has elements of ${typeName(tensor.elemType)}; only floats are read`);
  }
  const stated = tensor.shape.dim.map(({ value }) => {
    if (value.case === 'dimValue' && value.value > 0n) return Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : '?';
  });
  const text = `[${stated.slice(0, 8).join(', ')}]`;
  if (stated.length < 1 || stated.length > 4) {
    fail(
      'E0204',
      `the input "${name}" is ${text}; up to four dimensions are read, such as [N, C, H, W] or [N, features]`,
    );
  }
  const hasBatch = isBatched && stated.length > 1;
  const dims = stated.map((size, axis) => (axis === 0 && hasBatch && typeof size !== 'number' ? 1 : size));
  if (dims.some((size) => typeof size !== 'number')) {
    const message = `the input "${name}" is ${text}; all but the batch must be numbers`;
    fail('E0205', message, {}, 'Export the model with a fixed input size.');
  }
  const known = dims as number[];
  const sample = hasBatch ? known.slice(1) : known;
  return { dims: known, shape: naturalShape(sample), isBatched: hasBatch };
}
