/** EMIT as a record for the kernels. */
import type { TickLayout } from '../layout.ts';
import type { SenderField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { senderRecord } from '../sender.ts';
import { conditionFields } from '../state-record.ts';

const FIELDS = {
  FLAGS_AT: ['usize', 'Flags of the run, a byte per neuron; 0: all neurons send.'],
  MASK: ['u32', 'Flags that the condition asks for.'],
  VALUE: ['u32', 'What those must be.'],
} as const satisfies FieldTable;

export const emit: TickLayout<'EMIT', keyof typeof FIELDS, SenderField> = {
  behind: 'SENDER',
  fields: FIELDS,
  layOut({ fields }, place) {
    const sender = senderRecord(fields, place);
    return { ...sender, own: { ...sender.own, ...conditionFields(fields, place.core) } };
  },
};
