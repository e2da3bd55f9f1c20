/** The axon scheduler of a core in event mode: sums of payloads that are cut to what a counter holds when they are heard. */
import type { CoreImage } from '../../isa/machine.ts';
import { type AxonCounters, rotateRows } from '../machine/scheduler.ts';

export class EventCounters implements AxonCounters {
  readonly slots: number;
  /** Events that counters could not hold, among those heard so far. */
  lost = 0;
  readonly #axonCount: number;
  /** sums[slot * axonCount + axon]; the loader has proven that they are exact. */
  readonly #sums: Float64Array;
  /** By axon, the largest payload that its counter holds. */
  readonly #largest: Int32Array;

  constructor({ axonCount, delaySlots, groups }: CoreImage) {
    this.slots = delaySlots;
    this.#axonCount = axonCount;
    this.#sums = new Float64Array(axonCount * delaySlots);
    this.#largest = new Int32Array(axonCount);
    for (const group of groups)
      this.#largest.fill(group.payloadMax, group.firstAxon, group.firstAxon + group.axonCount);
  }

  add(slot: number, axon: number, payload: number): void {
    this.#sums[slot * this.#axonCount + axon]! += payload;
  }

  events(slot: number): number {
    let count = 0;
    for (let axon = 0; axon < this.#axonCount; axon++) if (this.#sums[slot * this.#axonCount + axon] !== 0) count++;
    return count;
  }

  postpone(ticks: number): void {
    rotateRows(this.#sums, this.slots, ticks);
  }

  clear(): void {
    this.#sums.fill(0);
  }

  take(slot: number, axons: Uint32Array, payloads: Int32Array): number {
    const base = slot * this.#axonCount;
    let count = 0;
    for (let axon = 0; axon < this.#axonCount; axon++) {
      const sum = this.#sums[base + axon]!;
      if (sum === 0) continue;
      this.#sums[base + axon] = 0;
      const payload = Math.min(sum, this.#largest[axon]!);
      this.lost += sum - payload;
      axons[count] = axon;
      payloads[count++] = payload;
    }
    return count;
  }
}
