/** COUNT as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { StateField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { parameterFields, stateFields, storeValues } from '../state-record.ts';

const FIELDS = {
  LARGEST: ['u32', 'Largest quotient.'],
  INTO_AT: ['usize', 'First neuron of the run in the plane that takes the quotient.'],
  INTO_SHIFT: ['u32', 'How quotients are stored, like the two below.'],
  INTO_LEAST: ['i32'],
  INTO_MOST: ['i32'],
} as const satisfies FieldTable;

export const count: TickLayout<'COUNT', keyof typeof FIELDS, StateField> = {
  behind: 'STATE',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    const { into, first, most } = fields;
    const { SHIFT, LEAST, MOST } = storeValues(into, fields, core);
    return {
      cycles: OPS.COUNT.cycles.perUnit(fields, core.shared.target.timing),
      own: {
        ...stateFields(fields, core),
        ...parameterFields(fields, core),
        LARGEST: most,
        INTO_AT: core.states.plane(into, first),
        INTO_SHIFT: SHIFT,
        INTO_LEAST: LEAST,
        INTO_MOST: MOST,
      },
    };
  },
};
