/**
 * Runs before the tests of every file: node judges first what `toEqual` compares. The test runner goes through it element
 * by element, many times slower, and is asked only where node finds a difference: it is the less strict of the two.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

expect.addEqualityTesters([
  (a: unknown, b: unknown) => (isObject(a) && isObject(b) && isDeepStrictEqual(a, b) ? true : undefined),
]);
