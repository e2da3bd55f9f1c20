/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/seed.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/equality.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '<rootDir>/scripts/jest-transformer.mjs',
      {
        swcrc: false,
        module: { type: 'es6' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  // Ends what hangs, and nothing else: no test depends on how fast the machine is, or how busy.
  testTimeout: 1_800_000,
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/scripts/closing-line-reporter.mjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['{isa,compiler,emulator,report,bin}/**/*.ts', '!**/generated/**', '!**/*.d.ts'],
};
