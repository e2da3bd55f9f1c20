/**
 * Reads HDF5 files as h5py writes them with its standard settings: groups with symbol tables or links in messages, datasets of
 * numbers and texts in one piece or in chunks, packed by deflate. Anything else is refused, whatever the bytes.
 */
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import { damaged, Hdf5Bytes, NOWHERE, textOf, unread } from './bytes.ts';
import { chunkedBytes, filtersAt } from './chunks.ts';
import { linksOf } from './groups.ts';
import { MESSAGE, type Message, messagesAt } from './messages.ts';
import { TextHeap } from './text-heap.ts';
import { type ElementType, typeAt } from './types.ts';

/** Of a dataset. */
const HIGHEST_RANK = 32;

export interface Hdf5Group {
  readonly kind: 'group';
  readonly names: readonly string[];
  /** undefined where nothing has this name. @throws DiagnosticError E0202, E0209 */
  readonly get: (name: string) => Hdf5Object | undefined;
  /** undefined where nothing has this name. @throws DiagnosticError E0202, E0209 */
  readonly attribute: (name: string) => Hdf5Dataset | undefined;
}

/** An array without axes is a single element. */
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly shape: readonly number[];
  readonly elements: 'number' | 'text';
  /** @throws DiagnosticError E0202, E0209 */
  readonly numbers: () => Float64Array;
  /** @throws DiagnosticError E0202, E0209 */
  readonly texts: () => string[];
}

export type Hdf5Object = Hdf5Group | Hdf5Dataset;

/** The root group. @throws DiagnosticError E0202 for a file that is damaged or not read, E0209 for one that is too large */
export function openHdf5(bytes: Uint8Array): Hdf5Group {
  // Packed data are a thousandth of their size at least.
  const file = new Hdf5Bytes(bytes, Math.min(2 * LARGEST_NETWORK, 1024 * bytes.length));
  const root = objectAt(file, new TextHeap(file), rootOf(file));
  return root.kind === 'group' ? root : damaged('its root is no group');
}

function rootOf(file: Hdf5Bytes): number {
  const version = file.u8(8);
  const isOld = version < 2;
  if (version > 3) unread(`version ${version}`);
  if (file.u8(isOld ? 13 : 9) !== 8 || file.u8(isOld ? 14 : 10) !== 8) unread('addresses that are not of 8 bytes');
  if (!isOld) return file.u64(36);
  return file.u64(24 + (version === 1 ? 4 : 0) + 40);
}

function objectAt(file: Hdf5Bytes, heap: TextHeap, address: number): Hdf5Object {
  file.spend(1);
  const messages = messagesAt(file, address);
  const links = linksOf(file, messages);
  if (links === undefined) return datasetOf(file, heap, messages);
  return {
    kind: 'group',
    names: [...links.keys()],
    get: (name) => {
      const at = links.get(name);
      return at === undefined ? undefined : objectAt(file, heap, at);
    },
    attribute: (name) => attributeOf(file, heap, messages, name),
  };
}

/** Of each version of the message: lengths of name, type and shape, then these, in the first one each filled up to 8 bytes; then the data. */
function attributeOf(
  file: Hdf5Bytes,
  heap: TextHeap,
  messages: readonly Message[],
  wanted: string,
): Hdf5Dataset | undefined {
  for (const { kind, offset } of messages) {
    if (kind !== MESSAGE.attribute) continue;
    const version = file.u8(offset);
    if (version < 1 || version > 3) unread(`attributes of version ${version}`);
    const step = version === 1 ? 8 : 1;
    const [name, type, space] = [2, 4, 6].map((at) => step * Math.ceil(file.u16(offset + at) / step)) as [
      number,
      number,
      number,
    ];
    const at = offset + (version === 3 ? 9 : 8);
    if (textOf(file.part(at, name)) !== wanted) continue;
    if (version > 1 && file.u8(offset + 1) !== 0) unread('types that objects share');
    const shape = shapeAt(file, at + name + type);
    return valuesOf(file, typeAt(file, at + name, heap), shape, (length) =>
      file.part(at + name + type + space, length),
    );
  }
  return undefined;
}

function datasetOf(file: Hdf5Bytes, heap: TextHeap, messages: readonly Message[]): Hdf5Dataset {
  const find = (kind: number): Message =>
    messages.find((message) => message.kind === kind) ?? damaged('an object is neither group nor dataset');
  const shape = shapeAt(file, find(MESSAGE.dataspace).offset);
  const type = typeAt(file, find(MESSAGE.datatype).offset, heap);
  return valuesOf(file, type, shape, () => bytesOf(file, messages, shape, type));
}

/** @param bytes so many of them at least; called when values are asked for */
function valuesOf(
  file: Hdf5Bytes,
  type: ElementType,
  shape: readonly number[],
  bytes: (length: number) => Uint8Array,
): Hdf5Dataset {
  const count = shape.reduce((a, b) => a * b, 1);
  const view = (): DataView => {
    file.spend(count * (type.kind === 'text' ? type.size : 1));
    const data = bytes(count * type.size);
    return new DataView(data.buffer, data.byteOffset, data.byteLength);
  };
  return {
    ...{ kind: 'dataset', shape, elements: type.kind },
    numbers: () => {
      if (type.kind !== 'number') return damaged('numbers are expected where there are texts');
      const data = view();
      return Float64Array.from({ length: count }, (_, k) => type.at(data, k * type.size));
    },
    texts: () => {
      if (type.kind !== 'text') return damaged('texts are expected where there are numbers');
      const data = view();
      return Array.from({ length: count }, (_, k) => type.at(data, k * type.size));
    },
  };
}

function shapeAt(file: Hdf5Bytes, offset: number): number[] {
  const isOld = file.u8(offset) === 1;
  const rank = file.u8(offset + 1);
  if (rank > HIGHEST_RANK) damaged(`${rank} axes`, offset);
  const isNothing = !isOld && file.u8(offset + 3) === 2;
  return isNothing ? [0] : Array.from({ length: rank }, (_, k) => file.u64(offset + (isOld ? 8 : 4) + 8 * k));
}

const LAYOUT = { compact: 0, contiguous: 1, chunked: 2 } as const;

function bytesOf(
  file: Hdf5Bytes,
  messages: readonly Message[],
  shape: readonly number[],
  { size }: ElementType,
): Uint8Array {
  const layout = messages.find(({ kind }) => kind === MESSAGE.layout) ?? damaged('a dataset without data');
  const at = layout.offset;
  const version = file.u8(at);
  const kind = file.u8(at + 1);
  if (version < 3 || version > 4) unread(`data laid out in version ${version}`);
  const length = shape.reduce((a, b) => a * b, size);
  if (kind === LAYOUT.compact) return file.part(at + 4, length);
  if (kind === LAYOUT.contiguous) {
    const address = file.address(at + 2);
    return address === NOWHERE ? new Uint8Array(length) : file.part(address, length);
  }
  if (kind !== LAYOUT.chunked || version > 3) return unread('data laid out in another way');
  if (file.u8(at + 2) !== shape.length + 1 || shape.length === 0) damaged('chunks of another rank', at);
  const filters = messages.find(({ kind: message }) => message === MESSAGE.filters);
  return chunkedBytes(file, {
    ...{ tree: file.address(at + 3), shape, size },
    chunk: shape.map((_, axis) => file.u32(at + 11 + 4 * axis)),
    filters: filters === undefined ? [] : filtersAt(file, filters),
  });
}
