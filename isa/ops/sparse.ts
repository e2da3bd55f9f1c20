/** SPARSE: a list of neurons and weights per axon. */
import { RUN, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const sparse = instruction({
  opcode: 0x11,
  trigger: 'event',
  words: [
    SYNAPTIC,
    RUN,
    [field('rows', 32, 'byte address (multiple of 4) of the row starts: one u32 entry index per axon, and the end')],
    [field('targets', 32, 'byte address (multiple of 2) of the u16 neuron offsets, one per entry')],
    [WEIGHTS],
  ],
  reads: 'entries rows[i] .. rows[i+1): neuron offset and weight; all weights form one packed run',
  writes: 'destination[first + offset]',
  cycles: 'ceil(entries / lanes) * laneCycles',
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) to the neurons of a list',
});
