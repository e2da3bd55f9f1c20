/**
 * Event mode: a core that takes the events of a tick one by one, in an order that is said once for all, and looks at the
 * neurons that an event has reached before the next one comes. Axons ascend; a counter of p is p events in a row; the synapses
 * of an event are those of its instructions, in their order; then the touch handler, on the neurons reached, ascending.
 */
import type { CoreImage } from './chip.ts';
import type { OperationOf, TickMnemonic } from './ops.ts';

/** Instructions of a touch handler: those of the tick handler that work in one pass and send 1. */
export const TOUCH_MNEMONICS = [
  'ALU',
  'ALUP',
  'COMPARE',
  'COMPAREP',
  'EMIT',
] as const satisfies readonly TickMnemonic[];
export type TouchMnemonic = (typeof TOUCH_MNEMONICS)[number];

export const isTouching = (operation: OperationOf<TickMnemonic>): operation is OperationOf<TouchMnemonic> =>
  (TOUCH_MNEMONICS as readonly TickMnemonic[]).includes(operation.op);

/** Whether a core takes its events one by one. */
export const isEventMode = ({ touchHandler }: Pick<CoreImage, 'touchHandler'>): boolean => touchHandler !== undefined;

/** Sums of payloads up to here are kept exactly before they are cut to what the counter of an axon holds. */
export const LARGEST_SUM = Number.MAX_SAFE_INTEGER;

/** Events of a tick, at most: as often can one neuron be touched, and send. */
export const mostEvents = ({ groups }: Pick<CoreImage, 'groups'>): number =>
  groups.reduce((sum, { axonCount, payloadMax }) => sum + axonCount * payloadMax, 0);
