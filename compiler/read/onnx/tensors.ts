/** Tensors of an ONNX model: typed fields, raw bytes, or bytes in another file. */
import { fail } from '../../../isa/index.ts';
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
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;
export const DOUBLE = 11;
const WIDTHS: Readonly<Record<number, number>> = { [FLOAT]: 4, [INT32]: 4, [INT64]: 8, [DOUBLE]: 8 };
const IN_OTHER_FILE = 1;

export const typeName = (type: number): string => TYPE_NAMES[type] ?? `type ${type}`;

/**
 * The tensor as numbers. Its size is checked before memory for it is taken.
 *
 * @throws E0204 for element types other than float32, float64, int32 and int64; E0206 where dimensions and data
 *   contradict each other; E0209 where it is too large; what the side file throws
 */
export function readTensor(tensor: TensorProto, name: string, files: SideFiles): Constant {
  const width = WIDTHS[tensor.dataType];
  if (width === undefined) {
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
  const data = decode(tensor, name, files, size, width);
  if (data.length !== size) {
    fail('E0206', `the tensor "${name}" of shape [${dims.join(', ')}] has ${data.length} elements instead of ${size}`);
  }
  return { kind: 'constant', name, dims, data, integer: tensor.dataType === INT32 || tensor.dataType === INT64 };
}

function decode(
  tensor: TensorProto,
  name: string,
  files: SideFiles,
  size: number,
  width: number,
): Float32Array | Float64Array {
  if (tensor.dataLocation === IN_OTHER_FILE)
    return fromBytes(readExternal(tensor, name, files, size * width), tensor.dataType);
  // A copy: the bytes lie at any offset in the model, and typed arrays need aligned memory.
  if (tensor.rawData.length > 0) {
    if (tensor.rawData.length !== size * width) {
      fail('E0206', `the tensor "${name}" has ${tensor.rawData.length} bytes instead of ${size * width}`);
    }
    return fromBytes(new Uint8Array(tensor.rawData), tensor.dataType);
  }
  switch (tensor.dataType) {
    case FLOAT:
      return Float32Array.from(tensor.floatData);
    case DOUBLE:
      return Float64Array.from(tensor.doubleData);
    case INT32:
      return Float64Array.from(tensor.int32Data);
    default:
      return Float64Array.from(tensor.int64Data, Number);
  }
}

function fromBytes(bytes: Uint8Array<ArrayBuffer>, type: number): Float32Array | Float64Array {
  const buffer = toNativeOrder(bytes, WIDTHS[type]!);
  switch (type) {
    case FLOAT:
      return new Float32Array(buffer);
    case DOUBLE:
      return new Float64Array(buffer);
    case INT32:
      return Float64Array.from(new Int32Array(buffer));
    default:
      return Float64Array.from(new BigInt64Array(buffer), Number);
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
