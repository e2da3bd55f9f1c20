/** A program of a neuron as instructions that a core is planned with. */
import {
  type Bounds,
  fitsSigned,
  operationFields,
  stateBits,
  type Target,
  tickRow,
  type OperationOf,
  type ResetMnemonic,
  type TickMnemonic,
  V,
} from '../../../isa/index.ts';
import type { NeuronCode, ResetInstruction, TickInstruction } from '../../ir/neuron.ts';
import type { NeuronProgram, ProgramNeurons, ProgramStep } from '../../ir/program.ts';

/** Fields that say where the values of the first and of the second parameter of a step lie. */
export const OPERAND_FIELDS = [
  ['address', 'period'],
  ['resetAddress', 'resetPeriod'],
] as const;

/** Neurons with this program. */
export const programNeurons = <W>(
  program: NeuronProgram,
  parameters: Readonly<Record<string, W>>,
): ProgramNeurons<W> => ({ neuron: 'program', program, parameters, code: codeOfProgram(program) });

/** Whether a program sends spikes. */
export const sendsSpikes = ({ steps }: NeuronProgram): boolean =>
  steps.some(({ op }) => tickRow(op).sends === 'spikes');

/** Whether neurons are looked at behind every event: in cores in event mode. */
export const isTouched = ({ steps }: NeuronProgram): boolean => steps.some(({ when }) => when === 'touched');

/**
 * Payloads of what a neuron sends in a tick, 0 for nothing: 1, −1 where spikes are taken back, or what COUNT leaves in the
 * plane that is sent; without a limit where it can send behind every event.
 *
 * @returns undefined where something else is sent: potentials have a scale of their own in every channel, counts have none
 */
export function programPayloads(program: NeuronProgram): Bounds | undefined {
  const { steps } = program;
  const sent = steps.find(({ op, fields }) => op === 'EMIT' && isGraded(fields));
  if (sent === undefined)
    return { min: steps.some(({ op }) => op === 'FIRES') ? -1 : 0, max: isTouched(program) ? Infinity : 1 };
  const max = largestCount(program, sent);
  return max === undefined ? undefined : { min: 0, max };
}

function largestCount({ steps, planes, initial }: NeuronProgram, sent: ProgramStep): number | undefined {
  const { plane, shift } = sent.fields;
  const writers = steps.filter(({ op, fields }) => tickRow(op).planes(fields).writes.includes(plane!));
  const counts = writers.filter(({ op, fields }) => op === 'COUNT' && fields.into === plane);
  if (counts.length < writers.length || initial.some((row) => row.plane === plane)) return undefined;
  const most = counts.reduce((largest, { fields }) => Math.max(largest, fields.most!), 0);
  const form = planes.find((held) => held.plane === plane);
  // A count that its plane cannot hold would become another number.
  if (form !== undefined && form.bits > 0 && !fitsSigned({ min: 0, max: most }, form.bits)) return undefined;
  return Math.floor(most / 2 ** shift!);
}

/** Whether the packets of an EMIT carry a plane. */
const isGraded = ({ payload }: ProgramStep['fields']): boolean => payload === 1;

/** The instructions of a program. */
export function codeOfProgram(program: NeuronProgram): NeuronCode {
  // V is prepared first: RESET clears all other planes.
  const initial = program.initial.toSorted((a, b) => a.plane - b.plane);
  return {
    fires: sendsSpikes(program),
    tick: program.steps.map(tickInstruction),
    reset: initial.map(resetInstruction),
  };
}

/** A step as an instruction. */
export function tickInstruction({ op, when, fields, parameters }: ProgramStep): TickInstruction {
  const { sends } = tickRow(op);
  const isSending = operationFields(op).some(({ name }) => name === 'tree');
  return {
    op,
    when,
    covers: sends === 'spikes' ? 'listeners' : sends === 'potentials' ? 'tile' : 'neurons',
    parameters,
    idleAtZero: op === 'BIAS',
    operation: ({ first, count, runs, tree }) => {
      const operands = parameters.flatMap((name, k) => {
        const { address, period } = runs[name]!;
        const [addressField, periodField] = OPERAND_FIELDS[k]!;
        return [[addressField, address] as const, [periodField, period] as const];
      });
      const values = { ...fields, first, count, ...Object.fromEntries(operands), ...(isSending && { tree }) };
      // A value for every field: a program is checked for that where it is made (verifyProgram).
      return { op, fields: values } as unknown as OperationOf<TickMnemonic>;
    },
  };
}

function resetInstruction({ plane, parameter }: NeuronProgram['initial'][number]): ResetInstruction {
  const op: ResetMnemonic = plane === V ? 'RESET' : 'RESETP';
  return {
    op,
    parameters: [parameter],
    operation: ({ first, count, runs }) => {
      const run = { first, count, ...runs[parameter]! };
      return op === 'RESET' ? { op, fields: run } : { op, fields: { plane, ...run } };
    },
  };
}

/** Whether a program reads or writes flags. */
export const needsFlags = ({ steps }: NeuronProgram): boolean =>
  steps.some(({ op, fields }) => tickRow(op).usesFlags?.(fields) === true);

/** What one neuron takes of the states of a core, in neurons of which it holds as many as the target says. */
export function roomOf({ planes }: NeuronProgram, usesFlags: boolean, { limits, widths }: Target): number {
  const neuron = {
    neuronCount: 1,
    planes: planes.map((held) => ({ ...held, first: 0, count: 1, min: 0, max: 0 })),
  };
  const usual = 2 * limits.neurons * widths.vBits;
  return Math.max(1, (stateBits(neuron, usesFlags, { widths }) * limits.neurons) / (limits.stateBits ?? usual));
}
