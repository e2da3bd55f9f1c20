/**
 * A second reader of chip files, written from spec/image-format.md alone: no table, record or codec of isa/ takes part. If
 * it and the real one read the same from the golden files, the document says enough, and says it right.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeChip, SpikeDigest, SpikeSet } from '../isa/index.ts';

/** Letters of a record, in the order of its table: u16 = h, u32 = I, i32 = i. */
type Format = readonly (readonly [name: string, type: 'h' | 'I' | 'i'])[];
const fields = (text: string): Format =>
  text.split(' ').map((field) => {
    const [name, type] = field.split(':') as [string, ('h' | 'i')?];
    return [name, type ?? 'I'];
  });

const BOX = 'c0 y0 x0 channels height width';
const FORMATS = {
  chip: fields('ticks window cores'),
  core: fields('neuronCount axonCount delaySlots tickHandler resetHandler'),
  group: fields('firstAxon axonCount handler payloadMin:i payloadMax:i'),
  sink: fields('kind:h delay:h tree group sourceCount'),
  affine: fields('sourceWidth sourceChannels offsetY:i offsetX:i offsetC:i divisorY divisorX sizeY sizeX sizeC base'),
  list: fields('list'),
  plane: fields('plane:h policy:h bits first count min:i max:i'),
  route: fields('tree router:h ports:h'),
  treeBox: fields(`tree ${BOX}`),
  placement: fields(`layer core firstNeuron ${BOX}`),
} as const;

/** Reads numbers one after the other; little-endian, without padding. */
class Cursor {
  readonly view: DataView;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get ended(): boolean {
    return this.at >= this.view.byteLength;
  }
  take(type: 'h' | 'I' | 'i'): number {
    const { view, at } = this;
    this.at += type === 'h' ? 2 : 4;
    return type === 'h' ? view.getUint16(at, true) : type === 'i' ? view.getInt32(at, true) : view.getUint32(at, true);
  }
  record(format: Format): Record<string, number> {
    return Object.fromEntries(format.map(([name, type]) => [name, this.take(type)]));
  }
  records(format: Format): Record<string, number>[] {
    const all = [];
    while (!this.ended) all.push(this.record(format));
    return all;
  }
  bytes(length: number): Uint8Array {
    this.at += length;
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - length, length);
  }
}

const POLYNOMIAL = 0xedb88320;
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

interface Section {
  readonly kind: number;
  readonly core: number;
  readonly bytes: Uint8Array;
}

