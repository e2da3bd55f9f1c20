/**
 * EMIT on TypeScript kernels: FIRE of numbers that stand for the potentials, 0 for a neuron that is idle, 1 for one that is
 * active, 2 for one that fires.
 */
import { CONDITIONS, type OperationOf } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';
import { FireTask } from '../fire-task.ts';
import type { ConditionalRun } from '../planes.ts';

const ACTIVE = 1;
const FIRES = 2;
const THRESHOLD = { parameters: Int32Array.of(FIRES), address: 0, period: 1 };

class EmitTask implements TickTask {
  readonly packets: number;
  readonly #core: CoreState;
  readonly #run: ConditionalRun;
  /** In the place of V, and of what it was: 0. */
  readonly #states: Int32Array;
  readonly #zeros: Int32Array;
  readonly #fire: FireTask;

  constructor({ fields }: OperationOf<'EMIT'>, core: CoreState) {
    const { first, count, tree, when } = fields;
    const run = { first, count, tree, ...THRESHOLD, strict: false, subtracts: false, resets: undefined };
    this.#core = core;
    this.#run = { first, count, when };
    this.#states = core.scratch(0);
    this.#zeros = core.scratch(1);
    this.#fire = new FireTask(run, core, this.#states, this.#zeros);
    this.packets = this.#fire.packets;
  }

  execute(tick: number, tally: UpdateTally): void {
    const { first, count } = this.#run;
    judge(this.#states, this.#core, this.#run);
    this.#zeros.fill(0, first, first + count);
    this.#fire.execute(tick, tally);
  }
}

export const emit: TickExecutor<'EMIT'> = { prepare: (operation, core) => new EmitTask(operation, core) };

/** What stands for the neurons of a run; the update of V ends with it. */
function judge(
  states: Int32Array,
  { v, previous, flags }: Pick<CoreState, 'v' | 'previous' | 'flags'>,
  { first, count, when }: ConditionalRun,
): void {
  const { mask, value } = CONDITIONS[when]!;
  for (let n = first; n < first + count; n++) {
    const potential = v[n]!;
    // Without flags in the program there is no condition but `always`, whose mask is 0.
    const fires = mask === 0 || (flags[n]! & mask) === value;
    states[n] = fires ? FIRES : potential === previous[n] ? 0 : ACTIVE;
    previous[n] = potential;
  }
}
