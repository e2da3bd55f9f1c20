// What tests import as `@jest/globals`: that package refuses to load outside of the sandbox of jest's own runner.
export { expect } from './expect.mjs';
export const { afterAll, afterEach, beforeAll, beforeEach, describe, it, jest } = globalThis;
