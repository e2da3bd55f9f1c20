/** Sources: when they want to inject their packets, and what they inject. */
import * as N from '../generated/network-records';
import { NEVER, note, now, phaseStart, renewed } from './agenda';
import { creditCycle, push } from './buffers';
import { maskOf } from './routes';

let network: usize = 0;

/** Must be called before anything else. */
export function connectSources(net: usize): void {
  network = net;
}

/** A source takes part in the phase. Its first packets are there. */
export function beginSource(net: usize, router: usize, input: u32): void {
  store<u32>(router, load<u32>(router, N.ROUTER_LIVE) | (1 << input), N.ROUTER_LIVE);
  store<u32>(net, load<u32>(net, N.NET_LIVE) + 1, N.NET_LIVE);
  const source = sourceAt(router, input);
  store<u32>(source, 0, N.SOURCE_HUNGRY);
  const cycle = phaseStart + <i64>load<u32>(load<u32>(source, N.SOURCE_NEXT), N.PACKET_CYCLE);
  store<i64>(source, cycle, N.SOURCE_WANTED);
  note(load<u32>(router, N.ROUTER_POSITION), cycle);
}

/** A source has got more packets, or has no more after all. */
export function continueSource(net: usize, router: usize, input: u32): void {
  const source = sourceAt(router, input);
  if (load<u32>(source, N.SOURCE_HUNGRY) == 0) return;
  store<u32>(source, 0, N.SOURCE_HUNGRY);
  store<u32>(net, load<u32>(net, N.NET_HUNGRY) - 1, N.NET_HUNGRY);
  want(router, source, input);
}

function sourceAt(router: usize, input: u32): usize {
  return load<u32>(router, N.ROUTER_SOURCES_AT) + (input - N.SOURCES_FROM) * N.SOURCE_BYTES;
}

/** When a source that has injected a packet wants to inject the next one. */
function want(router: usize, source: usize, input: u32): void {
  const packet: usize = load<u32>(source, N.SOURCE_NEXT);
  if (packet == load<u32>(source, N.SOURCE_END)) {
    if (load<u32>(source, N.SOURCE_MORE) != 0) {
      store<u32>(source, 1, N.SOURCE_HUNGRY);
      store<u32>(network, load<u32>(network, N.NET_HUNGRY) + 1, N.NET_HUNGRY);
    } else {
      store<u32>(router, load<u32>(router, N.ROUTER_LIVE) & ~(1 << input), N.ROUTER_LIVE);
      store<u32>(network, load<u32>(network, N.NET_LIVE) - 1, N.NET_LIVE);
    }
    store<i64>(source, NEVER, N.SOURCE_WANTED);
    return;
  }
  const nominal = phaseStart + <i64>load<u32>(packet, N.PACKET_CYCLE);
  const last = load<i64>(source, N.SOURCE_ACTUAL);
  let wanted = last + nominal - load<i64>(source, N.SOURCE_NOMINAL);
  if (load<u32>(source, N.SOURCE_QUEUES) != 0) wanted = nominal > last ? nominal : last + 1;
  store<i64>(source, wanted, N.SOURCE_WANTED);
  note(load<u32>(router, N.ROUTER_POSITION), wanted);
}

/** Cycle of the phase in which a source injected its last packet. */
export function lastInjection(source: usize): f64 {
  return <f64>(load<i64>(source, N.SOURCE_ACTUAL) - phaseStart);
}

/** Injects what the sources of a router can in this cycle; returns the number of packets. */
export function inject(router: usize): u32 {
  let injected: u32 = 0;
  for (let bits = load<u32>(router, N.ROUTER_LIVE); bits != 0; bits &= bits - 1) {
    const input = ctz(bits);
    const source = sourceAt(router, input);
    const wanted = load<i64>(source, N.SOURCE_WANTED);
    if (wanted > now) {
      if (renewed && wanted != NEVER) note(load<u32>(router, N.ROUTER_POSITION), wanted);
      continue;
    }
    const buffer = load<u32>(router, N.ROUTER_INPUTS_AT) + input * N.INPUT_BYTES;
    const credit = creditCycle(buffer);
    if (credit > now) {
      if (credit != NEVER) note(load<u32>(router, N.ROUTER_POSITION), credit);
      continue;
    }
    const packet: usize = load<u32>(source, N.SOURCE_NEXT);
    const entry = load<u32>(packet, N.PACKET_ENTRY);
    const slot = push(buffer, now + <i64>load<u32>(network, N.NET_INJECTION_CYCLES));
    store<u32>(slot, entry, N.SLOT_ENTRY);
    store<u32>(slot, maskOf(entry, router), N.SLOT_REMAINING);
    store<u32>(slot, load<u32>(source, N.SOURCE_NUMBER), N.SLOT_SOURCE);
    store<u32>(slot, load<u32>(packet, N.PACKET_TAG), N.SLOT_TAG);
    injected++;
    store<i64>(source, now, N.SOURCE_ACTUAL);
    store<i64>(source, phaseStart + <i64>load<u32>(packet, N.PACKET_CYCLE), N.SOURCE_NOMINAL);
    store<u32>(source, <u32>packet + N.PACKET_BYTES, N.SOURCE_NEXT);
    want(router, source, input);
  }
  return injected;
}
