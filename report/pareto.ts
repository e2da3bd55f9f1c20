/** Which of several alternatives no other one beats, where some of their costs are known as lower bounds only. */

/** A cost lies in [low, high]; high is Infinity where only a lower bound is known. Smaller is better. */
export interface CostRange {
  readonly low: number;
  readonly high: number;
}

/** Indices of alternatives. */
export interface Standing {
  /** As good in every cost and better in one, whatever the true costs are within their ranges. */
  readonly dominatedBy: readonly number[];
  /** So for some true costs within their ranges. */
  readonly perhapsBy: readonly number[];
}

/**
 * The standing of each alternative among all. An alternative that nobody dominates, not even perhaps, is on the Pareto
 * front. Ranges are taken to be independent: that two alternatives miss the same figure is not made use of.
 *
 * @param costs of each alternative, all with the same axes in the same order
 */
export function standings(costs: readonly (readonly CostRange[])[]): Standing[] {
  return costs.map((own, at) => {
    const dominatedBy: number[] = [];
    const perhapsBy: number[] = [];
    costs.forEach((other, k) => {
      if (k === at) return;
      if (dominates(other, own, 'surely')) dominatedBy.push(k);
      else if (dominates(other, own, 'perhaps')) perhapsBy.push(k);
    });
    return { dominatedBy, perhapsBy };
  });
}

function dominates(a: readonly CostRange[], b: readonly CostRange[], how: 'surely' | 'perhaps'): boolean {
  const [mine, theirs] = how === 'surely' ? (['high', 'low'] as const) : (['low', 'high'] as const);
  let better = false;
  for (const [k, cost] of a.entries()) {
    if (cost[mine] > b[k]![theirs]) return false;
    if (cost[mine] < b[k]![theirs]) better = true;
  }
  return better;
}
