/** READ: potentials to the host. */
import { isEndless } from '../endless.ts';
import { RUN, TREE } from '../instruction/fields.ts';
import { checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_READ_OUT } from '../instruction/cycles.ts';
import { V } from '../planes.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';

export const read = tickInstruction({
  opcode: 0x24,
  trigger: 'tick',
  words: [[], RUN, [TREE]],
  reads: 'V',
  writes: 'one packet {tree, k, V} to the host for each neuron first+k',
  cycles: CYCLES_OF_READ_OUT,
  events: ['neuronUpdatesActive', 'packets'],
  meaning: 'sends accumulators that do not fire to the host',
  sends: 'potentials',
  planes: () => ({ reads: [V], writes: [] }),
  work: WORK_OF_UPDATE,
  verify(fields, { window }, context) {
    if (!checkRun(fields, context)) return;
    const { chip, place, findings } = context;
    if (isEndless(chip)) {
      findings.inconsistent('READ in a chip without an end, which has no last tick; its spikes go to the host', place);
      return;
    }
    findings.expect(
      window?.length === 1 && window.start === chip.ticks - 1,
      `READ outside of a WINDOW of the last tick alone, [${chip.ticks - 1}, ${chip.ticks})`,
      place,
    );
  },
  bounds: () => undefined,
  reach: () => undefined,
});
