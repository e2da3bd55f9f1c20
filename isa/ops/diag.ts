/** DIAG: axon and neuron one to one. */
import { RESERVED, RUN, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { loadWeight, packedBytes, weightForm } from '../weights.ts';
import { checkBytes, checkReserved, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_SYNAPSE } from '../instruction/cycles.ts';
import { addWeight, payloadScale, weightBits } from '../instruction/synaptic.ts';
import { eventInstruction } from '../instruction/row.ts';

export const diag = eventInstruction({
  opcode: 0x13,
  trigger: 'event',
  words: [SYNAPTIC, RUN, [field('period', 16, 'number of stored weights'), RESERVED], [WEIGHTS]],
  reads: 'weight i mod period of one packed run',
  writes: 'destination[first + i]',
  cycles: CYCLES_OF_SYNAPSE,
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) to one neuron',
  neurons: ({ count }) => count,
  bitsPerSynapse: weightBits,
  verify(fields, context) {
    checkReserved(fields, context);
    checkRun(fields, context);
    const { group, place, findings } = context;
    const { count, period, weights } = fields;
    findings.expect(
      count === group.axonCount,
      `DIAG of ${count} neurons for a group of ${group.axonCount} axons`,
      place,
    );
    if (findings.expect(period >= 1, 'DIAG with a period of 0', place))
      checkBytes('the weights', weights, packedBytes(period, weightBits(fields)), context);
  },
  bounds(fields, reach, into) {
    const { first, count, period, weights } = fields;
    const { below, above } = payloadScale(fields, reach);
    const { bits, unsigned } = weightForm(fields);
    reach.spend(count);
    for (let k = 0; k < count; k++)
      addWeight(into, first + k, loadWeight(reach.core.synapses, weights, k % period, bits, unsigned), below, above);
  },
  synapses(fields, memory, axon, visit) {
    const { first, period, weights } = fields;
    const { bits, unsigned } = weightForm(fields);
    visit(first + axon, loadWeight(memory, weights, axon % period, bits, unsigned));
  },
});
