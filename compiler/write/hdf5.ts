/**
 * Writes HDF5 files that every reader of the format knows: superblock 0, groups with symbol tables, object headers of version 1,
 * datasets in one piece. After the "HDF5 File Format Specification", version 1.1, of The HDF Group.
 */

/** Numbers, whole numbers of 8 bytes, or texts; an array without axes is a single element. */
export type Hdf5Value =
  | { readonly shape: readonly number[]; readonly numbers: Float32Array | Float64Array }
  | { readonly shape: readonly number[]; readonly whole: ArrayLike<number> }
  | { readonly shape: readonly number[]; readonly texts: readonly string[] };

/** A group: what it holds, by name. Names have no slash. */
export type Hdf5Tree = ReadonlyMap<string, Hdf5Value | Hdf5Tree>;

const NOWHERE = 2n ** 64n - 1n;
const SUPERBLOCK_BYTES = 96;
const SYMBOL_BYTES = 40;
/** Symbols of a leaf of a group, and half of them, which is how the format says it. */
const LEAF_HALF = 4;
const LEAF_SYMBOLS = 2 * LEAF_HALF;
const MESSAGE = { dataspace: 0x01, datatype: 0x03, layout: 0x08, symbolTable: 0x11 } as const;

const aligned = (length: number): number => 8 * Math.ceil(length / 8);

/** Little-endian bytes one after the other. */
class Bytes {
  readonly #parts: number[] = [];

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }

  get length(): number {
    return this.#parts.length;
  }

  u8(...values: readonly number[]): this {
    this.#parts.push(...values);
    return this;
  }

  u16(value: number): this {
    return this.u8(value & 0xff, value >>> 8);
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }

  u64(value: number | bigint): this {
    const whole = BigInt(value);
    return this.u32(Number(whole & 0xffffffffn)).u32(Number(whole >> 32n));
  }

  letters(text: string): this {
    return this.u8(...new TextEncoder().encode(text));
  }

  zeros(count: number): this {
    for (let k = 0; k < count; k++) this.#parts.push(0);
    return this;
  }

  padded(length: number): this {
    return this.zeros(length - this.length);
  }
}

/** @returns the bytes of a file whose root group is the tree */
export function hdf5File(root: Hdf5Tree): Uint8Array {
  const writer = new Hdf5Writer(largestGroup(root));
  return writer.file(root);
}

function largestGroup(tree: Hdf5Tree): number {
  let largest = tree.size;
  for (const member of tree.values()) if (member instanceof Map) largest = Math.max(largest, largestGroup(member));
  return largest;
}

class Hdf5Writer {
  readonly #parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  /** Half of the leaves of a group: one node above them is enough for the largest. */
  readonly #nodeHalf: number;
  #end = SUPERBLOCK_BYTES;

  constructor(largest: number) {
    this.#nodeHalf = Math.max(16, Math.ceil(Math.ceil(largest / LEAF_SYMBOLS) / 2));
  }

