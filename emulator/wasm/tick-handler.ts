/** The tick handler of a core, as records for the kernels. */
import { OPS } from '../../isa/machine.ts';
import type { ReadRun, TickInstruction, TickRange } from '../machine/programs.ts';
import { layOutTick } from './dispatch.ts';
import type { CorePlan, TickRecord } from './layout.ts';
import * as R from './generated/records.ts';
import { ownOffset, writeOwn } from './own-fields.ts';

/** An instruction that has been laid out. */
export interface TickStep extends TickRange {
  readonly record: TickRecord;
}

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
  const steps = instructions.map(({ operation, start, end }, k) => {
    const place = { start, end, at: at + k * R.TICK_BYTES, core };
    const { first, count } = operation.fields;
    plan.record(place.at, [
      [R.TICK_KIND, OPS[operation.op].opcode],
      [R.TICK_START, start],
      [R.TICK_END, end],
      [R.TICK_COUNT, count],
      [R.TICK_V_AT, core.vAt + 4 * first],
      [R.TICK_LAYER_CYCLES_AT, layerCyclesAt(first)],
    ]);
    const addressOf = (field: string): number => place.at + ownOffset(operation.op, field);
    const record = layOutTick(operation, { ...place, addressOf });
    plan.float(place.at + R.TICK_CYCLES, record.cycles ?? 0);
    writeOwn(plan, place.at, operation.op, record.own);
    return { start, end, record };
  });
  return { at, steps };
}

/** What is sent in the read-out phase after so many ticks. */
export const readRunsOf = ({ steps }: TickHandler, ticks: number): readonly ReadRun[] =>
  steps.filter(({ start, end }) => start < ticks && end >= ticks).flatMap(({ record }) => record.read ?? []);
