/** EMIT: a spike of every neuron whose flags say so. */
import { checkNamed, checkRun, checkWindow } from '../instruction/checks.ts';
import { CYCLES_OF_UPDATE } from '../instruction/cycles.ts';
import { field, RUN, TREE, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';

export const emit = tickInstruction({
  opcode: 0x2e,
  trigger: 'tick',
  words: [
    [
      field('payload', 1, 'of the packets: one', { default: 0 }),
      field('plane', 3, 'zero', { default: 0 }),
      WHEN,
      field('shift', 5, 'zero', { default: 0 }),
      field('rounding', 1, 'zero', { default: 0 }),
      field('kind', 1, 'zero: a spike', { default: 0 }),
    ],
    RUN,
    [TREE],
  ],
  reads: 'V, flags',
  writes: 'one packet {tree, k, 1} for each neuron first+k that the condition holds for',
  cycles: CYCLES_OF_UPDATE,
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning: 'sends; a neuron is active where V has changed since the last update, or it sends',
  sends: 'spikes',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: () => ({ reads: [], writes: [] }),
  work: WORK_OF_UPDATE,
  verify(fields, window, context) {
    const { payload, plane, shift, rounding, kind, when } = fields;
    if (!checkRun(fields, context) || !checkNamed(when, WHEN_NAMES, 'condition', context)) return;
    const { place, findings } = context;
    findings.expect(
      payload === 0 && plane === 0 && shift === 0 && rounding === 0 && kind === 0,
      'EMIT of a plane or of a value for the host is not executed by this version; spikes are packets of 1',
      place,
    );
    checkWindow('EMIT', window, context);
  },
  reach: () => undefined,
});
