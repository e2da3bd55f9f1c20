/** AEDAT 2 of jAER (.aedat): a header of text, then address and time of each event in 32 bits each, big-endian. */
import { fail } from '../../../isa/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks, type Recording } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { fixedRecords, WrappingClock } from '../fixed-records.ts';
import { beginsWith, type EventFormat } from '../format.ts';
import { readHeaderLines } from '../text-header.ts';

const EVENT_BYTES = 8;
const DVS128_SIDE = 128;

export const aedat2: EventFormat = {
  title: 'AEDAT 2 (.aedat)',
  extensions: ['aedat', 'aedat2'],
  recognises: (head) => beginsWith(head, '#!AER-DAT2.') || beginsWith(head, '#!AER-DAT1.'),
  async open(source) {
    const stream = source.stream();
    const lines = await readHeaderLines(source, stream, '#', (line) => line.startsWith('#End Of ASCII Header'));
    if (lines[0]?.startsWith('#!AER-DAT2.') !== true)
      fail('E0606', 'AEDAT 1 has other events and is not read', { file: source.file }, 'save it as AEDAT 2 or later');
    const chip = lines.map((line) => /^# *AEChip: *(?:\S*\.)?(\w+)/.exec(line)?.[1]).find((name) => name !== undefined);
    return recordingOf(chip, source, stream);
  },
};

function recordingOf(chip: string | undefined, source: EventSource, stream: ByteStream): Recording {
  if (chip !== undefined && /davis/i.test(chip))
    return {
      assumed: [`AEDAT 2 of ${chip}: addresses as the sensor sent them; jAER shows them with x mirrored`],
      blocks: blocks(source, stream, takeDavis),
    };
  if (chip !== undefined && !/dvs128|tmpdiff128/i.test(chip))
    fail(
      'E0606',
      `the addresses of ${chip.slice(0, 60)} are not read; those of DVS128 and of DAVIS sensors are`,
      { file: source.file },
      'save the events in another format, AEDAT 3 or later, or as text',
    );
  const unsaid = chip === undefined ? ', a DVS128 since the header names no sensor' : '';
  return {
    sensor: { width: DVS128_SIDE, height: DVS128_SIDE },
    assumed: [
      `AEDAT 2${unsaid}: axes and polarity as jAER has them (x mirrored, y from below; as Tonic reads it: --axes swap,flip-y)`,
    ],
    blocks: blocks(source, stream, takeDvs128),
  };
}

type Take = (block: EventBlock, address: number, timeUs: number) => void;

async function* blocks(source: EventSource, stream: ByteStream, take: Take): EventBlocks {
  const block = new EventBlock();
  const clock = new WrappingClock(2 ** 32);
  for await (const { view, count } of fixedRecords(source, stream, EVENT_BYTES, 'an event of 8 bytes')) {
    for (let k = 0, at = 0; k < count; k++, at += EVENT_BYTES) {
      take(block, view.getUint32(at), clock.unwrap(view.getUint32(at + 4)));
      if (block.hasRoom()) continue;
      yield block;
      block.count = 0;
    }
  }
  yield block;
}

/** Bit 15 marks an external event; x in bits 1 to 7, from the right; y in 8 to 14; bit 0 set: it became darker. */
const takeDvs128: Take = (block, address, timeUs) => {
  if ((address & 0x8000) === 0)
    block.add(timeUs, DVS128_SIDE - 1 - ((address >>> 1) & 0x7f), (address >>> 8) & 0x7f, 1 - (address & 1));
};

/** Bit 31: a sample of the picture; bit 10: an external event; polarity in bit 11, x in 12 to 21, y in 22 to 30. */
const takeDavis: Take = (block, address, timeUs) => {
  if (address >>> 31 === 0 && (address & 0x400) === 0)
    block.add(timeUs, (address >>> 12) & 0x3ff, (address >>> 22) & 0x1ff, (address >>> 11) & 1);
};
