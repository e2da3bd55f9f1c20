/** EMIT as a record for the kernels. */
import { isGraded, type OperationOf, ROUNDING } from '../../../isa/machine.ts';
import type { CorePlan, TickLayout } from '../layout.ts';
import type { SenderField } from '../records/shared.ts';
import type { FieldTable } from '../records/table.ts';
import { senderRecord } from '../sender.ts';
import { conditionFields } from '../state-record.ts';

const FIELDS = {
  FLAGS_AT: ['usize', 'Flags of the run, a byte per neuron; 0: all neurons send.'],
  MASK: ['u32', 'Flags that the condition asks for.'],
  VALUE: ['u32', 'What those must be.'],
  PLANE_AT: ['usize', 'First neuron of the run in the plane that packets carry; 0: they carry 1.'],
  RIGHT: ['u32', 'Bits that the payload is shifted to the right.'],
  ADDED_BELOW: ['u32', 'What is added to a negative payload before that.'],
} as const satisfies FieldTable;

export const emit: TickLayout<'EMIT', keyof typeof FIELDS, SenderField> = {
  behind: 'SENDER',
  fields: FIELDS,
  layOut({ fields }, place) {
    const sender = senderRecord({ ...fields, graded: isGraded(fields) }, place);
    return {
      ...sender,
      own: { ...sender.own, ...conditionFields(fields, place.core), ...payloadFields(fields, place.core) },
    };
  },
};

function payloadFields(fields: OperationOf<'EMIT'>['fields'], { states }: CorePlan) {
  if (!isGraded(fields)) return {};
  const { plane, first, shift, rounding } = fields;
  return {
    PLANE_AT: states.plane(plane, first),
    RIGHT: shift,
    ADDED_BELOW: ROUNDING[rounding] === 'zero' ? 2 ** shift - 1 : 0,
  };
}
