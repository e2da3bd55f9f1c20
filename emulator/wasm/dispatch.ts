/** From an instruction to its file in ops/. An instruction of isa/ops that has none there does not compile here. */
import {
  type CoreImage,
  type EventMnemonic,
  type OperationOf,
  OPS,
  type ResetMnemonic,
  type TickMnemonic,
} from '../../isa/machine.ts';
import type {
  ChipPlan,
  EventLayout,
  EventPlace,
  EventRecord,
  ResetLayout,
  ResetStep,
  TickLayout,
  TickPlace,
  TickRecord,
} from './layout.ts';
import { WASM_OPS } from './ops/generated/index.ts';
import type { OwnFields } from './records/table.ts';
import type { SharedPart } from './records/shared.ts';

const EVENT_LAYOUTS: { readonly [M in EventMnemonic]: EventLayout<M> } = WASM_OPS;
const TICK_LAYOUTS: { readonly [M in TickMnemonic]: TickLayout<M> } = WASM_OPS;
const RESET_LAYOUTS: { readonly [M in ResetMnemonic]: ResetLayout<M> } = WASM_OPS;

/** An instruction that a kernel executes, which is a file of assembly/ops. */
export interface KernelOp {
  readonly name: string;
  /** What its records say it is. */
  readonly opcode: number;
  readonly trigger: 'event' | 'tick';
  /** As in {@link EventLayout}. */
  readonly takesBits: boolean;
  readonly fields: OwnFields;
  readonly behind: SharedPart | undefined;
}

/** All of them; scripts/records.mjs makes their constants and their dispatch. */
export const KERNEL_OPS: readonly KernelOp[] = Object.entries(WASM_OPS).flatMap(([mnemonic, layout]) => {
  if (!('fields' in layout)) return [];
  const { opcode, trigger } = OPS[mnemonic as EventMnemonic | TickMnemonic];
  const behind = 'behind' in layout ? layout.behind : undefined;
  const takesBits = 'takesBits' in layout;
  return { name: mnemonic.toLowerCase(), opcode, trigger, takesBits, fields: layout.fields, behind };
});

export function layOutEvent<M extends EventMnemonic>(operation: OperationOf<M>, place: EventPlace): EventRecord {
  return EVENT_LAYOUTS[operation.op].layOut(operation, place);
}

export function layOutTick<M extends TickMnemonic>(operation: OperationOf<M>, place: TickPlace): TickRecord {
  return TICK_LAYOUTS[operation.op].layOut(operation, place);
}

export function prepareReset<M extends ResetMnemonic>(
  operation: OperationOf<M>,
  image: CoreImage,
  shared: ChipPlan,
): ResetStep {
  return RESET_LAYOUTS[operation.op].prepare(operation, image, shared);
}
