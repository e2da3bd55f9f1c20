/** FIRE: threshold, reset and spike. */
import { PERIOD, RUN, TREE, field } from '../instruction/fields.ts';
import { signedRange } from '../target-size.ts';
import { V } from '../planes.ts';
import { reachOfFire } from '../range/fire.ts';
import { checkPlain, checkPotentials, checkRun, checkWindow } from '../instruction/checks.ts';
import { CYCLES_OF_UPDATE } from '../instruction/cycles.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';

export const fire = tickInstruction({
  opcode: 0x23,
  trigger: 'tick',
  words: [
    [
      field('compare', 1, 'comparison of V with the threshold', { names: ['ge', 'gt'] }),
      field('reset', 1, 'reset of a neuron that fires', { names: ['subtract', 'value'] }),
    ],
    RUN,
    [field('address', 16, 'parameter address of the thresholds'), PERIOD],
    [TREE],
    [field('resetValue', 32, 'V after a spike where reset is to a value', { signed: true })],
  ],
  reads: 'V, period parameters',
  writes: 'V; one packet {tree, k, 1} for each neuron first+k that fires',
  cycles: CYCLES_OF_UPDATE,
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning: 'compares, resets and sends; at most one spike per neuron and tick',
  sends: 'spikes',
  planes: () => ({ reads: [V], writes: [V] }),
  work: WORK_OF_UPDATE,
  verify(fields, gates, context) {
    if (!checkRun(fields, context) || !checkPlain(V, fields, context)) return;
    if (!checkPotentials('threshold', fields, context, 1)) return;
    checkWindow('FIRE', gates, context);
    const { chip, place, findings } = context;
    const [min, max] = fields.reset === 0 ? [0, 0] : signedRange(chip.target.widths.vBits);
    findings.whole(fields.resetValue, min, max, 'value after a spike', place);
  },
  bounds({ first, count, reset, resetValue }, { start }) {
    const value = reset === 0 ? 0 : resetValue;
    for (let n = first; n < first + count; n++) {
      start.min[n] = Math.min(start.min[n]!, value);
      start.max[n] = Math.max(start.max[n]!, value);
    }
  },
  reach({ first, count, address, period, compare, reset, resetValue }, core, states) {
    for (let k = 0; k < count; k++) {
      const threshold = core.parameters[address + (k % period)]!;
      reachOfFire(first + k, threshold, compare === 1, reset === 0 ? 'subtract' : resetValue, states);
    }
  },
});
