import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partOfPlan, pointsOfPart } from '../../../bin/sweep/part.ts';
import { quoted } from '../../../bin/ui/command-text.ts';
import { images, tinyNetwork, World } from '../world.ts';

const program = fileURLToPath(new URL('../../../dist/bundle/snnemu.js', import.meta.url));

describe('parts of a plan', () => {
  it('together have every point, each key in one of them', () => {
    const key = fc.integer({ min: 0, max: 9 }).map((digit) => ({ record: { key: String(digit) } }));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (points, of) => {
        const parts = Array.from({ length: of }, (_, k) => pointsOfPart(points, { part: k + 1, of }));
        const sizes = parts.map((part) => new Set(part.map(({ record }) => record.key)).size);
        expect(parts.flat().length).toBe(points.length);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(new Set(points.map(({ record }) => record.key)).size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(['', '1', '0/2', '3/2', '1/0', '1/2/3', '-1/2', '1/99999', '1.5/2'])('%j is none', (text) => {
    expect(() => partOfPlan(text, 'part')).toThrow('--part');
  });
});

describe('a word of bash', () => {
  it('is what was meant', () => {
    const words = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), { minLength: 1, maxLength: 40 });
    const tricky = ["it's", 'a b', '$(x)', '`x`', 'a\nb', '"', '\\', '*', '~', '!', '#', "'\n'", '-x'];
    const echoed = (all: readonly string[]): string[] => {
      const script = `printf '%s\\0' ${all.map(quoted).join(' ')}`;
      expect(all.map(quoted).join('')).not.toContain('\n');
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1);
    };
    expect(echoed(tricky)).toEqual(tricky);
    fc.assert(
      fc.property(words, (all) => expect(echoed(all)).toEqual(all)),
      { numRuns: 5 },
    );
  });
});

describe('snnemu sweep --emit slurm', () => {
  let world: World;
  beforeAll(() => {
    world = new World();
    world.write('net.json', JSON.stringify(tinyNetwork()));
    world.write('images.npy', images(4));
  });
  afterAll(() => world.remove());

  it('writes an array job whose tasks compute all points, and says how they are collected', async () => {
    const sweep =
      'snnemu sweep net.json --data images.npy --calibrate images.npy --mode default --timing none --workers 1 --set limits.axons=512 --grid T=2,3 --grid kernel=wasm,wasm';
    const emitted = await world.run(`${sweep} --store all -o all.ndjson --csv all.csv --emit slurm job.sh --tasks 2`);
    expect(emitted).toEqual({ exit: 0, stdout: '4 points in 2 tasks: sbatch job.sh\n', stderr: '' });
    expect(world.files()).not.toContain('all');
    const script = world.path('job.sh');
    chmodSync(script, 0o755);
    expect(spawnSync('bash', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(script, 'utf8')).toContain('\n#SBATCH --array=1-2\n');
    for (const task of ['1', '2']) {
      const env = { ...process.env, SLURM_ARRAY_TASK_ID: task, SNNEMU: `${process.execPath} ${program}` };
      const { status, stdout } = spawnSync('bash', [script], { encoding: 'utf8', env });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    }
    const last = readFileSync(script, 'utf8').trimEnd().split('\n').at(-1)!;
    const collect = /^# .*: (\(cd .*\))$/.exec(last)![1]!;
    const env = { ...process.env, SNNEMU: `${process.execPath} ${program}` };
    const collected = spawnSync('bash', ['-c', collect], { encoding: 'utf8', env });
    expect(collected.stderr).toContain('4 points: 4 in the store, 0 to be computed');
    const { version } = createRequire(import.meta.url)('snnc/package.json') as { version: string };
    const local = await world.run(`${sweep} --store local -o local.ndjson --csv local.csv`, { version });
    for (const ending of ['ndjson', 'csv']) expect(world.read(`all.${ending}`)).toEqual(world.read(`local.${ending}`));
    expect(collected.stdout).toBe(local.stdout);
  });

  it.each([
    ['--emit slurm', 'E0107'],
    ['--emit pbs job.sh', 'E0103'],
    ['--emit slurm net.json', 'E0103'],
    ['--emit slurm job.sh --part 1/2', 'E0107'],
    ['--emit slurm job.sh --queue redis://host', 'E0107'],
    ['--queue host', 'E0103'],
    ['--part 3/2', 'E0103'],
  ])('refuses %s', async (more, code) => {
    const { exit, stderr } = await world.run(`snnemu sweep net.json --data images.npy --store never ${more}`);
    expect({ exit, said: stderr.includes(`error[${code}]`) }).toEqual({ exit: 2, said: true });
    expect(world.files()).not.toContain('never');
  });
});
