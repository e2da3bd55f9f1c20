/**
 * When which router has something to do. Events of the next 64 cycles are bits in a wheel; later ones are remembered as the
 * earliest per router. A router that is looked at for nothing does nothing, so an event may be noted twice.
 */
import * as N from '../generated/network-records';

export const NEVER: i64 = i64.MAX_VALUE;
const SPAN: i64 = 64;

/** The cycle at hand. */
export let now: i64 = 0;
/** Cycle 0 of the phase. */
export let phaseStart: i64 = 0;
/** Whether events beyond the wheel became due in it: then every router looked at notes again what it waits for. */
export let renewed: bool = false;
/** Cycles of the wheel that have an event, a bit each by their number modulo 64. */
let filled: u64 = 0;
let farNext: i64 = NEVER;
let wheelAt: usize = 0;
let words: u32 = 0;
let farAt: usize = 0;
let positions: u32 = 0;

/** Nothing is due; time stands at `cycle`. */
export function clearAgenda(net: usize, cycle: i64): void {
  wheelAt = load<u32>(net, N.NET_WHEEL_AT);
  words = load<u32>(net, N.NET_WHEEL_WORDS);
  farAt = load<u32>(net, N.NET_FAR_AT);
  positions = load<u32>(net, N.NET_ROUTERS);
  memory.fill(wheelAt, 0, words << 9);
  for (let p: u32 = 0; p < positions; p++) store<i64>(farAt + (p << 3), NEVER);
  filled = 0;
  farNext = NEVER;
  now = cycle;
}

/** Whether clearAgenda would change nothing but the time. */
export function agendaIsEmpty(): bool {
  return filled == 0 && farNext == NEVER;
}

/** Lets time pass without events, to the beginning of a phase. */
export function startPhase(cycle: i64): void {
  phaseStart = cycle;
  now = cycle - 1;
}

/** The router at a position has something to do in a later cycle. */
export function note(position: u32, cycle: i64): void {
  if (cycle - now >= SPAN) {
    noteFar(position, cycle);
    return;
  }
  const slot = <u32>cycle & 63;
  const word = wheelAt + ((slot * words + (position >> 6)) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (position & 63)));
  filled |= (<u64>1) << slot;
}

function noteFar(position: u32, cycle: i64): void {
  const at = farAt + (position << 3);
  if (cycle < load<i64>(at)) store<i64>(at, cycle);
  if (cycle < farNext) farNext = cycle;
}

/** The next cycle with an event; NEVER where there is none. */
export function nextCycle(): i64 {
  if (filled == 0) return farNext;
  const first = now + 1;
  const near = first + <i64>ctz(rotr(filled, first & 63));
  return near < farNext ? near : farNext;
}

/**
 * Goes to the next cycle.
 *
 * @returns address of its bits, a word per 64 positions; whoever takes them clears them
 */
export function enter(cycle: i64): usize {
  now = cycle;
  renewed = farNext <= cycle;
  if (renewed) bringNear();
  const slot = <u32>cycle & 63;
  filled &= ~((<u64>1) << slot);
  return wheelAt + ((slot * words) << 3);
}

function bringNear(): void {
  farNext = NEVER;
  for (let p: u32 = 0; p < positions; p++) {
    const due = load<i64>(farAt + (p << 3));
    if (due <= now) {
      store<i64>(farAt + (p << 3), NEVER);
      note(p, now);
    } else if (due < farNext) farNext = due;
  }
}
