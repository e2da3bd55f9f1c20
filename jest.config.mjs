/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/seed.ts'],
  // Without a sandbox: spec/decisions/0024-tests-without-a-sandbox.md
  runner: 'jest-light-runner',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/scripts/closing-line-reporter.mjs'],
};
