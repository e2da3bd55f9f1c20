/** Recordings for the tests, written byte by byte from the descriptions of the formats, so that the readers are not tested with their own ideas. */
import { zipSync } from 'fflate';
import { npy } from '../data/files.ts';

/** t in microseconds. */
export interface Event {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly on: number;
}

/** Times ascend, and rows stay below the one that is no row of N-MNIST. */
export function someEvents(count: number, side = 32, seed = 1): Event[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let t = 100;
  return Array.from({ length: count }, () => ({ t: (t += next(90)), x: next(side), y: next(side), on: next(2) }));
}

function bytes(size: number, events: readonly Event[], write: (view: DataView, at: number, event: Event) => void) {
  const view = new DataView(new ArrayBuffer(size * events.length));
  events.forEach((event, k) => {
    write(view, k * size, event);
  });
  return Buffer.from(view.buffer);
}

export const nmnistFile = (events: readonly Event[]): Buffer =>
  bytes(5, events, (view, at, { t, x, y, on }) => {
    view.setUint8(at, x);
    view.setUint8(at + 1, y);
    view.setUint8(at + 2, (on << 7) | ((t >> 16) & 0x7f));
    view.setUint16(at + 3, t & 0xffff);
  });

export const datFile = (events: readonly Event[], header = '% Version 2\n% Width 304\n% Height 240\n'): Buffer =>
  Buffer.concat([
    Buffer.from(header),
    Buffer.of(0, 8),
    bytes(8, events, (view, at, { t, x, y, on }) => {
      view.setUint32(at, t, true);
      view.setUint32(at + 4, ((on << 28) | (y << 14) | x) >>> 0, true);
    }),
  ]);

export function evt2File(events: readonly Event[], header = '% evt 2.0\n% geometry 640x480\n% end\n'): Buffer {
  const words: number[] = [];
  let high = -1;
  for (const { t, x, y, on } of events) {
    if (Math.floor(t / 64) !== high) {
      high = Math.floor(t / 64);
      words.push(0x8000_0000 + high);
    }
    words.push(on * 2 ** 28 + (t % 64) * 2 ** 22 + x * 2 ** 11 + y);
  }
  return Buffer.concat([Buffer.from(header), Buffer.from(Uint32Array.from(words).buffer)]);
}

/** Every third event as a vector of one; some with a word that the reader passes over. */
export function evt3File(events: readonly Event[], header = '% format EVT3;height=720;width=1280\n% end\n'): Buffer {
  const words: number[] = [];
  let [high, low] = [-1, -1];
  events.forEach(({ t, x, y, on }, k) => {
    if (Math.floor(t / 4096) % 4096 !== high) {
      high = Math.floor(t / 4096) % 4096;
      low = -1;
      words.push(0x8000 + high);
    }
    if (t % 4096 !== low) {
      low = t % 4096;
      words.push(0x6000 + low);
    }
    words.push(y);
    if (k % 3 > 0) words.push(0x2000 + on * 0x800 + x);
    else if (k % 2 > 0) words.push(0x3000 + on * 0x800 + Math.max(0, x - 11), 0x4000 + (1 << Math.min(11, x)));
    else words.push(0x3000 + on * 0x800 + Math.max(0, x - 7), 0x5000 + (1 << Math.min(7, x)), 0xa000);
  });
  return Buffer.concat([Buffer.from(header), Buffer.from(Uint16Array.from(words).buffer)]);
}

/** Of a DVS128, as jAER has the axes. */
export const aedat2File = (events: readonly Event[], header = '#!AER-DAT2.0\r\n# AEChip: ch.x.DVS128\r\n'): Buffer =>
  Buffer.concat([
    Buffer.from(header),
    bytes(8, events, (view, at, { t, x, y, on }) => {
      view.setUint32(at, (y << 8) | ((127 - x) << 1) | (1 - on));
      view.setUint32(at + 4, t);
    }),
  ]);

const AEDAT3_HEADER = '#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n';

