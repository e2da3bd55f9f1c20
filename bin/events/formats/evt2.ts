/** Prophesee EVT 2.0 (.raw): words of 32 bits; an event has the low bits of its time, another word the high ones. */
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { fixedRecords, WrappingClock } from '../fixed-records.ts';
import type { EventFormat } from '../format.ts';
import { percentLines, readPercentLines, saysEvt, sensorOf } from './prophesee.ts';

const WORD_BYTES = 4;
/** What bits 31 to 28 of a word say. */
const TYPE = { off: 0, on: 1, timeHigh: 8 } as const;
/** External trigger, inertial sensor, other, continued: no events of pixels. */
const SKIPPED: readonly number[] = [10, 13, 14, 15];

export const evt2: EventFormat = {
  title: 'Prophesee EVT 2 (.raw)',
  extensions: ['raw'],
  recognises: (head) => saysEvt(percentLines(head), 2),
  async open(source) {
    const stream = source.stream();
    const lines = await readPercentLines(source, stream);
    return { sensor: sensorOf(lines), blocks: blocks(source, stream) };
  },
};

async function* blocks(source: EventSource, stream: ByteStream): EventBlocks {
  const block = new EventBlock();
  const clock = new WrappingClock(2 ** 34);
  /** Undefined before the first word that tells it. */
  let highUs: number | undefined;
  for await (const { view, count, offset } of fixedRecords(source, stream, WORD_BYTES, 'a word of 4 bytes')) {
    for (let k = 0, at = 0; k < count; k++, at += WORD_BYTES) {
      const word = view.getUint32(at, true);
      const type = word >>> 28;
      if (type === TYPE.timeHigh) highUs = clock.unwrap((word & 0xfff_ffff) * 64);
      else if (type === TYPE.on || type === TYPE.off) {
        if (highUs === undefined) source.incomplete++;
        else {
          block.add(highUs + ((word >>> 22) & 0x3f), (word >>> 11) & 0x7ff, word & 0x7ff, type);
          if (block.hasRoom()) continue;
          yield block;
          block.count = 0;
        }
      } else if (!SKIPPED.includes(type)) source.damaged(`EVT 2 has no words of type ${type}`, offset + at);
    }
  }
  yield block;
}
