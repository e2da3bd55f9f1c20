/** Fewer trees than there are sets of listeners: neighbouring source runs share one, and some listeners drop packets. */
import type { SourceRun } from '../ir/mapped.ts';

type Run = Pick<SourceRun, 'box' | 'listeners'>;

/**
 * Joins neighbours until no more than `most` runs are left, first those that cost the fewest additional deliveries.
 *
 * @param runs successive rows of one tile
 */
export function joinRuns(runs: readonly Run[], most = Infinity): readonly Run[] {
  let joined = runs;
  while (joined.length > most) joined = joinCheapest(joined, joined.length - most);
  return joined;
}

/** Joins up to `count` pairs of neighbours, none of which have a run in common. */
function joinCheapest(runs: readonly Run[], count: number): readonly Run[] {
  const pairs = Array.from({ length: runs.length - 1 }, (_, first) => {
    const both = join(runs[first]!, runs[first + 1]!);
    return { first, both, cost: deliveries(both) - deliveries(runs[first]!) - deliveries(runs[first + 1]!) };
  });
  pairs.sort((a, b) => a.cost - b.cost || a.first - b.first);
  const taken = new Map<number, Run>();
  const used = new Uint8Array(runs.length);
  for (const { first, both } of pairs) {
    if (taken.size === count) break;
    if (used[first] === 1 || used[first + 1] === 1) continue;
    used[first] = used[first + 1] = 1;
    taken.set(first, both);
  }
  return runs.flatMap((run, k) => (used[k] === 0 ? run : (taken.get(k) ?? [])));
}

const deliveries = ({ box, listeners }: Run): number => box.height * listeners.length;

function join(a: Run, b: Run): Run {
  return {
    box: { ...a.box, height: a.box.height + b.box.height },
    listeners: [...new Set([...a.listeners, ...b.listeners])].sort((x, y) => x - y),
  };
}
