/** DIAG as a record for the kernels. */
import type { EventLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = { PERIOD: ['u32', 'Number of weights.'] } as const satisfies FieldTable;

export const diag: EventLayout<'DIAG', keyof typeof FIELDS> = {
  fields: FIELDS,
  /** One weight per axon where memory allows, so that nothing has to be divided by the period. */
  layOut({ fields }, { weights, bits, axons }) {
    const { period } = fields;
    const copy = weights.rearranged(`diagonal ${bits} ${fields.weights} ${period} ${axons}`, axons, (target) => {
      weights.unpack(target, 0, fields.weights, Math.min(period, axons), bits);
      for (let k = period; k < axons; k++) target[k] = target[k - period]!;
    });
    return {
      weightsAt: copy ?? weights.run(fields.weights, bits),
      own: { PERIOD: copy === undefined ? period : axons },
    };
  },
};
