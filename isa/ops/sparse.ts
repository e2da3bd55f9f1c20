/** SPARSE: a list of neurons and weights per axon. */
import { RUN, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { loadWeight, packedBytes, weightForm } from '../weights.ts';
import { checkBytes, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_LIST } from '../instruction/cycles.ts';
import { addWeight, dataView, payloadScale, weightBits } from '../instruction/synaptic.ts';
import { eventInstruction } from '../instruction/row.ts';

/** Each entry holds a neuron offset beside its weight. */
const OFFSET_BITS = 16;

export const sparse = eventInstruction({
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
  cycles: CYCLES_OF_LIST,
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning: 'adds p * (w << shift) to the neurons of a list',
  neurons: ({ count }) => count,
  bitsPerSynapse: (fields) => weightBits(fields) + OFFSET_BITS,
  verify(fields, context) {
    const { image, group, place, findings } = context;
    const { rows, targets, weights, count } = fields;
    if (!checkRun(fields, context)) return;
    const aligned = rows % 4 === 0 && targets % 2 === 0;
    findings.expect(aligned, `SPARSE rows at ${rows} or targets at ${targets} are not aligned to 4 and 2 bytes`, place);
    if (!checkBytes('the row starts', rows, 4 * (group.axonCount + 1), context)) return;
    const view = dataView(image.synapses);
    const start = (axon: number): number => view.getUint32(rows + 4 * axon, true);
    findings.spend(group.axonCount);
    for (let axon = 0; axon < group.axonCount; axon++) {
      if (start(axon) <= start(axon + 1)) continue;
      findings.inconsistent(`SPARSE row ${axon} ends before it starts`, place);
      return;
    }
    const entries = start(group.axonCount);
    if (!checkBytes('the neuron offsets', targets, 2 * entries, context)) return;
    checkBytes('the weights', weights, packedBytes(entries, weightBits(fields)), context);
    findings.spend(entries - start(0));
    for (let entry = start(0); entry < entries; entry++) {
      const offset = view.getUint16(targets + 2 * entry, true);
      if (offset < count) continue;
      findings.inconsistent(`SPARSE entry ${entry} goes to neuron offset ${offset} of a run of ${count}`, place);
      return;
    }
  },
  bounds(fields, reach, into) {
    const { synapses } = reach.core;
    const { first, rows, targets, weights } = fields;
    const { below, above } = payloadScale(fields, reach);
    const { bits, unsigned } = weightForm(fields);
    const view = dataView(synapses);
    const from = view.getUint32(rows, true);
    const to = view.getUint32(rows + 4 * reach.group.axonCount, true);
    reach.spend(to - from);
    for (let entry = from; entry < to; entry++) {
      const offset = view.getUint16(targets + 2 * entry, true);
      addWeight(into, first + offset, loadWeight(synapses, weights, entry, bits, unsigned), below, above);
    }
  },
  synapses(fields, memory, axon, visit) {
    const { first, rows, targets, weights } = fields;
    const { bits, unsigned } = weightForm(fields);
    const view = dataView(memory);
    const end = view.getUint32(rows + 4 * (axon + 1), true);
    for (let entry = view.getUint32(rows + 4 * axon, true); entry < end; entry++)
      visit(first + view.getUint16(targets + 2 * entry, true), loadWeight(memory, weights, entry, bits, unsigned));
  },
});
