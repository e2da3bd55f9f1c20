/** DENSE as a record for the kernels. */
import { packedBytes } from '../../../isa/machine.ts';
import { digitKey } from '../../machine/digits.ts';
import type { EventLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';
import { wholeVectors, ZERO_WEIGHT } from '../weights.ts';

/** Neurons whose sums the kernel holds at once. */
const BLOCK = 64;

/** Of a processor core, at least: what more memory than this holds has to be fetched. */
const CACHE_BYTES = 1 << 20;

const FIELDS = {
  STRIDE: ['u32', 'Rows as stored: bytes from row to row.'],
  BLOCK: [
    'u32',
    'Or rows in blocks of so many neurons: those of all axons for the first block, then those for the next; the last block is narrower.',
  ],
  COUNT: ['u32', 'Neurons of a row in blocks, padded ones included.'],
  AXONS: ['u32', 'Axons of the rows in blocks.'],
} as const satisfies FieldTable;

export const dense: EventLayout<'DENSE', keyof typeof FIELDS> = {
  fields: FIELDS,
  /**
   * Rows padded to whole vectors, in blocks of neurons, whose rows are on few pages of memory. What no cache holds has whole
   * rows: then neighbours come from memory together.
   */
  layOut({ fields }, { weights, digit, axons }) {
    const { count } = fields;
    const { bits } = digit.form;
    const rowBytes = packedBytes(count, bits);
    const padded = wholeVectors(count);
    const block = axons * padded <= CACHE_BYTES ? BLOCK : padded;
    const copy = weights.rearranged(
      `dense ${digitKey(digit)} ${fields.weights} ${count} ${axons}`,
      axons * padded,
      (target) => {
        if (padded !== count) target.fill(ZERO_WEIGHT);
        for (let n = 0; n < count; n += block) {
          const width = Math.min(block, padded - n);
          for (let row = 0; row < axons; row++) {
            const start = fields.weights + row * rowBytes + (n * bits) / 8;
            weights.unpack(target, n * axons + row * width, start, Math.min(block, count - n), digit);
          }
        }
      },
    );
    return copy === undefined
      ? { synapses: count, weightsAt: weights.run(fields.weights, digit), own: { STRIDE: (rowBytes * 8) / bits } }
      : { synapses: count, weightsAt: copy, own: { BLOCK: block, COUNT: padded, AXONS: axons } };
  },
};
