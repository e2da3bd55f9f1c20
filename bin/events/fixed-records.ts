/** Streams of records that all have the same size. */
import type { ByteStream } from '../../library/data/bytes.ts';
import type { EventSource } from './event-source.ts';

/** Bytes that are looked at together. */
const PIECE_BYTES = 2 ** 16;

/** Whole records, in one view. */
export interface Records {
  readonly view: DataView;
  readonly count: number;
  /** Of the first one in the data. */
  readonly offset: number;
}

/** All records up to the end; the end may lie inside of one, which the source is told. */
export async function* fixedRecords(
  source: EventSource,
  stream: ByteStream,
  bytes: number,
  what: string,
): AsyncGenerator<Records, void, void> {
  const piece = PIECE_BYTES - (PIECE_BYTES % bytes);
  for (;;) {
    const offset = stream.position;
    const found = await stream.readUpTo(piece);
    const count = Math.floor(found.length / bytes);
    if (count > 0) yield { view: new DataView(found.buffer, found.byteOffset, found.length), count, offset };
    if (found.length === piece) continue;
    const left = found.length - count * bytes;
    if (left > 0) source.endsInside(what, left, offset + count * bytes);
    return;
  }
}

/** Puts times that are counted in so many microseconds, and then from 0 again, one behind the other. */
export class WrappingClock {
  readonly #periodUs: number;
  #baseUs = 0;
  #last = 0;

  constructor(periodUs: number) {
    this.#periodUs = periodUs;
  }

  /** A step back by more than half a period is the next period; a smaller one is disorder, and is kept. */
  unwrap(time: number): number {
    if (time < this.#last - this.#periodUs / 2) this.#baseUs += this.#periodUs;
    else if (time > this.#last + this.#periodUs / 2 && this.#baseUs > 0) return time + this.#baseUs - this.#periodUs;
    this.#last = time;
    return time + this.#baseUs;
  }
}
