/** Where packets put their payloads. */
export interface PayloadStore {
  readonly slots: number;
  /** @param axon of the core */
  add(slot: number, axon: number, payload: number): void;
  /** Axons of a slot that are not silent; for traces, outside of hot loops. */
  events(slot: number): number;
  /** What is there for a tick is there for the one that comes so many ticks later: the tick counter goes on without them. */
  postpone(ticks: number): void;
}

/** Moves rows on by so many, the last ones to the front. @param rows all of one length */
export function rotateRows<A extends Uint8Array | Int16Array | Uint32Array | Float64Array>(
  values: A,
  rows: number,
  by: number,
): void {
  const length = values.length / rows;
  const shift = length * (by % rows);
  if (shift === 0) return;
  const end = values.slice(values.length - shift);
  values.copyWithin(shift, 0, values.length - shift);
  values.set(end);
}

/** The same as its core sees it. */
export interface AxonCounters extends PayloadStore {
  clear(): void;
  /**
   * Takes the axons of a slot that are not silent, lowest first, and leaves the slot empty.
   *
   * @param axons receives the axons
   * @param payloads receives their payloads
   * @returns their number
   */
  take(slot: number, axons: Uint32Array, payloads: Int32Array): number;
}

/**
 * The axon scheduler of a core: for each (delay slot, axon) a payload counter; 0 = silent. A packet adds its payload;
 * a counter that returns to 0 is silent again.
 */
export class AxonScheduler implements AxonCounters {
  readonly axonCount: number;
  readonly slots: number;
  /** payload[slot * axonCount + axon] */
  readonly payloads: Int16Array;
  /** A superset of the axons that are not silent: one bit each, `wordsPerSlot` words per slot. */
  readonly touched: Uint32Array;
  readonly wordsPerSlot: number;

  constructor(axonCount: number, slots: number) {
    this.axonCount = axonCount;
    this.slots = slots;
    this.wordsPerSlot = (axonCount + 31) >>> 5;
    this.payloads = new Int16Array(axonCount * slots);
    this.touched = new Uint32Array(this.wordsPerSlot * slots);
  }

  add(slot: number, axon: number, payload: number): void {
    this.payloads[slot * this.axonCount + axon]! += payload;
    this.touched[slot * this.wordsPerSlot + (axon >>> 5)]! |= 1 << (axon & 31);
  }

  events(slot: number): number {
    let count = 0;
    for (let axon = 0; axon < this.axonCount; axon++) if (this.payloads[slot * this.axonCount + axon] !== 0) count++;
    return count;
  }

  postpone(ticks: number): void {
    rotateRows(this.payloads, this.slots, ticks);
    rotateRows(this.touched, this.slots, ticks);
  }

  clear(): void {
    this.payloads.fill(0);
    this.touched.fill(0);
  }

  take(slot: number, axons: Uint32Array, payloads: Int32Array): number {
    const base = slot * this.axonCount;
    const from = slot * this.wordsPerSlot;
    let count = 0;
    for (let w = 0; w < this.wordsPerSlot; w++) {
      let bits = this.touched[from + w]! | 0;
      if (bits === 0) continue;
      this.touched[from + w] = 0;
      while (bits !== 0) {
        const low = bits & -bits;
        bits ^= low;
        const axon = (w << 5) + 31 - Math.clz32(low);
        const payload = this.payloads[base + axon]!;
        if (payload === 0) continue;
        this.payloads[base + axon] = 0;
        axons[count] = axon;
        payloads[count++] = payload;
      }
    }
    return count;
  }
}
