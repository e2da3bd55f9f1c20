/** Prophesee's .dat: a header of text, two bytes, then time and place of each event in 32 bits each. */
import { fail } from '../../../isa/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { fixedRecords, WrappingClock } from '../fixed-records.ts';
import type { EventFormat } from '../format.ts';
import { percentLines, readPercentLines, saysEvt, sensorOf } from './prophesee.ts';

const EVENT_BYTES = 8;
/** What the byte behind the header can say of the events: 2D, or contrast detection. */
const EVENT_TYPES: readonly number[] = [0, 12];

export const dat: EventFormat = {
  title: 'Prophesee DAT (.dat)',
  extensions: ['dat'],
  recognises: (head, extension) => {
    const lines = percentLines(head);
    return lines.length > 0 && extension === 'dat' && ![2, 3].some((version) => saysEvt(lines, version));
  },
  async open(source) {
    const stream = source.stream();
    const lines = await readPercentLines(source, stream);
    const at = stream.position;
    const [type, size] = Array.from(await stream.read(2, 'type and size of the events'));
    const place = { file: source.file, offset: at };
    if (!EVENT_TYPES.includes(type!))
      fail('E0606', `.dat events of type ${type} are not read; ${EVENT_TYPES.join(' and ')} are`, place);
    if (size !== EVENT_BYTES)
      fail('E0606', `.dat events of ${size} bytes are not read; those of ${EVENT_BYTES} are`, place);
    return { sensor: sensorOf(lines), blocks: blocks(source, stream) };
  },
};

/** Microseconds; then x in bits 0 to 13, y in 14 to 27, polarity in 28. */
async function* blocks(source: EventSource, stream: ByteStream): EventBlocks {
  const block = new EventBlock();
  const clock = new WrappingClock(2 ** 32);
  for await (const { view, count } of fixedRecords(source, stream, EVENT_BYTES, 'an event of 8 bytes')) {
    for (let k = 0, at = 0; k < count; k++, at += EVENT_BYTES) {
      const place = view.getUint32(at + 4, true);
      block.add(clock.unwrap(view.getUint32(at, true)), place & 0x3fff, (place >>> 14) & 0x3fff, (place >>> 28) & 1);
      if (block.hasRoom()) continue;
      yield block;
      block.count = 0;
    }
  }
  yield block;
}
