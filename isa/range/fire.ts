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
  // What can happen to the neuron; where it can, the ends of what potential and counter then are.
  const fires = high >= firing;
  const takesBack = low < 0 && most > 0;
  // Neither, above 0, and below with nothing to take back.
  const stays = low < firing && high >= 0;
  const isEmpty = low < 0 && least <= 0;
  const negative = Math.min(high, -1);
  states.set(
    V,
    neuron,
    Math.min(
      fires ? Math.max(low, firing) - threshold : Infinity,
      takesBack ? low + threshold : Infinity,
      stays ? Math.max(low, 0) : Infinity,
      isEmpty ? low : Infinity,
    ),
    Math.max(
      fires ? high - threshold : -Infinity,
      takesBack ? negative + threshold : -Infinity,
      stays ? Math.min(high, firing - 1) : -Infinity,
      isEmpty ? negative : -Infinity,
    ),
  );
  states.set(
    counter,
    neuron,
    Math.min(
      fires ? least + 1 : Infinity,
      takesBack ? Math.max(least, 1) - 1 : Infinity,
      stays || isEmpty ? least : Infinity,
    ),
    Math.max(
      fires ? most + 1 : -Infinity,
      takesBack ? most - 1 : -Infinity,
      stays ? most : -Infinity,
      isEmpty ? Math.min(most, 0) : -Infinity,
    ),
  );
  return SENT[Number(fires) + 2 * Number(takesBack)]!;
}

/** What is sent where nothing, firing, taking back, or either is possible. */
const SENT: readonly Bounds[] = [
  { min: 0, max: 0 },
  { min: 0, max: 1 },
  { min: -1, max: 0 },
  { min: -1, max: 1 },
];
