/**
 * What is asked thousands of times in one test. Each `expect` of the test runner makes hundreds of functions before it
 * compares, and notes where it was called: here it is asked only where there is something to show.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';

/** `expect(received).toEqual(expected)` */
export function expectSame(received: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(received, expected)) expect(received).toEqual(expected);
}

/** `expect(received).toBe(expected)` */
export function expectIdentical(received: unknown, expected: unknown): void {
  if (!Object.is(received, expected)) expect(received).toBe(expected);
}

/** `expect(received).toBeLessThanOrEqual(limit)` */
export function expectAtMost(received: number, limit: number): void {
  if (!(received <= limit)) expect(received).toBeLessThanOrEqual(limit);
}

/** `expect(received).toBeCloseTo(expected, digits)` of numbers side by side; that there are as many is not asked. */
export function expectAllClose(received: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  for (let k = 0; k < received.length; k++)
    if (!(Math.abs(received[k]! - expected[k]!) < 10 ** -digits / 2))
      expect(received[k]).toBeCloseTo(expected[k]!, digits);
}
