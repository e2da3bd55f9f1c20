/** What compiler/engines/steps/ holds; made by scripts/rooms.mjs. */
import { accumulator } from '../accumulator.ts';
import { integrateAndFire } from '../integrate-and-fire.ts';

export const REFERENCE_STEPS = {
  'accumulator': accumulator,
  'integrate-and-fire': integrateAndFire,
} as const;
