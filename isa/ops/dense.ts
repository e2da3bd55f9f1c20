/** DENSE: a row of weights per axon. */
import { RUN, SYNAPTIC, WEIGHTS } from '../instruction/fields.ts';
import { loadWeight, packedBytes, weightForm } from '../weights.ts';
import { checkBytes, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_ROW } from '../instruction/cycles.ts';
import { addWeight, payloadScale, weightBits } from '../instruction/synaptic.ts';
import { eventInstruction } from '../instruction/row.ts';

export const dense = eventInstruction({
  opcode: 0x10,
  trigger: 'event',
  words: [SYNAPTIC, RUN, [WEIGHTS]],
  reads: 'row i of count weights; rows are byte aligned and follow each other',
  writes: 'destination[first .. first+count)',
  cycles: CYCLES_OF_ROW,
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) of a dense row to every neuron of the run',
  neurons: ({ count }) => count,
  bitsPerSynapse: weightBits,
  verify(fields, context) {
    if (!checkRun(fields, context)) return;
    const { axonCount } = context.group;
    const rowBytes = packedBytes(fields.count, weightBits(fields));
    checkBytes(`the ${axonCount} rows of weights`, fields.weights, axonCount * rowBytes, context);
  },
  bounds(fields, reach, into) {
    const { core, group } = reach;
    const { first, count, weights } = fields;
    const { below, above } = payloadScale(fields, reach);
    const { bits, unsigned } = weightForm(fields);
    const rowBytes = packedBytes(count, bits);
    reach.spend(group.axonCount * count);
    for (let row = 0; row < group.axonCount; row++) {
      const start = weights + row * rowBytes;
      for (let k = 0; k < count; k++)
        addWeight(into, first + k, loadWeight(core.synapses, start, k, bits, unsigned), below, above);
    }
  },
  synapses(fields, memory, axon, visit) {
    const { first, count, weights } = fields;
    const { bits, unsigned } = weightForm(fields);
    const start = weights + axon * packedBytes(count, bits);
    for (let k = 0; k < count; k++) visit(first + k, loadWeight(memory, start, k, bits, unsigned));
  },
});
