/** ALU as a record for the kernels. */
import { OPS, ROUNDING } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { StateField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { stateFields } from '../state-record.ts';

const FIELDS = {
  FUNCTION: ['u32', 'FUNCTION_…'],
  SOURCE_AT: ['usize', 'First neuron of the run in the plane that is read.'],
  LEFT: ['u32', 'Bits that the source is shifted to the left.'],
  RIGHT: ['u32', 'Bits that it is shifted to the right then.'],
  ADDED_BELOW: ['u32', 'What is added to a negative source before that.'],
} as const satisfies FieldTable;

export const alu: TickLayout<'ALU', keyof typeof FIELDS, StateField> = {
  behind: 'STATE',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    const { source, first, shift, rounding } = fields;
    const right = Math.max(0, -shift);
    return {
      cycles: OPS.ALU.cycles.perUnit(fields, core.shared.target.timing),
      own: {
        ...stateFields(fields, core),
        FUNCTION: fields.function,
        SOURCE_AT: core.states.plane(source, first),
        LEFT: Math.max(0, shift),
        RIGHT: right,
        ADDED_BELOW: ROUNDING[rounding] === 'zero' ? 2 ** right - 1 : 0,
      },
    };
  },
};
