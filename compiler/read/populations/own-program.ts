/** What a neuron that is a program of its own must be beyond its single lines. */
import { fail, I, PLANE_NAMES, tickRow, WIDEST_SATURATING } from '../../../isa/index.ts';
import type { HeldPlane, NeuronProgram } from '../../ir/program.ts';
import type { FloatParameters } from '../../populations/population.ts';

/** @param path of the population. @throws DiagnosticError E0202, E0208 for what no chip takes */
export function checkOwnProgram({ planes, steps }: NeuronProgram, parameters: FloatParameters, path: string): void {
  for (const { plane, policy, bits } of planes)
    if (policy === 'saturate' && (bits < 1 || bits > WIDEST_SATURATING))
      fail('E0202', `${PLANE_NAMES[plane]!} saturates: it says its bits, ${WIDEST_SATURATING} at most`, {
        path: `${path}.planes`,
      });
  const place = { path: `${path}.program` };
  for (const { op, fields } of steps) {
    const used = tickRow(op).planes(fields);
    const absent = [...used.reads, ...used.writes].find((plane) => !isHeld(planes, plane));
    if (absent !== undefined)
      fail('E0202', `${op} works on ${PLANE_NAMES[absent]!}, which is none of the planes`, place);
  }
  const sending = steps.filter(({ op }) => tickRow(op).sends === 'spikes');
  if (sending.length > 1) fail('E0202', `${sending.length} instructions send spikes; a neuron has one at most`, place);
  if (sending.some(({ when }) => when !== 'firing'))
    fail('E0202', 'what sends spikes stands before .carrying: it is executed in all steps', place);
  for (const [name, { values, unit }] of Object.entries(parameters)) {
    if (unit !== 'factor') continue;
    const at = { path: `${path}.parameters.${name}` };
    if (!steps.some((step) => step.op === 'DECAY' && step.parameters.includes(name)))
      fail('E0202', 'it is a factor, but no DECAY takes it', at);
    const bad = values.findIndex((value) => !(value >= 0 && value <= 1));
    if (bad >= 0) fail('E0208', `value ${bad} is ${values[bad]!}; a factor is 0 to 1`, at);
  }
}

/** Whether neurons have a plane. */
const isHeld = (planes: readonly HeldPlane[], plane: number): boolean =>
  plane <= I || planes.some((held) => held.plane === plane);

/** Whether connections can add to a plane: in any order they come to the same only where it does not saturate. */
export const isFed = (planes: readonly HeldPlane[], plane: number): boolean =>
  isHeld(planes, plane) && !planes.some((held) => held.plane === plane && held.policy === 'saturate');
