/** FIRES: FIRE with a soft reset, which takes spikes back where the potential has fallen below 0. */
import { checkPlain, checkPotentials, checkRun, checkWindow } from '../instruction/checks.ts';
import { CYCLES_OF_UPDATE } from '../instruction/cycles.ts';
import { field, parameters, RUN, TREE } from '../instruction/fields.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';
import { NO_TREE } from '../chip.ts';
import { PLANE_NAMES, V } from '../planes.ts';
import { reachOfSignedFire } from '../range/fire.ts';

export const fires = tickInstruction({
  opcode: 0x27,
  trigger: 'tick',
  words: [
    [
      field('compare', 1, 'comparison of V with the threshold', { names: ['ge', 'gt'] }),
      field('counter', 3, 'plane that counts spikes, less those that were taken back', { names: PLANE_NAMES }),
    ],
    RUN,
    parameters('the thresholds'),
    [TREE],
  ],
  reads: 'V, counter, period parameters',
  writes: 'V, counter; one packet {tree, k, 1 or -1} for each neuron first+k that fires or takes back',
  cycles: CYCLES_OF_UPDATE,
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning:
    'V reaches the threshold: sends 1, V = V - threshold, counter = counter + 1; else V < 0 and counter > 0: sends -1, V = V + threshold, counter = counter - 1',
  sends: 'spikes',
  planes: ({ counter }) => ({ reads: [V, counter], writes: [V, counter] }),
  work: WORK_OF_UPDATE,
  verify(fields, gates, context) {
    const { counter } = fields;
    if (!checkRun(fields, context) || !checkPlain(V, fields, context)) return;
    const { place, findings } = context;
    if (!findings.expect(counter !== V, 'FIRES counts in V, which it compares', place)) return;
    if (!checkPlain(counter, fields, context)) return;
    checkPotentials('threshold', fields, context, 1);
    checkWindow('FIRES', gates, context);
  },
  reach({ first, count, address, period, compare, counter, tree }, core, states) {
    let [min, max] = [0, 0];
    for (let k = 0; k < count; k++) {
      const threshold = core.parameters[address + (k % period)]!;
      const sent = reachOfSignedFire(first + k, threshold, compare === 1, counter, states);
      min = Math.min(min, sent.min);
      max = Math.max(max, sent.max);
    }
    if (tree !== NO_TREE) states.send(tree, { min, max });
  },
});
