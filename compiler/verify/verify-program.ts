/** What a neuron program must be before anything plans, executes or interprets it. */
import {
  fieldRange,
  MOST_PLANES,
  type Mnemonic,
  operationFields,
  OPS,
  POLICIES,
  tickRow,
  TOUCH_MNEMONICS,
  type TickMnemonic,
  V,
  WIDEST_SATURATING,
} from '../../isa/index.ts';
import type { NeuronProgram, ProgramStep } from '../ir/program.ts';
import { programPayloads, OPERAND_FIELDS } from '../neurons/parts/program-code.ts';

/** Fields that depend on the neurons that a step works on. */
const PLACED: ReadonlySet<string> = new Set(['first', 'count', 'tree', ...OPERAND_FIELDS.flat()]);

/** The instructions that a program may have: those of the tick handler that work on neurons. */
export const PROGRAM_OPS = (Object.keys(OPS) as Mnemonic[]).filter((op): op is TickMnemonic => {
  const names = OPS[op].trigger === 'tick' ? operationFields(op).map(({ name }) => name) : [];
  return names.includes('first');
});

/** Fields of an instruction that a program gives itself. */
export const ownFields = (op: TickMnemonic) => operationFields(op).filter(({ name }) => !PLACED.has(name));

/** How many parameters an instruction takes. */
export const operandCount = (op: TickMnemonic): number => {
  const names = new Set(operationFields(op).map(({ name }) => name));
  return OPERAND_FIELDS.filter(([address]) => names.has(address)).length;
};

/** Every rule that a program breaks. @param names of the parameters that its neurons have */
export function* brokenProgram(program: NeuronProgram, names: ReadonlySet<string>): Generator<string> {
  const { planes, steps, initial } = program;
  if (planes.some(({ plane }, k) => plane >= MOST_PLANES || (k > 0 && plane <= planes[k - 1]!.plane)))
    yield 'planes are named once, in order';
  for (const { policy, bits } of planes) {
    const widest = policy === 'saturate' ? WIDEST_SATURATING : 32;
    if (!POLICIES.includes(policy) || bits < 1 || bits > widest)
      yield `a plane held by ${policy} has 1 to ${widest} bit`;
  }
  const starts = initial.map(({ plane }) => plane);
  if (starts.filter((plane) => plane === V).length !== 1) yield 'V has an initial value';
  if (new Set(starts).size !== starts.length || starts.some((plane) => plane >= MOST_PLANES))
    yield 'a plane has one initial value';
  for (const { parameter } of initial) if (!names.has(parameter)) yield `the neurons have a parameter ${parameter}`;
  for (const step of steps) yield* brokenStep(step, names);
  const bounded = new Set(planes.flatMap(({ plane, policy }) => (policy === 'prove' ? [] : [plane])));
  for (const { op, when, fields } of steps)
    if (
      when === 'touched' &&
      PROGRAM_OPS.includes(op) &&
      tickRow(op)
        .planes(fields)
        .writes.some((plane) => !bounded.has(plane))
    )
      yield 'what is written behind events saturates or wraps';
  if (programPayloads(program) === undefined) yield 'packets carry what COUNT leaves in a plane, and nothing else';
}

function* brokenStep({ op, when, fields, parameters }: ProgramStep, names: ReadonlySet<string>): Generator<string> {
  if (!PROGRAM_OPS.includes(op)) {
    yield `${op} is an instruction on neurons in a tick`;
    return;
  }
  const own = ownFields(op);
  if (Object.keys(fields).length !== own.length) yield `${op} has its own fields and no others`;
  for (const field of own) {
    const value = fields[field.name] ?? NaN;
    const [min, max] = fieldRange(field);
    const most = field.names === undefined ? max : field.names.length - 1;
    if (!(value >= min && value <= most)) yield `${field.name} of ${op} lies in ${min}..${most}`;
  }
  if (parameters.length !== operandCount(op)) yield `${op} takes ${operandCount(op)} parameters`;
  for (const name of parameters) if (!names.has(name)) yield `the neurons have a parameter ${name}`;
  const { sends } = tickRow(op);
  if (when === 'touched') {
    if (!(TOUCH_MNEMONICS as readonly TickMnemonic[]).includes(op)) yield `${op} is executed behind an event`;
    if (op === 'EMIT' && fields.payload !== 0) yield 'what is sent behind an event is 1';
  } else if (sends === 'spikes' && when !== 'firing') yield `${op} is executed in all ticks of the window`;
  if ((sends === 'potentials') !== (when === 'last' && op === 'READ')) yield 'READ is executed in the last tick';
}
