/** What limits are worth: what the answer would cost without one, and which must give way where nothing meets them all. */
import { TUNE_LIMITS as LIMITS, type TuneLimit as Limit } from '../../isa/index.ts';
import { cheapest, costOf, type Limits, type Objective, type Standing } from './race.ts';

/** A point that would be the answer if one limit were not there. */
export interface Alternative {
  readonly limit: Limit;
  readonly point: number;
  /** What the limit would have to be; loss in shares, energy in joules, latency in seconds. */
  readonly needed: number;
}

/** What a point has of what a limit is about. */
function valueOf({ loss, energyJ, latencySeconds, cores }: Standing, limit: Limit): number {
  if (limit === 'loss') return loss.mean;
  if (limit === 'energy') return energyJ.mean;
  return limit === 'latency' ? latencySeconds.worst : cores;
}

const keeps = (standing: Standing, limits: Limits, but?: Limit): boolean =>
  LIMITS.every((limit) => limit === but || valueOf(standing, limit) <= (limits[limit] ?? Infinity));

const measured = (standings: readonly Standing[]): number[] =>
  standings.flatMap(({ verdict, samples }, k) => (verdict !== 'failed' && samples > 0 ? [k] : []));

const given = (limits: Limits): Limit[] => LIMITS.filter((limit) => limits[limit] !== undefined);

/** For every limit the cheapest point of those that keep all others, by what is known of them; without it, where it is the same. */
export function withoutEach(standings: readonly Standing[], limits: Limits, objective: Objective): Alternative[] {
  return given(limits).flatMap((limit) => {
    const keeping = measured(standings).filter((k) => keeps(standings[k]!, limits, limit));
    const point = cheapest(keeping, standings, objective);
    return point === undefined ? [] : [{ limit, point, needed: valueOf(standings[point]!, limit) }];
  });
}

/** For every limit that could give way alone: the point for which it would have to do so least. */
export function relaxations(standings: readonly Standing[], limits: Limits): Alternative[] {
  return given(limits).flatMap((limit) => {
    const keeping = measured(standings).filter((k) => keeps(standings[k]!, limits, limit));
    const point = least(keeping, (k) => valueOf(standings[k]!, limit));
    return point === undefined ? [] : [{ limit, point, needed: valueOf(standings[point]!, limit) }];
  });
}

/** Where no limit alone would do: the point whose largest excess is least, with all that it needs. */
export function leastExcess(standings: readonly Standing[], limits: Limits): Alternative[] {
  const excess = (k: number, limit: Limit): number => valueOf(standings[k]!, limit) / limits[limit]!;
  const point = least(measured(standings), (k) => Math.max(...given(limits).map((limit) => excess(k, limit))));
  if (point === undefined) return [];
  return given(limits).flatMap((limit) => {
    const needed = valueOf(standings[point]!, limit);
    return needed > limits[limit]! ? [{ limit, point, needed }] : [];
  });
}

function least(which: readonly number[], value: (k: number) => number): number | undefined {
  return which.length === 0 ? undefined : which.reduce((a, b) => (value(b) < value(a) ? b : a));
}

/** The next best: the cheapest other point that keeps all limits, by what is known of it. */
export function runnerUp(
  standings: readonly Standing[],
  best: number,
  limits: Limits,
  objective: Objective,
): number | undefined {
  const keeping = measured(standings).filter(
    (k) => k !== best && !standings[k]!.verdict.startsWith('beyond') && keeps(standings[k]!, limits),
  );
  return cheapest(keeping, standings, objective);
}

/** How much more a point costs than another one, as a share of the latter. */
export const extraCost = (more: Standing, less: Standing, objective: Objective): number =>
  costOf(more, objective) / costOf(less, objective) - 1;
