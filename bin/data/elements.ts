/** Element types of arrays in files and how samples and labels are made of them. */
import { fail, type Place } from '../../isa/index.ts';

/** Kind and bytes as in NumPy: u1 = unsigned byte, i4 = 32-bit integer, f8 = double precision. */
export type ElementName = 'u1' | 'u2' | 'u4' | 'u8' | 'i1' | 'i2' | 'i4' | 'i8' | 'f4' | 'f8';

export interface ElementType {
  readonly name: ElementName;
  readonly littleEndian: boolean;
}

export const elementBytes = (type: ElementType): number => Number(type.name[1]);

/**
 * The values of a sample: u1 are the bytes of an image, f4 and f8 are preprocessed values. Wider integers could mean
 * either, so they are refused.
 *
 * @throws E0606 for other types; E0602 for values that are not finite in single precision
 */
export function sampleValues(bytes: Uint8Array, type: ElementType, place: Place): Uint8Array | Float32Array {
  if (type.name === 'u1') return Uint8Array.from(bytes);
  const size = elementBytes(type);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / size);
  for (let k = 0; k < values.length; k++) {
    const value =
      type.name === 'f4' ? view.getFloat32(k * size, type.littleEndian) : view.getFloat64(k * size, type.littleEndian);
    values[k] = value;
    if (!Number.isFinite(values[k]!))
      fail('E0602', `element ${k} of the sample is ${value}, which is not a finite single-precision number`, place);
  }
  return values;
}

/** @throws E0606 unless samples can be made of the type */
export function requireSampleType(type: ElementType, place: Place): void {
  if (type.name === 'u1' || type.name === 'f4' || type.name === 'f8') return;
  fail(
    'E0606',
    `elements of type ${type.name} are not read as samples`,
    place,
    'store bytes of images as uint8, or preprocessed values as float32',
  );
}

/** @throws E0606 unless labels can be made of the type */
export function requireLabelType(type: ElementType, place: Place): void {
  if (!type.name.startsWith('f')) return;
  fail('E0606', `labels of type ${type.name} are not read`, place, 'store labels as integers');
}

/** @throws E0604 for a label below 0 or beyond 2^31 */
export function labelValue(bytes: Uint8Array, type: ElementType, place: Place): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const label = integer(view, type);
  if (label < 0 || label >= 2 ** 31) fail('E0604', `${label} is not a class`, place);
  return label;
}

function integer(view: DataView, { name, littleEndian }: ElementType): number {
  switch (name) {
    case 'u1':
      return view.getUint8(0);
    case 'i1':
      return view.getInt8(0);
    case 'u2':
      return view.getUint16(0, littleEndian);
    case 'i2':
      return view.getInt16(0, littleEndian);
    case 'u4':
      return view.getUint32(0, littleEndian);
    case 'i4':
      return view.getInt32(0, littleEndian);
    case 'u8':
      return Number(view.getBigUint64(0, littleEndian));
    case 'i8':
      return Number(view.getBigInt64(0, littleEndian));
    case 'f4':
      return view.getFloat32(0, littleEndian);
    case 'f8':
      return view.getFloat64(0, littleEndian);
  }
}
