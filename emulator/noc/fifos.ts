/** The credit cycle of a full ring. A local name spares the hot loop the look-up of a global. */
export const NEVER = Infinity;

/**
 * The input buffers of all routers as a structure of arrays: one ring of `depth` slots per input port.
 *
 * A flit that is on a link already occupies its slot and becomes eligible when it arrives, which is what a credit means:
 * the slot is the receiver's, reserved by the sender. A freed slot carries the cycle from which its credit can be used
 * again. Slots are freed and taken in the same order, so "is there a credit" is a look at the slot at the tail.
 */
export class InputBuffers {
  readonly depth: number;
  /** Per ring. */
  readonly head: Int32Array;
  readonly occupancy: Int32Array;
  /** Per slot: routing entry, remaining output ports, cycle from which the flit may take part in arbitration. */
  readonly entry: Int32Array;
  readonly remaining: Uint16Array;
  readonly eligible: Float64Array;
  /** Per slot: source of the packet and its index there. */
  readonly schedule: Int32Array;
  readonly item: Int32Array;
  /** Per slot: cycle from which the credit of the free slot can be used. */
  readonly usable: Float64Array;

  constructor(rings: number, depth: number) {
    const slots = rings * depth;
    this.depth = depth;
    this.head = new Int32Array(rings);
    this.occupancy = new Int32Array(rings);
    this.entry = new Int32Array(slots);
    this.remaining = new Uint16Array(slots);
    this.eligible = new Float64Array(slots);
    this.schedule = new Int32Array(slots);
    this.item = new Int32Array(slots);
    this.usable = new Float64Array(slots);
  }

  /** Empties everything and gives all credits back. */
  clear(): void {
    this.head.fill(0);
    this.occupancy.fill(0);
    this.usable.fill(0);
  }

  headSlot(ring: number): number {
    return ring * this.depth + this.head[ring]!;
  }

  #tailSlot(ring: number): number {
    const position = this.head[ring]! + this.occupancy[ring]!;
    return ring * this.depth + (position >= this.depth ? position - this.depth : position);
  }

  /** First cycle in which the sender has a credit; Infinity while the ring is full and nothing is known to leave. */
  creditCycle(ring: number): number {
    return this.occupancy[ring] === this.depth ? NEVER : this.usable[this.#tailSlot(ring)]!;
  }

  /** Takes the slot at the tail. The caller has seen the credit. */
  push(ring: number, entry: number, remaining: number, eligible: number, schedule: number, item: number): void {
    const slot = this.#tailSlot(ring);
    this.entry[slot] = entry;
    this.remaining[slot] = remaining;
    this.eligible[slot] = eligible;
    this.schedule[slot] = schedule;
    this.item[slot] = item;
    this.occupancy[ring]!++;
  }

  /** Frees the slot at the head. */
  pop(ring: number, creditUsable: number): void {
    const position = this.head[ring]!;
    this.usable[ring * this.depth + position] = creditUsable;
    this.head[ring] = position + 1 === this.depth ? 0 : position + 1;
    this.occupancy[ring]!--;
  }

  /** Takes the slot at the tail of an empty ring and frees it at once: the flit goes on, its credit comes back later. */
  passThrough(ring: number, creditUsable: number): void {
    this.occupancy[ring]!++;
    this.pop(ring, creditUsable);
  }

  /** No flit in any ring and every credit usable at `cycle`. */
  isIdle(cycle: number): boolean {
    return this.occupancy.every((n) => n === 0) && this.usable.every((c) => c <= cycle);
  }
}
