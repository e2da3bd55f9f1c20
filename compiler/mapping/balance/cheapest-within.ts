/** One option of every group, so that all together cost least and fit a capacity: the multiple-choice knapsack problem. */

export interface KnapsackOption {
  readonly price: number;
  /** What it takes of the capacity, at least 0. */
  readonly weight: number;
}

/** Parts of the capacity that weights are rounded up to. */
const PARTS = 8192;

/**
 * By dynamic programming over the groups, exact but for rounding of weights to an 8,192nd of the capacity. Of equal choices the one
 * that comes first by the last group that differs.
 *
 * @returns an index for each group; undefined where no choice fits
 */
export function cheapestWithin(groups: readonly (readonly KnapsackOption[])[], capacity: number): number[] | undefined {
  const cheapest = groups.map((options) => indexOfLeast(options));
  const weight = groups.reduce((sum, options, g) => sum + (options[cheapest[g]!]?.weight ?? Infinity), 0);
  if (weight <= capacity) return cheapest;
  const part = capacity / PARTS;
  let least = new Float64Array(PARTS + 1);
  const taken = groups.map((options) => {
    const next = new Float64Array(PARTS + 1).fill(Infinity);
    const choice = new Int32Array(PARTS + 1).fill(-1);
    options.forEach(({ price, weight: own }, k) => {
      const parts = partsOf(own, part);
      for (let used = parts; used <= PARTS; used++) {
        const sum = least[used - parts]! + price;
        if (sum >= next[used]!) continue;
        next[used] = sum;
        choice[used] = k;
      }
    });
    least = next;
    return choice;
  });
  if (least[PARTS] === Infinity) return undefined;
  let used = PARTS;
  const chosen = groups.map(() => -1);
  for (let g = groups.length - 1; g >= 0; g--) {
    chosen[g] = taken[g]![used]!;
    used -= partsOf(groups[g]![chosen[g]!]!.weight, part);
  }
  return chosen;
}

/** A capacity of 0 holds nothing that has a weight. */
const partsOf = (weight: number, part: number): number => (weight === 0 ? 0 : Math.ceil(weight / part));

function indexOfLeast(options: readonly KnapsackOption[]): number {
  let best = 0;
  options.forEach(({ price }, k) => {
    if (price < options[best]!.price) best = k;
  });
  return best;
}
