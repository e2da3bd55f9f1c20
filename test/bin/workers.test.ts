import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interruption } from '../../bin/ui/io.ts';
import { type RunRecord, runRecord } from '../../isa/index.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

/** The record of an evaluation and its text, both without what depends on the machine. */
async function evaluated(line: string): Promise<{ record: Omit<RunRecord, 'host'>; text: string }> {
  const { exit, stdout, stderr } = await world.run(`snnemu eval chip.bin --data images.npy --json - ${line}`);
  expect(stderr).toBe('');
  expect(exit).toBe(0);
  const { host: _, ...record } = runRecord.schema.parse(JSON.parse(stdout));
  // Reading puts keys in the order of the schema; the text has that of the writer.
  const text = stdout.replace(/"host": \{[^}]*\}/, '');
  expect(text).not.toBe(stdout);
  return { record, text };
}

describe('snnemu eval --workers', () => {
  it.each(['--labels labels.txt --curve --kernel ts', '--labels labels.txt --timing cycle --limit 7'])(
    'does not change the record: %s',
    async (line) => {
      const one = await evaluated(`${line} --workers 1`);
      expect(one.record.accuracy?.floatTop1).toBeDefined();
      expect(await evaluated(`${line} --workers 3`)).toEqual(one);
    },
  );

  it('uses the cores of the machine where no number is given, but no more threads than samples', async () => {
    const { exit, stderr } = await world.run('snnemu eval chip.bin --data images.npy --limit 2 --json x.json', {
      processors: 64,
    });
    expect(exit).toBe(0);
    expect(stderr).toContain('no labels');
  });

  it.each(['0', '-1', 'many', '1.5'])('refuses %s threads', async (workers) => {
    const { exit, stderr } = await world.run(`snnemu eval chip.bin --data images.npy --workers=${workers}`);
    expect(exit).toBe(2);
    expect(stderr).toContain('--workers');
  });

  it('names the bad sample, as one thread does', async () => {
    world.write('wrong.txt', '0\n1\n2\n1\n9\n9\n'.padEnd(24, '0\n'));
    const [one, two] = [
      await world.run('snnemu eval chip.bin --data images.npy --labels wrong.txt --workers 1 --json y.json'),
      await world.run('snnemu eval chip.bin --data images.npy --labels wrong.txt --workers 2 --json y.json'),
    ];
    expect(one.exit).toBe(3);
    expect(one.stderr).toMatch(/error\[E0604\]: sample 4 /);
    expect(two).toEqual(one);
    expect(Buffer.from(world.read('y.json')).toString()).toContain('"code": "E0604"');
  });

  it('stops with exit code 130 and writes nothing', async () => {
    const controller = new AbortController();
    // Whoever reads the data is interrupted before the first sample.
    queueMicrotask(() => controller.abort(new Interruption()));
    const { exit, stdout, stderr } = await world.run(
      'snnemu eval chip.bin --data images.npy --workers 2 --json z.json',
      { signal: controller.signal },
    );
    expect(exit).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(stdout).toBe('');
    expect(world.files()).not.toContain('z.json');
  });
});
