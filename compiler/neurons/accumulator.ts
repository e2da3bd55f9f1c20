/** The read-out: V += input + bias, and never fires; the host gets V in the last tick. */
import { potentialBounds } from '../../isa/index.ts';
import type { Dynamics, Neuron } from '../ir/neuron.ts';
import { BIAS, CURRENT, RESET } from './parts/instructions.ts';

const dynamics: Dynamics<never> = {
  tick({ potential, drive }) {
    for (let k = 0; k < potential.length; k++) potential[k]! += drive[k]!;
  },
  settle() {
    // What was integrated is the answer.
  },
};

export const accumulator = {
  fires: false,
  parameters: {
    initial: { role: 'initial', per: 'channel or neuron' },
    bias: { role: 'bias', per: 'channel or neuron' },
  },
  float: dynamics,
  integer: dynamics,
  bounds: ({ parameters: { initial, bias }, synaptic, current, window }) =>
    potentialBounds({ initial, resetTo: 'none', synaptic, bias, biasTicks: window, current, currentTicks: window }),
  tick: [
    BIAS,
    CURRENT,
    {
      op: 'READ',
      when: 'last',
      covers: 'tile',
      parameters: [],
      idleAtZero: false,
      operation: ({ first, count, tree }) => ({ op: 'READ', fields: { first, count, tree } }),
    },
  ],
  reset: [RESET],
} as const satisfies Neuron<'initial' | 'bias'>;
