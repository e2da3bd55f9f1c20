/**
 * Adds a dense row to a run of neurons: state[first + k] += factor * weights[at + k], k = 0..count-1.
 *
 * Arithmetic is modulo 2^32. The range proof of the chip keeps every sum inside of the membrane's width, so the result
 * is exact whatever the order of the additions.
 *
 * Measured on two busy cores of an AMD EPYC under Node 20 (`npm run bench -- --only kernels`), in G synops/s at 10 %
 * activity, beside the WebAssembly twin: 1024 neurons 0.5 (wasm 29), 128 neurons 0.5 (18), 10 neurons 0.25 (1.5); 3x3
 * convolution, whose runs end here too, of 64 channels 0.6 (23), of 16 channels 0.4 (8), depthwise 0.07 (0.09); sparse lists
 * of 128 0.24 (1.1).
 *
 * @param state V or I of the core
 * @param weights unpacked weights; `at` indexes them
 * @param factor payload << shift
 */
export function addDenseRow(
  state: Int32Array,
  first: number,
  count: number,
  weights: Int8Array,
  at: number,
  factor: number,
): void {
  const end = first + count;
  let w = at;
  // Most events are spikes with shift 0, for which the multiplication would be wasted.
  if (factor === 1) for (let n = first; n < end; n++) state[n] = (state[n]! + weights[w++]!) | 0;
  else for (let n = first; n < end; n++) state[n] = (state[n]! + Math.imul(factor, weights[w++]!)) | 0;
}
