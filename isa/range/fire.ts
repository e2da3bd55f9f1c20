/** What V can be behind a comparison with a threshold and the reset of those that reach it. */
import type { Bounds } from '../bounds.ts';
import { V } from '../planes.ts';
import type { Reachable } from './reachable.ts';

/**
 * @param strict whether a potential must exceed the threshold to fire
 * @param reset value behind a spike; `subtract`: the threshold less; `none`: as before
 */
export function reachOfFire(
  neuron: number,
  threshold: number,
  strict: boolean,
  reset: number | 'subtract' | 'none',
  states: Reachable,
): void {
  const [low, high] = [states.lowest(V, neuron), states.highest(V, neuron)];
  const firing = threshold + (strict ? 1 : 0);
  if (high < firing || reset === 'none') return;
  const [least, most] = reset === 'subtract' ? [Math.max(low, firing) - threshold, high - threshold] : [reset, reset];
  if (low >= firing) states.set(V, neuron, least, most);
  else states.set(V, neuron, Math.min(low, least), Math.max(firing - 1, most));
}

/**
 * The same where a potential below 0 takes a spike back. No use is made of how V and the counter hang together.
 *
 * @param counter plane of the spikes that can be taken back
 * @returns what the neuron can send
 */
export function reachOfSignedFire(
  neuron: number,
  threshold: number,
  strict: boolean,
  counter: number,
  states: Reachable,
): Bounds {
  const [low, high] = [states.lowest(V, neuron), states.highest(V, neuron)];
  const [least, most] = [states.lowest(counter, neuron), states.highest(counter, neuron)];
  const firing = threshold + (strict ? 1 : 0);
  // Potentials and counters that fire, that take a spike back, and that do neither: above 0, and below with nothing to take back.
  const cases = [
    { v: { min: Math.max(low, firing), max: high }, count: { min: least, max: most }, sent: 1 },
    { v: { min: low, max: Math.min(high, -1) }, count: { min: Math.max(least, 1), max: most }, sent: -1 },
    { v: { min: Math.max(low, 0), max: Math.min(high, firing - 1) }, count: { min: least, max: most }, sent: 0 },
    { v: { min: low, max: Math.min(high, -1) }, count: { min: least, max: Math.min(most, 0) }, sent: 0 },
  ].filter((each) => each.v.min <= each.v.max && each.count.min <= each.count.max);
  const v = hullOf(cases.map((each) => moved(each.v, -each.sent * threshold)));
  const count = hullOf(cases.map((each) => moved(each.count, each.sent)));
  states.set(V, neuron, v.min, v.max);
  states.set(counter, neuron, count.min, count.max);
  return hullOf([{ min: 0, max: 0 }, ...cases.map(({ sent }) => ({ min: sent, max: sent }))]);
}

const moved = ({ min, max }: Bounds, by: number): Bounds => ({ min: min + by, max: max + by });

const hullOf = (parts: readonly Bounds[]): Bounds =>
  parts.reduce((a, b) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }));
