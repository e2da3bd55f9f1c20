/**
 * When populations run. On the chip a spike is heard one tick after it was sent at the earliest, in a network in the same step:
 * so every population runs its steps some ticks late, by its skew, and a connection with a delay of d steps takes
 * d + skew(to) − skew(from) ticks, which must lie between 1 and what the axon scheduler holds. The input has skew 0 and is
 * heard in the tick in which it comes. The least skews are longest paths in the graph of these constraints. Where a step lasts
 * D ticks, a delay of d steps is one of D d ticks, so that populations that hear each other have time to.
 */
import { type LayerIndex, INPUT } from '../ir/layers.ts';

/** A connection as the skews see it. */
export interface Delayed {
  readonly from: LayerIndex;
  readonly to: LayerIndex;
  /** Steps. */
  readonly delay: number;
}

/** skew(to) ≥ skew(from) + least */
interface Constraint {
  readonly from: LayerIndex;
  readonly to: LayerIndex;
  readonly least: number;
}

export type Skews =
  | { readonly kind: 'solved'; readonly skews: readonly number[] }
  /** Populations along a cycle of connections that together have too little delay, the first again at the end. */
  | { readonly kind: 'cycle'; readonly cycle: readonly LayerIndex[] }
  /** Slots that the axon scheduler would need. */
  | { readonly kind: 'slots'; readonly needed: number };

/**
 * @param populations their number; the last one is read out, ends last, and is heard by none
 * @param slots of the axon scheduler
 */
export function solveSkews(populations: number, connections: readonly Delayed[], slots: number): Skews {
  const least = earliest(connections);
  const last = populations - 1;
  for (let from = 0; from < last; from++) least.push({ from, to: last, least: 0 });
  const unlimited = longestPaths(populations, least);
  if ('cycle' in unlimited) return { kind: 'cycle', cycle: unlimited.cycle };
  const solved = within(populations, least, connections, slots);
  if (solved !== undefined) return { kind: 'solved', skews: solved };
  // More slots help up to the longest path there is.
  let low = slots;
  let high = slots + connections.reduce((most, { delay }) => Math.max(most, delay), 0) + populations + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (within(populations, least, connections, middle) === undefined) low = middle;
    else high = middle;
  }
  return { kind: 'slots', needed: high };
}

const earliest = (connections: readonly Delayed[]): Constraint[] =>
  connections.map(({ from, to, delay }) => ({ from, to, least: (from === INPUT ? 0 : 1) - delay }));

/** Skews with which all delays fit so many slots; undefined where there are none. */
function within(
  populations: number,
  least: readonly Constraint[],
  connections: readonly Delayed[],
  slots: number,
): readonly number[] | undefined {
  // delay + skew(to) − skew(from) ≤ slots − 1, turned round.
  const most = connections.map(({ from, to, delay }) => ({ from: to, to: from, least: delay - (slots - 1) }));
  const found = longestPaths(populations, [...least, ...most]);
  return 'cycle' in found ? undefined : found.skews;
}

/** The least skews of 0 or more, the input at 0; or populations on a cycle that asks for more than itself. */
function longestPaths(
  populations: number,
  constraints: readonly Constraint[],
): { readonly skews: readonly number[] } | { readonly cycle: readonly LayerIndex[] } {
  const skews = new Array<number>(populations).fill(0);
  const raisedBy = new Array<Constraint | undefined>(populations).fill(undefined);
  for (let round = 0; round <= populations; round++) {
    let raised: Constraint | undefined;
    for (const constraint of constraints) {
      const { from, to } = constraint;
      const needed = (from === INPUT ? 0 : skews[from]!) + constraint.least;
      if (to === INPUT) {
        if (needed > 0) return { cycle: pathTo(from, raisedBy) };
      } else if (needed > skews[to]!) {
        skews[to] = needed;
        raisedBy[to] = constraint;
        raised = constraint;
      }
    }
    if (raised === undefined) return { skews };
    if (round === populations) return { cycle: cycleBehind(raised.to, populations, raisedBy) };
  }
  return { skews };
}

/** The populations that raised each other, up to the one named. */
function pathTo(end: LayerIndex, raisedBy: readonly (Constraint | undefined)[]): LayerIndex[] {
  const path: LayerIndex[] = [];
  for (let at: LayerIndex | undefined = end; at !== undefined && at !== INPUT && !path.includes(at);)
    at = (path.unshift(at), raisedBy[at]?.from);
  return path;
}

function cycleBehind(
  start: LayerIndex,
  populations: number,
  raisedBy: readonly (Constraint | undefined)[],
): LayerIndex[] {
  let at = start;
  // Back so far that the cycle itself has been reached.
  for (let k = 0; k < populations; k++) at = raisedBy[at]!.from;
  const cycle = [at];
  do {
    at = raisedBy[at]!.from;
    cycle.unshift(at);
  } while (at !== cycle.at(-1)!);
  return cycle;
}
