/** FIREV: FIRE, with a value of its own behind the spike of every neuron, or none. */
import { checkPlain, checkPotentials, checkRun, checkWindow } from '../instruction/checks.ts';
import { CYCLES_OF_UPDATE } from '../instruction/cycles.ts';
import { field, parameters, RUN, TREE } from '../instruction/fields.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';
import { V } from '../planes.ts';
import { reachOfFire } from '../range/fire.ts';

const VALUE = 0;

export const firev = tickInstruction({
  opcode: 0x26,
  trigger: 'tick',
  words: [
    [
      field('compare', 1, 'comparison of V with the threshold', { names: ['ge', 'gt'] }),
      field('reset', 1, 'reset of a neuron that fires', { names: ['value', 'none'] }),
    ],
    RUN,
    parameters('the thresholds'),
    [TREE],
    [field('resetAddress', 16, 'parameter address of the values after a spike'), field('resetPeriod', 16, 'as period')],
  ],
  reads: 'V, period parameters, resetPeriod parameters',
  writes: 'V; one packet {tree, k, 1} for each neuron first+k that fires',
  cycles: CYCLES_OF_UPDATE,
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning: 'compares, resets and sends as FIRE',
  sends: 'spikes',
  planes: () => ({ reads: [V], writes: [V] }),
  work: WORK_OF_UPDATE,
  verify(fields, gates, context) {
    if (!checkRun(fields, context) || !checkPlain(V, fields, context)) return;
    const { resetAddress: address, resetPeriod: period, reset } = fields;
    checkPotentials('threshold', fields, context);
    checkWindow('FIREV', gates, context);
    if (reset === VALUE) checkPotentials('value after a spike', { address, period }, context);
    else {
      const message = 'FIREV without a reset names values after a spike';
      context.findings.expect(address === 0 && period === 1, message, context.place);
    }
  },
  reach({ first, count, address, period, compare, reset, resetAddress, resetPeriod }, core, states) {
    for (let k = 0; k < count; k++) {
      const threshold = core.parameters[address + (k % period)]!;
      const value = reset === VALUE ? core.parameters[resetAddress + (k % resetPeriod)]! : 'none';
      reachOfFire(first + k, threshold, compare === 1, value, states);
    }
  },
});
