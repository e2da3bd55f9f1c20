/** BIAS: a constant input of every neuron. */
import { PERIOD, RUN, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const bias = instruction({
  opcode: 0x21,
  trigger: 'tick',
  words: [[], RUN, [field('address', 16, 'parameter address of the biases'), PERIOD]],
  reads: 'period parameters',
  writes: 'V[first .. first+count)',
  cycles: 'ceil(count / lanes) * vectorCycles',
  events: [],
  meaning: 'adds a bias to every neuron of the run',
});
