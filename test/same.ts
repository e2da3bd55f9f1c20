/** Equality of what is large: the test runner compares element by element, many times slower than node does. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';

/** `expect(received).toEqual(expected)`, which is asked only where node finds a difference: to judge and to show it. */
export function expectSame(received: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(received, expected)) expect(received).toEqual(expected);
}
