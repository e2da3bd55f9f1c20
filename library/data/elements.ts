/** Element types of arrays in files and how samples and labels are made of them. */
import { fail, halfToNumber, type Place } from '../../isa/index.ts';

/** Kind and bytes as in NumPy: u1 = unsigned byte, i4 = 32-bit integer, f8 = double precision, b1 = truth value. */
export const ELEMENT_NAMES = ['u1', 'u2', 'u4', 'u8', 'i1', 'i2', 'i4', 'i8', 'f2', 'f4', 'f8', 'b1'] as const;
export type ElementName = (typeof ELEMENT_NAMES)[number];

export interface ElementType {
  readonly name: ElementName;
  readonly littleEndian: boolean;
}

export const elementBytes = (type: ElementType): number => Number(type.name[1]);

/**
 * The values of a sample: u1 are the bytes of an image, all others are preprocessed values, taken as the numbers that they
 * are ({@link typeNote} says so of integers).
 *
 * @throws E0602 for values that are not finite in single precision
 */
export function sampleValues(bytes: Uint8Array, type: ElementType, place: Place): Uint8Array | Float32Array {
  return type.name === 'u1' ? Uint8Array.from(bytes) : numbersOf(bytes, type, place);
}

/**
 * The elements as numbers, whatever their type.
 *
 * @throws E0602 for values that are not finite in single precision
 */
export function numbersOf(bytes: Uint8Array, type: ElementType, place: Place): Float32Array {
  const size = elementBytes(type);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / size);
  for (let k = 0; k < values.length; k++) {
    const value = READERS[type.name](view, k * size, type.littleEndian);
    values[k] = value;
    if (!Number.isFinite(values[k]!))
      fail('E0602', `element ${k} of the sample is ${value}, which is not a finite single-precision number`, place);
  }
  return values;
}

/** What is said of samples of a type that could be taken in another way too. */
export const typeNote = ({ name }: ElementType): string | undefined =>
  /^[ui][1248]$/.test(name) && name !== 'u1'
    ? `samples of type ${name} are taken as numbers, not as the bytes of images; store bytes as uint8`
    : undefined;

/** @throws E0604 for a label that is not a whole number from 0 to 2^31 − 1 */
export function labelValue(bytes: Uint8Array, type: ElementType, place: Place): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const label = READERS[type.name](view, 0, type.littleEndian);
  if (!Number.isInteger(label) || label < 0 || label >= 2 ** 31) fail('E0604', `${label} is not a class`, place);
  return label;
}

const READERS: Readonly<Record<ElementName, (view: DataView, at: number, littleEndian: boolean) => number>> = {
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  b1: (view, at) => Number(view.getUint8(at) !== 0),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f2: (view, at, little) => halfToNumber(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};
