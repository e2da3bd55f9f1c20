/** COUNT: how many thresholds a state holds; they are taken off. */
import { checkNamed, checkPlane, checkRun, checkValues } from '../instruction/checks.ts';
import { CYCLES_OF_COUNT, passesOf } from '../instruction/cycles.ts';
import { field, parameters, PLANE, RUN, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';
import { PLANE_NAMES } from '../planes.ts';

export const count = tickInstruction({
  opcode: 0x2d,
  trigger: 'tick',
  words: [
    [PLANE, field('into', 3, 'plane that takes the quotient', { names: PLANE_NAMES }), WHEN],
    RUN,
    parameters('the thresholds'),
    [field('most', 16, 'largest quotient'), field('reserved', 16, 'zero', { default: 0 })],
  ],
  reads: 'plane, period parameters',
  writes: 'plane, into',
  cycles: CYCLES_OF_COUNT,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds'],
  meaning:
    'q = min(most, floor(plane / threshold)) where plane >= threshold, else 0; into = q; plane = plane - q * threshold',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: ({ plane, into }) => ({ reads: [plane], writes: [plane, into] }),
  work: {
    counted: 'always',
    ofNeuron: ({ most, when }) => ({ additions: passesOf(most), flagsRead: flagsOf(when) }),
  },
  verify(fields, _gates, context) {
    const { plane, into, most, reserved, when } = fields;
    if (!checkRun(fields, context) || !checkPlane(plane, fields, context) || !checkPlane(into, fields, context)) return;
    const { place, findings } = context;
    findings.expect(reserved === 0, `the reserved field is ${reserved}, not 0`, place);
    findings.expect(plane !== into, `COUNT takes ${PLANE_NAMES[plane]!} apart into itself`, place);
    findings.expect(most >= 1, 'the largest quotient is 0', place);
    checkNamed(when, WHEN_NAMES, 'condition', context);
    checkValues('threshold', fields, [1, 2 ** 31 - 1], context);
  },
  reach({ plane, into, when, first, count: neurons, address, period, most }, core, states) {
    for (let k = 0; k < neurons; k++) {
      const n = first + k;
      const threshold = core.parameters[address + (k % period)]!;
      const quotient = (p: number): number => (p >= threshold ? Math.min(most, Math.floor(p / threshold)) : 0);
      const [low, high] = [states.lowest(plane, n), states.highest(plane, n)];
      states.change(when, into, n, quotient(low), quotient(high));
      if (high < threshold) continue;
      const least = low >= threshold ? 0 : Math.min(low, 0);
      states.change(when, plane, n, least, Math.max(threshold - 1, high - most * threshold));
    }
  },
});
