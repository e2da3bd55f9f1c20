/** Targets with energies for the work on states beside neuron updates. */
import type { Target } from '../../isa/index.ts';

/** Every event of it, with a figure of its own: 101 pJ and more. */
export const STATE_EVENTS = [
  'stateBitRead',
  'stateBitWritten',
  'parameterBitRead',
  'vectorAdd',
  'multiplierBit',
] as const;

export function withStateFigures(target: Target): Target {
  const energy = { ...target.energy };
  STATE_EVENTS.forEach((event, k) => {
    energy[event] = { value: (101 + k) * 1e-12, unit: 'J', kind: 'assumed', source: 'test' };
  });
  return { ...target, energy };
}

/** The same target as files of earlier versions hold it. */
export function withoutStateFigures(target: Target): Target {
  const energy = { ...target.energy };
  for (const event of STATE_EVENTS) delete energy[event];
  return { ...target, energy };
}
