// The layers of the code: who may import whom. `npm run layers` checks it, `npm test` does so first.
const product = '^(isa|compiler|emulator|report|bin)/';

/** A layer that imports, of our own code, only itself and what is named. */
const layer = (name, ...allowed) => ({
  name: `${name}-imports-${allowed.join('-and-') || 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: '^(?!node_modules/)[^/]+/', pathNot: `^(${[name, ...allowed].join('|')})/`, dependencyTypes: ['local'] },
});

/** A room of the compiler that imports, of the compiler, only itself and the rooms below it that are named. */
const floor = (room, ...below) => ({
  name: `compiler-${room}-imports-${below.join('-and-') || 'nothing-of-the-compiler'}`.replaceAll('/', '-'),
  severity: 'error',
  from: { path: `^compiler/${room}/` },
  to: { path: '^compiler/', pathNot: `^compiler/(${[room, ...below].join('|')})/`, dependencyTypes: ['local'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('isa'),
    layer('compiler', 'isa'),
    layer('emulator', 'isa'),
    layer('report', 'isa'),
    layer('bin', 'isa', 'compiler', 'emulator', 'report'),
    floor('linear', 'ir'),
    floor('operators', 'ir', 'linear', 'engines/kernels'),
    floor('ann', 'ir', 'linear', 'operators'),
    {
      // A second opinion: it knows the decoded chip, the instruction words and the figures, and no logic of ours.
      name: 'interleaved-imports-the-decoded-chip-alone',
      severity: 'error',
      from: { path: '^test/interleaved/' },
      to: {
        path: '^(?!node_modules/)[^/]+/',
        pathNot: '^(test/interleaved/|isa/(chip|ops|words|target)[.]ts$)',
        dependencyTypes: ['local'],
      },
    },
    {
      // Of the instruction table it takes the fields that its types say, not what a row says about its instruction.
      name: 'interleaved-takes-types-alone-of-the-instruction-table',
      severity: 'error',
      from: { path: '^test/interleaved/' },
      to: { path: '^isa/(ops|target)[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: product },
      to: { circular: true },
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: product },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unknown-imports',
      severity: 'error',
      from: { path: product },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
