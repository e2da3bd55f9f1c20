/** RESET: the state before an inference. */
import { PERIOD, RUN, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const reset = instruction({
  opcode: 0x30,
  trigger: 'reset',
  words: [[], RUN, [field('address', 16, 'parameter address of the initial potentials'), PERIOD]],
  reads: 'period parameters',
  writes: 'V = initial potential and I = 0 for every neuron of the run',
  cycles: 'ceil(count / lanes) * vectorCycles',
  events: ['resets'],
  meaning: 'prepares a new inference',
});
