/** What the command line of `snnemu sweep` says. */
import type { Emitted } from './emitted.ts';
import type { RedisAddress } from '../queue/address.ts';
import type { Part } from '../sweep/part.ts';
import type { SweepFlags } from '../sweep/plan.ts';
import type { SweepResultValues } from './sweep-results.ts';

export interface SweepValues extends SweepFlags, SweepResultValues {
  readonly store: string;
  readonly workers: number | undefined;
  readonly queue: RedisAddress | undefined;
  readonly shared: string | undefined;
  readonly part: Part | undefined;
  readonly emit: Emitted | undefined;
  readonly tasks: number | undefined;
  readonly quiet: boolean;
  /** Options of points. */
  readonly [option: string]: unknown;
}
