/** From an instruction to its file in ops/. An instruction of isa/ops that has none there does not compile here. */
import type { EventMnemonic, OperationOf, ResetMnemonic, TickMnemonic } from '../../isa/machine.ts';
import { digitOperations } from '../machine/digits.ts';
import type { TickRange } from '../machine/programs.ts';
import type {
  CoreState,
  EventExecutor,
  EventTask,
  EventWork,
  ResetExecutor,
  ResetTask,
  TickExecutor,
  TickTask,
} from './execution.ts';
import { PLAIN_OPS } from './ops/generated/index.ts';

const EVENT_EXECUTORS: { readonly [M in EventMnemonic]: EventExecutor<M> } = PLAIN_OPS;
const TICK_EXECUTORS: { readonly [M in TickMnemonic]: TickExecutor<M> } = PLAIN_OPS;
const RESET_EXECUTORS: { readonly [M in ResetMnemonic]: ResetExecutor<M> } = PLAIN_OPS;

/** @param axons of the largest group that executes it */
export function prepareEvent<M extends EventMnemonic>(
  operation: OperationOf<M>,
  core: CoreState,
  axons: number,
): EventTask {
  const tasks = digitOperations(operation).map((each) => EVENT_EXECUTORS[operation.op].prepare(each, core, axons));
  return tasks.length === 1 ? tasks[0]! : new DigitTask(tasks);
}

/** An instruction whose weights have several digits. Each counts all that the instruction visits. */
class DigitTask implements EventTask {
  readonly #tasks: readonly EventTask[];

  constructor(tasks: readonly EventTask[]) {
    this.#tasks = tasks;
  }

  execute(work: EventWork): number {
    let units = 0;
    for (let t = 0; t < this.#tasks.length; t++) units = this.#tasks[t]!.execute(work);
    return units;
  }
}

export function prepareTick<M extends TickMnemonic>(
  operation: OperationOf<M>,
  core: CoreState,
  range: TickRange,
): TickTask {
  return TICK_EXECUTORS[operation.op].prepare(operation, core, range);
}

export function prepareReset<M extends ResetMnemonic>(operation: OperationOf<M>, core: CoreState): ResetTask {
  return RESET_EXECUTORS[operation.op].prepare(operation, core);
}
