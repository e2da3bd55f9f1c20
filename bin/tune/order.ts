/** The order in which samples are judged: that of the data often goes by class. */
import { randomSource } from '../ui/random.ts';

/** Numbers of a small seed resemble each other at first. */
const WARM_UP = 32;

/** 0 … count − 1 in an order drawn by lot (Fisher, Yates). */
export function orderOf(count: number, seed: number): number[] {
  const random = randomSource(seed + 1);
  for (let k = 0; k < WARM_UP; k++) random();
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor((random() / 2 ** 32) * (k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}
