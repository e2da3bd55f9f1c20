/**
 * Adds a dense row to a run of neurons: state[first + k] += factor * weights[at + k], k = 0..count-1. What graded events
 * and convolutions with few spikes do; many spikes take packed.ts.
 *
 * Arithmetic is modulo 2^32. The range proof of the chip keeps every sum inside of the membrane's width, so the result
 * is exact whatever the order of the additions.
 *
 * 0.3 to 0.5 G synops/s, measured as in packed.ts.
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
