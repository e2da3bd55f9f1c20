/** CURRENT: the input current that I holds, once more. */
import { RUN } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const current = instruction({
  opcode: 0x22,
  trigger: 'tick',
  words: [[], RUN],
  reads: 'I[first .. first+count)',
  writes: 'V[first .. first+count)',
  cycles: 'ceil(count / lanes) * vectorCycles',
  events: [],
  meaning: 'adds the latched input current to every neuron of the run',
});
