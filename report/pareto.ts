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

/** front: nobody dominates it; undecided: somebody does for some true costs; dominated: for all. */
export type StandingWord = 'front' | 'undecided' | 'dominated';

/**
 * The same in a word each, without the names of who dominates: in memory that does not grow with the square of their number.
 * What is dominated itself need not be asked whether it dominates others, for then what dominates it does.
 *
 * @param costs of each alternative, all with the same axes in the same order
 */
export function standingWords(costs: readonly (readonly CostRange[])[]): StandingWord[] {
  const words = costs.map((): StandingWord => 'front');
  // Who dominates another comes before it in this order.
  const order = costs.map((_, k) => k).sort((a, b) => compareHighs(costs[a]!, costs[b]!) || a - b);
  const left: number[] = [];
  for (const k of order)
    if (left.some((other) => dominates(costs[other]!, costs[k]!, 'surely'))) words[k] = 'dominated';
    else left.push(k);
  for (const k of left)
    if (left.some((other) => other !== k && dominates(costs[other]!, costs[k]!, 'perhaps'))) words[k] = 'undecided';
  return words;
}

function compareHighs(a: readonly CostRange[], b: readonly CostRange[]): number {
  for (let k = 0; k < a.length; k++) if (a[k]!.high !== b[k]!.high) return a[k]!.high < b[k]!.high ? -1 : 1;
  return 0;
}

function dominates(a: readonly CostRange[], b: readonly CostRange[], how: 'surely' | 'perhaps'): boolean {
  const surely = how === 'surely';
  let better = false;
  for (let k = 0; k < a.length; k++) {
    const mine = surely ? a[k]!.high : a[k]!.low;
    const theirs = surely ? b[k]!.low : b[k]!.high;
    if (mine > theirs) return false;
    if (mine < theirs) better = true;
  }
  return better;
}
