/** Which kernel executes which instruction; made by scripts/records.mjs from emulator/wasm/ops. */
import { execute as bias } from '../ops/bias';
import { execute as conv, executeBits as convBits, takesBits as convTakesBits } from '../ops/conv';
import { execute as current } from '../ops/current';
import { execute as dense } from '../ops/dense';
import { execute as diag } from '../ops/diag';
import { execute as fire } from '../ops/fire';
import { execute as read } from '../ops/read';
import { execute as sparse } from '../ops/sparse';

/** For all events of a group that have been listed; returns the units of cycles. */
export function executeEvents(opcode: u32, op: usize, spikes: u32, graded: u32, repeats: bool, lanes: u32): u64 {
  if (opcode == 18) return conv(op, spikes, graded, repeats, lanes);
  if (opcode == 16) return dense(op, spikes, graded, repeats, lanes);
  if (opcode == 19) return diag(op, spikes, graded, repeats, lanes);
  if (opcode == 17) return sparse(op, spikes, graded, repeats, lanes);
  return unreachable();
}

/** Whether the kernel can take the bits of the axons as they are, and should for so many spikes. */
export function takesBits(opcode: u32, op: usize, spikes: u32): bool {
  if (opcode == 18) return convTakesBits(op, spikes);
  return false;
}

/** For the events that bits of axons are; returns the units of cycles. */
export function executeBits(opcode: u32, op: usize, bits: usize): u64 {
  if (opcode == 18) return convBits(op, bits);
  return unreachable();
}

/** In a tick of the tick handler. */
export function executeTick(opcode: u32, core: usize, op: usize, tick: u32): void {
  if (opcode == 33) return bias(core, op, tick);
  if (opcode == 34) return current(core, op, tick);
  if (opcode == 35) return fire(core, op, tick);
  if (opcode == 36) return read(core, op, tick);
  unreachable();
}
