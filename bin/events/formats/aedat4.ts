/** AEDAT 4 of DV (.aedat4): a FlatBuffer that says what follows, then packets of any streams, each compressed for itself. */
import { fail } from '../../../isa/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks, type Sensor } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { FlatTable } from '../flat-table.ts';
import { beginsWith, type EventFormat } from '../format.ts';
import { Lz4Decoder } from '../lz4.ts';

const SIGNATURE = '#!AER-DAT4.0\r\n';
const PACKET_HEADER_BYTES = 8;
/** Of a packet, packed or not: more than a picture has. */
const LARGEST_PACKET = 2 ** 26;
const LARGEST_HEADER = 2 ** 24;
const EVENT_BYTES = 16;
/** Fields of the header. */
const HEADER = { compression: 0, tablePosition: 1, description: 2 } as const;
const COMPRESSIONS: readonly string[] = ['none', 'LZ4', 'LZ4 high', 'ZSTD', 'ZSTD high'];
const LARGEST_LZ4 = 2;

export const aedat4: EventFormat = {
  title: 'AEDAT 4 (.aedat4)',
  extensions: ['aedat4'],
  recognises: (head) => beginsWith(head, '#!AER-DAT4.'),
  async open(source) {
    const stream = source.stream();
    const signature = await stream.read(SIGNATURE.length, 'the signature');
    if (!beginsWith(signature, SIGNATURE))
      fail('E0606', 'of AEDAT 4 only version 4.0 is read', { file: source.file }, 'save it as AEDAT 4.0');
    const header = await readHeader(source, stream);
    const streams = header.description.split('>EVTS<').length - 1;
    return {
      sensor: sensorOf(header.description),
      ...(streams > 1 && { assumed: [`of ${streams} streams of events, the one whose events come first`] }),
      blocks: blocks(source, stream, header),
    };
  },
};

interface Header {
  readonly compressed: boolean;
  /** Where the packets end, and a table of them begins; Infinity where there is none. */
  readonly end: number;
  /** XML. */
  readonly description: string;
}

async function readHeader(source: EventSource, stream: ByteStream): Promise<Header> {
  const at = stream.position;
  const size = new DataView(Uint8Array.from(await stream.peek(4)).buffer);
  const length = size.byteLength < 4 ? 0 : size.getUint32(0, true);
  if (length > LARGEST_HEADER) source.damaged(`the header says that it has ${length} bytes`, at);
  const bytes = Uint8Array.from(await stream.read(4 + length, 'the header'));
  const table = new FlatTable(bytes, (message, offset) => source.damaged(`header: ${message}`, at + offset));
  if (FlatTable.identifier(bytes) !== 'IOHE') source.damaged('the header is not one of AEDAT 4', at + 8);
  const compression = table.int32(HEADER.compression, 0);
  if (COMPRESSIONS[compression] === undefined) source.damaged(`there is no compression ${compression}`, at);
  if (compression > LARGEST_LZ4)
    fail(
      'E0606',
      `packets compressed by ${COMPRESSIONS[compression]} are not read; LZ4 and none are`,
      { file: source.file },
      'save the recording with LZ4, as DV does if nothing else is asked for',
    );
  const end = table.int64(HEADER.tablePosition, -1);
  return {
    compressed: compression > 0,
    end: end < 0 ? Infinity : end,
    description: table.text(HEADER.description),
  };
}

/** Of the first stream of events. */
function sensorOf(description: string): Sensor | undefined {
  const from = description.indexOf('>EVTS<');
  const node = from < 0 ? '' : description.slice(from);
  const [width, height] = ['X', 'Y'].map((axis) =>
    Number(new RegExp(`key="size${axis}"[^>]*>(\\d{1,5})<`).exec(node)?.[1] ?? 0),
  );
  return width! > 0 && height! > 0 ? { width: width!, height: height! } : undefined;
}

async function* blocks(source: EventSource, stream: ByteStream, { compressed, end }: Header): EventBlocks {
  const block = new EventBlock();
  const packets = new Packets(source, compressed);
  while (stream.position < end) {
    const offset = stream.position;
    const header = await stream.readUpTo(PACKET_HEADER_BYTES);
    if (header.length === 0) break;
    if (header.length < PACKET_HEADER_BYTES) {
      source.endsInside('the header of a packet', header.length, offset);
      break;
    }
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const [id, size] = [view.getInt32(0, true), view.getInt32(4, true)];
    if (size < 0 || size > LARGEST_PACKET)
      source.damaged(`a packet says that it has ${size} bytes; at most ${LARGEST_PACKET} are read`, offset + 4);
    const bytes = await stream.readUpTo(size);
    if (bytes.length < size) {
      source.endsInside('a packet', bytes.length, offset + PACKET_HEADER_BYTES);
      break;
    }
    const events = packets.eventsOf(id, bytes, offset + PACKET_HEADER_BYTES);
    for (let at = 0; at < events.byteLength; at += EVENT_BYTES) {
      takeEvent(events, at, block);
      if (block.hasRoom()) continue;
      yield block;
      block.count = 0;
    }
  }
  yield block;
}

const NO_EVENTS = new DataView(new ArrayBuffer(0));

/** What is in packets. Of several streams of events, only the first is followed. */
class Packets {
  readonly #source: EventSource;
  readonly #decoder: Lz4Decoder | undefined;
  /** The stream of events. */
  #events: number | undefined;
  /** Streams of something else: what a stream has is what its first packet has. */
  readonly #others = new Set<number>();
  /** Of the packet at hand. */
  #offset = 0;

  constructor(source: EventSource, compressed: boolean) {
    this.#source = source;
    if (compressed)
      this.#decoder = new Lz4Decoder(LARGEST_PACKET, (message, at) => source.damaged(message, this.#offset + at));
  }

  eventsOf(id: number, packed: Uint8Array, offset: number): DataView {
    if (this.#others.has(id) || (this.#events !== undefined && this.#events !== id)) return NO_EVENTS;
    this.#offset = offset;
    const bytes = this.#decoder?.decode(packed) ?? packed;
    if (FlatTable.identifier(bytes) !== 'EVTS') {
      if (this.#events === id) this.#source.damaged('a packet of the stream of events has something else', offset);
      if (this.#others.size < MOST_STREAMS) this.#others.add(id);
      return NO_EVENTS;
    }
    this.#events = id;
    // Offsets are those of the inflated packet; what can be found in the file is where it begins.
    const table = new FlatTable(bytes, (message) => this.#source.damaged(`packet: ${message}`, offset));
    const found = table.vector(0, EVENT_BYTES);
    return found === undefined
      ? NO_EVENTS
      : new DataView(bytes.buffer, bytes.byteOffset + found.at, found.count * EVENT_BYTES);
  }
}

/** More than a recorder has. */
const MOST_STREAMS = 1024;

/** Microseconds in 64 bits, x and y in 16, whether it became brighter in 8, and three bytes of nothing. */
function takeEvent(view: DataView, at: number, block: EventBlock): void {
  const timeUs = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  block.add(timeUs, view.getInt16(at + 8, true), view.getInt16(at + 10, true), view.getUint8(at + 12) === 0 ? 0 : 1);
}
