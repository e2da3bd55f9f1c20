/** ALU: two planes of a neuron. */
import { checkNamed, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { field, PLANE, RESERVED_26, ROUNDING, RUN, SHIFT_OF_SOURCE, SOURCE, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';
import { ARITHMETIC, checkOperand, reachOfArithmetic, shifted } from '../range/arithmetic.ts';

export const alu = tickInstruction({
  opcode: 0x29,
  trigger: 'tick',
  words: [
    [
      field('function', 3, 'what is done with them', { names: ARITHMETIC }),
      PLANE,
      WHEN,
      SOURCE,
      field('rounding', 1, 'of a shift to the right: down, or towards zero', { names: ROUNDING, default: 0 }),
    ],
    RUN,
    [SHIFT_OF_SOURCE, RESERVED_26],
  ],
  reads: 'plane (not with set), source',
  writes: 'plane[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'vectorAdds'],
  meaning: 'plane = plane function (source * 2^shift)',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: ({ function: operator, plane, source }) => ({
    reads: ARITHMETIC[operator] === 'set' ? [source] : [plane, source],
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
    const { function: operator, plane, source, when, shift, rounding, reserved } = fields;
    if (!checkRun(fields, context)) return;
    if (!checkPlane(plane, fields, context) || !checkPlane(source, fields, context)) return;
    if (!checkNamed(operator, ARITHMETIC, 'function', context) || !checkNamed(when, WHEN_NAMES, 'condition', context))
      return;
    const { place, findings } = context;
    findings.expect(reserved === 0, `the reserved field is ${reserved}, not 0`, place);
    findings.expect(rounding === 0 || shift < 0, 'only a shift to the right rounds', place);
    findings.whole(shift, -31, 31, 'shift', place);
    checkOperand(fields, context);
  },
  reach({ function: operator, plane, source, when, shift, rounding, first, count }, _core, states) {
    for (let n = first; n < first + count; n++) {
      const operand = {
        min: shifted(states.lowest(source, n), shift, rounding),
        max: shifted(states.highest(source, n), shift, rounding),
      };
      reachOfArithmetic(operator, plane, n, when, operand, states);
    }
  },
});
