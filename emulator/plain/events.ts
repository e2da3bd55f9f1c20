import type { AxonGroup } from '../../isa/machine.ts';

/** Larger payloads are worth a multiplication. */
const MOST_REPEATS = 8;

/** Whether an event may be taken as so many spikes: adding a row several times together with others is faster. */
export const isRepeated = (payload: number): boolean => payload >= 1 && payload <= MOST_REPEATS;

/** What an axon group hears in a tick: its axons by their index in the group, ascending. Reused from tick to tick. */
export class GroupEvents {
  /** Events; the valid length of `indices` and `payloads`. */
  heard = 0;
  readonly indices: Int32Array;
  readonly payloads: Int32Array;
  /** Events of payload 1. */
  spikes = 0;
  /** Axons of the events that are repeated, as often as their payload says; ascending. */
  repeats = 0;
  readonly repeated: Int32Array;

  /** @param groups of the core */
  constructor(groups: readonly AxonGroup[]) {
    let axons = 0;
    let repeats = 0;
    for (const { axonCount, payloadMax } of groups) {
      axons = Math.max(axons, axonCount);
      repeats = Math.max(repeats, axonCount * Math.min(payloadMax, MOST_REPEATS));
    }
    this.indices = new Int32Array(axons);
    this.payloads = new Int32Array(axons);
    this.repeated = new Int32Array(repeats);
  }

  clear(): void {
    this.heard = 0;
    this.spikes = 0;
    this.repeats = 0;
  }

  /** @param index higher than those before */
  add(index: number, payload: number): void {
    this.indices[this.heard] = index;
    this.payloads[this.heard++] = payload;
    if (payload === 1) {
      this.spikes++;
      this.repeated[this.repeats++] = index;
    } else if (isRepeated(payload)) for (let k = 0; k < payload; k++) this.repeated[this.repeats++] = index;
  }
}
