/** RANDOM as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { StateField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { parameterFields, stateFields } from '../state-record.ts';

const FIELDS = {
  SEED: ['u32'],
  DRAWN: ['u32', 'Bits of a draw that are kept.'],
} as const satisfies FieldTable;

export const random: TickLayout<'RANDOM', keyof typeof FIELDS, StateField> = {
  behind: 'STATE',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    return {
      cycles: OPS.RANDOM.cycles.perUnit(fields, core.shared.target.timing),
      own: { ...stateFields(fields, core), ...parameterFields(fields, core), SEED: fields.seed, DRAWN: fields.mask },
    };
  },
};
