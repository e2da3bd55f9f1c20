/** What compiler/neurons/ holds; made by scripts/rooms.mjs. */
import { accumulator } from '../accumulator.ts';
import { integrateAndFire } from '../integrate-and-fire.ts';
import { signedIntegrateAndFire } from '../signed-integrate-and-fire.ts';

export const NEURONS = {
  'accumulator': accumulator,
  'integrate-and-fire': integrateAndFire,
  'signed-integrate-and-fire': signedIntegrateAndFire,
} as const;
