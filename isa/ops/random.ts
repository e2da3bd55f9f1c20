/** RANDOM: a number that nobody can foretell, and everybody can repeat. */
import { checkAddress, checkNamed, checkPlane, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_RUN } from '../instruction/cycles.ts';
import { field, parameters, PLANE, RUN, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';

export const random = tickInstruction({
  opcode: 0x2f,
  trigger: 'tick',
  words: [
    [PLANE, WHEN],
    RUN,
    parameters('the identities of the neurons, which their place on the chip does not change'),
    [field('seed', 32, 'of all draws')],
    [field('mask', 32, 'bits that are kept')],
  ],
  reads: 'period parameters',
  writes: 'plane[first .. first+count)',
  cycles: CYCLES_OF_RUN,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds'],
  meaning:
    'plane = mix(mix(mix(seed ^ identity) ^ low word of the tick) ^ high word of the tick) & mask; mix(x): x ^= x >>> 16, x *= 0x7feb352d, x ^= x >>> 15, x *= 0x846ca68b, x ^= x >>> 16 in 32 bits',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: ({ plane }) => ({ reads: [], writes: [plane] }),
  work: {
    counted: 'always',
    ofNeuron: ({ when }) => ({ additions: 1, flagsRead: flagsOf(when) }),
  },
  verify(fields, _gates, context) {
    const { plane, when, mask } = fields;
    if (!checkRun(fields, context) || !checkPlane(plane, fields, context) || !checkAddress(fields, context)) return;
    checkNamed(when, WHEN_NAMES, 'condition', context);
    context.findings.expect(
      mask < 2 ** 31,
      'the mask of RANDOM has bit 31: its numbers would be negative',
      context.place,
    );
  },
  reach({ plane, when, first, count, mask }, _core, states) {
    for (let n = first; n < first + count; n++) states.change(when, plane, n, 0, mask);
  },
});

/** The bits of a draw, before the mask. The tick is below 2^53. */
export const drawn = (seed: number, identity: number, tick: number): number =>
  mix(mix(mix(seed ^ identity) ^ (tick >>> 0)) ^ Math.floor(tick / 2 ** 32));

function mix(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
