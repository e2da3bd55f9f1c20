// What tests import as `@jest/globals`: that package refuses to load outside of the sandbox of jest's own runner.
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } = globalThis;
