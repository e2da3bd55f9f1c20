/** The tick handler of a core, as records for the kernels. */
import { OPS, V } from '../../isa/machine.ts';
import type { ReadRun, TickInstruction, TickRange } from '../machine/programs.ts';
import { layOutTick } from './dispatch.ts';
import type { CorePlan, TickRecord } from './layout.ts';
import * as R from './generated/records.ts';
import { ownFields, ownOffset } from './own-fields.ts';

/** What an instruction does beside its kernel, once its record is laid out. */
export interface TickStep extends TickRange, Omit<TickRecord, 'own' | 'cycles'> {}

export interface TickHandler {
  /** Address of the first record. */
  readonly at: number;
  readonly steps: readonly TickStep[];
}

/** @param layerCyclesAt address of the cycles of the layer that an instruction with this first neuron works on */
export function layOutTickHandler(
  instructions: readonly TickInstruction[],
  core: CorePlan,
  layerCyclesAt: (firstNeuron: number) => number,
): TickHandler {
  const { plan } = core.shared;
  const at = plan.reserve(instructions.length * R.TICK_BYTES);
  const steps = instructions.map(({ operation, ...range }, k) => {
    const recordAt = at + k * R.TICK_BYTES;
    const { op } = operation;
    const { first, count } = operation.fields;
    const addressOf = (field: string): number => recordAt + ownOffset(op, field);
    const { own, cycles, ...beside } = layOutTick(operation, { ...range, at: recordAt, addressOf, core });
    plan.record(recordAt, [
      [R.TICK_KIND, OPS[op].opcode],
      [R.TICK_START, range.start],
      [R.TICK_END, range.end],
      [R.TICK_LENGTH, range.length],
      [R.TICK_PERIOD, range.period],
      [R.TICK_COUNT, count],
      [R.TICK_V_AT, core.states.plane(V, first)],
      [R.TICK_LAYER_CYCLES_AT, layerCyclesAt(first)],
      ...ownFields(op, own),
    ]);
    if (cycles !== undefined) plan.float(recordAt + R.TICK_CYCLES, cycles);
    return { ...range, ...beside };
  });
  return { at, steps };
}

/** What is sent in the read-out phase after so many ticks. */
export const readRunsOf = ({ steps }: TickHandler, ticks: number): readonly ReadRun[] =>
  steps.filter(({ start, end }) => start < ticks && end >= ticks).flatMap(({ read }) => read ?? []);
