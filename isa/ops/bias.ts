/** BIAS: a constant input of every neuron. */
import { PERIOD, RUN, field } from '../instruction/fields.ts';
import { checkAddress, checkPlain, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { V } from '../planes.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_BEFORE_UPDATE } from '../instruction/work.ts';

export const bias = tickInstruction({
  opcode: 0x21,
  trigger: 'tick',
  words: [[], RUN, [field('address', 16, 'parameter address of the biases'), PERIOD]],
  reads: 'period parameters',
  writes: 'V[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds'],
  meaning: 'adds a bias to every neuron of the run',
  planes: () => ({ reads: [V], writes: [V] }),
  work: WORK_BEFORE_UPDATE,
  verify(fields, _gates, context) {
    if (checkRun(fields, context) && checkPlain(V, fields, context)) checkAddress(fields, context);
  },
  bounds({ first, count, address, period }, { core, ticks, bounds }) {
    for (let k = 0; k < count; k++) {
      const value = core.parameters[address + (k % period)]!;
      bounds.v.min[first + k]! += ticks * Math.min(value, 0);
      bounds.v.max[first + k]! += ticks * Math.max(value, 0);
    }
  },
  reach({ first, count, address, period }, core, states) {
    for (let k = 0; k < count; k++) {
      const value = core.parameters[address + (k % period)]!;
      states.set(V, first + k, states.lowest(V, first + k) + value, states.highest(V, first + k) + value);
    }
  },
});
