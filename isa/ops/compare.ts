/** COMPARE: two planes of a neuron, into a flag. */
import { checkNamed, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { COMPARISON, PLANE_READ, RUN, SOURCE, WHEN } from '../instruction/fields.ts';
import { WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';

export const compare = tickInstruction({
  opcode: 0x2b,
  trigger: 'tick',
  words: [[...COMPARISON, PLANE_READ, WHEN, SOURCE], RUN],
  reads: 'plane, source',
  writes: 'flag',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'vectorAdds'],
  meaning: 'c = (plane op source) and the condition; set: flag = c; or: flag = flag or c. It acts on all neurons',
  usesFlags: () => true,
  planes: ({ plane, source }) => ({ reads: [plane, source], writes: [] }),
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
    if (checkPlane(fields.source, fields, context)) checkNamed(fields.when, WHEN_NAMES, 'condition', context);
  },
  reach: () => undefined,
});
