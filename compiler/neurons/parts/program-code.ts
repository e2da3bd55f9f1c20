/** A program of a neuron as instructions that a core is planned with. */
import {
  operationFields,
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

function codeOfProgram(program: NeuronProgram): NeuronCode {
  // V is prepared first: RESET clears all other planes.
  const initial = program.initial.toSorted((a, b) => a.plane - b.plane);
  return {
    fires: sendsSpikes(program),
    tick: program.steps.map(tickInstruction),
    reset: initial.map(resetInstruction),
  };
}

function tickInstruction({ op, when, fields, parameters }: ProgramStep): TickInstruction {
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
