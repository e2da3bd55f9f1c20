/** DIAG as a record for the kernels. */
import { digitKey } from '../../machine/digits.ts';
import type { EventLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = { PERIOD: ['u32', 'Number of weights.'] } as const satisfies FieldTable;

export const diag: EventLayout<'DIAG', keyof typeof FIELDS> = {
  fields: FIELDS,
  /** One weight per axon where memory allows, so that nothing has to be divided by the period. */
  layOut({ fields }, { weights, digit, axons }) {
    const { period } = fields;
    const copy = weights.rearranged(
      `diagonal ${digitKey(digit)} ${fields.weights} ${period} ${axons}`,
      axons,
      (target) => {
        weights.unpack(target, 0, fields.weights, Math.min(period, axons), digit);
        for (let k = period; k < axons; k++) target[k] = target[k - period]!;
      },
    );
    return {
      weightsAt: copy ?? weights.run(fields.weights, digit),
      own: { PERIOD: copy === undefined ? period : axons },
    };
  },
};
