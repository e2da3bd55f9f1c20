/** The axon scheduler of a core in the memory of the kernels. */
import type { AxonGroup, CoreImage } from '../../isa/machine.ts';
import { type PayloadStore, rotateRows } from '../machine/scheduler.ts';
import type { KernelMemory, MemoryPlan } from './memory.ts';

/** Where the axons of a group are: payloads, or, where every payload is 0 or 1, bits that say it all; the other is 0. */
export interface GroupArea {
  readonly bitsAt: number;
  readonly payloadsAt: number;
}

/**
 * The loader has proved the range of the payload that an axon can hold in one tick: with 0..1 a bit is enough, and spikes
 * can be copied many at a time.
 */
const isBinary = ({ payloadMin, payloadMax }: AxonGroup): boolean => payloadMin === 0 && payloadMax <= 1;

/** Events of larger payloads are worth a multiplication. */
const MOST_REPEATS = 9;

/** How many spikes the kernels make of an event of the group at most; 1 where payloads are multiplied. */
export const repeatsOf = ({ payloadMin, payloadMax }: AxonGroup): number =>
  payloadMin >= 0 && payloadMax <= MOST_REPEATS ? Math.max(1, payloadMax) : 1;

/** Slots of all groups of a core, group after group within a slot. */
export class KernelScheduler implements PayloadStore {
  readonly slots: number;
  readonly groups: readonly GroupArea[];
  /** Bytes from one slot to the next. */
  readonly bitsStride: number;
  readonly payloadsStride: number;
  readonly #bitsAt: number;
  readonly #payloadsAt: number;
  readonly #firstAxons: readonly number[];
  readonly #axonCounts: readonly number[];
  readonly #groupOf: Uint16Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #payloads: Int16Array = new Int16Array(0);

  constructor(plan: MemoryPlan, image: CoreImage) {
    this.slots = image.delaySlots;
    this.#firstAxons = image.groups.map(({ firstAxon }) => firstAxon);
    this.#axonCounts = image.groups.map(({ axonCount }) => axonCount);
    this.#groupOf = new Uint16Array(image.axonCount);
    let bits = 0;
    let payloads = 0;
    const offsets = image.groups.map((group, g) => {
      this.#groupOf.fill(g, group.firstAxon, group.firstAxon + group.axonCount);
      const binary = isBinary(group);
      const offset = { binary, at: binary ? bits : payloads };
      if (binary) bits += (group.axonCount + 7) >>> 3;
      else payloads += 2 * group.axonCount;
      return offset;
    });
    this.bitsStride = bits;
    this.payloadsStride = payloads;
    const bitsAt = plan.reserve(bits * this.slots);
    const payloadsAt = plan.reserve(payloads * this.slots);
    this.groups = offsets.map(({ binary, at }) => ({
      bitsAt: binary ? bitsAt + at : 0,
      payloadsAt: binary ? 0 : payloadsAt + at,
    }));
    this.#bitsAt = bitsAt;
    this.#payloadsAt = payloadsAt;
    plan.whenBuilt((memory) => {
      this.#attach(memory);
    });
  }

  add(slot: number, axon: number, payload: number): void {
    const g = this.#groupOf[axon]!;
    const group = this.groups[g]!;
    const index = axon - this.#firstAxons[g]!;
    if (group.payloadsAt === 0)
      this.#bytes[group.bitsAt - this.#bitsAt + slot * this.bitsStride + (index >>> 3)]! |= 1 << (index & 7);
    else this.#payloads[((group.payloadsAt - this.#payloadsAt + slot * this.payloadsStride) >>> 1) + index]! += payload;
  }

  events(slot: number): number {
    let count = 0;
    this.groups.forEach(({ bitsAt, payloadsAt }, g) => {
      const bits = bitsAt - this.#bitsAt + slot * this.bitsStride;
      const payloads = (payloadsAt - this.#payloadsAt + slot * this.payloadsStride) >>> 1;
      const axons = this.#axonCounts[g]!;
      for (let index = 0; index < axons; index++) {
        const isHeard =
          payloadsAt === 0
            ? ((this.#bytes[bits + (index >>> 3)]! >> (index & 7)) & 1) === 1
            : this.#payloads[payloads + index] !== 0;
        if (isHeard) count++;
      }
    });
    return count;
  }

  postpone(ticks: number): void {
    rotateRows(this.#bytes, this.slots, ticks);
    rotateRows(this.#payloads, this.slots, ticks);
  }

  clear(): void {
    this.#bytes.fill(0);
    this.#payloads.fill(0);
  }

  #attach({ bytes }: KernelMemory): void {
    this.#bytes = bytes.subarray(this.#bitsAt, this.#bitsAt + this.bitsStride * this.slots);
    this.#payloads = new Int16Array(bytes.buffer, this.#payloadsAt, (this.payloadsStride * this.slots) / 2);
  }
}
