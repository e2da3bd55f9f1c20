/** Flits over links, as the library tells of them. */
import type { WatchedPhase } from '../../library/index.ts';

/** Of a hop: tile that it leaves, tile that it goes to, cycle since the phase began. */
export const NUMBERS = 3;

/** Index of the first hop that is later than `cycle`; hops are in the order of cycles. */
export function firstAfter(hops: Int32Array, cycle: number): number {
  let [low, high] = [0, hops.length / NUMBERS];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hops[NUMBERS * middle + 2]! <= cycle) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Flits over links in a phase, those that are not told one by one among them. */
export const flitsOf = ({ hops, hopsLeftOut }: Pick<WatchedPhase, 'hops' | 'hopsLeftOut'>): number =>
  hops.length / NUMBERS + hopsLeftOut;

/** Neurons that fired in a phase. */
export const spikesOf = ({ fired }: Pick<WatchedPhase, 'fired'>): number =>
  fired.reduce((sum, neurons) => sum + neurons.length, 0);
