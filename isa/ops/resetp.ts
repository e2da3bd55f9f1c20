/** RESETP: the value of a further plane before an inference. */
import { checkAddress, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { parameters, PLANE, RUN } from '../instruction/fields.ts';
import { resetInstruction } from '../instruction/row.ts';
import { V } from '../planes.ts';

export const resetp = resetInstruction({
  opcode: 0x31,
  trigger: 'reset',
  words: [[PLANE], RUN, parameters('the initial values')],
  reads: 'period parameters',
  writes: 'plane[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: [],
  meaning: 'prepares a plane other than V, behind the RESET of its neurons',
  plane: ({ plane }) => plane,
  verify(fields, context) {
    const { place, findings } = context;
    if (!checkRun(fields, context) || !checkPlane(fields.plane, fields, context)) return false;
    return findings.expect(fields.plane !== V, 'V is set by RESET', place) && checkAddress(fields, context);
  },
});
