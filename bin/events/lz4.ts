/**
 * LZ4 frames, inflated within a limit. The packages that do it either are no longer kept or are native, and none of them says
 * where damaged bytes are wrong; the format is small (LZ4 frame format 1.6, LZ4 block format).
 */

const MAGIC = 0x184d2204;
const VERSION = 1;
/** Bits of the flags. */
const FLAG = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
/** Set in the size of a block that is stored. */
const STORED = 0x8000_0000;
const LEAST_MATCH = 4;
const FIRST_BYTES = 2 ** 16;

/** What is wrong with a frame, at a byte of it. */
export type Lz4Fault = (message: string, at: number) => never;

/** One frame after the other, into memory that is used again. */
export class Lz4Decoder {
  readonly #most: number;
  readonly #fault: Lz4Fault;
  #out: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** @param most bytes of an inflated frame; @param fault is called where one is damaged, has more, or needs a dictionary */
  constructor(most: number, fault: Lz4Fault) {
    this.#most = most;
    this.#fault = fault;
  }

  /**
   * The inflated bytes, valid until the next frame. Check sums are not looked at: what is made of the bytes is checked.
   */
  decode(frame: Uint8Array): Uint8Array {
    this.#length = 0;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    let at = this.#header(view);
    for (;;) {
      if (at + 4 > frame.length) this.#fault('the LZ4 frame ends before its end mark', at);
      const word = view.getUint32(at, true);
      at += 4;
      if (word === 0) return this.#out.subarray(0, this.#length);
      const size = word % STORED;
      if (at + size > frame.length) this.#fault(`an LZ4 block of ${size} bytes is longer than its frame`, at - 4);
      if (word >= STORED) this.#copyFrom(frame, at, size, at);
      else this.#block(frame, at, at + size);
      at += size + (view.getUint8(4) & FLAG.blockChecksum ? 4 : 0);
    }
  }

  /** Returns where the blocks begin. */
  #header(view: DataView): number {
    if (view.byteLength < 7 || view.getUint32(0, true) !== MAGIC) this.#fault('this is no LZ4 frame', 0);
    const flags = view.getUint8(4);
    if (flags >>> 6 !== VERSION) this.#fault(`LZ4 frames of version ${flags >>> 6} are not read`, 4);
    if ((flags & FLAG.dictionary) !== 0) this.#fault('the LZ4 frame needs a dictionary', 4);
    return 7 + ((flags & FLAG.contentSize) !== 0 ? 8 : 0);
  }

  /** Sequences: literal bytes, then a match of what lies before, which may lie in blocks before. */
  #block(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const sequence = at;
      const token = bytes[at++]!;
      let literals = token >>> 4;
      if (literals === 15)
        for (let more = 255; more === 255; literals += more)
          more = at < end ? bytes[at++]! : this.#fault('an LZ4 sequence does not end', sequence);
      if (at + literals > end) this.#fault('LZ4 literals reach beyond their block', sequence);
      this.#copyFrom(bytes, at, literals, sequence);
      at += literals;
      // The last sequence of a block has no match.
      if (at === end) return;
      if (at + 2 > end) this.#fault('an LZ4 sequence does not end', sequence);
      const back = bytes[at]! + 256 * bytes[at + 1]!;
      at += 2;
      let match = (token & 15) + LEAST_MATCH;
      if ((token & 15) === 15)
        for (let more = 255; more === 255; match += more)
          more = at < end ? bytes[at++]! : this.#fault('an LZ4 sequence does not end', sequence);
      if (back === 0 || back > this.#length)
        this.#fault(`an LZ4 match lies ${back} bytes back, behind ${this.#length} bytes`, sequence);
      this.#reserve(match, sequence);
      const out = this.#out;
      for (let k = 0, to = this.#length; k < match; k++, to++) out[to] = out[to - back]!;
      this.#length += match;
    }
  }

  #copyFrom(bytes: Uint8Array, at: number, count: number, place: number): void {
    this.#reserve(count, place);
    this.#out.set(bytes.subarray(at, at + count), this.#length);
    this.#length += count;
  }

  #reserve(more: number, place: number): void {
    const needed = this.#length + more;
    if (needed <= this.#out.length) return;
    if (needed > this.#most) this.#fault(`the LZ4 frame has more than ${this.#most} bytes when inflated`, place);
    const grown = new Uint8Array(Math.min(this.#most, Math.max(needed, 2 * this.#out.length)));
    grown.set(this.#out.subarray(0, this.#length));
    this.#out = grown;
  }
}
