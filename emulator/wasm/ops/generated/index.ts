/** What emulator/wasm/ops/ holds; made by scripts/rooms.mjs. */
import { bias } from '../bias.ts';
import { conv } from '../conv.ts';
import { current } from '../current.ts';
import { dense } from '../dense.ts';
import { diag } from '../diag.ts';
import { fire } from '../fire.ts';
import { read } from '../read.ts';
import { reset } from '../reset.ts';
import { sparse } from '../sparse.ts';

export const WASM_OPS = {
  BIAS: bias,
  CONV: conv,
  CURRENT: current,
  DENSE: dense,
  DIAG: diag,
  FIRE: fire,
  READ: read,
  RESET: reset,
  SPARSE: sparse,
} as const;
