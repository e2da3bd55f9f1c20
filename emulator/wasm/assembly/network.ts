/**
 * The routers and links of the chip (spec/network.md), event by event: a router is looked at in the cycles in which one of
 * its heads may win, a link or credit comes free, or a source injects, and in no others.
 *
 * A router can be done with a cycle before the next one is looked at. What it changes in others, a flit on its way or a
 * credit, counts from a later cycle on, as hops and credits take a cycle at least.
 */
import * as N from '../generated/network-records';
import {
  agendaIsEmpty,
  clearAgenda,
  enter,
  NEVER,
  nextCycle,
  note,
  now,
  phaseStart,
  renewed,
  startPhase,
} from './agenda';
import { creditCycle, passThrough, pop, push } from './buffers';
import { entryBehind, maskOf, readRoutes } from './routes';
import { connectSources, inject } from './sources';

let network: usize = 0;
let ports: u32 = 0;
let logging: u32 = 0;
let logNext: u32 = 0;
let flits: u32 = 0;
let deliveries: u32 = 0;
let traversals: u32 = 0;

/** Must be called before anything else, and after a phase that was left unfinished: an empty network. */
export function resetNetwork(net: usize): void {
  network = net;
  ports = load<u32>(net, N.NET_PORTS);
  readRoutes(net);
  connectSources(net);
  flits = 0;
  const first: usize = load<u32>(net, N.NET_ROUTERS_AT);
  const end = first + load<u32>(net, N.NET_ROUTERS) * N.ROUTER_BYTES;
  for (let router = first; router < end; router += N.ROUTER_BYTES) {
    store<u32>(router, 0, N.ROUTER_FILLED);
    store<u32>(router, 0, N.ROUTER_LIVE);
    for (let p: u32 = 0; p < ports; p++) {
      const input = load<u32>(router, N.ROUTER_INPUTS_AT) + p * N.INPUT_BYTES;
      clearBuffer(input);
      const out = load<u32>(router, N.ROUTER_OUTPUTS_AT) + p * N.OUT_BYTES;
      store<i64>(out, 0, N.OUT_FREE);
      store<u32>(out, 0, N.OUT_REQUESTS);
      if (p >= <u32>N.SOURCES_FROM && load<u32>(out, N.OUT_INPUT_AT) != 0) clearBuffer(load<u32>(out, N.OUT_INPUT_AT));
    }
  }
  clearAgenda(net, 0);
}

function clearBuffer(input: usize): void {
  const first = load<u32>(input, N.INPUT_FIRST);
  const end = load<u32>(input, N.INPUT_END);
  store<u32>(input, first, N.INPUT_HEAD);
  store<u32>(input, first, N.INPUT_TAIL);
  store<u32>(input, 0, N.INPUT_COUNT);
  store<u32>(input, 0, N.INPUT_AWAITED);
  for (let slot = first; slot < end; slot += N.SLOT_BYTES) store<i64>(slot, 0, N.SLOT_TIME);
}

/**
 * A new phase on an empty network: arbiters start afresh, nothing has been counted.
 *
 * @param pause cycles after the last one until all credits are back and all links free
 */
export function beginPhase(net: usize, pause: u32): void {
  // An event may be noted twice, and be left over.
  if (!agendaIsEmpty()) clearAgenda(net, now);
  startPhase(now + <i64>pause);
  store<i64>(net, phaseStart, N.NET_LAST_DELIVERY);
  store<u32>(net, 0, N.NET_LIVE);
  store<u32>(net, 0, N.NET_HUNGRY);
  memory.fill(net + N.NET_DELIVERIES, 0, N.NET_BYTES - N.NET_DELIVERIES);
  let router: usize = load<u32>(net, N.NET_ROUTERS_AT);
  const end = router + load<u32>(net, N.NET_ROUTERS) * N.ROUTER_BYTES;
  for (; router < end; router += N.ROUTER_BYTES) {
    const outputs: usize = load<u32>(router, N.ROUTER_OUTPUTS_AT);
    for (let p: u32 = 0; p < ports; p++) store<u32>(outputs + p * N.OUT_BYTES, 0, N.OUT_POINTER);
  }
}

