/** What isa/ops/ holds; made by scripts/rooms.mjs. */
import { alu } from '../alu.ts';
import { alup } from '../alup.ts';
import { bias } from '../bias.ts';
import { compare } from '../compare.ts';
import { comparep } from '../comparep.ts';
import { conv } from '../conv.ts';
import { count } from '../count.ts';
import { current } from '../current.ts';
import { decay } from '../decay.ts';
import { dense } from '../dense.ts';
import { diag } from '../diag.ts';
import { emit } from '../emit.ts';
import { end } from '../end.ts';
import { every } from '../every.ts';
import { fire } from '../fire.ts';
import { fires } from '../fires.ts';
import { firev } from '../firev.ts';
import { random } from '../random.ts';
import { read } from '../read.ts';
import { reset } from '../reset.ts';
import { resetp } from '../resetp.ts';
import { sparse } from '../sparse.ts';
import { window } from '../window.ts';

export const OPS = {
  ALU: alu,
  ALUP: alup,
  BIAS: bias,
  COMPARE: compare,
  COMPAREP: comparep,
  CONV: conv,
  COUNT: count,
  CURRENT: current,
  DECAY: decay,
  DENSE: dense,
  DIAG: diag,
  EMIT: emit,
  END: end,
  EVERY: every,
  FIRE: fire,
  FIRES: fires,
  FIREV: firev,
  RANDOM: random,
  READ: read,
  RESET: reset,
  RESETP: resetp,
  SPARSE: sparse,
  WINDOW: window,
} as const;
