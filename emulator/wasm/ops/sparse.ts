/** SPARSE as a record for the kernels. */
import { digitKey } from '../../machine/digits.ts';
import type { EventLayout } from '../layout.ts';
import { SPARSE_ENTRY_BYTES } from '../generated/records.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  ROWS_AT: ['usize', 'Row starts.'],
  ENTRIES_AT: [
    'usize',
    'Entries {weight, u16 neuron offset} without gaps: the less memory, the more of it is in the cache. 0: none, but offsets and weights as the chip stores them.',
  ],
  OFFSETS_AT: ['usize', 'Without entries: the neuron offsets, u16.'],
} as const satisfies FieldTable;

export const sparse: EventLayout<'SPARSE', keyof typeof FIELDS> = {
  fields: FIELDS,
  layOut({ fields }, { weights, digit, axons }) {
    const { rows, targets } = fields;
    const start = (axon: number): number => weights.word32(rows + 4 * axon);
    const begin = start(0);
    const rowsSize = 4 * (axons + 1);
    const copy = weights.rearranged(
      `sparse ${digitKey(digit)} ${fields.weights} ${rows} ${targets} ${axons}`,
      rowsSize + SPARSE_ENTRY_BYTES * (start(axons) - begin),
      (target) => {
        const words = new Uint32Array(target.buffer, target.byteOffset, axons + 1);
        for (let axon = 0; axon <= axons; axon++) words[axon] = start(axon) - begin;
        weights.unpackSparse(target.subarray(rowsSize), fields.weights, targets, begin, digit);
      },
    );
    if (copy === undefined) {
      const stored = weights.stored();
      const own = { ROWS_AT: stored + rows, OFFSETS_AT: stored + targets };
      return { weightsAt: weights.run(fields.weights, digit), own };
    }
    return { own: { ROWS_AT: copy, ENTRIES_AT: copy + rowsSize } };
  },
};
