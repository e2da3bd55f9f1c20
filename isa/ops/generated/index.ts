/** What isa/ops/ holds; made by scripts/rooms.mjs. */
import { bias } from '../bias.ts';
import { conv } from '../conv.ts';
import { current } from '../current.ts';
import { dense } from '../dense.ts';
import { diag } from '../diag.ts';
import { end } from '../end.ts';
import { fire } from '../fire.ts';
import { read } from '../read.ts';
import { reset } from '../reset.ts';
import { sparse } from '../sparse.ts';
import { window } from '../window.ts';

export const OPS = {
  BIAS: bias,
  CONV: conv,
  CURRENT: current,
  DENSE: dense,
  DIAG: diag,
  END: end,
  FIRE: fire,
  READ: read,
  RESET: reset,
  SPARSE: sparse,
  WINDOW: window,
} as const;
