/** Reads whole .npy files of numbers, for recordings that tests compare with. */

export interface NumpyArray {
  readonly shape: readonly number[];
  /** In the order of the file's rows (C order), whatever order it is stored in. */
  readonly values: readonly number[];
}

type Reader = (view: DataView, at: number) => number;

/** Element types by name: bytes of one, and how it is read. */
const ELEMENTS: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  '|b1': [1, (view, at) => view.getUint8(at)],
  '|u1': [1, (view, at) => view.getUint8(at)],
  '|i1': [1, (view, at) => view.getInt8(at)],
  '<i2': [2, (view, at) => view.getInt16(at, true)],
  '<i4': [4, (view, at) => view.getInt32(at, true)],
  '<i8': [8, (view, at) => Number(view.getBigInt64(at, true))],
  '<f4': [4, (view, at) => view.getFloat32(at, true)],
  '<f8': [8, (view, at) => view.getFloat64(at, true)],
};

/** @throws Error where the file is of a kind that no test has */
export function parseNpy(file: Uint8Array): NumpyArray {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = Buffer.from(file.subarray(start, end)).toString('latin1');
  const [, name = ''] = /'descr': '([^']+)'/.exec(header) ?? [];
  const [, sizes = ''] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  const [bytes, read] = ELEMENTS[name] ?? [0, undefined];
  if (read === undefined) throw new Error(`an array of ${name}`);
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const stored = Array.from({ length: count }, (_, k) => read(view, end + k * bytes));
  return { shape, values: header.includes("'fortran_order': True") ? rowsFirst(stored, shape) : stored };
}

/** Elements whose first axis runs fastest, in the order in which the last one does. */
const rowsFirst = (stored: readonly number[], shape: readonly number[]): number[] =>
  stored.map((_, k) => {
    let [rest, at] = [k, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = shape.slice(0, axis).reduce((product, size) => product * size, 1);
      at += (rest % shape[axis]!) * stride;
      rest = Math.floor(rest / shape[axis]!);
    }
    return stored[at]!;
  });
