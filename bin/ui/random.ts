/** A small seeded generator for stimuli: the same numbers on every machine. */

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
