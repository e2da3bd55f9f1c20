/** ALUP: a plane and a parameter; with a period of 1 it is an immediate. */
import { checkAddress, checkNamed, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { field, parameters, PLANE, RUN, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';
import { ARITHMETIC, checkParameterOperand, reachOfArithmetic } from '../range/arithmetic.ts';

export const alup = tickInstruction({
  opcode: 0x2a,
  trigger: 'tick',
  words: [
    [field('function', 3, 'what is done with them', { names: ARITHMETIC }), PLANE, WHEN],
    RUN,
    parameters('the operands'),
  ],
  reads: 'plane (not with set), period parameters',
  writes: 'plane[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds'],
  meaning: 'plane = plane function parameter',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: ({ function: operator, plane }) => ({
    reads: ARITHMETIC[operator] === 'set' ? [] : [plane],
    writes: [plane],
  }),
  work: {
    counted: 'always',
    ofNeuron: ({ function: operator, when }) => ({
      additions: ARITHMETIC[operator] === 'set' ? 0 : 1,
      flagsRead: flagsOf(when),
    }),
  },
  verify(fields, _gates, context) {
    const { function: operator, plane, when } = fields;
    if (!checkRun(fields, context) || !checkPlane(plane, fields, context) || !checkAddress(fields, context)) return;
    if (checkNamed(operator, ARITHMETIC, 'function', context) && checkNamed(when, WHEN_NAMES, 'condition', context))
      checkParameterOperand(fields, context);
  },
  reach({ function: operator, plane, when, first, count, address, period }, core, states) {
    for (let k = 0; k < count; k++) {
      const value = core.parameters[address + (k % period)]!;
      reachOfArithmetic(operator, plane, first + k, when, { min: value, max: value }, states);
    }
  },
});
