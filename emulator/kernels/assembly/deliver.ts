/** Hands the spikes of a run to one core: the sink row says which axon each of them means. */
import * as R from '../records';
import { firedAt } from './scratch';

const NO_AXON: u32 = 0xffff_ffff;

/**
 * Delivers the spikes of a run.
 *
 * @param fired a bit per neuron that fired
 * @param count their number; at least 1
 */
export function deliver(sink: usize, fired: usize, count: u32, tick: u32): void {
  const slot = (tick + load<u32>(sink, R.SINK_DELAY)) % load<u32>(sink, R.SINK_SLOTS);
  const bits: usize = load<u32>(sink, R.SINK_BITS_AT) + slot * load<u32>(sink, R.SINK_BITS_STRIDE);
  const kind = load<u32>(sink, R.SINK_KIND);
  if (kind == R.SINK_KIND_RUNS) {
    copyRuns(sink, fired, bits);
    return;
  }
  const payloadsOfSlot0: usize = load<u32>(sink, R.SINK_PAYLOADS_AT);
  const payloads = payloadsOfSlot0 == 0 ? <usize>0 : payloadsOfSlot0 + slot * load<u32>(sink, R.SINK_PAYLOADS_STRIDE);
  const table: usize = load<u32>(sink, R.SINK_DATA_AT);
  for (let s: u32 = 0; s < count; s++) {
    const index = load<u32>(firedAt + (s << 2));
    const axon = kind == R.SINK_KIND_TABLE ? load<u32>(table + (index << 2)) : affineAxon(sink, index);
    if (axon == NO_AXON) continue;
    const at = bits + (axon >> 3);
    store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (axon & 7))));
    if (payloads == 0) continue;
    const counter = payloads + (axon << 1);
    store<i16>(counter, load<i16>(counter) + 1);
  }
}

/** Neighbours that mean neighbours: bits are copied, up to 32 at a time. */
function copyRuns(sink: usize, fired: usize, bits: usize): void {
  let run: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = run + load<u32>(sink, R.SINK_RUNS) * 12;
  for (; run < end; run += 12) {
    let source = load<u32>(run);
    let axon = load<u32>(run, 4);
    let left = load<u32>(run, 8);
    while (left != 0) {
      const size = min<u32>(32, left);
      let word: u64 = load<u64>(fired + (source >> 3)) >> (source & 7);
      word &= ((<u64>1) << size) - 1;
      if (word != 0) {
        const at = bits + (axon >> 3);
        store<u64>(at, load<u64>(at) | (word << (axon & 7)));
      }
      source += size;
      axon += size;
      left -= size;
    }
  }
}

/** The rule of an affine sink (AffineSink in isa/chip.ts), for rows too large for a table. */
function affineAxon(sink: usize, index: u32): u32 {
  const channels = load<u32>(sink, R.SINK_SOURCE_CHANNELS);
  const width = load<u32>(sink, R.SINK_SOURCE_WIDTH);
  const column = index / channels;
  const y = column / width;
  const ay = floorDivide(<i64>y + load<i32>(sink, R.SINK_OFFSET_Y), load<u32>(sink, R.SINK_DIVISOR_Y));
  const ax = floorDivide(
    <i64>(column - y * width) + load<i32>(sink, R.SINK_OFFSET_X),
    load<u32>(sink, R.SINK_DIVISOR_X),
  );
  const ac = <i64>(index - column * channels) + load<i32>(sink, R.SINK_OFFSET_C);
  const sizeX: i64 = load<u32>(sink, R.SINK_SIZE_X);
  const sizeC: i64 = load<u32>(sink, R.SINK_SIZE_C);
  if (ay < 0 || ay >= <i64>load<u32>(sink, R.SINK_SIZE_Y)) return NO_AXON;
  if (ax < 0 || ax >= sizeX || ac < 0 || ac >= sizeC) return NO_AXON;
  return load<u32>(sink, R.SINK_BASE) + <u32>((ay * sizeX + ax) * sizeC + ac);
}

function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a < 0 && quotient * b != a ? quotient - 1 : quotient;
}
