/** DIAG: axon and neuron one to one. */
import { RESERVED, RUN, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const diag = instruction({
  opcode: 0x13,
  trigger: 'event',
  words: [SYNAPTIC, RUN, [field('period', 16, 'number of stored weights'), RESERVED], [WEIGHTS]],
  reads: 'weight i mod period of one packed run',
  writes: 'destination[first + i]',
  cycles: 'laneCycles',
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) to one neuron',
});
