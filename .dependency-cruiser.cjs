// The layers of the code: who may import whom. `npm run layers` checks it, `npm test` does so first.
const product = '^(isa|compiler|emulator|report|library|bin)/';

/** A layer that imports, of our own code, only itself and what is named. */
const layer = (name, ...allowed) => ({
  name: `${name}-imports-${allowed.join('-and-') || 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: '^(?!node_modules/)[^/]+/', pathNot: `^(${[name, ...allowed].join('|')})/`, dependencyTypes: ['local'] },
});

/** A room of a layer that imports, of this layer, only itself and what is named: rooms below it, or single files. */
const floor = (owner, room, ...below) => ({
  name: `${owner}-${room}-imports-what-is-below`,
  severity: 'error',
  from: { path: `^${owner}/${room}/` },
  to: {
    path: `^${owner}/`,
    pathNot: `^${owner}/(${[room, ...below].map((name) => (name.endsWith('.ts') ? `${name}$` : `${name}/`)).join('|')})`,
    dependencyTypes: ['local'],
  },
});

/**
 * The rows that others read: kinds of neurons and modes of conversion. They are data, so that the types are made of them.
 */
const rows = ['neurons', 'conversions.ts', 'codes.ts'];

/** The floors of the compiler, from the types up to what reads and writes files. */
const compilerFloors = [
  ['ir', ...rows],
  ['neurons', 'ir'],
  ['linear', 'ir'],
  ['populations', 'ir', 'linear', 'neurons'],
  ['codes', 'ir', 'neurons', 'populations', 'layer-neurons.ts'],
  ['operators', 'ir', 'linear', 'engines/kernels'],
  ['ann', 'ir', 'linear', 'operators'],
  ['engines', 'ir', 'linear', 'operators', 'ann', 'layer-neurons.ts', 'firing-times.ts', ...rows],
  ['layout', 'ir', 'layer-neurons.ts', ...rows],
  ['mapping', 'ir', 'layout', 'layer-neurons.ts', ...rows],
  ['print', 'ir', 'ann', 'layer-neurons.ts', ...rows],
  ['verify', 'ir', 'linear', 'neurons', 'operators', 'ann', 'layout', 'layer-neurons.ts', ...rows],
  ['read', 'ir', 'neurons', 'populations', 'operators', 'ann', 'verify', ...rows],
  ['write', 'ir', 'operators', 'ann', 'read', ...rows],
  ['graph-file', 'ir', 'neurons', 'ann', 'verify', 'layer-neurons.ts', ...rows],
];

/** The floors of the emulator: a chip's parts, what runs them, when things happen, what they amount to. */
const emulatorFloors = [
  ['machine'],
  ['noc'],
  ['plain', 'machine'],
  ['wasm', 'machine', 'noc'],
  ['timing', 'machine', 'noc'],
  ['account', 'machine', 'timing'],
  ['trace', 'machine', 'noc', 'timing'],
  ['traffic', 'noc', 'wasm'],
  ['parallel', 'machine', 'wasm', 'timing', 'account', 'emulator.ts'],
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('isa'),
    layer('compiler', 'isa'),
    layer('emulator', 'isa'),
    layer('report', 'isa'),
    layer('library', 'isa', 'compiler', 'emulator', 'report'),
    layer('web', 'isa', 'report', 'library', 'examples'),
    layer('bin', 'isa', 'compiler', 'emulator', 'report', 'library'),
    ...compilerFloors.map((rooms) => floor('compiler', ...rooms)),
    ...emulatorFloors.map((rooms) => floor('emulator', ...rooms)),
    floor('library', 'data'),
    {
      // Whoever needs a file names it; the lists of a layer and of the library are for those outside.
      name: 'nothing-imports-the-list-of-its-own-layer',
      severity: 'error',
      from: { path: '^(isa|compiler|emulator|report|library)/' },
      to: { path: '^$1/index[.]ts$' },
    },
    {
      // These layers run in a browser, too. Only what starts threads is Node's alone.
      name: 'no-modules-of-node-but-behind-the-platform',
      severity: 'error',
      from: {
        path: '^(isa|compiler|emulator|report|library)/',
        pathNot: '^(isa/platform/node[.]ts$|emulator/parallel/)',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-library-reaches-nothing-that-starts-threads',
      severity: 'error',
      from: { path: '^library/' },
      to: { path: '^emulator/parallel/', reachable: true },
    },
    {
      // Which of the two it is, package.json says: #platform.
      name: 'nothing-imports-a-platform-by-its-file',
      severity: 'error',
      from: { path: product, pathNot: '^isa/platform/' },
      to: { path: '^isa/platform/(node|browser)[.]ts$', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      // Every thread loads anew what it imports, and the lists name whole layers.
      name: 'threads-import-files-not-lists',
      severity: 'error',
      from: { path: '^(bin/commands/(eval|evidence)-worker|library/(graph|float-outputs))[.]ts$' },
      to: { path: '^(compiler|emulator)/index[.]ts$', dependencyTypesNot: ['type-only'] },
    },
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
      // The build bundles what these take.
      from: {
        path: product,
        pathNot:
          '^(report/(html/vega|parquet-library)|bin/queue/libraries|isa/platform/(csv-node|csv-browser|sha256-browser))[.]ts$',
      },
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
    exclude: { path: '^(dist|coverage|api|site)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['snnc-sources', 'import', 'node', 'default', 'types'],
    },
  },
};
