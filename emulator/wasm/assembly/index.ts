/**
 * The hot loops of the emulator: one call per core and phase of a tick. Everything lies in one memory, at the addresses
 * that the records (../records/) name; nothing is allocated here. All arithmetic on states is modulo 2^32.
 */
import * as R from '../generated/records';
import { clearBits, countBits, gradedTaken, listBits, takePayloads } from './events';
import { wrapStates } from './states';
import { executeBits, executeEvents, executeTick, takesBits } from './generated/dispatch';

export { listSpikes, tellSpikes } from './history';
export { beginPhase, lastDelivery, networkIsEmpty, resetNetwork, runNetwork } from './network';
export { beginSource, continueSource, lastInjection } from './sources';
export { setScratch } from './generated/scratch';

/**
 * A core hears the axons of the tick's slot.
 *
 * @returns cycles; 0 where they are not wanted
 */
export function integrate(core: usize, tick: u32): f64 {
  const slot = tick % load<u32>(core, R.CORE_SLOTS);
  const timed = load<u32>(core, R.CORE_TIMED) != 0;
  const lanes = timed ? load<u32>(core, R.CORE_LANES) : 0;
  const eventCycles = <f64>load<u32>(core, R.CORE_EVENT_CYCLES);
  if (timed) memory.fill(load<u32>(core, R.CORE_LAYER_CYCLES_AT), 0, load<u32>(core, R.CORE_LAYER_CYCLES) << 3);
  let cycles: f64 = 0;
  let hears = false;
  let group: usize = load<u32>(core, R.CORE_GROUPS_AT);
  const end = group + load<u32>(core, R.CORE_GROUPS) * R.GROUP_BYTES;
  for (; group < end; group += R.GROUP_BYTES) {
    const axons = load<u32>(group, R.GROUP_AXONS);
    const payloads: usize = load<u32>(group, R.GROUP_PAYLOADS_AT);
    if (payloads == 0) {
      const bits: usize = load<u32>(group, R.GROUP_BITS_AT) + slot * load<u32>(group, R.GROUP_BITS_STRIDE);
      const spikes = countBits(bits, axons);
      if (spikes == 0) continue;
      hears = true;
      if (timed) cycles += booked(load<u32>(group, R.GROUP_LAYER_CYCLES_AT), eventCycles * <f64>spikes);
      cycles += executeSpikes(group, bits, spikes, lanes);
      clearBits(bits, axons);
    } else {
      const spikes = takePayloads(axons, payloads + slot * load<u32>(group, R.GROUP_PAYLOADS_STRIDE));
      if ((spikes | gradedTaken) == 0) continue;
      hears = true;
      if (timed) cycles += booked(load<u32>(group, R.GROUP_LAYER_CYCLES_AT), eventCycles * <f64>(spikes + gradedTaken));
      cycles += executeAll(group, spikes, gradedTaken, lanes);
    }
  }
  if (hears && load<u32>(core, R.CORE_WRAPPED) != 0) wrapStates(core);
  return cycles;
}

/** Adds cycles to those of a layer; returns them. */
function booked(layer: usize, cycles: f64): f64 {
  store<f64>(layer, load<f64>(layer) + cycles);
  return cycles;
}

/** The instructions of a group whose payloads are 0 or 1; returns their cycles. */
function executeSpikes(group: usize, bits: usize, spikes: u32, lanes: u32): f64 {
  let cycles: f64 = 0;
  let listed = false;
  let op: usize = load<u32>(group, R.GROUP_OPS_AT);
  const end = op + load<u32>(group, R.GROUP_OPS) * R.OP_BYTES;
  for (; op < end; op += R.OP_BYTES) {
    const opcode = load<u32>(op, R.OP_KIND);
    let units: u64 = 0;
    if (takesBits(opcode, op, spikes)) units = executeBits(opcode, op, bits);
    else {
      if (!listed) listBits(bits, load<u32>(group, R.GROUP_AXONS));
      listed = true;
      units = executeEvents(opcode, op, spikes, 0, false, lanes);
    }
    if (lanes != 0) cycles += booked(load<u32>(op, R.OP_LAYER_CYCLES_AT), <f64>units * load<f64>(op, R.OP_CYCLES));
  }
  return cycles;
}

/** The instructions of a group whose events have been listed; returns their cycles. */
function executeAll(group: usize, spikes: u32, graded: u32, lanes: u32): f64 {
  const repeats = load<u32>(group, R.GROUP_REPEATS) != 0;
  let cycles: f64 = 0;
  let op: usize = load<u32>(group, R.GROUP_OPS_AT);
  const end = op + load<u32>(group, R.GROUP_OPS) * R.OP_BYTES;
  for (; op < end; op += R.OP_BYTES) {
    const units = executeEvents(load<u32>(op, R.OP_KIND), op, spikes, graded, repeats, lanes);
    if (lanes != 0) cycles += booked(load<u32>(op, R.OP_LAYER_CYCLES_AT), <f64>units * load<f64>(op, R.OP_CYCLES));
  }
  return cycles;
}

/**
 * The tick handler of a core. Packets are delivered at once: no sink listens to them before the next tick.
 *
 * @param startCycle nominal cycle at which the update starts
 */
export function update(core: usize, tick: u32, startCycle: f64): void {
  store<f64>(core, startCycle, R.CORE_CYCLES);
  store<u32>(core, 0, R.CORE_PACKETS);
  const flags = load<u32>(core, R.CORE_FLAGS);
  if (flags != 0) memory.fill(load<u32>(core, R.CORE_FLAGS_AT), 0, flags);
  let op: usize = load<u32>(core, R.CORE_TICK_OPS_AT);
  const end = op + load<u32>(core, R.CORE_TICK_OPS) * R.TICK_BYTES;
  for (; op < end; op += R.TICK_BYTES) {
    const start = load<u32>(op, R.TICK_START);
    if (tick < start || tick >= load<u32>(op, R.TICK_END)) continue;
    if ((tick - start) % load<u32>(op, R.TICK_PERIOD) >= load<u32>(op, R.TICK_LENGTH)) continue;
    const before = load<f64>(core, R.CORE_CYCLES);
    executeTick(load<u32>(op, R.TICK_KIND), core, op, tick);
    const cycles = load<f64>(core, R.CORE_CYCLES) + load<f64>(op, R.TICK_CYCLES);
    store<f64>(core, cycles, R.CORE_CYCLES);
    booked(load<u32>(op, R.TICK_LAYER_CYCLES_AT), cycles - before);
  }
}
