import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** A member that is `private`. */
const privateMember = {
  selector:
    ":matches(PropertyDefinition, MethodDefinition[kind!='constructor'], TSParameterProperty)[accessibility='private']",
  message: 'What a class keeps to itself is called #name.',
};

const libraries = ['isa/**/*.ts', 'compiler/**/*.ts', 'emulator/**/*.ts', 'report/**/*.ts', 'library/**/*.ts'];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'api/', 'site/', '**/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { ...js.configs.recommended, ignores: ['**/assembly/**'] },
  {
    // AssemblyScript has types of its own: parsed alone.
    files: ['**/assembly/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/assembly/**'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Hot loops index typed arrays: `a[i]!` is how the code says "in range".
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', privateMember],
      'prefer-const': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    // Only bin/ touches the process, the console and files.
    files: libraries,
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Only bin/ touches the process.' },
        { name: 'Buffer', message: 'A browser has none: #platform, or Uint8Array.' },
        { name: 'setImmediate', message: 'A browser has none: nextTurn of #platform.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(node:)?(fs|fs/promises|path|os|process|child_process|readline|tty)$',
              message: 'Only bin/ touches files, paths and the process: take bytes, return bytes.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['isa/platform/node.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    // The library speaks of fields; only the command line has flags.
    files: ['compiler/**/*.ts', 'emulator/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        privateMember,
        {
          selector:
            ':matches(Literal[value=/(^|[^-\\w])(--[a-z]|-T)/], TemplateElement[value.raw=/(^|[^-\\w])(--[a-z]|-T)/])',
          message: 'Messages name an option by `option` (isa/option-text.ts).',
        },
      ],
    },
  },
  {
    // The same input gives the same chip.bin.
    files: ['isa/**/*.ts', 'compiler/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Builds are deterministic: take a seed.' },
        { object: 'Date', property: 'now', message: 'Builds are deterministic.' },
      ],
    },
  },
  {
    // A file is read at once, a function fits a screen.
    files: ['{isa,compiler,emulator,report,library,web,bin}/**/*.ts'],
    rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 60], 'max-params': ['error', 6] },
  },
  {
    // Hot loops over packed rows: an object per row would be allocated per event, and a class costs a look-up per synapse.
    files: ['emulator/plain/kernels/packed.ts'],
    rules: { 'max-params': ['error', 8] },
  },
  {
    // Up to twelve vectors of sums stay in registers from the first tap to the last; a function returns one value only, so
    // none of these can be cut without storing them.
    files: ['emulator/wasm/assembly/convolution/window.ts', 'emulator/wasm/assembly/ops/fire.ts'],
    rules: { 'max-lines-per-function': ['error', 100], 'max-params': ['error', 8] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        Buffer: 'readonly',
        TextEncoder: 'readonly',
        URL: 'readonly',
        WebAssembly: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
