/** What the program of a neuron may not be: found here, where the line of the file is known, and not by the loader. */
import { fail, I, PLANE_NAMES, tickRow, TOUCH_MNEMONICS, V, WIDEST_SATURATING } from '../../../isa/index.ts';
import type { NeuronProgram, ProgramStep } from '../../ir/program.ts';
import type { FloatParameters, Unit } from '../../ir/population.ts';
import { programPayloads } from '../../neurons/parts/program-code.ts';
import { PLANE_FIELDS } from './program-text.ts';

/** Units of what a DECAY takes, by its kind: mul, shift, linear, drift. */
const DECAY_UNITS: readonly (readonly Unit[])[] = [
  ['factor', 'number'],
  ['number'],
  ['potential', 'number'],
  ['potential', 'number'],
];

/** Planes that a program has: V and I, and those that are declared. */
export const planesOf = ({ planes }: NeuronProgram): ReadonlySet<number> =>
  new Set([V, I, ...planes.map(({ plane }) => plane)]);

/** @param path of the population. @throws DiagnosticError E0202 for a program that no core would execute; E0208 for factors that are none */
export function checkProgram(program: NeuronProgram, parameters: FloatParameters, path: string): void {
  const text = `${path}.program`;
  const held = planesOf(program);
  for (const { policy, bits, plane } of program.planes)
    if (policy === 'saturate' && (bits < 1 || bits > WIDEST_SATURATING))
      fault(`${path}.planes`, `${PLANE_NAMES[plane]!} saturates: it needs "bits", 1 to ${WIDEST_SATURATING}`);
  for (const step of program.steps) {
    for (const [field, plane] of Object.entries(step.fields))
      if (PLANE_FIELDS.has(field) && !held.has(plane))
        fault(text, `${step.op} uses ${PLANE_NAMES[plane]!}, which "planes" does not declare`);
    checkTouched(step, program, text);
    checkSending(step, text);
    checkUnits(step, parameters, text);
  }
  if (program.steps.filter(({ op }) => tickRow(op).sends === 'spikes').length > 1)
    fault(text, 'two instructions send spikes', 'compare into a flag, and send once: COMPAREP … combine=or');
  if (programPayloads(program) === undefined)
    fault(
      text,
      'EMIT sends a plane that COUNT does not fill, or that something else fills too',
      'send what COUNT leaves in a plane of its own: potentials have a scale in every channel, which their hearers would have to know',
    );
  checkFactors(program, parameters, path);
}

/** What follows events is done in one pass, and bounded by how planes are held: how often it is done, only the data say. */
function checkTouched({ op, when, fields }: ProgramStep, { planes }: NeuronProgram, path: string): void {
  if (when !== 'touched') return;
  if (!(TOUCH_MNEMONICS as readonly string[]).includes(op))
    fault(path, `${op} stands behind .touched, where ${TOUCH_MNEMONICS.join(', ')} can`);
  if (op === 'EMIT' && fields.payload !== 0) fault(path, 'EMIT behind .touched sends a plane: it sends ones');
  for (const plane of tickRow(op).planes(fields).writes)
    if (!planes.some((held) => held.plane === plane && held.policy !== 'prove'))
      fault(
        path,
        `${op} behind .touched writes ${PLANE_NAMES[plane]!}, which is held by prove`,
        'give the plane a policy, saturate or wrap, and bits',
      );
}

function checkSending({ op, when, fields }: ProgramStep, path: string): void {
  if (tickRow(op).sends !== 'spikes') return;
  if (when === 'carrying') fault(path, `${op} stands behind .carrying: what sends is executed in every step`);
  if (op === 'EMIT' && fields.kind !== 0) fault(path, 'EMIT sends nothing to the host: its kind is 0');
}

function checkUnits({ op, fields, parameters: names }: ProgramStep, parameters: FloatParameters, path: string): void {
  for (const name of names) {
    const { unit } = parameters[name]!;
    const fits = op === 'DECAY' ? DECAY_UNITS[fields.kind!]!.includes(unit) : unit !== 'factor';
    if (!fits) fault(path, `${op} cannot take "${name}", which is a ${unit}`);
  }
}

/** A factor is of so many bits as the DECAY that takes it says. */
function checkFactors({ steps }: NeuronProgram, parameters: FloatParameters, path: string): void {
  for (const [name, { unit, values }] of Object.entries(parameters)) {
    if (unit !== 'factor') continue;
    const place = `${path}.parameters.${name}`;
    const bad = values.find((value) => value < 0 || value > 1);
    if (bad !== undefined) fail('E0208', `factor "${name}" is ${bad}; 0 to 1 is expected`, { path: place });
    const bits = new Set(steps.filter((step) => step.parameters.includes(name)).map(({ fields }) => fields.bits));
    if (bits.size === 0) fault(place, `"${name}" is a factor, but no DECAY takes it`);
    if (bits.size > 1)
      fault(place, `"${name}" is a factor of different bits`, 'give each DECAY a parameter of its own');
  }
}

const fault = (path: string, message: string, remedy?: string): never => fail('E0202', message, { path }, remedy);
