/**
 * The hot loops of the compiler's floating-point engines. Everything lies in one memory; nothing is allocated here. Each
 * lane of a vector is a sum of its own, and adds its products one after the other in a fixed order: products and sums are
 * rounded as plain doubles are, so the results are the same as those of a loop without vectors.
 */
import * as R from '../generated/records';

/**
 * Four output channels of every pixel, four pixels at a time: eight vectors of sums in registers. The sums begin at the
 * bias and run over the taps in order.
 *
 * @param plan a record CONVOLVE
 * @param input address of the first element that the taps of the first window could reach
 * @param weights [tap][channel of the four]
 * @param bias of the four channels
 * @param output [channel][pixel]
 * @param channels of the four that are written, 1 to 4
 */
export function convolve(plan: usize, input: usize, weights: usize, bias: usize, output: usize, channels: u32): void {
  const pixels = load<u32>(plan, R.CONVOLVE_PIXELS);
  const taps: usize = load<u32>(plan, R.CONVOLVE_TAPS_AT);
  const tapsEnd: usize = load<u32>(plan, R.CONVOLVE_TAPS_END_AT);
  let origins: usize = load<u32>(plan, R.CONVOLVE_ORIGINS_AT);
  const bias01 = v128.load(bias);
  const bias23 = v128.load(bias, 16);
  const plane = pixels << 3;
  for (let pixel: u32 = 0; pixel < pixels; pixel += 4, origins += 16, output += 32) {
    const a = input + load<u32>(origins);
    const b = input + load<u32>(origins, 4);
    const c = input + load<u32>(origins, 8);
    const d = input + load<u32>(origins, 12);
    let a01 = bias01;
    let a23 = bias23;
    let b01 = bias01;
    let b23 = bias23;
    let c01 = bias01;
    let c23 = bias23;
    let d01 = bias01;
    let d23 = bias23;
    for (let tap = taps, w = weights; tap < tapsEnd; tap += 4, w += 32) {
      const offset: usize = load<u32>(tap);
      const w01 = v128.load(w);
      const w23 = v128.load(w, 16);
      const xa = v128.load64_splat(a + offset);
      a01 = f64x2.add(a01, f64x2.mul(w01, xa));
      a23 = f64x2.add(a23, f64x2.mul(w23, xa));
      const xb = v128.load64_splat(b + offset);
      b01 = f64x2.add(b01, f64x2.mul(w01, xb));
      b23 = f64x2.add(b23, f64x2.mul(w23, xb));
      const xc = v128.load64_splat(c + offset);
      c01 = f64x2.add(c01, f64x2.mul(w01, xc));
      c23 = f64x2.add(c23, f64x2.mul(w23, xc));
      const xd = v128.load64_splat(d + offset);
      d01 = f64x2.add(d01, f64x2.mul(w01, xd));
      d23 = f64x2.add(d23, f64x2.mul(w23, xd));
    }
    storeColumn(output, plane, channels, a01, a23);
    const left = pixels - pixel;
    if (left > 1) storeColumn(output + 8, plane, channels, b01, b23);
    if (left > 2) storeColumn(output + 16, plane, channels, c01, c23);
    if (left > 3) storeColumn(output + 24, plane, channels, d01, d23);
  }
}

function storeColumn(at: usize, plane: usize, channels: u32, first: v128, second: v128): void {
  v128.store64_lane(at, first, 0);
  if (channels > 1) v128.store64_lane(at + plane, first, 1);
  if (channels > 2) v128.store64_lane(at + 2 * plane, second, 0);
  if (channels > 3) v128.store64_lane(at + 3 * plane, second, 1);
}

/**
 * Output channels in blocks of eight, each pixel's in registers, over the active elements of its window. Elements are
 * numbered channel-last and come in ascending order, so those of neighbouring source pixels stand side by side in the
 * list: a window is a few runs of it. Every sum begins at what is there and adds its products in the order of the
 * elements. A last block of fewer channels reaches into the next pixel, to which it adds zeros.
 *
 * @param plan a record GATHER
 * @param elements list of elements (u32)
 * @param values of the elements of the list
 * @param into sums, channel-last
 */
export function gather(plan: usize, elements: usize, values: usize, into: usize): void {
  const firstOf: usize = load<u32>(plan, R.GATHER_FIRST_OF_AT);
  const rows: usize = load<u32>(plan, R.GATHER_ROWS_AT);
  const rowRuns: usize = load<u32>(plan, R.GATHER_ROW_RUNS_AT);
  const outRows = load<u32>(plan, R.GATHER_OUT_ROWS);
  const columns: usize = load<u32>(plan, R.GATHER_COLUMNS_AT);
  const columnRuns: usize = load<u32>(plan, R.GATHER_COLUMN_RUNS_AT);
  const outColumns = load<u32>(plan, R.GATHER_OUT_COLUMNS);
  const tapBytes = load<u32>(plan, R.GATHER_TAP_BYTES);
  const blockBytes = load<u32>(plan, R.GATHER_BLOCK_BYTES);
  const channels = load<u32>(plan, R.GATHER_CHANNELS);
  let weights: usize = load<u32>(plan, R.GATHER_WEIGHTS_AT);
  const pixelBytes = channels << 3;
  for (let channel: u32 = 0; channel < channels; channel += 8, weights += blockBytes, into += 64) {
    let to = into;
    for (let y: u32 = 0; y < outRows; y++) {
      const row = rowRuns + (load<u32>(rows + (y << 2)) << 3);
      const rowEnd = rowRuns + (load<u32>(rows + (y << 2), 4) << 3);
      for (let x: u32 = 0; x < outColumns; x++, to += pixelBytes) {
        const column = columnRuns + load<u32>(columns + (x << 2)) * 12;
        const columnEnd = columnRuns + load<u32>(columns + (x << 2), 4) * 12;
        let s01 = v128.load(to);
        let s23 = v128.load(to, 16);
        let s45 = v128.load(to, 32);
        let s67 = v128.load(to, 48);
        for (let r = row; r < rowEnd; r += 8)
          for (let q = column; q < columnEnd; q += 12) {
            const pixel = load<u32>(r) + load<u32>(q);
            const tap = load<u32>(r, 4) + load<u32>(q, 4);
            const first = load<u32>(firstOf + (pixel << 2));
            const end = load<u32>(firstOf + ((pixel + load<u32>(q, 8)) << 2));
            // Of element e: base + 64 · e.
            const base = weights + (tap - pixel) * tapBytes;
            for (let k = first; k < end; k++) {
              const value = v128.load64_splat(values + (k << 3));
              const w = base + (load<u32>(elements + (k << 2)) << 6);
              s01 = f64x2.add(s01, f64x2.mul(value, v128.load(w)));
              s23 = f64x2.add(s23, f64x2.mul(value, v128.load(w, 16)));
              s45 = f64x2.add(s45, f64x2.mul(value, v128.load(w, 32)));
              s67 = f64x2.add(s67, f64x2.mul(value, v128.load(w, 48)));
            }
          }
        v128.store(to, s01);
        v128.store(to, s23, 16);
        v128.store(to, s45, 32);
        v128.store(to, s67, 48);
      }
    }
  }
}
