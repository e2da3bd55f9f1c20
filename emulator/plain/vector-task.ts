/** An instruction of the tick handler that makes a plane of a plane and an operand, neuron by neuron. */
import type { CoreState, TickTask, UpdateTally } from './execution.ts';
import { type ConditionalRun, type NeuronRun, type Operand, planeOfCore, type Store, storeOf } from './planes.ts';

/** results[n] of all neurons of the run, modulo 2^32; `results` may be the plane. */
export type VectorLoop = (
  results: Int32Array,
  plane: Int32Array,
  operand: Operand,
  run: NeuronRun,
  tick: number,
) => void;

interface VectorFields extends ConditionalRun {
  readonly plane: number;
}

/** What it does, and what that costs in a tick. */
interface VectorWork {
  readonly loop: VectorLoop;
  readonly operand: Operand;
  readonly cycles: number;
  /** Whether every result fits the plane as it is. */
  readonly fits?: boolean;
}

export class VectorTask implements TickTask {
  readonly #loop: VectorLoop;
  readonly #store: Store;
  readonly #plane: Int32Array;
  readonly #operand: Operand;
  readonly #run: NeuronRun;
  readonly #cycles: number;

  constructor(fields: VectorFields, core: CoreState, { loop, operand, cycles, fits }: VectorWork) {
    this.#loop = loop;
    this.#store = storeOf(fields.plane, fields, core, 0, fits);
    this.#plane = planeOfCore(core, fields.plane);
    this.#operand = operand;
    this.#run = { first: fields.first, count: fields.count };
    this.#cycles = cycles;
  }

  execute(tick: number, tally: UpdateTally): void {
    this.#loop(this.#store.results, this.#plane, this.#operand, this.#run, tick);
    this.#store.settle();
    tally.cycles += this.#cycles;
  }
}

/** The parameters of a core that the fields of an instruction name. */
export const parameterOperand = (
  { address, period }: { readonly address: number; readonly period: number },
  { image }: Pick<CoreState, 'image'>,
): Operand => ({ values: image.parameters, address, period });

/** Numbers of the neurons of a run, by neuron of the core. */
export const runOperand = (values: Int32Array, { first, count }: NeuronRun): Operand => ({
  values,
  address: first,
  period: count,
});
