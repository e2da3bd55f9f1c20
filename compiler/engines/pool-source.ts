/** What a branch hears of its source in a tick: the sums of pooling windows. */
import type { Shape } from '../../isa/index.ts';
import type { QuantisedBranch } from '../ir/layers.ts';

/**
 * Sums the pooling windows of a source, NCHW.
 *
 * @param shape of the source
 * @param into receives the sums, NCHW; the valid length is that of the branch's pooled shape
 * @returns false where nothing is there to hear
 */
export function poolSource(
  source: Uint8Array | Int32Array,
  [, height, width]: Shape,
  { pooled: [channels, rows, columns], pool: [windowRows, windowColumns] }: Pick<QuantisedBranch, 'pooled' | 'pool'>,
  into: Int32Array,
): boolean {
  let any = false;
  let at = 0;
  if (windowRows === 1 && windowColumns === 1) {
    for (; at < source.length; at++) {
      const value = source[at]!;
      into[at] = value;
      if (value !== 0) any = true;
    }
    return any;
  }
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        let sum = 0;
        for (let dy = 0; dy < windowRows; dy++) {
          const row = (c * height + y * windowRows + dy) * width + x * windowColumns;
          for (let dx = 0; dx < windowColumns; dx++) sum += source[row + dx]!;
        }
        into[at++] = sum;
        if (sum !== 0) any = true;
      }
  return any;
}
