/** EMIT: a spike of every neuron whose flags say so; its packet carries 1, or what a plane holds. */
import { checkNamed, checkPlane, checkRun, checkWindow } from '../instruction/checks.ts';
import { CYCLES_OF_UPDATE } from '../instruction/cycles.ts';
import { field, ROUNDING, RUN, TREE, WHEN } from '../instruction/fields.ts';
import { ALWAYS, WHEN_NAMES } from '../instruction/flags.ts';
import { tickInstruction } from '../instruction/row.ts';
import { WORK_OF_UPDATE } from '../instruction/work.ts';
import { PLANE_NAMES } from '../planes.ts';
import { shifted } from '../range/arithmetic.ts';
import { NO_TREE } from '../chip.ts';

/** What the packets of an EMIT carry, by number. */
const PAYLOADS = ['one', 'plane'] as const;

/** Whether the packets of an EMIT carry what a plane holds. */
export const isGraded = ({ payload }: { readonly payload: number }): boolean => PAYLOADS[payload] === 'plane';

export const emit = tickInstruction({
  opcode: 0x2e,
  trigger: 'tick',
  words: [
    [
      field('payload', 1, 'of the packets: one, or what a plane holds', { names: PAYLOADS, default: 0 }),
      field('plane', 3, 'plane that is sent; zero where the payload is one', { names: PLANE_NAMES, default: 0 }),
      WHEN,
      field('shift', 5, 'of what the plane holds, to the right', { default: 0 }),
      field('rounding', 1, 'of the shift: down, or towards zero', { names: ROUNDING, default: 0 }),
      field('kind', 1, 'zero: a spike', { default: 0 }),
    ],
    RUN,
    [TREE],
  ],
  reads: 'V, flags, plane (where it is the payload)',
  writes:
    'one packet {tree, k, 1 or plane / 2^shift} for each neuron first+k that the condition holds for; none of payload 0',
  cycles: CYCLES_OF_UPDATE,
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning: 'sends; a neuron is active where V has changed since the last update, or it sends',
  sends: 'spikes',
  usesFlags: ({ when }) => when !== ALWAYS,
  planes: (fields) => ({ reads: isGraded(fields) ? [fields.plane] : [], writes: [] }),
  work: WORK_OF_UPDATE,
  verify(fields, gates, context) {
    const { plane, shift, rounding, kind, when } = fields;
    if (!checkRun(fields, context) || !checkNamed(when, WHEN_NAMES, 'condition', context)) return;
    const { place, findings } = context;
    findings.expect(kind === 0, 'EMIT of a value for the host is not executed by this version', place);
    if (isGraded(fields)) {
      checkPlane(plane, fields, context);
      findings.expect(rounding === 0 || shift > 0, 'only a shift to the right rounds', place);
    } else
      findings.expect(
        plane === 0 && shift === 0 && rounding === 0,
        'EMIT of ones names a plane, a shift or a rounding',
        place,
      );
    checkWindow('EMIT', gates, context);
  },
  reach(fields, _core, states) {
    const { plane, shift, rounding, first, count, tree } = fields;
    if (!isGraded(fields) || tree === NO_TREE) return;
    let [min, max] = [0, 0];
    for (let n = first; n < first + count; n++) {
      min = Math.min(min, states.lowest(plane, n));
      max = Math.max(max, states.highest(plane, n));
    }
    // Shifting keeps the order.
    states.send(tree, { min: shifted(min, -shift, rounding), max: shifted(max, -shift, rounding) });
  },
});
