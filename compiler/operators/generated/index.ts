/** What compiler/operators/ holds; made by scripts/rooms.mjs. */
import { add } from '../add.ts';
import { affine } from '../affine.ts';
import { averagePool } from '../average-pool.ts';
import { concat } from '../concat.ts';
import { conv } from '../conv.ts';
import { dense } from '../dense.ts';
import { flatten } from '../flatten.ts';
import { input } from '../input.ts';
import { pad } from '../pad.ts';
import { relu } from '../relu.ts';
import { sparse } from '../sparse.ts';

export const OPERATORS = {
  add: add,
  affine: affine,
  averagePool: averagePool,
  concat: concat,
  conv: conv,
  dense: dense,
  flatten: flatten,
  input: input,
  pad: pad,
  relu: relu,
  sparse: sparse,
} as const;
