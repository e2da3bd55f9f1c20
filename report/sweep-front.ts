/** Which points of a sweep no other point beats. */
import { COMPARISON_AXES, type ComparisonAxis, type SweepOutcome, type SweepRecord } from '../isa/index.ts';
import { costOf } from './compare.ts';
import { standingWords } from './pareto.ts';

export type DonePoint = Extract<SweepOutcome, { status: 'done' }>;

/** front: nothing beats it; undecided: a partial energy leaves that open; outside: it has no figure of some axis. */
export type SweepStanding = 'front' | 'undecided' | 'dominated' | 'outside' | 'failed';

export interface SweepFront {
  readonly axes: readonly ComparisonAxis[];
  /** Of each record. */
  readonly standings: readonly SweepStanding[];
}

/** @param axes of the front; if absent, those that at least one point has */
export function sweepFront(records: readonly SweepRecord[], axes: readonly ComparisonAxis[] | undefined): SweepFront {
  const done = records.map(({ outcome }) => (outcome.status === 'done' ? outcome : undefined));
  const about =
    axes ??
    COMPARISON_AXES.filter((axis) => done.some((point) => point !== undefined && costOf(point, axis) !== undefined));
  const costs = done.map((point) => (point === undefined ? [] : about.map((axis) => costOf(point, axis))));
  const inside = done.flatMap((point, k) =>
    point !== undefined && costs[k]!.every((cost) => cost !== undefined) ? [k] : [],
  );
  const found = standingWords(inside.map((k) => costs[k]!.filter((cost) => cost !== undefined)));
  const standing = done.map((point): SweepStanding => (point === undefined ? 'failed' : 'outside'));
  inside.forEach((k, at) => (standing[k] = found[at]!));
  return { axes: about, standings: standing };
}
