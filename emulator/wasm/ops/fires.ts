/** FIRES as a record for the kernels. */
import type { TickLayout } from '../layout.ts';
import type { SenderField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { senderRecord } from '../sender.ts';
import { parameterFields } from '../state-record.ts';

const FIELDS = {
  PARAMETERS_AT: ['usize', 'Thresholds, which the run repeats with a period.'],
  PERIOD: ['u32', 'A multiple of 4, or not smaller than the run.'],
  STRICT: ['u32', '`gt` instead of `ge`.'],
  COUNTER_AT: ['usize', 'First neuron of the run in the plane that counts.'],
} as const satisfies FieldTable;

export const fires: TickLayout<'FIRES', keyof typeof FIELDS, SenderField> = {
  behind: 'SENDER',
  fields: FIELDS,
  layOut({ fields }, place) {
    const { compare, counter, first } = fields;
    const { core } = place;
    const sender = senderRecord(fields, place);
    return {
      ...sender,
      own: {
        ...sender.own,
        ...parameterFields(fields, core),
        STRICT: compare,
        COUNTER_AT: core.states.plane(counter, first),
      },
    };
  },
};
