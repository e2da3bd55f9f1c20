/** Tensors of an ONNX model: typed fields, raw bytes, or bytes in another file. */
import { fail, halfToNumber } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import { sizeOf } from '../../operators/shared/shapes.ts';
import { type SideFiles, toNativeOrder } from '../side-files.ts';
import type { TensorProto } from './generated/onnx_pb.js';
import type { Constant } from './values.ts';

/** TensorProto.DataType: number → name, for messages. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};
const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const UINT16 = 4;
const INT16 = 5;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const FLOAT16 = 10;
export const DOUBLE = 11;
const UINT32 = 12;
const BFLOAT16 = 16;

/** How the elements of a type lie in bytes, and what numbers they become. */
interface ElementKind {
  readonly bytes: number;
  readonly decode: (buffer: ArrayBuffer) => Float32Array | Float64Array;
}

/** The upper half of a float of 32 bit. */
const fromBrainFloats = (buffer: ArrayBuffer): Float32Array =>
  new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);

const KINDS: Readonly<Record<number, ElementKind>> = {
  [FLOAT]: { bytes: 4, decode: (buffer) => new Float32Array(buffer) },
  [DOUBLE]: { bytes: 8, decode: (buffer) => new Float64Array(buffer) },
  [FLOAT16]: { bytes: 2, decode: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber) },
  [BFLOAT16]: { bytes: 2, decode: fromBrainFloats },
  [UINT8]: { bytes: 1, decode: (buffer) => Float64Array.from(new Uint8Array(buffer)) },
  [INT8]: { bytes: 1, decode: (buffer) => Float64Array.from(new Int8Array(buffer)) },
  [BOOL]: { bytes: 1, decode: (buffer) => Float64Array.from(new Uint8Array(buffer)) },
  [UINT16]: { bytes: 2, decode: (buffer) => Float64Array.from(new Uint16Array(buffer)) },
  [INT16]: { bytes: 2, decode: (buffer) => Float64Array.from(new Int16Array(buffer)) },
  [INT32]: { bytes: 4, decode: (buffer) => Float64Array.from(new Int32Array(buffer)) },
  [UINT32]: { bytes: 4, decode: (buffer) => Float64Array.from(new Uint32Array(buffer)) },
  [INT64]: { bytes: 8, decode: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number) },
};

const FLOATS: readonly number[] = [FLOAT, DOUBLE, FLOAT16, BFLOAT16];
const RANGES: Readonly<Record<number, readonly [low: number, high: number]>> = {
  [UINT8]: [0, 255],
  [INT8]: [-128, 127],
  [UINT16]: [0, 65535],
  [INT16]: [-32768, 32767],
};

export const isFloatType = (type: number): boolean => FLOATS.includes(type);
export const isReadType = (type: number): boolean => type in KINDS;

/** What a quantised number of a type can be; that of uint8 where the type is not known, as ONNX has it. */
export const integerRange = (type: number | undefined): readonly [low: number, high: number] =>
  RANGES[type ?? UINT8] ?? RANGES[UINT8]!;

const IN_OTHER_FILE = 1;

export const typeName = (type: number): string => TYPE_NAMES[type] ?? `type ${type}`;

/**
 * The tensor as numbers. Its size is checked before memory for it is taken.
 *
 * @throws E0204 for element types other than floats and integers; E0206 where dimensions and data
 *   contradict each other; E0209 where it is too large; what the side file throws
 */
export function readTensor(tensor: TensorProto, name: string, files: SideFiles): Constant {
  const kind = KINDS[tensor.dataType];
  if (kind === undefined) {
    fail(
      'E0204',
      `the tensor "${name}" has elements of ${typeName(tensor.dataType)}`,
      {},
      'Export the model with float32 weights.',
    );
  }
  const dims = tensor.dims.map(Number);
  if (dims.some((dimension) => dimension < 0)) fail('E0206', `the tensor "${name}" has a negative dimension`);
  const size = sizeOf(dims);
  if (!(size <= LARGEST_NETWORK)) fail('E0209', `the tensor "${name}" has more than ${LARGEST_NETWORK} elements`);
  const data =
    tensor.dataLocation === IN_OTHER_FILE
      ? kind.decode(toNativeOrder(readExternal(tensor, name, files, size * kind.bytes), kind.bytes))
      : decode(tensor, name, size, kind);
  if (data.length !== size) {
    fail('E0206', `the tensor "${name}" of shape [${dims.join(', ')}] has ${data.length} elements instead of ${size}`);
  }
  const { dataType: elementType } = tensor;
  return { kind: 'constant', name, dims, data, integer: !isFloatType(elementType), elementType };
}

/** The only number of a tensor in the model; undefined where it has several, or is at fault: `readTensor` says how. */
export function numberIn(tensor: TensorProto): number | undefined {
  const kind = KINDS[tensor.dataType];
  const { rawData, dataLocation } = tensor;
  if (kind === undefined || dataLocation === IN_OTHER_FILE || sizeOf(tensor.dims.map(Number)) !== 1) return undefined;
  if (rawData.length > 0 && rawData.length !== kind.bytes) return undefined;
  return decode(tensor, tensor.name, 1, kind)[0];
}

function decode(
  tensor: TensorProto,
  name: string,
  size: number,
  { bytes: width, decode: decodeBytes }: ElementKind,
): Float32Array | Float64Array {
  // A copy: the bytes lie at any offset in the model, and typed arrays need aligned memory.
  if (tensor.rawData.length > 0) {
    if (tensor.rawData.length !== size * width) {
      fail('E0206', `the tensor "${name}" has ${tensor.rawData.length} bytes instead of ${size * width}`);
    }
    return decodeBytes(toNativeOrder(new Uint8Array(tensor.rawData), width));
  }
  switch (tensor.dataType) {
    case FLOAT:
      return Float32Array.from(tensor.floatData);
    case DOUBLE:
      return Float64Array.from(tensor.doubleData);
    case INT64:
      return Float64Array.from(tensor.int64Data, Number);
    case FLOAT16:
      return Float32Array.from(tensor.int32Data, halfToNumber);
    case BFLOAT16:
      return fromBrainFloats(Uint16Array.from(tensor.int32Data).buffer);
    default:
      // The narrower integers lie in the field of int32 as well.
      return Float64Array.from(tensor.int32Data);
  }
}

function readExternal(tensor: TensorProto, name: string, files: SideFiles, size: number): Uint8Array<ArrayBuffer> {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const count = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return Number.isNaN(value) ? fail('E0206', `the tensor "${name}" has the ${key} "${text}"`) : value;
  };
  const length = count('length');
  if (length !== undefined && length !== size) {
    fail('E0206', `the tensor "${name}" has ${length} bytes in another file instead of ${size}`);
  }
  const location = entries.get('location') ?? fail('E0206', `the tensor "${name}" lies in another file without a name`);
  return files.slice(location, count('offset') ?? 0, size);
}
