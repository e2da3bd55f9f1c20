/** READ: potentials to the host. */
import { RUN, TREE } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const read = instruction({
  opcode: 0x24,
  trigger: 'tick',
  words: [[], RUN, [TREE]],
  reads: 'V',
  writes: 'one packet {tree, k, V} to the host for each neuron first+k',
  cycles: 'count, plus stalls, in the read-out phase',
  events: ['neuronUpdatesActive', 'packets'],
  meaning: 'sends accumulators that do not fire to the host',
});
