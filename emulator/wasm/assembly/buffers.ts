/** The input buffers of the routers: rings of slots. */
import * as N from '../generated/network-records';
import { NEVER, note, now } from './agenda';

/** First cycle in which the sender has a credit; NEVER while the buffer is full, and then the sender will be woken. */
export function creditCycle(input: usize): i64 {
  const tail = load<u32>(input, N.INPUT_TAIL);
  if (tail == load<u32>(input, N.INPUT_HEAD) && load<u32>(input, N.INPUT_COUNT) != 0) {
    store<u32>(input, 1, N.INPUT_AWAITED);
    return NEVER;
  }
  return load<i64>(tail, N.SLOT_TIME);
}

/** Takes the slot at the tail. The caller has seen the credit, and fills in what the slot says of the packet. */
export function push(input: usize, eligible: i64): usize {
  const slot: usize = load<u32>(input, N.INPUT_TAIL);
  store<i64>(slot, eligible, N.SLOT_TIME);
  store<u32>(input, after(input, <u32>slot), N.INPUT_TAIL);
  const count = load<u32>(input, N.INPUT_COUNT);
  store<u32>(input, count + 1, N.INPUT_COUNT);
  if (count == 0) {
    const router: usize = load<u32>(input, N.INPUT_ROUTER_AT);
    store<u32>(router, load<u32>(router, N.ROUTER_FILLED) | load<u32>(input, N.INPUT_BIT), N.ROUTER_FILLED);
    // A flit that is injected may take part in arbitration at once: then its router is being looked at.
    if (eligible > now) note(load<u32>(router, N.ROUTER_POSITION), eligible);
  }
  return slot;
}

/** Frees the slot at the head. What comes behind it is looked at in the next cycle or when it is eligible. */
export function pop(router: usize, input: usize): void {
  const credit = now + <i64>load<u32>(input, N.INPUT_CREDIT_CYCLES);
  const slot = load<u32>(input, N.INPUT_HEAD);
  store<i64>(slot, credit, N.SLOT_TIME);
  const head = after(input, slot);
  store<u32>(input, head, N.INPUT_HEAD);
  const count = load<u32>(input, N.INPUT_COUNT) - 1;
  store<u32>(input, count, N.INPUT_COUNT);
  if (count == 0)
    store<u32>(router, load<u32>(router, N.ROUTER_FILLED) & ~load<u32>(input, N.INPUT_BIT), N.ROUTER_FILLED);
  else {
    const eligible = load<i64>(head, N.SLOT_TIME);
    note(load<u32>(router, N.ROUTER_POSITION), eligible > now ? eligible : now + 1);
  }
  if (load<u32>(input, N.INPUT_AWAITED) != 0) {
    store<u32>(input, 0, N.INPUT_AWAITED);
    note(load<u32>(input, N.INPUT_SENDER), credit);
  }
}

/** A sink takes a slot of its own and gives it back at once; its credit can be used from `usable` on. */
export function passThrough(sink: usize, usable: i64): void {
  const slot = load<u32>(sink, N.INPUT_TAIL);
  store<i64>(slot, usable, N.SLOT_TIME);
  const next = after(sink, slot);
  store<u32>(sink, next, N.INPUT_TAIL);
  store<u32>(sink, next, N.INPUT_HEAD);
}

function after(input: usize, slot: u32): u32 {
  const next = slot + N.SLOT_BYTES;
  return next == load<u32>(input, N.INPUT_END) ? load<u32>(input, N.INPUT_FIRST) : next;
}
