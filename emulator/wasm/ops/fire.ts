/** FIRE as a record for the kernels. */
import type { TickLayout } from '../layout.ts';
import type { SenderField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { senderRecord } from '../sender.ts';

const FIELDS = {
  PARAMETERS_AT: ['usize', 'Thresholds, which the run repeats with a period.'],
  PERIOD: ['u32'],
  STRICT: ['u32', '`gt` instead of `ge`.'],
  TO_VALUE: ['u32', 'Reset to the value below instead of by subtraction.'],
  RESET_VALUE: ['i32'],
  BIASES_AT: ['usize', 'Biases that it adds on the way, with the period of its thresholds, a multiple of 16; 0: none.'],
} as const satisfies FieldTable;

export const fire: TickLayout<'FIRE', keyof typeof FIELDS, SenderField> = {
  behind: 'SENDER',
  fields: FIELDS,
  layOut(operation, place) {
    const { address, period, compare, reset, resetValue } = operation.fields;
    const { parametersAt, fused } = place.core;
    const bias = fused.biasOf.get(operation);
    const sender = senderRecord(operation.fields, place);
    return {
      ...sender,
      own: {
        ...sender.own,
        PARAMETERS_AT: parametersAt + 4 * address,
        PERIOD: period,
        STRICT: compare,
        TO_VALUE: reset,
        RESET_VALUE: resetValue,
        BIASES_AT: bias === undefined ? 0 : parametersAt + 4 * bias.fields.address,
      },
    };
  },
};
