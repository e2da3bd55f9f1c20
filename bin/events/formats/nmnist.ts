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
  recognises: (head, extension) => (extension === 'bin' || extension === 'bs2') && ascends(head),
  open: (source) => Promise.resolve({ blocks: blocks(source) }),
};

/** Share of the events that may be earlier than the one before. */
const MAY_DESCEND = 1 / 8;

/** Five bytes of an event look like anything; but in a recording time goes on. */
function ascends(head: Uint8Array): boolean {
  let [last, events, descents] = [0, 0, 0];
  for (let at = 0; at + EVENT_BYTES <= head.length; at += EVENT_BYTES) {
    const time = (head[at + 2]! & 0x7f) * 2 ** 16 + head[at + 3]! * 2 ** 8 + head[at + 4]!;
    // Behind an overflow the sensor counts from 0 again.
    if (head[at + 1] === OVERFLOW_ROW) last = 0;
    else {
      events++;
      if (time < last) descents++;
      last = time;
    }
  }
  return descents <= events * MAY_DESCEND;
}

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
