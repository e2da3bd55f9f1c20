/** Adds to one neuron: state[neuron] += factor * weight, modulo 2^32. `factor` = payload << shift. */
export function addDiagonal(state: Int32Array, neuron: number, weight: number, factor: number): void {
  state[neuron] = (state[neuron]! + Math.imul(factor, weight)) | 0;
}
