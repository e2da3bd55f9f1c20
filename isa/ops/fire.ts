/** FIRE: threshold, reset and spike. */
import { PERIOD, RUN, TREE, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const fire = instruction({
  opcode: 0x23,
  trigger: 'tick',
  words: [
    [
      field('compare', 1, 'comparison of V with the threshold', { names: ['ge', 'gt'] }),
      field('reset', 1, 'reset of a neuron that fires', { names: ['subtract', 'value'] }),
    ],
    RUN,
    [field('address', 16, 'parameter address of the thresholds'), PERIOD],
    [TREE],
    [field('resetValue', 32, 'V after a spike where reset is to a value', { signed: true })],
  ],
  reads: 'V, period parameters',
  writes: 'V; one packet {tree, k, 1} for each neuron first+k that fires',
  cycles:
    'per step of updateLanes neurons: max(updateActiveCycles if any of them is active else updateIdleCycles, spikes of the step), plus stalls',
  events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
  meaning: 'compares, resets and sends; at most one spike per neuron and tick',
});
