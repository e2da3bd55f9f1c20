/** What V can be behind a comparison with a threshold and the reset of those that reach it. */
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
