/** Types of elements of HDF5: whole numbers, floating point, texts. */
import { damaged, type Hdf5Bytes, textOf, unread } from './bytes.ts';
import type { TextHeap } from './text-heap.ts';

/** What elements are, and how one is taken from the bytes of a dataset. */
export type ElementType =
  | { readonly kind: 'number'; readonly size: number; readonly at: (view: DataView, offset: number) => number }
  | { readonly kind: 'text'; readonly size: number; readonly at: (view: DataView, offset: number) => string };

const CLASS = { whole: 0, float: 1, text: 3, enumeration: 8, variable: 9 } as const;
/** Bits of the exponent of IEEE 754, by bytes. */
const EXPONENTS: Readonly<Record<number, number>> = { 4: 8, 8: 11 };

/** @throws DiagnosticError E0202 for types that are not read */
export function typeAt(file: Hdf5Bytes, offset: number, heap: TextHeap): ElementType {
  const kind = file.u8(offset) & 0x0f;
  const bits = file.u8(offset + 1);
  const size = file.u32(offset + 4);
  if (size === 0) damaged('elements have no bytes', offset);
  switch (kind) {
    case CLASS.whole:
      return wholeNumber(size, (bits & 1) === 0, (bits & 8) !== 0);
    case CLASS.float:
      if (file.u8(offset + 13) !== EXPONENTS[size]) unread(`floating-point numbers of ${size} bytes`);
      return {
        ...{ kind: 'number', size },
        at: (view, at) => (size === 4 ? view.getFloat32(at, (bits & 1) === 0) : view.getFloat64(at, (bits & 1) === 0)),
      };
    case CLASS.text:
      return { kind: 'text', size, at: (view, at) => textOf(new Uint8Array(view.buffer, view.byteOffset + at, size)) };
    case CLASS.enumeration: {
      // True and false are written so; what a whole number is called does not matter.
      if ((file.u8(offset + 8) & 0x0f) !== CLASS.whole) damaged('an enumeration of whole numbers is expected', offset);
      return wholeNumber(size, (file.u8(offset + 9) & 1) === 0, (file.u8(offset + 9) & 8) !== 0);
    }
    case CLASS.variable:
      if ((bits & 0x0f) !== 1 || size !== 16) unread('lists of different lengths');
      return {
        ...{ kind: 'text', size },
        at: (view, at) =>
          heap.text(view.getUint32(at, true), view.getBigUint64(at + 4, true), view.getUint32(at + 12, true)),
      };
    default:
      return unread(`elements of class ${kind}`);
  }
}

function wholeNumber(size: number, little: boolean, signed: boolean): ElementType {
  const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
    1: (view, at) => (signed ? view.getInt8(at) : view.getUint8(at)),
    2: (view, at) => (signed ? view.getInt16(at, little) : view.getUint16(at, little)),
    4: (view, at) => (signed ? view.getInt32(at, little) : view.getUint32(at, little)),
    8: (view, at) => Number(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little)),
  };
  const at = readers[size];
  return at === undefined ? unread(`whole numbers of ${size} bytes`) : { kind: 'number', size, at };
}
