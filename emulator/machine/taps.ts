/** Where the taps of a convolution fall. */

/** Taps of one dimension whose output lies in the tile. */
export function hits(numerator: number, kernel: number, dilation: number, stride: number, size: number): number {
  let count = 0;
  for (let k = 0, scaled = numerator; k < kernel && scaled >= 0; k++, scaled -= dilation)
    if (scaled % stride === 0 && scaled < size * stride) count++;
  return count;
}