/**
 * Goes on with the phase.
 *
 * @param until last cycle of the phase that is worked on
 * @returns why it stopped (STOP_…)
 */
export function runNetwork(net: usize, until: f64): u32 {
  const last = until < 9e15 ? phaseStart + <i64>until : NEVER;
  const mostEntries = load<u32>(net, N.NET_ROUTERS) * ports * N.LOG_BYTES;
  const orderAt: usize = load<u32>(net, N.NET_ORDER_AT);
  const words = load<u32>(net, N.NET_WHEEL_WORDS);
  logging = load<u32>(net, N.NET_LOG);
  logNext = load<u32>(net, N.NET_LOG_NEXT);
  const logLimit = logging == <u32>N.LOG_NOTHING ? u32.MAX_VALUE : load<u32>(net, N.NET_LOG_END) - mostEntries;
  deliveries = 0;
  traversals = 0;
  let stop: u32 = N.STOP_DONE;
  while (flits != 0 || load<u32>(net, N.NET_LIVE) != 0) {
    if (load<u32>(net, N.NET_HUNGRY) != 0) {
      stop = N.STOP_HUNGRY;
      break;
    }
    if (logNext > logLimit) {
      stop = N.STOP_LOG;
      break;
    }
    const cycle = nextCycle();
    if (cycle > last || cycle == NEVER) {
      stop = cycle == NEVER ? N.STOP_STUCK : N.STOP_TIME;
      break;
    }
    let word = enter(cycle);
    for (let w: u32 = 0; w < words; w++) {
      let bits = load<u64>(word);
      store<u64>(word, 0);
      const order = orderAt + (w << 8);
      for (; bits != 0; bits &= bits - 1) visit(load<u32>(order + ((<usize>ctz(bits)) << 2)));
      word += 8;
    }
  }
  store<u32>(net, flits, N.NET_FLITS);
  store<u32>(net, logNext, N.NET_LOG_NEXT);
  store<f64>(net, load<f64>(net, N.NET_DELIVERIES) + <f64>deliveries, N.NET_DELIVERIES);
  store<f64>(net, load<f64>(net, N.NET_TRAVERSALS) + <f64>traversals, N.NET_TRAVERSALS);
  return stop;
}

/** Whether no flit is in any buffer and no source has packets. */
export function networkIsEmpty(net: usize): bool {
  if (flits != 0) return false;
  let router: usize = load<u32>(net, N.NET_ROUTERS_AT);
  const end = router + load<u32>(net, N.NET_ROUTERS) * N.ROUTER_BYTES;
  for (; router < end; router += N.ROUTER_BYTES)
    if ((load<u32>(router, N.ROUTER_FILLED) | load<u32>(router, N.ROUTER_LIVE)) != 0) return false;
  return true;
}

/** Cycle of the phase in which the last packet was delivered; 0 where none was. */
export function lastDelivery(net: usize): f64 {
  return <f64>(load<i64>(net, N.NET_LAST_DELIVERY) - phaseStart);
}

