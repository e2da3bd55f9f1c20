/** Work that was counted beside the budget. */
import type { Work } from './cases.ts';

export type Budget = Readonly<Record<string, Work>>;

export interface Finding {
  /** `more` and `changed` are faults; `less` is a budget that can be made tighter. */
  readonly kind: 'more' | 'less' | 'changed';
  readonly text: string;
}

/** Share by which work may exceed its budget, so that a fix is not refused for a turn of a loop. */
export const TOLERANCE = 0.01;

/** Results must be those of the budget; work may be less, and more by {@link TOLERANCE}. */
export function compareWork(budget: Budget, measured: Budget): Finding[] {
  const names = new Set([...Object.keys(budget), ...Object.keys(measured)]);
  return [...names].flatMap((name) => {
    const expected = budget[name];
    const found = measured[name];
    if (expected === undefined || found === undefined)
      return [{ kind: 'changed', text: `${name}: ${expected ? 'is not run any more' : 'has no budget'}` } as const];
    return [
      ...differences(expected.results, found.results, (before, now) => (before === now ? undefined : 'changed')),
      ...differences(expected.work, found.work, workChange),
    ].map(({ kind, text }) => ({ kind, text: `${name}: ${text}` }));
  });
}

function workChange(before: number, now: number): Finding['kind'] | undefined {
  if (now > before * (1 + TOLERANCE)) return 'more';
  return now < before ? 'less' : undefined;
}

/** What is absent counts as 0. */
function differences(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
  judge: (before: number, now: number) => Finding['kind'] | undefined,
): Finding[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((what) => {
    const [a, b] = [before[what] ?? 0, now[what] ?? 0];
    const kind = judge(a, b);
    const share = a === 0 ? '' : ` (${b > a ? '+' : ''}${(100 * (b / a - 1)).toFixed(1)} %)`;
    return kind === undefined ? [] : [{ kind, text: `${what}: ${b}, budget ${a}${share}` }];
  });
}
