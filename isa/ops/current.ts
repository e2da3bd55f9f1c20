/** CURRENT: the input current that I holds, once more. */
import { RUN } from '../instruction/fields.ts';
import { checkPlain, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { I, V } from '../planes.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_BEFORE_UPDATE } from '../instruction/work.ts';

export const current = tickInstruction({
  opcode: 0x22,
  trigger: 'tick',
  words: [[], RUN],
  reads: 'I[first .. first+count)',
  writes: 'V[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'vectorAdds'],
  meaning: 'adds the latched input current to every neuron of the run',
  planes: () => ({ reads: [V, I], writes: [V] }),
  work: WORK_BEFORE_UPDATE,
  verify(fields, _gates, context) {
    if (checkRun(fields, context) && checkPlain(V, fields, context)) checkPlane(I, fields, context);
  },
  bounds({ first, count }, { ticks, bounds: { v, i } }) {
    for (let n = first; n < first + count; n++) {
      v.min[n]! += ticks * i.min[n]!;
      v.max[n]! += ticks * i.max[n]!;
    }
  },
  reach({ first, count }, _core, states) {
    for (let n = first; n < first + count; n++)
      states.set(V, n, states.lowest(V, n) + states.lowest(I, n), states.highest(V, n) + states.highest(I, n));
  },
});
