/** CURRENT on TypeScript kernels. */
import { type OperationOf, OPS } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';

class CurrentTask implements TickTask {
  readonly #v: Int32Array;
  readonly #current: Int32Array;
  readonly #first: number;
  readonly #count: number;
  readonly #cycles: number;

  constructor({ fields }: OperationOf<'CURRENT'>, { v, current: input, timing }: CoreState) {
    this.#v = v;
    this.#current = input;
    this.#first = fields.first;
    this.#count = fields.count;
    this.#cycles = OPS.CURRENT.cycles.perUnit(fields, timing);
  }

  execute(_tick: number, tally: UpdateTally): void {
    addCurrent(this.#v, this.#current, this.#first, this.#count);
    tally.cycles += this.#cycles;
  }
}

export const current: TickExecutor<'CURRENT'> = { prepare: (operation, core) => new CurrentTask(operation, core) };

/** V[first + k] += I[first + k], modulo 2^32. */
export function addCurrent(v: Int32Array, input: Int32Array, first: number, count: number): void {
  for (let n = first; n < first + count; n++) v[n] = (v[n]! + input[n]!) | 0;
}