/** One router in one cycle. */
function visit(router: usize): void {
  if (load<u32>(router, N.ROUTER_LIVE) != 0) flits += inject(router);
  const inputs: usize = load<u32>(router, N.ROUTER_INPUTS_AT);
  const outputs: usize = load<u32>(router, N.ROUTER_OUTPUTS_AT);
  const position = load<u32>(router, N.ROUTER_POSITION);
  let requested: u32 = 0;
  for (let bits = load<u32>(router, N.ROUTER_FILLED); bits != 0; bits &= bits - 1) {
    const input = ctz(bits);
    const slot: usize = load<u32>(inputs + input * N.INPUT_BYTES, N.INPUT_HEAD);
    const eligible = load<i64>(slot, N.SLOT_TIME);
    if (eligible > now) {
      if (renewed) note(position, eligible);
      continue;
    }
    const wants = load<u32>(slot, N.SLOT_REMAINING);
    requested |= wants;
    for (let rest = wants; rest != 0; rest &= rest - 1) {
      const out = outputs + ctz(rest) * N.OUT_BYTES;
      store<u32>(out, load<u32>(out, N.OUT_REQUESTS) | (1 << input), N.OUT_REQUESTS);
    }
  }
  let gone: u32 = 0;
  let again = false;
  for (; requested != 0; requested &= requested - 1) {
    const output = ctz(requested);
    const out = outputs + output * N.OUT_BYTES;
    const requests = load<u32>(out, N.OUT_REQUESTS);
    store<u32>(out, 0, N.OUT_REQUESTS);
    let open = load<i64>(out, N.OUT_FREE);
    const behind: usize = load<u32>(out, N.OUT_INPUT_AT);
    if (behind != 0) {
      const credit = creditCycle(behind);
      if (credit > open) open = credit;
    }
    if (open > now) {
      if (open != NEVER) note(position, open);
      continue;
    }
    const winner = grant(out, requests);
    if ((requests & (requests - 1)) != 0) again = true;
    const slot: usize = load<u32>(inputs + winner * N.INPUT_BYTES, N.INPUT_HEAD);
    if (output < <u32>N.SOURCES_FROM) forward(router, out, output, behind, slot);
    else eject(router, output, behind, slot);
    const remaining = load<u32>(slot, N.SLOT_REMAINING) & ~(1 << output);
    store<u32>(slot, remaining, N.SLOT_REMAINING);
    if (remaining == 0) gone |= 1 << winner;
  }
  if (again) note(position, now + 1);
  for (; gone != 0; gone &= gone - 1) {
    pop(router, inputs + ctz(gone) * N.INPUT_BYTES);
    flits--;
    traversals++;
  }
}

/** Round robin: the first asking input from the pointer on; the pointer moves past it. */
function grant(out: usize, requests: u32): u32 {
  const pointer = load<u32>(out, N.OUT_POINTER);
  const rest = requests >> pointer;
  const winner = rest != 0 ? pointer + ctz(rest) : ctz(requests);
  store<u32>(out, winner + 1 == ports ? 0 : winner + 1, N.OUT_POINTER);
  return winner;
}

function forward(router: usize, out: usize, output: u32, behind: usize, slot: usize): void {
  const hop = load<u32>(out, N.OUT_HOP_CYCLES);
  const apart = load<u32>(out, N.OUT_FLIT_CYCLES);
  if (apart != 1) store<i64>(out, now + <i64>apart, N.OUT_FREE);
  const counter: usize = load<u32>(out, N.OUT_COUNTER_AT);
  store<f64>(counter, load<f64>(counter) + 1);
  const entry = entryBehind(load<u32>(slot, N.SLOT_ENTRY), output);
  const to = push(behind, now + <i64>hop);
  store<u32>(to, entry, N.SLOT_ENTRY);
  store<u32>(to, maskOf(entry, load<u32>(behind, N.INPUT_ROUTER_AT)), N.SLOT_REMAINING);
  store<u64>(to, load<u64>(slot, N.SLOT_SOURCE), N.SLOT_SOURCE);
  flits++;
  if (logging == <u32>N.LOG_ALL) log(router, output, slot, now);
}

function eject(router: usize, output: u32, sink: usize, slot: usize): void {
  const delivered = now + <i64>load<u32>(network, N.NET_EJECTION_CYCLES);
  store<i64>(network, delivered, N.NET_LAST_DELIVERY);
  deliveries++;
  if (sink != 0) passThrough(sink, delivered + <i64>load<u32>(network, N.NET_SINK_CREDIT_CYCLES));
  if (logging != <u32>N.LOG_NOTHING) log(router, output, slot, delivered);
}

function log(router: usize, output: u32, slot: usize, cycle: i64): void {
  const entry: usize = logNext;
  store<u64>(entry, load<u64>(slot, N.SLOT_SOURCE), N.LOG_SOURCE);
  store<u32>(entry, load<u32>(router, N.ROUTER_NUMBER), N.LOG_ROUTER);
  store<u32>(entry, output, N.LOG_OUTPUT);
  store<f64>(entry, <f64>(cycle - phaseStart), N.LOG_CYCLE);
  logNext += N.LOG_BYTES;
}
