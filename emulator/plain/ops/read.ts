/** READ on TypeScript kernels. */
import type { OperationOf } from '../../../isa/machine.ts';
import type { ReadRun } from '../../machine/programs.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';

class ReadTask implements TickTask {
  readonly read: ReadRun;
  readonly #first: number;
  readonly #core: CoreState;

  constructor({ fields: { first, count, tree } }: OperationOf<'READ'>, core: CoreState) {
    this.read = { tree, count };
    this.#first = first;
    this.#core = core;
  }

  /** The packets leave in the read-out phase. */
  execute(_tick: number, tally: UpdateTally): void {
    const { tree, count } = this.read;
    const { v, context, activity } = this.#core;
    const { counters } = context;
    for (let k = 0; k < count; k++) context.read(tree, k, v[this.#first + k]!);
    tally.active += count;
    counters.packets += count;
    activity.packets += count;
    counters.hostPackets += count;
    this.#core.pathOf(tree).count(counters, count);
  }
}

export const read: TickExecutor<'READ'> = { prepare: (operation, core) => new ReadTask(operation, core) };
