/**
 * Adds a list of single connections: state[first + targets[targetAt + e]] += factor * weights[weightAt + e] for the
 * entries e = begin..end-1. Modulo 2^32, as in dense.ts.
 *
 * @param targets neuron offsets: the core's synapse memory as 16-bit words
 * @param factor payload << shift
 */
export function addSparseRow(
  state: Int32Array,
  first: number,
  targets: Uint16Array,
  targetAt: number,
  weights: Int8Array,
  weightAt: number,
  begin: number,
  end: number,
  factor: number,
): void {
  for (let e = begin; e < end; e++) {
    const n = first + targets[targetAt + e]!;
    state[n] = (state[n]! + Math.imul(factor, weights[weightAt + e]!)) | 0;
  }
}