/** Packets of so many events, with one of another type in front of each. */
export function aedat3File(events: readonly Event[], packet = 50, header = AEDAT3_HEADER): Buffer {
  const parts: Buffer[] = [Buffer.from(header)];
  const head = (type: number, size: number, count: number): Buffer => {
    const found = Buffer.alloc(28);
    found.writeInt16LE(type, 0);
    [size, 4, 0, count + 3, count, count].forEach((value, k) => found.writeInt32LE(value, 4 + 4 * k));
    return found;
  };
  for (let at = 0; at < events.length; at += packet) {
    const some = events.slice(at, at + packet);
    parts.push(head(0, 8, 1), Buffer.alloc(8), head(1, 8, some.length));
    parts.push(
      bytes(8, some, (view, to, { t, x, y, on }) => {
        view.setUint32(to, ((x << 17) | (y << 2) | (on << 1) | 1) >>> 0, true);
        view.setInt32(to + 4, t, true);
      }),
    );
  }
  return Buffer.concat(parts);
}

/** A FlatBuffer behind its size: a table whose first fields are 4-byte values, 8-byte values, or offsets of what follows. */
function flat(identifier: string, fields: readonly (number | bigint | Buffer)[]): Buffer {
  const tableBytes = 4 + fields.reduce((sum: number, field) => sum + (typeof field === 'bigint' ? 8 : 4), 0);
  const vtableBytes = 4 + 2 * fields.length;
  const tableAt = 8 + vtableBytes + (vtableBytes % 4 === 0 ? 0 : 2);
  const head = Buffer.alloc(tableAt + tableBytes);
  head.writeUInt32LE(tableAt, 0);
  head.write(identifier, 4, 'latin1');
  head.writeUInt16LE(vtableBytes, 8);
  head.writeUInt16LE(tableBytes, 10);
  head.writeInt32LE(tableAt - 8, tableAt);
  const parts: Buffer[] = [head];
  let [at, end] = [tableAt + 4, head.length];
  fields.forEach((field, k) => {
    head.writeUInt16LE(at - tableAt, 12 + 2 * k);
    if (typeof field === 'bigint') at = head.writeBigInt64LE(field, at);
    else if (typeof field === 'number') at = head.writeInt32LE(field, at);
    else {
      at = head.writeUInt32LE(end - at, at);
      parts.push(field);
      end += field.length;
    }
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(Uint32Array.of(body.length).buffer), body]);
}

const vector = (count: number, elements: Buffer): Buffer =>
  Buffer.concat([Buffer.from(Uint32Array.of(count).buffer), elements]);

/** An LZ4 frame: of the bytes every run of one value is a match, all else literals. */
function lz4Frame(data: Buffer, stored = false): Buffer {
  const header = Buffer.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82);
  const block = stored ? data : lz4Block(data);
  const size = Buffer.alloc(4);
  size.writeUInt32LE((block.length + (stored ? 2 ** 31 : 0)) >>> 0);
  return Buffer.concat([header, size, block, Buffer.alloc(4)]);
}

function lz4Block(data: Buffer): Buffer {
  const out: number[] = [];
  const more = (length: number): void => {
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) out.push(255);
    if (rest >= 0) out.push(rest);
  };
  let from = 0;
  for (let at = 1; at < data.length;) {
    let run = 0;
    while (at + run < data.length - 5 && data[at + run] === data[at - 1]) run++;
    if (run < 4) {
      at++;
      continue;
    }
    const literals = at - from;
    out.push((Math.min(15, literals) << 4) | Math.min(15, run - 4));
    more(literals);
    out.push(...data.subarray(from, at), 1, 0);
    more(run - 4);
    from = at += run;
  }
  const literals = data.length - from;
  out.push(Math.min(15, literals) << 4);
  more(literals);
  out.push(...data.subarray(from));
  return Buffer.from(out);
}

const DESCRIPTION =
  '<dv version="2.0"><node name="0"><attr key="typeIdentifier" type="string">EVTS</attr>' +
  '<attr key="sizeX" type="int">346</attr><attr key="sizeY" type="int">260</attr></node></dv>';

