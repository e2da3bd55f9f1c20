/** From float values of neurons to whole numbers. */
export const SMALLEST_THRESHOLD = 2;

/** Ties round up, also below zero. */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/** The largest even number not above the value, and at least the smallest threshold. */
export const evenThreshold = (value: number): number => Math.max(SMALLEST_THRESHOLD, 2 * Math.floor(value / 2));

/** A bias beyond 32 bit cannot pass the range proof; the limit keeps the arithmetic whole until that says so. */
export const clampInt32 = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