/** Signature, header of version 1.`minor`, section table; every place, padding byte and checksum. */
function sectionsOf(file: Uint8Array, minor: number): Section[] {
  expect([...file.subarray(0, 8)]).toEqual([0x89, 0x53, 0x4e, 0x4e, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = new Cursor(file);
  header.at = 8;
  expect([header.take('h'), header.take('h')]).toEqual([1, minor]);
  const [count, length, tableCrc, headerCrc] = [0, 0, 0, 0].map(() => header.take('I')) as [
    number,
    number,
    number,
    number,
  ];
  expect(length).toBe(file.length);
  expect(headerCrc).toBe(crc(file.subarray(0, 24)));
  expect(tableCrc).toBe(crc(file.subarray(28, 28 + 20 * count)));
  let end = 28 + 20 * count;
  const sections = Array.from({ length: count }, () => {
    const [kind, flags] = [header.take('h'), header.take('h')];
    const [core, offset, size, sum] = [0, 0, 0, 0].map(() => header.take('I')) as [number, number, number, number];
    expect([flags, offset]).toEqual([0, 8 * Math.ceil(end / 8)]);
    expect(file.subarray(end, offset).every((byte) => byte === 0)).toBe(true);
    end = offset + size;
    const bytes = file.subarray(offset, end);
    expect(crc(bytes)).toBe(sum);
    return { kind, core, bytes };
  });
  expect(end).toBe(file.length);
  return sections;
}

function sinkRows(bytes: Uint8Array): object[] {
  const cursor = new Cursor(bytes);
  const rows = [];
  while (!cursor.ended) {
    const { kind, ...head } = cursor.record(FORMATS.sink);
    expect([1, 2]).toContain(kind);
    rows.push(
      kind === 1
        ? { kind: 'affine', ...head, ...cursor.record(FORMATS.affine) }
        : { kind: 'list', ...head, ...cursor.record(FORMATS.list) },
    );
  }
  return rows;
}

function selfTest(bytes: Uint8Array): object {
  const cursor = new Cursor(bytes);
  const count = cursor.take('I');
  const samples = Array.from({ length: count }, () => {
    const label = cursor.take('i');
    const spikes = cursor.take('I') + cursor.take('I') * 2 ** 32;
    const spikeDigest = Buffer.from(cursor.bytes(32)).toString('hex');
    const [inputLength, readoutLength] = [cursor.take('I'), cursor.take('I')];
    const input = Int16Array.from({ length: inputLength }, () => (cursor.take('h') << 16) >> 16);
    while (cursor.at % 4 !== 0) expect(cursor.bytes(1)[0]).toBe(0);
    const readout = Int32Array.from({ length: readoutLength }, () => cursor.take('i'));
    return { input, label, readout, spikes, spikeDigest };
  });
  expect(cursor.ended).toBe(true);
  return { samples };
}

function planeRows(bytes: Uint8Array): object[] {
  const rows = new Cursor(bytes).records(FORMATS.plane);
  expect(rows.length).toBeGreaterThan(0);
  return rows.map(({ policy, ...row }) => ({ ...row, policy: POLICIES[policy!] }));
}

/** Kinds of the sections before, of each core and after, in the order of the table. */
const CORE_KINDS = [16, 17, 18, 19, 20, 21, 22];
/** Of a core, from version 1.2 on, behind the others; only where it has rows. */
const PLANES = 23;
const POLICIES = ['prove', 'wrap', 'saturate'];
const CHIP_KINDS = [1, 2, 32, 33, 34, 35, 36, 37, 38, 39];

/** The file in the shape in which decodeChip gives it. */
function read(file: Uint8Array, minor: number): object {
  const sections = sectionsOf(file, minor);
  const whole = sections.filter(({ core }) => core === 0xffffffff);
  expect(whole.map(({ kind }) => kind).filter((kind) => kind < 48)).toEqual(CHIP_KINDS);
  const find = (kind: number) => whole.find((section) => section.kind === kind)?.bytes;
  const bytes = (kind: number) => find(kind) ?? new Uint8Array(0);
  const json = (kind: number) => JSON.parse(new TextDecoder().decode(bytes(kind))) as Record<string, unknown>;
  const boxed = ({ c0, y0, x0, channels, height, width, ...rest }: Record<string, number>) => ({
    ...rest,
    box: { c0, y0, x0, channels, height, width },
  });
  const boxes = (kind: number, format: Format) => new Cursor(bytes(kind)).records(format).map(boxed);
  const { cores: used, ...facts } = new Cursor(bytes(2)).record(FORMATS.chip);
  const cores = [...new Set(sections.map(({ core }) => core))].filter((core) => core !== 0xffffffff);
  expect(cores.length).toBe(used);
  const test = find(48);
  const graph = find(49);
  return {
    target: json(1),
    ...facts,
    cores: cores.map((core) => {
      const own = sections.filter((section) => section.core === core);
      const hasPlanes = minor >= 2 && own.at(-1)!.kind === PLANES;
      expect(own.map(({ kind }) => kind)).toEqual(hasPlanes ? [...CORE_KINDS, PLANES] : CORE_KINDS);
      const words = (kind: number, type: 'I' | 'i') =>
        new Cursor(own[kind - 16]!.bytes).records([['word', type]]).map(({ word }) => word!);
      return {
        core,
        ...new Cursor(own[0]!.bytes).record(FORMATS.core),
        program: Uint32Array.from(words(17, 'I')),
        parameters: Int32Array.from(words(18, 'i')),
        synapses: new Uint8Array(own[3]!.bytes),
        groups: new Cursor(own[4]!.bytes).records(FORMATS.group),
        sinks: sinkRows(own[5]!.bytes),
        sinkLists: Uint32Array.from(words(22, 'I')),
        ...(hasPlanes && { planes: planeRows(own[PLANES - 16]!.bytes) }),
      };
    }),
    routes: new Cursor(bytes(32)).records(FORMATS.route),
    input: { ...json(33), parts: boxes(34, FORMATS.treeBox) },
    output: { ...json(35), parts: boxes(36, FORMATS.treeBox) },
    layers: json(37),
    placements: boxes(38, FORMATS.placement),
    provenance: json(39),
    ...(test && { selfTest: selfTest(test) }),
    ...(graph && { graph: new Uint8Array(graph) }),
  };
}

const folder = new URL('golden/files/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.chip.bin'));

describe('a reader written from spec/image-format.md', () => {
  it('finds golden files to read', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('reads %s as the decoder does', (name) => {
    const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
    const [, minor] = /^1\.(\d)-/.exec(name)!;
    expect(read(bytes, Number(minor))).toEqual(decodeChip(bytes));
  });
});

describe('the spike digest of spec/image-format.md', () => {
  it('is SHA-256 over layer, NCHW index and tick from the depth, sorted', () => {
    const layers = [
      { name: 'a', shape: [3, 2, 1], depth: 0, fires: true },
      { name: 'b', shape: [5, 1, 1], depth: 2, fires: true },
    ] as const;
    const spike = fc.tuple(fc.nat(1), fc.nat(4), fc.nat(39));
    const key = (s: readonly number[]): string => s.map((n) => String(n).padStart(3, '0')).join();
    fc.assert(
      fc.property(fc.uniqueArray(spike, { selector: key, maxLength: 60 }), (spikes) => {
        const set = new SpikeSet(layers, 42);
        for (const [layer, index, tick] of spikes) set.add(layer, index, tick + layers[layer]!.depth);
        const digest = new SpikeDigest();
        digest.add({ spikes: set });
        const sorted = spikes.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).flat();
        const bytes = Buffer.alloc(4 * sorted.length);
        sorted.forEach((value, k) => bytes.writeUInt32LE(value, 4 * k));
        expect(digest.hex()).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });
});
