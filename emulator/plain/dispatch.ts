/** From an instruction to its file in ops/. An instruction of isa/ops that has none there does not compile here. */
import type { EventMnemonic, OperationOf, ResetMnemonic, TickMnemonic } from '../../isa/machine.ts';
import type { TickRange } from '../machine/programs.ts';
import type {
  CoreState,
  EventExecutor,
  EventTask,
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
  return EVENT_EXECUTORS[operation.op].prepare(operation, core, axons);
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
