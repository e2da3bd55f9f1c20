/** Hands the spikes of a run to one core: the sink row says which axon each of them means. */
import * as R from '../generated/records';
import { bitsFrom } from './events';
import { columnAt, firedAt } from './generated/scratch';

const NO_AXON: u32 = 0xffff_ffff;
const NO_SHORT_AXON: u32 = 0xffff;

/**
 * Delivers the spikes of a run.
 *
 * @param fired a bit per neuron that fired
 * @param count their number; at least 1
 * @param values what each packet of the run carries, i32 each; 0: all carry 1. An axon without payloads hears 1 in any case
 */
export function deliver(sink: usize, fired: usize, count: u32, tick: u32, values: usize): void {
  const slot = (tick + load<u32>(sink, R.SINK_DELAY)) % load<u32>(sink, R.SINK_SLOTS);
  const payloads: usize = load<u32>(sink, R.SINK_PAYLOADS_AT);
  if (payloads != 0) {
    const counters = payloads + slot * load<u32>(sink, R.SINK_PAYLOADS_STRIDE);
    if (values == 0) countSpikes(sink, count, counters);
    else addPayloads(sink, count, counters, values);
    return;
  }
  const bits: usize = load<u32>(sink, R.SINK_BITS_AT) + slot * load<u32>(sink, R.SINK_BITS_STRIDE);
  const kind = load<u32>(sink, R.SINK_KIND);
  if (kind == R.SINK_KIND_RUNS) copyRuns(sink, fired, bits);
  else if (kind == R.SINK_KIND_RANKS) copyRanked(sink, fired, bits);
  else setBits(sink, kind, count, bits);
}

/** Where half of the spikes may go nowhere, nobody can foretell which: they are dropped without a branch. */
function setBits(sink: usize, kind: u32, count: u32, bits: usize): void {
  const table: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = firedAt + (count << 2);
  if (kind == R.SINK_KIND_SHORT_TABLE)
    for (let at = firedAt; at < end; at += 4) {
      const axon = <u32>load<u16>(table + (load<u32>(at) << 1));
      setBit(bits, axon, axon != NO_SHORT_AXON);
    }
  else if (kind == R.SINK_KIND_TABLE)
    for (let at = firedAt; at < end; at += 4) {
      const axon = load<u32>(table + (load<u32>(at) << 2));
      setBit(bits, axon, axon != NO_AXON);
    }
  else
    for (let at = firedAt; at < end; at += 4) {
      const axon = affineAxon(sink, load<u32>(at));
      setBit(bits, axon, axon != NO_AXON);
    }
}

function setBit(bits: usize, axon: u32, heard: bool): void {
  const at = select<usize>(bits + (axon >> 3), columnAt, heard);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (axon & 7))));
}

/** The spikes of a run, to axons that count them. */
function countSpikes(sink: usize, count: u32, payloads: usize): void {
  const kind = load<u32>(sink, R.SINK_KIND);
  const table: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = firedAt + (count << 2);
  if (kind == R.SINK_KIND_SHORT_TABLE)
    for (let at = firedAt; at < end; at += 4) {
      const axon = <u32>load<u16>(table + (load<u32>(at) << 1));
      countSpike(payloads, axon, axon != NO_SHORT_AXON);
    }
  else if (kind == R.SINK_KIND_TABLE)
    for (let at = firedAt; at < end; at += 4) {
      const axon = load<u32>(table + (load<u32>(at) << 2));
      countSpike(payloads, axon, axon != NO_AXON);
    }
  else
    for (let at = firedAt; at < end; at += 4) {
      const axon = affineAxon(sink, load<u32>(at));
      countSpike(payloads, axon, axon != NO_AXON);
    }
}

function countSpike(payloads: usize, axon: u32, heard: bool): void {
  const at = select<usize>(payloads + (axon << 1), columnAt, heard);
  store<i16>(at, load<i16>(at) + 1);
}

/** The packets of a run that carry values, to axons that add them up. */
function addPayloads(sink: usize, count: u32, payloads: usize, values: usize): void {
  const kind = load<u32>(sink, R.SINK_KIND);
  const table: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = firedAt + (count << 2);
  for (let at = firedAt; at < end; at += 4) {
    const index = load<u32>(at);
    let axon: u32;
    if (kind == R.SINK_KIND_SHORT_TABLE) {
      const short = <u32>load<u16>(table + (index << 1));
      axon = short == NO_SHORT_AXON ? NO_AXON : short;
    } else if (kind == R.SINK_KIND_TABLE) axon = load<u32>(table + (index << 2));
    else axon = affineAxon(sink, index);
    if (axon == NO_AXON) continue;
    const counter = payloads + (axon << 1);
    store<i16>(counter, <i16>(<i32>load<i16>(counter) + load<i32>(values + (index << 2))));
  }
}

/** Neighbours that mean neighbours: bits are copied, a word of 64 at a time where both begin at a byte. */
function copyRuns(sink: usize, fired: usize, bits: usize): void {
  let run: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = run + load<u32>(sink, R.SINK_RUNS) * 12;
  for (; run < end; run += 12) {
    let source = load<u32>(run);
    let axon = load<u32>(run, 4);
    let left = load<u32>(run, 8);
    const most: u32 = ((source | axon) & 7) == 0 ? 64 : 56;
    while (left != 0) {
      const size = min<u32>(most, left);
      const word = bitsFrom(fired, source, size);
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

/** Of each 64 sources those that mean an axon, pushed together: the axons of a block follow each other. */
function copyRanked(sink: usize, fired: usize, bits: usize): void {
  let block: usize = load<u32>(sink, R.SINK_DATA_AT);
  const end = block + load<u32>(sink, R.SINK_RUNS) * R.SINK_RANKED_BYTES;
  for (; block < end; block += R.SINK_RANKED_BYTES, fired += 8) {
    const meant = load<u64>(block, R.SINK_RANKED_SOURCES);
    let heard = load<u64>(fired) & meant;
    if (heard == 0) continue;
    let axons: u64 = 0;
    while (heard != 0) {
      const lowest = heard & (0 - heard);
      axons |= (<u64>1) << popcnt(meant & (lowest - 1));
      heard ^= lowest;
    }
    const first = load<u32>(block, R.SINK_RANKED_AXON);
    const at = bits + (first >> 3);
    store<u64>(at, load<u64>(at) | ((axons & 0xffff_ffff) << (first & 7)));
    store<u64>(at, load<u64>(at, 4) | ((axons >> 32) << (first & 7)), 4);
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
