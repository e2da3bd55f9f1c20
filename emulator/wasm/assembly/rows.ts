/**
 * Sums of weight rows. Weights are stored as u8 = weight + 128, so that two of them add up in a 16-bit lane without a
 * sign: `total` holds low + 256 * high of each pair modulo 2^16, `high` the upper ones alone, exact for up to 255 rows.
 * Three vector instructions then take 16 synapses.
 */

/** Rows that a lane holds without overflow. */
export const ROWS_PER_FLUSH: u32 = 255;

/** Adds the sums of 16 neurons to their state. `bias` = 128 * rows in each lane. */
export function flush(state: usize, total: v128, high: v128, bias: v128, shift: i32): void {
  const low = i16x8.sub(i16x8.sub(total, i16x8.shl(high, 8)), bias);
  const upper = i16x8.sub(high, bias);
  const first = v128.shuffle<i16>(low, upper, 0, 8, 1, 9, 2, 10, 3, 11);
  const last = v128.shuffle<i16>(low, upper, 4, 12, 5, 13, 6, 14, 7, 15);
  addSums(state, first, last, shift);
}

/** Adds sums of 16 bits each to 16 neurons. */
export function addSums(state: usize, first: v128, last: v128, shift: i32): void {
  v128.store(state, i32x4.add(v128.load(state), i32x4.shl(i32x4.extend_low_i16x8_s(first), shift)));
  v128.store(state, i32x4.add(v128.load(state, 16), i32x4.shl(i32x4.extend_high_i16x8_s(first), shift)), 16);
  v128.store(state, i32x4.add(v128.load(state, 32), i32x4.shl(i32x4.extend_low_i16x8_s(last), shift)), 32);
  v128.store(state, i32x4.add(v128.load(state, 48), i32x4.shl(i32x4.extend_high_i16x8_s(last), shift)), 48);
}

/**
 * Adds the rows at `base + offset` to `count` neurons (a multiple of 16), for each u32 offset of a list.
 *
 * @param count the state behind the run may be written too, where rows are padded: with what was there
 */
export function addRows(state: usize, count: u32, base: usize, list: usize, end: usize, shift: i32): void {
  let n: u32 = 0;
  for (; n + 64 <= count; n += 64) addRows64(state + (n << 2), base + n, list, end, shift);
  if (n + 32 <= count) {
    addRows32(state + (n << 2), base + n, list, end, shift);
    n += 32;
  }
  if (n < count) addRows16(state + (n << 2), base + n, list, end, shift);
}

function addRows64(state: usize, base: usize, list: usize, end: usize, shift: i32): void {
  while (list < end) {
    const chunk = min(end, list + (ROWS_PER_FLUSH << 2));
    const bias = i16x8.splat(<i16>((chunk - list) << 5));
    let t0 = i16x8.splat(0);
    let t1 = t0;
    let t2 = t0;
    let t3 = t0;
    let h0 = t0;
    let h1 = t0;
    let h2 = t0;
    let h3 = t0;
    for (; list < chunk; list += 4) {
      const row = base + load<u32>(list);
      const x0 = v128.load(row);
      const x1 = v128.load(row, 16);
      const x2 = v128.load(row, 32);
      const x3 = v128.load(row, 48);
      t0 = i16x8.add(t0, x0);
      h0 = i16x8.add(h0, i16x8.shr_u(x0, 8));
      t1 = i16x8.add(t1, x1);
      h1 = i16x8.add(h1, i16x8.shr_u(x1, 8));
      t2 = i16x8.add(t2, x2);
      h2 = i16x8.add(h2, i16x8.shr_u(x2, 8));
      t3 = i16x8.add(t3, x3);
      h3 = i16x8.add(h3, i16x8.shr_u(x3, 8));
    }
    flush(state, t0, h0, bias, shift);
    flush(state + 64, t1, h1, bias, shift);
    flush(state + 128, t2, h2, bias, shift);
    flush(state + 192, t3, h3, bias, shift);
  }
}

function addRows32(state: usize, base: usize, list: usize, end: usize, shift: i32): void {
  while (list < end) {
    const chunk = min(end, list + (ROWS_PER_FLUSH << 2));
    const bias = i16x8.splat(<i16>((chunk - list) << 5));
    let t0 = i16x8.splat(0);
    let t1 = t0;
    let h0 = t0;
    let h1 = t0;
    for (; list < chunk; list += 4) {
      const row = base + load<u32>(list);
      const x0 = v128.load(row);
      const x1 = v128.load(row, 16);
      t0 = i16x8.add(t0, x0);
      h0 = i16x8.add(h0, i16x8.shr_u(x0, 8));
      t1 = i16x8.add(t1, x1);
      h1 = i16x8.add(h1, i16x8.shr_u(x1, 8));
    }
    flush(state, t0, h0, bias, shift);
    flush(state + 64, t1, h1, bias, shift);
  }
}

function addRows16(state: usize, base: usize, list: usize, end: usize, shift: i32): void {
  while (list < end) {
    const chunk = min(end, list + (ROWS_PER_FLUSH << 2));
    const bias = i16x8.splat(<i16>((chunk - list) << 5));
    let total = i16x8.splat(0);
    let high = total;
    for (; list < chunk; list += 4) {
      const x = v128.load(base + load<u32>(list));
      total = i16x8.add(total, x);
      high = i16x8.add(high, i16x8.shr_u(x, 8));
    }
    flush(state, total, high, bias, shift);
  }
}

/** Writes a row's offset `times` times to a list; returns where the list goes on. */
export function repeat(list: usize, offset: u32, times: u32): usize {
  const end = list + (times << 2);
  for (; list < end; list += 4) store<u32>(list, offset);
  return end;
}

/** state[k] += factor * weight[k] for k = 0..count-1, any count. Modulo 2^32. */
export function addRow(state: usize, weights: usize, count: u32, factor: i32): void {
  const vectors = weights + (count & ~15);
  const end = weights + count;
  const sign = i8x16.splat(-128);
  const factors = i32x4.splat(factor);
  for (; weights < vectors; weights += 16) {
    const x = v128.xor(v128.load(weights), sign);
    const low = i16x8.extend_low_i8x16_s(x);
    const high = i16x8.extend_high_i8x16_s(x);
    let w0 = i32x4.extend_low_i16x8_s(low);
    let w1 = i32x4.extend_high_i16x8_s(low);
    let w2 = i32x4.extend_low_i16x8_s(high);
    let w3 = i32x4.extend_high_i16x8_s(high);
    if (factor != 1) {
      w0 = i32x4.mul(w0, factors);
      w1 = i32x4.mul(w1, factors);
      w2 = i32x4.mul(w2, factors);
      w3 = i32x4.mul(w3, factors);
    }
    v128.store(state, i32x4.add(v128.load(state), w0));
    v128.store(state, i32x4.add(v128.load(state, 16), w1), 16);
    v128.store(state, i32x4.add(v128.load(state, 32), w2), 32);
    v128.store(state, i32x4.add(v128.load(state, 48), w3), 48);
    state += 64;
  }
  for (; weights < end; weights++) {
    store<i32>(state, load<i32>(state) + factor * (<i32>load<u8>(weights) - 128));
    state += 4;
  }
}
