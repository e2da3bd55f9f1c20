/** ALUP as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { StateField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { parameterFields, stateFields } from '../state-record.ts';

const FIELDS = {
  FUNCTION: ['u32', 'FUNCTION_…'],
} as const satisfies FieldTable;

export const alup: TickLayout<'ALUP', keyof typeof FIELDS, StateField> = {
  behind: 'STATE',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    return {
      cycles: OPS.ALUP.cycles.perUnit(fields, core.shared.target.timing),
      own: { ...stateFields(fields, core), ...parameterFields(fields, core), FUNCTION: fields.function },
    };
  },
};
