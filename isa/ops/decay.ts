/** DECAY: a state on its way to zero. */
import { checkNamed, checkPlane, checkRun, checkValues } from '../instruction/checks.ts';
import { CYCLES_OF_DECAY } from '../instruction/cycles.ts';
import { field, parameters, PLANE, RUN, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { flagsOf } from '../instruction/work.ts';

export const DECAY_KINDS = ['mul', 'shift', 'linear', 'drift'] as const;
export const DECAY_ROUNDINGS = ['zero', 'floor', 'half'] as const;
const [MUL, SHIFT, LINEAR, DRIFT] = [0, 1, 2, 3];

export const decay = tickInstruction({
  opcode: 0x28,
  trigger: 'tick',
  words: [
    [
      PLANE,
      field('kind', 2, 'how it decays', { names: DECAY_KINDS }),
      field('rounding', 2, 'of mul: towards zero, down, or halves up', { names: DECAY_ROUNDINGS, default: 0 }),
      field('bits', 4, 'of mul: k - 1, where the factor is m / 2^k', { default: 0 }),
      WHEN,
    ],
    RUN,
    parameters('the factors m, shifts d or steps l'),
  ],
  reads: 'plane, period parameters',
  writes: 'plane[first .. first+count)',
  cycles: CYCLES_OF_DECAY,
  events: ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds', 'multiplierBits'],
  meaning:
    'mul: p = round(p * m / 2^k); shift: e = p >> d, or the sign of p where that is 0, p = p - e; linear: l towards 0, where it stops; drift: p = p - l * sign(p)',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: ({ plane }) => ({ reads: [plane], writes: [plane] }),
  work: {
    counted: 'always',
    ofNeuron: ({ kind, bits, when }) => ({
      additions: kind === MUL ? 0 : 1,
      multiplierBits: kind === MUL ? bits + 1 : 0,
      flagsRead: flagsOf(when),
    }),
  },
  verify(fields, _gates, context) {
    const { plane, kind, rounding, bits, when } = fields;
    if (!checkRun(fields, context) || !checkPlane(plane, fields, context)) return;
    const named =
      checkNamed(when, WHEN_NAMES, 'condition', context) && checkNamed(rounding, DECAY_ROUNDINGS, 'rounding', context);
    if (!named) return;
    const { place, findings } = context;
    if (kind !== MUL) findings.expect(rounding === 0 && bits === 0, 'rounding and bits are of mul alone', place);
    if (kind === MUL) checkValues('factor', fields, [0, 2 ** (bits + 1)], context);
    else if (kind === SHIFT) checkValues('shift', fields, [1, 31], context);
    else checkValues('step', fields, [0, 2 ** 31 - 1], context);
  },
  reach({ plane, kind, rounding, bits, when, first, count, address, period }, core, states) {
    for (let k = 0; k < count; k++) {
      const n = first + k;
      const value = core.parameters[address + (k % period)]!;
      const [low, high] = [states.lowest(plane, n), states.highest(plane, n)];
      let least = decayed(low, kind, value, bits + 1, rounding);
      let most = decayed(high, kind, value, bits + 1, rounding);
      // All but drift keep the order; drift crosses zero, so that its extremes lie at the ends or beside zero.
      if (kind === DRIFT)
        for (let p = Math.max(low, -1); p <= Math.min(high, 1); p++) {
          const drifted = decayed(p, kind, value, bits + 1, rounding);
          least = Math.min(least, drifted);
          most = Math.max(most, drifted);
        }
      states.change(when, plane, n, least, most);
    }
  },
});

/**
 * What a state becomes.
 *
 * @param value factor, shift or step
 * @param k bits of the factor's denominator
 */
function decayed(p: number, kind: number, value: number, k: number, rounding: number): number {
  if (kind === MUL) return rounded((p * value) / 2 ** k, rounding);
  const sign = Math.sign(p);
  if (kind === SHIFT) return p - (p >> value || sign);
  return kind === LINEAR ? sign * Math.max(0, Math.abs(p) - value) : p - value * sign;
}

const rounded = (x: number, rounding: number): number => {
  if (rounding === 0) return Math.trunc(x) + 0;
  return Math.floor(rounding === 1 ? x : x + 0.5);
};
