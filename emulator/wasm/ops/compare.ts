/** COMPARE as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { FlagField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { flagFields } from '../state-record.ts';

const FIELDS = {
  SOURCE_AT: ['usize', 'First neuron of the run in the plane that it is compared with.'],
} as const satisfies FieldTable;

export const compare: TickLayout<'COMPARE', keyof typeof FIELDS, FlagField> = {
  behind: 'FLAG',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    return {
      cycles: OPS.COMPARE.cycles.perUnit(fields, core.shared.target.timing),
      own: { ...flagFields(fields, core), SOURCE_AT: core.states.plane(fields.source, fields.first) },
    };
  },
};
