/** FIREV as a record for the kernels. */
import type { TickLayout } from '../layout.ts';
import type { SenderField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { senderRecord } from '../sender.ts';
import { parameterFields } from '../state-record.ts';

const FIELDS = {
  PARAMETERS_AT: ['usize', 'Thresholds, which the run repeats with a period.'],
  PERIOD: ['u32'],
  STRICT: ['u32', '`gt` instead of `ge`.'],
  RESETS_AT: ['usize', 'Values behind a spike, which the run repeats with a period of their own; 0: V stays.'],
  RESET_PERIOD: ['u32', 'Like the other one a multiple of 4, or not smaller than the run.'],
} as const satisfies FieldTable;

export const firev: TickLayout<'FIREV', keyof typeof FIELDS, SenderField> = {
  behind: 'SENDER',
  fields: FIELDS,
  layOut({ fields }, place) {
    const { compare, reset, count, resetAddress: address, resetPeriod: period } = fields;
    const { core } = place;
    const resets = reset === 0 ? parameterFields({ count, address, period }, core) : undefined;
    const sender = senderRecord(fields, place);
    return {
      ...sender,
      own: {
        ...sender.own,
        ...parameterFields(fields, core),
        STRICT: compare,
        RESETS_AT: resets?.PARAMETERS_AT ?? 0,
        RESET_PERIOD: resets?.PERIOD ?? 0,
      },
    };
  },
};
