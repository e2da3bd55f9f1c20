/** Numbers of two lists, side by side. */
import { expect } from '@jest/globals';

/** `expect(received).toBeCloseTo(expected, digits)` of each; that there are as many is not asked. */
export function expectAllClose(received: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  for (let k = 0; k < received.length; k++) expect(received[k]).toBeCloseTo(expected[k]!, digits);
}
