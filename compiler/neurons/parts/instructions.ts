/** Instructions of the chip as several kinds of neurons use them. */
import type { ResetInstruction, TickInstruction } from '../../ir/neuron.ts';

/** The bias of every tick. */
export const BIAS: TickInstruction<'bias'> = {
  op: 'BIAS',
  when: 'firing',
  covers: 'neurons',
  parameters: ['bias'],
  idleAtZero: true,
  operation: ({ first, count, runs }) => ({ op: 'BIAS', fields: { first, count, ...runs.bias } }),
};

/** The current from the input. */
export const CURRENT: TickInstruction<never> = {
  op: 'CURRENT',
  when: 'current',
  covers: 'neurons',
  parameters: [],
  idleAtZero: false,
  operation: ({ first, count }) => ({ op: 'CURRENT', fields: { first, count } }),
};

/** The potential at the start. */
export const RESET: ResetInstruction<'initial'> = {
  op: 'RESET',
  parameters: ['initial'],
  operation: ({ first, count, runs }) => ({ op: 'RESET', fields: { first, count, ...runs.initial } }),
};
