/** The most connections, or weights, that a rewriting lists one by one: each takes some 30 bytes until it stands in the graph. */
export const MOST_LISTED = 2 ** 24;
