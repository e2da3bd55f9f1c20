/** CURRENT as a record for the kernels. */
import { vectorSteps } from '../../machine/cycles.ts';
import type { TickLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  INPUT_AT: ['usize', 'First neuron of the run in I.'],
} as const satisfies FieldTable;

export const current: TickLayout<'CURRENT', keyof typeof FIELDS> = {
  fields: FIELDS,
  layOut({ fields: { first, count } }, { core }) {
    return {
      cycles: vectorSteps(count, core.shared.target.timing),
      own: { INPUT_AT: core.currentAt + 4 * first },
    };
  },
};
