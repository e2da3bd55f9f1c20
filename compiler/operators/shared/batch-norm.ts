/** Batch normalisation in evaluation form, which both readers reduce to a factor and a shift per channel. */

/** y = gamma·(x − mean)/√(variance + epsilon) + beta as y = scale·x + shift; all per channel. */
export function reduceBatchNorm(
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
  epsilon: number,
): { scale: Float32Array; shift: Float32Array } {
  const scale = new Float32Array(gamma.length);
  const shift = new Float32Array(gamma.length);
  for (let channel = 0; channel < gamma.length; channel++) {
    const factor = gamma[channel]! / Math.sqrt(variance[channel]! + epsilon);
    scale[channel] = factor;
    shift[channel] = beta[channel]! - factor * mean[channel]!;
  }
  return { scale, shift };
}
