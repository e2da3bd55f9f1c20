/** COMPAREP: a plane and a parameter, into a flag. */
import { checkAddress, checkNamed, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { COMPARISON, parameters, PLANE_READ, RUN, WHEN } from '../instruction/fields.ts';
import { WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';

export const comparep = tickInstruction({
  opcode: 0x2c,
  trigger: 'tick',
  words: [[...COMPARISON, PLANE_READ, WHEN], RUN, parameters('what the plane is compared with')],
  reads: 'plane, period parameters',
  writes: 'flag',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds'],
  meaning: 'as COMPARE, with a parameter in the place of the source',
  usesFlags: () => true,
  planes: ({ plane }) => ({ reads: [plane], writes: [] }),
  work: {
    counted: 'always',
    ofNeuron: ({ combine, when }) => ({
      additions: 1,
      flagsRead: flagsOf(when) + combine,
      flagsWritten: 1,
    }),
  },
  verify(fields, _gates, context) {
    if (!checkRun(fields, context) || !checkPlane(fields.plane, fields, context)) return;
    if (checkAddress(fields, context)) checkNamed(fields.when, WHEN_NAMES, 'condition', context);
  },
  reach: () => undefined,
});
