/** Small seeded generators: the same numbers on every machine. */

const TWO_TO_32 = 2 ** 32;
/** Numbers of a small seed resemble each other at first. */
const WARM_UP = 32;

/** xorshift32 (Marsaglia 2003, triple 13, 17, 5): each call gives the next 32 bits, never 0. */
export function randomSource(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Numbers in [0, 1). @param seed 0 or more */
export function uniformSource(seed: number): () => number {
  const bits = randomSource(seed + 1);
  for (let k = 0; k < WARM_UP; k++) bits();
  return () => bits() / TWO_TO_32;
}

/** 0 … count − 1 in a random order (Fisher, Yates). @param random numbers in [0, 1) */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}
