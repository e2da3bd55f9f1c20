/** How the programs end when somebody wants them to: processes of their own, with commands planted in them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const hooks = new URL('../typescript.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'snnc-signals-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A command that never ends by itself, and says on stderr when it has begun. */
const PLANTED = {
  /** Never lets the loop of events turn: as a pass over a large network, or a reader of a large file, for as long as it takes. */
  busy: "io.stderr.write('begun'); for (;;);",
  /** Has opened a file, and lets signals in as whatever writes one does. */
  writing: `
    const { StagedFile } = await import(${url('bin/ui/staged-file.ts')});
    const { interruptible } = await import(${url('library/interruptible.ts')});
    const file = await StagedFile.open(io, 'out.txt');
    file.append('half of it');
    io.stderr.write('begun');
    const forever = { next: () => ({ done: false, value: undefined }) };
    try { await interruptible(forever, io); } finally { await file.discard(); }`,
  /** Has something to tidy up, and takes its time. */
  slow: `
    io.holdSignals();
    io.signal.addEventListener('abort', () => io.stderr.write('asked'));
    io.stderr.write('begun');
    await new Promise(() => setInterval(() => undefined, 1000));`,
} as const;

function url(file: string): string {
  return JSON.stringify(new URL(file, `file://${root}`).href);
}

function start(body: string): ChildProcess {
  const program = `
    import { runProcess } from ${url('bin/ui/process.ts')};
    import { command } from ${url('bin/ui/command.ts')};
    const run = async (values, io) => { ${body} };
    const planted = command({ name: 'planted', operands: '', operandTable: {}, options: {}, summary: '', examples: [], run });
    await runProcess({ name: 'snnc', summary: '', commands: [planted] });`;
  return spawn(process.execPath, ['--import', hooks, '--input-type=module', '--eval', program, '--', 'a', 'planted'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Waits until stderr has the text. */
function told(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = '';
    child.stderr!.on('data', (part) => {
      all += String(part);
      if (all.includes(text)) resolve();
    });
    child.once('close', () => {
      if (!all.includes(text)) reject(new Error(`ended without ${text}: ${all}`));
    });
  });
}

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a computation that never lets anything in', async (signal) => {
    const child = start(PLANTED.busy);
    await told(child, 'begun');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([null, signal]);
  });

  it('first takes away what is half written', async () => {
    const child = start(PLANTED.writing);
    await told(child, 'begun');
    expect(readdirSync(folder)).toHaveLength(1);
    const end = once(child, 'exit');
    child.kill('SIGINT');
    await told(child, 'interrupted');
    expect(await end).toEqual([null, 'SIGINT']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('means now if it comes again', async () => {
    const child = start(PLANTED.slow);
    await told(child, 'begun');
    child.kill('SIGINT');
    await told(child, 'asked');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
  });
});

describe('a reader of stdout that goes away', () => {
  it('is an error', async () => {
    const program = join(root, 'bin/snnc.ts');
    const child = spawn(process.execPath, ['--import', hooks, program, 'targets', 'edge']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (part) => (stderr += String(part)));
    const [code] = (await once(child, 'close')) as [number];
    expect(stderr).toContain('error[E0102]: cannot write to stdout');
    expect(code).toBe(3);
  });
});
