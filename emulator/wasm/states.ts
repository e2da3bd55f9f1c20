/** Where the states of the neurons of a core lie in the memory of the kernels. */
import {
  type CoreImage,
  eventRow,
  furtherPlanes,
  I,
  type OperationOf,
  type EventMnemonic,
  planeOf,
  type PlaneRow,
  planeRows,
  type TickMnemonic,
  tickRow,
  V,
} from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import type { KernelMemory, MemoryPlan } from './memory.ts';

/** Bits of a lane, which hold every plane. */
export const LANE_BITS = 32;

/** The values of planes by their number, a word per neuron; undefined: no neuron of the core has the plane. */
export type PlaneValues = readonly (Int32Array | undefined)[];

export class KernelStates {
  readonly #neurons: number;
  /** Address of each plane, by number. */
  readonly #planesAt: number[] = [];
  readonly #previousAt: number;
  readonly #flagsAt: number | undefined;

  /** @param usesFlags whether anything in the core's program reads or writes flags */
  constructor(plan: MemoryPlan, image: CoreImage, usesFlags: boolean) {
    this.#neurons = image.neuronCount;
    for (const plane of [V, I, ...furtherPlanes(image)]) this.#planesAt[plane] = plan.reserve(4 * this.#neurons);
    this.#previousAt = plan.reserve(4 * this.#neurons);
    this.#flagsAt = usesFlags ? plan.reserve(this.#neurons) : undefined;
  }

  /** Address of the value of a neuron. */
  plane(plane: number, neuron: number): number {
    const at = this.#planesAt[plane];
    if (at === undefined) throw new Error(`no neuron of the core has plane ${plane}`);
    return at + 4 * neuron;
  }

  /** Address of V at the end of a neuron's last update, or after the reset. */
  previous(neuron: number): number {
    return this.#previousAt + 4 * neuron;
  }

  /** Address of the flags of a neuron, a byte. */
  flags(neuron: number): number {
    if (this.#flagsAt === undefined) throw new Error('no instruction of the core uses flags');
    return this.#flagsAt + neuron;
  }

  /** What the update begins with: the flags of all neurons are cleared. */
  planFlags(plan: MemoryPlan, coreAt: number): void {
    if (this.#flagsAt === undefined) return;
    plan.record(coreAt, [
      [R.CORE_FLAGS_AT, this.#flagsAt],
      [R.CORE_FLAGS, this.#neurons],
    ]);
  }

  values(memory: KernelMemory): PlaneValues {
    return Array.from(this.#planesAt, (at: number | undefined) =>
      at === undefined ? undefined : memory.i32(at, this.#neurons),
    );
  }

  previousValues(memory: KernelMemory): Int32Array {
    return memory.i32(this.#previousAt, this.#neurons);
  }
}

/** Whether any of these instructions reads or writes flags. */
export const useFlags = (operations: readonly OperationOf<TickMnemonic>[]): boolean =>
  operations.some(({ op, fields }) => tickRow(op).usesFlags?.(fields) === true);

/**
 * The runs that events leave values in which their planes do not hold: planes that wrap within a lane. Events add modulo
 * 2^32, and what they have left is made a value of its plane once per tick.
 */
export function wrappedRuns(image: CoreImage, operations: readonly OperationOf<EventMnemonic>[]): readonly PlaneRow[] {
  const isFed = ({ plane, first, count }: PlaneRow): boolean =>
    operations.some(({ op, fields }) => {
      const end = fields.first + eventRow(op).neurons(fields);
      return planeOf(fields) === plane && fields.first < first + count && first < end;
    });
  return planeRows(image).filter((row) => row.policy === 'wrap' && row.bits < LANE_BITS && isFed(row));
}

/** Lays out what follows the events of a tick. */
export function planWrappedRuns(
  plan: MemoryPlan,
  coreAt: number,
  states: KernelStates,
  runs: readonly PlaneRow[],
): void {
  const at = plan.reserve(runs.length * R.WRAPPED_BYTES);
  runs.forEach(({ plane, first, count, bits }, k) => {
    plan.record(at + k * R.WRAPPED_BYTES, [
      [R.WRAPPED_AT, states.plane(plane, first)],
      [R.WRAPPED_COUNT, count],
      [R.WRAPPED_SHIFT, LANE_BITS - bits],
    ]);
  });
  plan.record(coreAt, [
    [R.CORE_WRAPPED_AT, at],
    [R.CORE_WRAPPED, runs.length],
  ]);
}