  file(root: Hdf5Tree): Uint8Array {
    const header = this.#group(root);
    const file = new Uint8Array(this.#end);
    file.set(this.#superblock(header), 0);
    for (const { at, bytes } of this.#parts) file.set(bytes, at);
    return file;
  }

  #superblock(root: number): Uint8Array {
    return new Bytes()
      .u8(0x89)
      .letters('HDF\r\n')
      .u8(0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0)
      .u16(LEAF_HALF)
      .u16(this.#nodeHalf)
      .u32(0)
      .u64(0)
      .u64(NOWHERE)
      .u64(this.#end)
      .u64(NOWHERE)
      .u64(0)
      .u64(root)
      .zeros(24).bytes;
  }

  #put(bytes: Uint8Array): number {
    const at = this.#end;
    this.#parts.push({ at, bytes });
    this.#end += aligned(bytes.length);
    return at;
  }

  #group(tree: Hdf5Tree): number {
    const names = [...tree.keys()].sort(byBytes);
    const heap = new Bytes().zeros(8);
    const offsets = names.map((name) => {
      const { length: offset } = heap;
      heap.letters(name);
      heap.padded(aligned(heap.length + 1));
      return offset;
    });
    const members = names.map((name) => {
      const member = tree.get(name)!;
      return isTree(member) ? this.#group(member) : this.#dataset(member);
    });
    const leaves: number[] = [];
    const keys = [0];
    for (let first = 0; first < names.length; first += LEAF_SYMBOLS) {
      const count = Math.min(LEAF_SYMBOLS, names.length - first);
      const leaf = new Bytes().letters('SNOD').u8(1, 0).u16(count);
      for (let k = first; k < first + count; k++) leaf.u64(offsets[k]!).u64(members[k]!).zeros(24);
      leaves.push(this.#put(leaf.padded(8 + LEAF_SYMBOLS * SYMBOL_BYTES).bytes));
      keys.push(offsets[first + count - 1]!);
    }
    return this.#header([
      [MESSAGE.symbolTable, new Bytes().u64(this.#node(leaves, keys)).u64(this.#heap(heap.bytes)).bytes],
    ]);
  }

  #heap(data: Uint8Array): number {
    const at = this.#put(data);
    // A list of free parts that begins at 1 is none.
    return this.#put(new Bytes().letters('HEAP').u32(0).u64(aligned(data.length)).u64(1).u64(at).bytes);
  }

  #node(leaves: readonly number[], keys: readonly number[]): number {
    const node = new Bytes().letters('TREE').u8(0, 0).u16(leaves.length).u64(NOWHERE).u64(NOWHERE);
    leaves.forEach((leaf, k) => node.u64(keys[k]!).u64(leaf));
    node.u64(keys.at(-1)!);
    return this.#put(node.padded(24 + 8 * (4 * this.#nodeHalf + 1)).bytes);
  }

  #dataset(value: Hdf5Value): number {
    const { type, data } = elementsOf(value);
    const space = new Bytes().u8(1, value.shape.length, 0).zeros(5);
    for (const side of value.shape) space.u64(side);
    const layout = new Bytes()
      .u8(3, 1)
      .u64(data.length === 0 ? NOWHERE : this.#put(data))
      .u64(data.length);
    return this.#header([
      [MESSAGE.dataspace, space.bytes],
      [MESSAGE.datatype, type],
      [MESSAGE.layout, layout.bytes],
    ]);
  }

  #header(messages: readonly (readonly [kind: number, data: Uint8Array])[]): number {
    const length = messages.reduce((sum, [, data]) => sum + 8 + aligned(data.length), 0);
    const header = new Bytes().u8(1, 0).u16(messages.length).u32(1).u32(length).u32(0);
    for (const [kind, data] of messages)
      header
        .u16(kind)
        .u16(aligned(data.length))
        .u32(0)
        .u8(...data)
        .zeros(aligned(data.length) - data.length);
    return this.#put(header.bytes);
  }
}

const isTree = (member: Hdf5Value | Hdf5Tree): member is Hdf5Tree => member instanceof Map;

/** Groups are sorted by the bytes of their names. */
function byBytes(a: string, b: string): number {
  const [ours, theirs] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  const at = ours.findIndex((byte, k) => byte !== theirs[k]);
  return at < 0 ? ours.length - theirs.length : ours[at]! - (theirs[at] ?? -1);
}

interface Elements {
  readonly type: Uint8Array;
  readonly data: Uint8Array;
}

function elementsOf(value: Hdf5Value): Elements {
  if ('texts' in value) return textElements(value.texts);
  if ('whole' in value) {
    const data = new DataView(new ArrayBuffer(8 * value.whole.length));
    for (let k = 0; k < value.whole.length; k++) data.setBigInt64(8 * k, BigInt(value.whole[k]!), true);
    return { type: new Bytes().u8(0x10, 0x08, 0, 0).u32(8).u16(0).u16(64).bytes, data: new Uint8Array(data.buffer) };
  }
  const { numbers } = value;
  const isDouble = numbers instanceof Float64Array;
  const width = isDouble ? 8 : 4;
  const data = new DataView(new ArrayBuffer(width * numbers.length));
  for (let k = 0; k < numbers.length; k++)
    if (isDouble) data.setFloat64(8 * k, numbers[k]!, true);
    else data.setFloat32(4 * k, numbers[k]!, true);
  const type = isDouble
    ? new Bytes().u8(0x11, 0x20, 63, 0).u32(8).u16(0).u16(64).u8(52, 11, 0, 52).u32(1023)
    : new Bytes().u8(0x11, 0x20, 31, 0).u32(4).u16(0).u16(32).u8(23, 8, 0, 23).u32(127);
  return { type: type.bytes, data: new Uint8Array(data.buffer) };
}

/** UTF-8, filled up with zeros to the longest of them. */
function textElements(texts: readonly string[]): Elements {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const width = encoded.reduce((most, { length }) => Math.max(most, length), 1);
  const data = new Uint8Array(width * texts.length);
  encoded.forEach((bytes, k) => {
    data.set(bytes, width * k);
  });
  return { type: new Bytes().u8(0x13, 0x11, 0, 0).u32(width).bytes, data };
}
