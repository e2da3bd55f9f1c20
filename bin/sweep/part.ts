/** Shares of a plan, for tasks that know nothing of each other. */
import { fail, MOST_POINTS } from '../../isa/index.ts';

export interface Part {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

/** `3/8`. @throws DiagnosticError E0103 */
export function partOfPlan(text: string, option: string): Part {
  const [, part, of] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number) as [number, number, number];
  if (part === undefined || part < 1 || part > of || of > MOST_POINTS)
    fail(
      'E0103',
      `--${option} ${JSON.stringify(text.slice(0, 60))} is no part of a whole`,
      undefined,
      `write k/n, as 3/8: the third of eight parts; n is at most ${MOST_POINTS}`,
    );
  return { part, of };
}

/** The points of every n-th key from the k-th on: shares that differ by one key at most, and together have all. */
export function pointsOfPart<P extends { readonly record: { readonly key: string } }>(
  points: readonly P[],
  { part, of }: Part,
): P[] {
  const keys = new Set(points.map(({ record }) => record.key));
  const own = new Set([...keys].filter((_, k) => k % of === part - 1));
  return points.filter(({ record }) => own.has(record.key));
}

/** What a part is called in the names of files. */
export const partName = ({ part, of }: Part): string => `part-${part}-of-${of}`;
