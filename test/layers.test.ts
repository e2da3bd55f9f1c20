/** Every rule of the layers refuses what it is there to refuse: a small tree breaks each of them once. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';

const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  readonly forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
};

/** Rule → a file, and what it imports against the rule. Files that are imported from this tree are made, too. */
const VIOLATIONS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'isa-imports-nothing-of-ours': ['isa/a.ts', 'compiler/ir/a.ts'],
  'compiler-imports-isa': ['compiler/a.ts', 'emulator/a.ts'],
  'emulator-imports-isa': ['emulator/b.ts', 'report/a.ts'],
  'report-imports-isa': ['report/b.ts', 'emulator/a.ts'],
  'library-imports-isa-and-compiler-and-emulator-and-report': ['library/a.ts', 'bin/b.ts'],
  'web-imports-isa-and-report-and-library-and-examples': ['web/a.ts', 'bin/b.ts'],
  'bin-imports-isa-and-compiler-and-emulator-and-report-and-library': ['bin/a.ts', 'test/a.ts'],
  'compiler-ir-imports-what-is-below': ['compiler/ir/b.ts', 'compiler/linear/a.ts'],
  'compiler-neurons-imports-what-is-below': ['compiler/neurons/b.ts', 'compiler/engines/a.ts'],
  'compiler-linear-imports-what-is-below': ['compiler/linear/b.ts', 'compiler/operators/a.ts'],
  'compiler-codes-imports-what-is-below': ['compiler/codes/b.ts', 'compiler/read/a.ts'],
  'compiler-populations-imports-what-is-below': ['compiler/populations/b.ts', 'compiler/read/a.ts'],
  'compiler-operators-imports-what-is-below': ['compiler/operators/b.ts', 'compiler/engines/a.ts'],
  'compiler-ann-imports-what-is-below': ['compiler/ann/b.ts', 'compiler/engines/a.ts'],
  'compiler-engines-imports-what-is-below': ['compiler/engines/b.ts', 'compiler/passes/a.ts'],
  'compiler-layout-imports-what-is-below': ['compiler/layout/b.ts', 'compiler/mapping/a.ts'],
  'compiler-mapping-imports-what-is-below': ['compiler/mapping/b.ts', 'compiler/passes/a.ts'],
  'compiler-print-imports-what-is-below': ['compiler/print/b.ts', 'compiler/engines/a.ts'],
  'compiler-verify-imports-what-is-below': ['compiler/verify/b.ts', 'compiler/passes/a.ts'],
  'compiler-read-imports-what-is-below': ['compiler/read/b.ts', 'compiler/options.ts'],
  'compiler-write-imports-what-is-below': ['compiler/write/b.ts', 'compiler/passes/a.ts'],
  'compiler-graph-file-imports-what-is-below': ['compiler/graph-file/b.ts', 'compiler/read/a.ts'],
  'emulator-machine-imports-what-is-below': ['emulator/machine/b.ts', 'emulator/plain/a.ts'],
  'emulator-noc-imports-what-is-below': ['emulator/noc/b.ts', 'emulator/traffic/a.ts'],
  'emulator-plain-imports-what-is-below': ['emulator/plain/b.ts', 'emulator/wasm/a.ts'],
  'emulator-wasm-imports-what-is-below': ['emulator/wasm/b.ts', 'emulator/plain/a.ts'],
  'emulator-timing-imports-what-is-below': ['emulator/timing/b.ts', 'emulator/wasm/a.ts'],
  'emulator-account-imports-what-is-below': ['emulator/account/b.ts', 'emulator/wasm/a.ts'],
  'emulator-trace-imports-what-is-below': ['emulator/trace/b.ts', 'emulator/emulator.ts'],
  'emulator-traffic-imports-what-is-below': ['emulator/traffic/b.ts', 'emulator/timing/a.ts'],
  'emulator-parallel-imports-what-is-below': ['emulator/parallel/b.ts', 'emulator/plain/a.ts'],
  'library-data-imports-what-is-below': ['library/data/a.ts', 'library/open.ts'],
  'nothing-imports-the-list-of-its-own-layer': ['report/c.ts', 'report/index.ts'],
  'interleaved-imports-the-decoded-chip-alone': ['test/interleaved/a.ts', 'isa/verify.ts'],
  'interleaved-takes-types-alone-of-the-instruction-table': ['test/interleaved/b.ts', 'isa/ops.ts'],
  'no-modules-of-node-but-behind-the-platform': ['report/d.ts', 'node:zlib'],
  'the-library-reaches-nothing-that-starts-threads': ['library/b.ts', 'emulator/d.ts'],
  'nothing-imports-a-platform-by-its-file': ['isa/g.ts', 'isa/platform/node.ts'],
  'threads-import-files-not-lists': ['bin/commands/eval-worker.ts', 'emulator/index.ts'],
  'no-cycles': ['isa/c.ts', 'isa/d.ts'],
  'no-development-packages-in-the-product': ['isa/e.ts', 'a-tool'],
  'no-unknown-imports': ['isa/f.ts', 'not-installed'],
};

let root = '';
let summary: ICruiseResult['summary'];

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text, { flag: 'a' });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'layers-'));
  await put('package.json', '{ "type": "module", "devDependencies": { "a-tool": "1.0.0" } }');
  await put('node_modules/a-tool/package.json', '{ "name": "a-tool", "version": "1.0.0", "main": "index.js" }');
  await put('node_modules/a-tool/index.js', '');
  for (const [from, to] of Object.values(VIOLATIONS)) {
    const isOurs = to.endsWith('.ts');
    await put(from, `import '${isOurs ? '../'.repeat(from.split('/').length - 1) : ''}${to}';\n`);
    if (isOurs) await put(to, '');
  }
  await put('isa/d.ts', `import './c.ts';\n`);
  await put('emulator/d.ts', `import './parallel/b.ts';\n`);
  const result = await cruise(['.'], {
    baseDir: root,
    ruleSet: { forbidden },
    validate: true,
    doNotFollow: { path: '^node_modules/' },
    tsPreCompilationDeps: true,
  });
  summary = (result.output as ICruiseResult).summary;
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the rules of the layers', () => {
  it.each(forbidden.map(({ name = '' }) => name))('%s fails on what breaks it', (name) => {
    const violation = VIOLATIONS[name];
    if (violation === undefined) throw new Error(`${name} needs a row in VIOLATIONS, test/layers.test.ts`);
    const broken = summary.violations.filter(({ rule }) => rule.name === name).map(({ from }) => from);
    expect(broken).toContain(violation[0]);
  });
});
