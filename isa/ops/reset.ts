/** RESET: the state before an inference. */
import { PERIOD, RUN, field } from '../instruction/fields.ts';
import { checkPotentials, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { V } from '../planes.ts';
import { resetInstruction } from '../instruction/row.ts';

export const reset = resetInstruction({
  opcode: 0x30,
  trigger: 'reset',
  words: [[], RUN, [field('address', 16, 'parameter address of the initial potentials'), PERIOD]],
  reads: 'period parameters',
  writes: 'V = initial potential, and 0 in all other planes, for every neuron of the run',
  cycles: CYCLES_OF_RUN,
  events: ['resets'],
  meaning: 'prepares a new inference',
  plane: () => V,
  verify: (fields, context) => checkRun(fields, context) && checkPotentials('initial potential', fields, context),
  bounds({ first, count, address, period }, { core, start }) {
    for (let k = 0; k < count; k++) {
      const value = core.parameters[address + (k % period)]!;
      start.min[first + k] = value;
      start.max[first + k] = value;
    }
  },
});
