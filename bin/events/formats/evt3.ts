/** Prophesee EVT 3.0 (.raw): words of 16 bits; an event has what changed since the one before. */
import type { ByteStream } from '../../../library/data/bytes.ts';
import { EventBlock, type EventBlocks } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { fixedRecords, WrappingClock } from '../fixed-records.ts';
import type { EventFormat } from '../format.ts';
import { percentLines, readPercentLines, saysEvt, sensorOf } from './prophesee.ts';

const WORD_BYTES = 2;
/** What bits 15 to 12 of a word say. */
const TYPE = { row: 0, event: 2, base: 3, vector12: 4, vector8: 5, timeLow: 6, timeHigh: 8 } as const;
/** Continued (4 and 12 bits), external trigger, inertial sensor, other: no events of pixels. */
const SKIPPED: readonly number[] = [7, 10, 13, 14, 15];
const MOST_COLUMNS = 2 ** 11;
const MOST_OF_A_WORD = 12;

export const evt3: EventFormat = {
  title: 'Prophesee EVT 3 (.raw)',
  extensions: ['raw'],
  recognises: (head) => saysEvt(percentLines(head), 3),
  async open(source) {
    const stream = source.stream();
    const lines = await readPercentLines(source, stream);
    return { sensor: sensorOf(lines), blocks: blocks(source, stream) };
  },
};

async function* blocks(source: EventSource, stream: ByteStream): EventBlocks {
  const decoder = new Decoder(source);
  for await (const { view, count, offset } of fixedRecords(source, stream, WORD_BYTES, 'a word of 2 bytes')) {
    for (let k = 0, at = 0; k < count; k++, at += WORD_BYTES) {
      decoder.take(view.getUint16(at, true), offset + at);
      if (decoder.block.hasRoom(MOST_OF_A_WORD)) continue;
      yield decoder.block;
      decoder.block.count = 0;
    }
  }
  yield decoder.block;
}

class Decoder {
  readonly block = new EventBlock();
  readonly #source: EventSource;
  readonly #clock = new WrappingClock(2 ** 24);
  /** Each of them is undefined before the first word that tells it. */
  #high: number | undefined;
  #timeUs: number | undefined;
  #row: number | undefined;
  #base: number | undefined;
  #baseOn = 0;

  constructor(source: EventSource) {
    this.#source = source;
  }

  take(word: number, offset: number): void {
    const type = word >>> 12;
    const bits = word & 0xfff;
    switch (type) {
      case TYPE.event:
        return this.#event(word & 0x7ff, (word >>> 11) & 1);
      case TYPE.row:
        this.#row = word & 0x7ff;
        return;
      case TYPE.base:
        this.#base = word & 0x7ff;
        this.#baseOn = (word >>> 11) & 1;
        return;
      case TYPE.vector12:
        return this.#vector(bits, 12, offset);
      case TYPE.vector8:
        return this.#vector(bits & 0xff, 8, offset);
      case TYPE.timeLow:
        if (this.#high !== undefined) this.#timeUs = this.#clock.unwrap(this.#high * 4096 + bits);
        return;
      case TYPE.timeHigh:
        // The low bits belong to the high ones before; the word that follows tells those of these.
        if (this.#high !== bits) this.#timeUs = this.#clock.unwrap(bits * 4096);
        this.#high = bits;
        return;
      default:
        if (!SKIPPED.includes(type)) this.#source.damaged(`EVT 3 has no words of type ${type}`, offset);
    }
  }

  /** One bit an event, from the base on. */
  #vector(bits: number, columns: number, offset: number): void {
    if (this.#base === undefined) {
      for (let rest = bits; rest !== 0; rest &= rest - 1) this.#source.incomplete++;
      return;
    }
    for (let k = 0; k < columns; k++) {
      if (((bits >>> k) & 1) === 0) continue;
      if (this.#base + k >= MOST_COLUMNS)
        this.#source.damaged(`a vector names column ${this.#base + k}; the last one is ${MOST_COLUMNS - 1}`, offset);
      this.#event(this.#base + k, this.#baseOn);
    }
    this.#base = Math.min(this.#base + columns, MOST_COLUMNS);
  }

  #event(x: number, on: number): void {
    if (this.#timeUs === undefined || this.#row === undefined) this.#source.incomplete++;
    else this.block.add(this.#timeUs, x, this.#row, on);
  }
}
