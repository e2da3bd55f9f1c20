/** BIAS on TypeScript kernels. All arithmetic is modulo 2^32 (kernels/dense.ts). */
import { type OperationOf, OPS } from '../../../isa/machine.ts';
import type { PeriodicRun } from '../../machine/reset-run.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';

class BiasTask implements TickTask {
  readonly #v: Int32Array;
  readonly #parameters: Int32Array;
  readonly #run: PeriodicRun;
  readonly #cycles: number;

  constructor({ fields }: OperationOf<'BIAS'>, { v, image, timing }: CoreState) {
    this.#v = v;
    this.#parameters = image.parameters;
    this.#run = fields;
    this.#cycles = OPS.BIAS.cycles.perUnit(fields, timing);
  }

  execute(_tick: number, tally: UpdateTally): void {
    addBias(this.#v, this.#parameters, this.#run);
    tally.cycles += this.#cycles;
  }
}

export const bias: TickExecutor<'BIAS'> = { prepare: (operation, core) => new BiasTask(operation, core) };

/** V[first + k] += parameters[address + k mod period]. */
export function addBias(v: Int32Array, parameters: Int32Array, { first, count, address, period }: PeriodicRun): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    v[n] = (v[n]! + parameters[address + phase]!) | 0;
    if (++phase === period) phase = 0;
  }
}
