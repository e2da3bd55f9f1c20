/** The element type of an array of NumPy: a number, or a record of named ones. */
import { fail, type Place } from '../../../isa/index.ts';

export interface NumberType {
  readonly isFloat: boolean;
  readonly read: (view: DataView, at: number) => number;
}

export interface Field {
  /** Empty where the elements are no records. */
  readonly name: string;
  readonly type: NumberType;
  /** In the record. */
  readonly offset: number;
}

type Read = (view: DataView, at: number, little: boolean) => number;

/** By kind and bytes. */
const READS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['b1', (view, at) => view.getUint8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
]);

/** Bytes of nothing between fields. */
const PADDING = /^V\d{1,6}$/;
const MOST_FIELDS = 64;

/**
 * @param text the dictionary of a .npy file
 * @throws DiagnosticError E0602 where it cannot be read, E0606 for types that are no numbers
 */
export function fieldsOf(
  text: string,
  place: Place,
): { readonly fields: readonly Field[]; readonly recordBytes: number } {
  const plain = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const record = /'descr'\s*:\s*\[(.*?)\]/s.exec(text)?.[1];
  const pairs: [string, string][] =
    plain === undefined
      ? Array.from((record ?? '').matchAll(/\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)/g), ([, name, type]) => [name!, type!])
      : [['', plain]];
  if (pairs.length === 0 || pairs.length > MOST_FIELDS)
    fail('E0602', 'the .npy header names no fields that can be read', { ...place, offset: 10 });
  const fields: Field[] = [];
  let offset = 0;
  for (const [name, type] of pairs) {
    const [, order, kind] = /^([<>|=]?)(.*)$/s.exec(type)!;
    const read = READS.get(kind!);
    if (read !== undefined) {
      const little = order !== '>';
      fields.push({
        name,
        type: { isFloat: kind!.startsWith('f'), read: (view, at) => read(view, at, little) },
        offset,
      });
    } else if (!PADDING.test(kind!))
      fail('E0606', `elements of type ${kind!.slice(0, 40)} are not read`, place, 'store whole numbers or floats');
    offset += Number(kind!.slice(1));
  }
  if (fields.length === 0) fail('E0606', 'the array holds no numbers', place);
  return { fields, recordBytes: offset };
}
