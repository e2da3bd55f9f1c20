/** CURRENT as a record for the kernels. */
import { I, OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  INPUT_AT: ['usize', 'First neuron of the run in I.'],
} as const satisfies FieldTable;

export const current: TickLayout<'CURRENT', keyof typeof FIELDS> = {
  fields: FIELDS,
  layOut({ fields }, { core }) {
    return {
      cycles: OPS.CURRENT.cycles.perUnit(fields, core.shared.target.timing),
      own: { INPUT_AT: core.states.plane(I, fields.first) },
    };
  },
};
