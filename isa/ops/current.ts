/** CURRENT: the input current that I holds, once more. */
import { RUN } from '../instruction/fields.ts';
import { checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { tickInstruction } from '../instruction/row.ts';

export const current = tickInstruction({
  opcode: 0x22,
  trigger: 'tick',
  words: [[], RUN],
  reads: 'I[first .. first+count)',
  writes: 'V[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: [],
  meaning: 'adds the latched input current to every neuron of the run',
  verify(fields, _window, context) {
    checkRun(fields, context);
  },
  bounds({ first, count }, { ticks, bounds: { v, i } }) {
    for (let n = first; n < first + count; n++) {
      v.min[n]! += ticks * i.min[n]!;
      v.max[n]! += ticks * i.max[n]!;
    }
  },
});
