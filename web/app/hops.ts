/** Flits over links, as the library tells of them. */

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
