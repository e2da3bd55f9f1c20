/** Kinds of nodes of NIR that are neurons. */
import type { NirNode } from './fields.ts';
import type { NirFamily } from './rules.ts';

const FIRING = ['IF', 'LIF', 'CubaLIF', 'Threshold'];
/** States that nothing resets. */
export const READ_OUT = ['I', 'LI', 'CubaLI'];

export const isNeuron = ({ type }: NirNode): boolean => FIRING.includes(type) || READ_OUT.includes(type);

export const fires = ({ type }: NirNode): boolean => FIRING.includes(type);

export const familyOf = ({ type }: NirNode): NirFamily => {
  if (type.startsWith('Cuba')) return 'CubaLIF';
  return type.startsWith('L') ? 'LIF' : 'IF';
};
