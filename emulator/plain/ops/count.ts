/** COUNT on TypeScript kernels. */
import { type OperationOf, OPS } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';
import { type NeuronRun, type Operand, planeOfCore, type Store, storeOf } from '../planes.ts';
import { parameterOperand } from '../vector-task.ts';

class CountTask implements TickTask {
  readonly #plane: Int32Array;
  readonly #rests: Store;
  readonly #quotients: Store;
  readonly #operand: Operand;
  readonly #run: NeuronRun;
  readonly #most: number;
  readonly #cycles: number;

  constructor({ fields }: OperationOf<'COUNT'>, core: CoreState) {
    this.#plane = planeOfCore(core, fields.plane);
    // A rest lies between zero and what the plane has held.
    this.#rests = storeOf(fields.plane, fields, core, 0, true);
    this.#quotients = storeOf(fields.into, fields, core, 1);
    this.#operand = parameterOperand(fields, core);
    this.#run = { first: fields.first, count: fields.count };
    this.#most = fields.most;
    this.#cycles = OPS.COUNT.cycles.perUnit(fields, core.timing);
  }

  execute(_tick: number, tally: UpdateTally): void {
    countRun(this.#quotients.results, this.#rests.results, this.#plane, this.#operand, this.#run, this.#most);
    this.#quotients.settle();
    this.#rests.settle();
    tally.cycles += this.#cycles;
  }
}

export const count: TickExecutor<'COUNT'> = { prepare: (operation, core) => new CountTask(operation, core) };

/** How many of its thresholds each neuron of the run holds, at most `most`, and what is left behind them. */
function countRun(
  quotients: Int32Array,
  rests: Int32Array,
  plane: Int32Array,
  { values, address, period }: Operand,
  { first, count: neurons }: NeuronRun,
  most: number,
): void {
  let phase = 0;
  for (let n = first; n < first + neurons; n++) {
    const held = plane[n]!;
    const threshold = values[address + phase]!;
    if (++phase === period) phase = 0;
    const whole = held < threshold ? 0 : (held / threshold) | 0;
    const quotient = whole < most ? whole : most;
    quotients[n] = quotient;
    rests[n] = held - Math.imul(quotient, threshold);
  }
}
