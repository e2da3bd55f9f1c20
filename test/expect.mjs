// The test runner makes some 400 functions and an error with its stack for every `expect`, before it compares anything;
// properties ask tens of thousands of times. Here what holds is found first, and the runner is asked only where it may
// not hold: for its verdict (it is the less strict where things are compared) and for its message.
import { isDeepStrictEqual } from 'node:util';

const { expect: asked } = globalThis;
const isObject = (value) => typeof value === 'object' && value !== null;
const areNumbers = (a, b) => typeof a === 'number' && typeof b === 'number';

/** Of the matchers that are asked for often: whether they certainly hold. */
const CERTAIN = {
  toBe: (actual, expected) => Object.is(actual, expected),
  toEqual: (actual, expected) =>
    Object.is(actual, expected) || (isObject(actual) && isObject(expected) && isDeepStrictEqual(actual, expected)),
  toBeUndefined: (actual) => actual === undefined,
  toBeLessThan: (actual, expected) => areNumbers(actual, expected) && actual < expected,
  toBeLessThanOrEqual: (actual, expected) => areNumbers(actual, expected) && actual <= expected,
  toBeGreaterThan: (actual, expected) => areNumbers(actual, expected) && actual > expected,
  toBeGreaterThanOrEqual: (actual, expected) => areNumbers(actual, expected) && actual >= expected,
  toBeCloseTo: (actual, expected, digits = 2) =>
    areNumbers(actual, expected) && Math.abs(actual - expected) < 10 ** -digits / 2,
  toContain: (actual, expected) =>
    typeof actual === 'string'
      ? typeof expected === 'string' && actual.includes(expected)
      : Array.isArray(actual) && actual.includes(expected),
  toHaveLength: (actual, expected) =>
    (typeof actual === 'string' || Array.isArray(actual)) && actual.length === expected,
};

/** The matcher of the runner. */
const whole = (name) => ({
  configurable: true,
  get() {
    return asked(this.actual)[name];
  },
});

const quick = ([name, holds]) => [
  name,
  {
    value: function matcher(...expected) {
      if (holds(this.actual, ...expected)) return;
      try {
        asked(this.actual)[name](...expected);
      } catch (error) {
        // The test is at the top of the stack, not this file.
        Error.captureStackTrace(error, matcher);
        throw error;
      }
    },
  },
];

class Expectation {
  constructor(actual) {
    this.actual = actual;
  }
}
for (const name of Object.keys(asked(undefined))) Object.defineProperty(Expectation.prototype, name, whole(name));
Object.defineProperties(Expectation.prototype, Object.fromEntries(Object.entries(CERTAIN).map(quick)));

/** The runner's own, but for what certainly holds. */
export const expect = Object.assign((actual) => new Expectation(actual), asked);
