/**
 * Runs before every test file: each property draws its examples from one seed, so that a commit that passes here passes
 * everywhere. SNNC_SEED names another one, `random` a new one in each file; a failure prints the seed that it had.
 */

import fc from 'fast-check';

const asked = process.env.SNNC_SEED ?? '2021';
if (asked !== 'random' && !/^-?\d{1,10}$/.test(asked))
  throw new Error(`SNNC_SEED is a 32-bit integer or "random", not "${asked}"`);

/** The seed of everything that is drawn in tests. */
export const SEED = asked === 'random' ? Date.now() | 0 : Number(asked) | 0;
fc.configureGlobal({ seed: SEED });
