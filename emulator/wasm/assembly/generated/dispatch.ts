/** Which kernel executes which instruction; made by scripts/records.mjs from emulator/wasm/ops. */
import { execute as alu } from '../ops/alu';
import { execute as alup } from '../ops/alup';
import { execute as bias } from '../ops/bias';
import { execute as compare } from '../ops/compare';
import { execute as comparep } from '../ops/comparep';
import { execute as conv, executeBits as convBits, takesBits as convTakesBits } from '../ops/conv';
import { execute as count } from '../ops/count';
import { execute as current } from '../ops/current';
import { execute as decay } from '../ops/decay';
import { execute as dense } from '../ops/dense';
import { execute as diag } from '../ops/diag';
import { execute as emit } from '../ops/emit';
import { execute as fire } from '../ops/fire';
import { execute as fires } from '../ops/fires';
import { execute as firev } from '../ops/firev';
import { execute as random } from '../ops/random';
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
  if (opcode == 41) return alu(core, op, tick);
  if (opcode == 42) return alup(core, op, tick);
  if (opcode == 33) return bias(core, op, tick);
  if (opcode == 43) return compare(core, op, tick);
  if (opcode == 44) return comparep(core, op, tick);
  if (opcode == 45) return count(core, op, tick);
  if (opcode == 34) return current(core, op, tick);
  if (opcode == 40) return decay(core, op, tick);
  if (opcode == 46) return emit(core, op, tick);
  if (opcode == 35) return fire(core, op, tick);
  if (opcode == 39) return fires(core, op, tick);
  if (opcode == 38) return firev(core, op, tick);
  if (opcode == 47) return random(core, op, tick);
  if (opcode == 36) return read(core, op, tick);
  unreachable();
}
