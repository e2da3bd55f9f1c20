/** BIAS as a record for the kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  PARAMETERS_AT: ['usize', 'Biases, which the run repeats with a period.'],
  PERIOD: ['u32'],
  IS_DONE: ['u32', 'Whether the FIREs behind it do it.'],
} as const satisfies FieldTable;

export const bias: TickLayout<'BIAS', keyof typeof FIELDS> = {
  fields: FIELDS,
  layOut(operation, { core }) {
    const { address, period } = operation.fields;
    return {
      cycles: OPS.BIAS.cycles.perUnit(operation.fields, core.shared.target.timing),
      own: {
        PARAMETERS_AT: core.parametersAt + 4 * address,
        PERIOD: period,
        IS_DONE: core.fused.done.has(operation) ? 1 : 0,
      },
    };
  },
};
