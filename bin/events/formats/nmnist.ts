/** N-MNIST and N-Caltech101 (.bin, .bs2): five bytes an event, without a header. */
import { EventBlock, type EventBlocks } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { fixedRecords } from '../fixed-records.ts';
import type { EventFormat } from '../format.ts';

const EVENT_BYTES = 5;
/** No event, but the word that the time went on by so much: the sensor counts 13 bits. */
const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;

export const nmnist: EventFormat = {
  title: 'N-MNIST, N-Caltech101 (5 bytes an event)',
  extensions: ['bin', 'bs2'],
  // Five bytes of an event look like anything.
  recognises: (_head, extension) => extension === 'bin' || extension === 'bs2',
  open: (source) => Promise.resolve({ blocks: blocks(source) }),
};

/** x, y, then polarity in one bit and microseconds in 23. */
async function* blocks(source: EventSource): EventBlocks {
  const block = new EventBlock();
  let baseUs = 0;
  for await (const { view, count } of fixedRecords(source, source.stream(), EVENT_BYTES, 'an event of 5 bytes')) {
    for (let k = 0, at = 0; k < count; k++, at += EVENT_BYTES) {
      const y = view.getUint8(at + 1);
      if (y === OVERFLOW_ROW) {
        baseUs += OVERFLOW_US;
        continue;
      }
      const high = view.getUint8(at + 2);
      block.add(baseUs + (high & 0x7f) * 2 ** 16 + view.getUint16(at + 3), view.getUint8(at), y, high >> 7);
      if (block.hasRoom()) continue;
      yield block;
      block.count = 0;
    }
  }
  yield block;
}
