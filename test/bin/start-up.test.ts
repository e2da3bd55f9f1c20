/** What the programs load before they know what is wanted: counted, since seconds depend on the machine. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { STORED_WIDTHS } from '../../bin/ui/stored-help.ts';
import { storedHelp } from './stored.ts';
import { World } from './world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = createRequire(import.meta.url)('snnc/package.json') as { version: string };
const hooks = new URL('../typescript.mjs', import.meta.url).href;

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

const start = (program: string, line: string): Start =>
  run(['--import', hooks, join(root, 'bin', `${program}.ts`), ...line.split(' ')]);

interface Start {
  readonly exit: number | null;
  readonly stdout: string;
  readonly modules: readonly string[];
}

/** Modules of a process on the sources, as the engine's own record of coverage names them. */
function run(words: readonly string[], env: NodeJS.ProcessEnv = {}): Start {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-start-'));
  try {
    const { status, stdout } = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: undefined, ...env, NODE_V8_COVERAGE: folder },
    });
    const urls = readdirSync(folder).flatMap((name) =>
      (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage).result.map(({ url }) => url),
    );
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => relative(root, fileURLToPath(url)));
    return { exit: status, stdout, modules: [...new Set(files)] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const world = new World();

afterAll(() => {
  world.remove();
});

const ours = (modules: readonly string[]): string[] => modules.filter((path) => /^(bin|isa|report)\//.test(path));

describe('start-up', () => {
  it.each([
    ['snnemu', '--help'],
    ['snnc', '--help'],
    ['snnemu', '--version'],
  ])('%s %s loads a few modules of ours and no library', (program, line) => {
    const { exit, modules } = start(program, line);
    expect(exit).toBe(0);
    expect(modules).toContain(`bin/commands/${program}.ts`);
    // Four of them are tables of options: those of a point are made of those of build and eval, tune has its own.
    expect(ours(modules).length).toBeLessThanOrEqual(19);
    expect(modules.filter((path) => /(^|\/)(emulator|compiler|zod|yargs|chalk)\//.test(path))).toEqual([]);
  });

  it.each([
    ['snnc', 'bild net.onnx', 2],
    ['snnemu', 'run --kernle ts chip.bin', 2],
    ['snnc', 'build --help', 0],
  ])('%s %s loads neither emulator, compiler, schemas nor kernels', (program, line, code) => {
    const { exit, modules } = start(program, line);
    expect(exit).toBe(code);
    expect(modules.filter((path) => /(^|\/)(emulator|compiler|zod|cli-table3)\//.test(path))).toEqual([]);
    expect(ours(modules).length).toBeLessThanOrEqual(27);
  });

  it.each(['snnc build --help', 'snnemu --help', 'snnemu help', 'snnemu --version'])(
    '%s of the installed program is read, not made, and is the same',
    async (line) => {
      const [program, ...words] = line.split(' ') as [string, ...string[]];
      const { exit, modules, stdout } = run([join(root, 'dist/bundle', `${program}.js`), ...words]);
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: (await world.run(line, { version })).stdout });
      expect(modules.length).toBeLessThanOrEqual(7);
      expect(modules.filter((path) => !path.startsWith('dist/bundle/'))).toEqual([]);
    },
  );

  it('what was not written down is made', async () => {
    const words = [join(root, 'dist/bundle/snnc.js'), 'build', '--help'];
    expect(STORED_WIDTHS).not.toContain(97);
    const { stdout } = run(words, { COLUMNS: '97' });
    expect(stdout).toBe((await world.run('snnc build --help', { env: { COLUMNS: '97' } })).stdout);
    expect(stdout).not.toBe(storedHelp('snnc build --help', 80));
  });

  it('the place of a text is said by arguments alone', () => {
    expect(run([join(root, 'dist/bundle/snnc.js'), 'build\n--help']).exit).toBe(2);
    expect(run([join(root, 'dist/bundle/snnc.js'), 'build --help']).exit).toBe(2);
  });
});

describe('overview', () => {
  it.each([snnc, snnemu].flatMap((program) => [110, 70].map((columns) => [program.name, columns, program] as const)))(
    '%s names every command, in lines of at most %i characters',
    async (_name, columns, program) => {
      let text = '';
      const stdout = { isTTY: true, columns, write: (part: string) => void (text += part) };
      expect((await world.run(`${program.name} --help`, { stdout })).exit).toBe(0);
      const [commands = ''] = text.split('Exit codes');
      const words = commands.replaceAll(/\s+/g, ' ');
      for (const { name, operands, summary } of program.commands) {
        const line = `${program.name} ${name} ${operands}`.trim();
        expect(words).toContain(`${line} ${summary}`);
      }
      for (const line of commands.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(columns);
    },
  );

  it('a thread that runs samples loads neither schemas nor libraries', () => {
    const { exit, modules } = run([
      '--import',
      hooks,
      '--input-type=module',
      '-e',
      `await import(${JSON.stringify(new URL('../../emulator/parallel/serve.ts', import.meta.url).href)});`,
    ]);
    expect(exit).toBe(0);
    expect(modules).toContain('emulator/wasm/machine.ts');
    expect(
      modules.filter((path) => /(^|\/)(zod|binary-parser)\/|^isa\/((index|schemas)\.ts$|records\/)/.test(path)),
    ).toEqual([]);
  });
});