/** Packets of so many events, a packet of another stream between them, and a table behind. */
export function aedat4File(events: readonly Event[], { packet = 40, compression = 1, table = true } = {}): Buffer {
  const packets: Buffer[] = [];
  const add = (stream: number, content: Buffer): void => {
    const packed = compression === 0 ? content : lz4Frame(content, packets.length % 4 === 2);
    const head = Buffer.alloc(8);
    head.writeInt32LE(stream, 0);
    head.writeInt32LE(packed.length, 4);
    packets.push(head, packed);
  };
  for (let at = 0; at < events.length; at += packet) {
    const some = events.slice(at, at + packet);
    const elements = bytes(16, some, (view, to, { t, x, y, on }) => {
      view.setBigInt64(to, BigInt(t), true);
      view.setInt16(to + 8, x, true);
      view.setInt16(to + 10, y, true);
      view.setUint8(to + 12, on);
    });
    add(2, flat('IMUS', [0, 7n]));
    add(0, flat('EVTS', [vector(some.length, elements)]));
  }
  const body = Buffer.concat(packets);
  const signature = Buffer.from('#!AER-DAT4.0\r\n');
  const header = (end: number): Buffer =>
    flat('IOHE', [compression, BigInt(end), vector(DESCRIPTION.length, Buffer.from(`${DESCRIPTION}\0`))]);
  const end = table ? signature.length + header(0).length + body.length : -1;
  return Buffer.concat([signature, header(end), body, ...(table ? [Buffer.from('the table')] : [])]);
}

const column = (events: readonly Event[], role: keyof Event): number[] => events.map((event) => event[role]);

export const npzFile = (events: readonly Event[], level: 0 | 6 = 6): Buffer =>
  Buffer.from(
    zipSync(
      {
        't.npy': npy('<i8', [events.length], Buffer.from(BigInt64Array.from(column(events, 't'), BigInt).buffer)),
        'x.npy': npy('<u2', [events.length], Buffer.from(Uint16Array.from(column(events, 'x')).buffer)),
        'y.npy': npy('<i2', [events.length], Buffer.from(Int16Array.from(column(events, 'y')).buffer)),
        'p.npy': npy('|b1', [events.length], Buffer.from(column(events, 'on'))),
      },
      { level },
    ),
  );

/** One array with fields, in the order x, y, t, p and with padding. */
function npyFile(events: readonly Event[]): Buffer {
  const data = bytes(16, events, (view, at, { t, x, y, on }) => {
    view.setUint16(at, x, true);
    view.setUint16(at + 2, y, true);
    view.setBigInt64(at + 4, BigInt(t), true);
    view.setInt8(at + 12, on === 1 ? 1 : -1);
  });
  const plain = npy('?', [events.length], data).toString('latin1');
  const fields = "[('x', '<u2'), ('y', '<u2'), ('t', '<i8'), ('p', 'i1'), ('', '|V3')]";
  const start = plain.indexOf("'?'");
  const padding = plain.indexOf('}') + 1;
  const body = plain.slice(10 + (plain.charCodeAt(8) | (plain.charCodeAt(9) << 8)));
  const text = `${plain.slice(10, start)}${fields}${plain.slice(start + 3, padding)}`;
  const header = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from(plain.slice(0, 8), 'latin1'),
    length,
    Buffer.from(header, 'latin1'),
    Buffer.from(body, 'latin1'),
  ]);
}

export const textFile = (events: readonly Event[]): Buffer =>
  Buffer.from(`# made for a test\nx,y,t,p\n${events.map(({ t, x, y, on }) => `${x},${y},${t},${on}\n`).join('')}`);

/** One of each format. Sides of sensors are at least 32, but of .bin, which has 8 bits. */
export const WRITERS: readonly (readonly [name: string, write: (events: readonly Event[]) => Buffer])[] = [
  ['one.bin', nmnistFile],
  ['one.bs2', nmnistFile],
  ['one.dat', datFile],
  ['two.raw', evt2File],
  ['three.raw', evt3File],
  ['two.aedat', aedat2File],
  ['three.aedat', aedat3File],
  ['four.aedat4', aedat4File],
  ['plain.aedat4', (events) => aedat4File(events, { compression: 0, table: false })],
  ['one.npz', npzFile],
  ['stored.npz', (events) => npzFile(events, 0)],
  ['one.npy', npyFile],
  ['one.csv', textFile],
];
