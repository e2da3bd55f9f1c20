/** DENSE: a row of weights per axon. */
import { RUN, SYNAPTIC, WEIGHTS } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const dense = instruction({
  opcode: 0x10,
  trigger: 'event',
  words: [SYNAPTIC, RUN, [WEIGHTS]],
  reads: 'row i of count weights; rows are byte aligned and follow each other',
  writes: 'destination[first .. first+count)',
  cycles: 'ceil(count / lanes) * laneCycles',
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) of a dense row to every neuron of the run',
});
