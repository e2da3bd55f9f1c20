/** AEDAT 3 of cAER (.aedat): a header of text, then packets of events of one type. */
import { fail } from '../../../isa/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { beginsWith, type EventFormat } from '../format.ts';
import { readHeaderLines } from '../text-header.ts';

const HEADER_BYTES = 28;
const POLARITY = 1;
const EVENT_BYTES = 8;
/** Times in a packet have 31 bits; its header says how often they have wrapped. */
const WRAP_US = 2 ** 31;
/** Events of any type: the largest are pictures. */
const LARGEST_EVENT = 2 ** 26;

export const aedat3: EventFormat = {
  title: 'AEDAT 3 (.aedat)',
  extensions: ['aedat'],
  recognises: (head) => beginsWith(head, '#!AER-DAT3.'),
  async open(source) {
    const stream = source.stream();
    const lines = await readHeaderLines(source, stream, '#', (line) => line.startsWith('#!END-HEADER'));
    if (lines.at(-1)?.startsWith('#!END-HEADER') !== true)
      source.damaged('the header of AEDAT 3 does not end with #!END-HEADER', stream.position);
    const format = lines.map((line) => /^#Format: *(\S+)/.exec(line)?.[1]).find((name) => name !== undefined);
    if (format !== undefined && format !== 'RAW')
      fail(
        'E0606',
        `AEDAT 3 of format ${format.slice(0, 40)} is not read; RAW is`,
        { file: source.file },
        'record it uncompressed',
      );
    return { blocks: blocks(source, stream) };
  },
};

async function* blocks(source: EventSource, stream: ByteStream): EventBlocks {
  const block = new EventBlock();
  for (;;) {
    const offset = stream.position;
    const header = await stream.readUpTo(HEADER_BYTES);
    if (header.length === 0) break;
    if (header.length < HEADER_BYTES) {
      source.endsInside('the header of a packet', header.length, offset);
      break;
    }
    const packet = readHeader(header, source, offset);
    if (packet.type !== POLARITY) {
      await passOver(source, stream, packet.events * packet.size);
      continue;
    }
    for (let left = packet.events; left > 0;) {
      const at = stream.position;
      const wanted = Math.min(left, EVENTS_AT_ONCE);
      const bytes = await stream.readUpTo(wanted * EVENT_BYTES);
      const count = Math.floor(bytes.length / EVENT_BYTES);
      takeEvents(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), count, { block, source, packet });
      yield block;
      block.count = 0;
      left -= count;
      if (count === wanted) continue;
      source.endsInside('a packet', bytes.length - count * EVENT_BYTES, at + count * EVENT_BYTES);
      break;
    }
  }
  yield block;
}

/** As many as have room in a block. */
const EVENTS_AT_ONCE = 4096;

interface Packet {
  readonly type: number;
  /** Bytes of an event. */
  readonly size: number;
  readonly events: number;
  /** Of its times. */
  readonly baseUs: number;
}

/** Little-endian: type, source, size and offset of the time in an event, wraps, capacity, events, valid events. */
function readHeader(bytes: Uint8Array, source: EventSource, offset: number): Packet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getInt16(0, true);
  const [size, wraps, events] = [4, 12, 20].map((at) => view.getInt32(at, true)) as [number, number, number];
  if (type < 0 || size < 1 || size > LARGEST_EVENT || wraps < 0 || events < 0)
    source.damaged(
      `a packet says that it has ${events} events of ${size} bytes, of type ${type} after ${wraps} wraps of the time`,
      offset,
    );
  if (type === POLARITY && size !== EVENT_BYTES)
    source.damaged(`events of polarity have ${EVENT_BYTES} bytes; the packet says ${size}`, offset + 4);
  return { type, size, events, baseUs: wraps * WRAP_US };
}

/** Bit 0: the event is valid; polarity in bit 1, y in bits 2 to 16, x in 17 to 31; then microseconds. */
function takeEvents(
  view: DataView,
  count: number,
  { block, source, packet }: { readonly block: EventBlock; readonly source: EventSource; readonly packet: Packet },
): void {
  for (let k = 0, at = 0; k < count; k++, at += EVENT_BYTES) {
    const data = view.getUint32(at, true);
    if ((data & 1) === 0) source.invalid++;
    else block.add(packet.baseUs + view.getInt32(at + 4, true), data >>> 17, (data >>> 2) & 0x7fff, (data >>> 1) & 1);
  }
}

async function passOver(source: EventSource, stream: ByteStream, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const at = stream.position;
    const found = await stream.readUpTo(Math.min(left, 2 ** 16));
    if (found.length === 0) {
      source.endsInside('a packet', bytes - left, at);
      return;
    }
    left -= found.length;
  }
}
