/** COMPAREP as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { FlagField } from '../records/shared.ts';
import { flagFields, parameterFields } from '../state-record.ts';

export const comparep: TickLayout<'COMPAREP', never, FlagField> = {
  behind: 'FLAG',
  fields: {},
  layOut({ fields }, { core }) {
    return {
      cycles: OPS.COMPAREP.cycles.perUnit(fields, core.shared.target.timing),
      own: { ...flagFields(fields, core), ...parameterFields(fields, core) },
    };
  },
};
