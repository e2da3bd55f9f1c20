/** `snnemu rerun`: a record is enough to repeat its run, and says so where it is not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RerunRecord, RunRecord } from '../../isa/index.ts';
import { compareRecords } from '../../report/rerun.ts';
import { images, type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

const text = (name: string): string => Buffer.from(world.read(name)).toString();
const recordIn = (name: string): RunRecord => JSON.parse(text(name)) as RunRecord;

/** Runs a line that writes a record, and repeats it. */
async function repeated(line: string): Promise<RerunRecord> {
  const made = await world.run(`snnemu ${line} --json made.json`);
  expect({ exit: made.exit, stderr: made.stderr.replace(/^(note|warning).*\n( .*\n)*/gm, '') }).toMatchObject({
    stderr: '',
  });
  const { exit, stdout } = await world.run('snnemu rerun made.json --json -');
  const record = JSON.parse(stdout) as RerunRecord;
  expect({ exit, differences: record.differences }).toEqual({ exit: 0, differences: [] });
  return record;
}

describe('snnemu rerun', () => {
  it('repeats runs and evaluations, whatever they were asked for', async () => {
    for (const line of [
      'run chip.bin',
      'run chip.bin --input images.npy#7 --probe 0:0,0,0 --raster 7 --timing none',
      'run chip.bin --kernel ts --html report.html',
      'eval chip.bin --data images.npy --labels labels.txt --curve --limit 5 --top-k 2 --html report.html',
      'eval chip.bin --data images.npy --labels labels.txt --deadline 1s --energy-budget 1J --samples samples.csv',
    ]) {
      const before = world.files();
      const { identical, compared, leftOut } = await repeated(line);
      expect({ identical, leftOut }).toEqual({ identical: true, leftOut: ['tool', 'host', 'origin', 'chip.file'] });
      expect(compared).toBeGreaterThan(100);
      const written = world
        .files()
        .filter((name) => !before.includes(name) && !/^(made|report|samples|probes)\./.test(name));
      expect(written).toEqual([]);
    }
    expect((await world.run('snnemu rerun made.json')).stdout).toMatch(
      /^Identical: all [\d,]+ values of made.json came out the same\n/,
    );
  });

  it('records what a figure can be traced by', async () => {
    await world.run('snnemu eval chip.bin --data images.npy --labels labels.txt --limit 5 --json made.json');
    const { command, options, inputs, build } = recordIn('made.json').origin!;
    expect({ command, options }).toMatchObject({
      command: 'eval',
      options: { chip: 'chip.bin', data: 'images.npy', limit: '5' },
    });
    expect(inputs.map(({ option, name, files }) => [option, name, files])).toEqual([
      ['chip', 'chip.bin', 1],
      ['data', 'images.npy', 1],
      ['labels', 'labels.txt', 1],
    ]);
    expect(inputs[1]!.bytes).toBe(images(12).length);
    expect(build.options).toMatchObject({ mode: 'default', window: 8, weightBits: 8, calibrationLimit: 12 });
  });

  it('says which value differs, with exit code 4', async () => {
    await world.run('snnemu run chip.bin --json made.json');
    const { counts, ...rest } = recordIn('made.json');
    world.write('changed.json', JSON.stringify({ ...rest, counts: { ...counts, synops: counts.synops + 1 } }));
    const { exit, stdout, stderr } = await world.run('snnemu rerun changed.json');
    expect(exit).toBe(4);
    expect(stdout).toMatch(/Different: 1 of [\d,]+ values of changed.json\n/);
    expect(stdout).toMatch(new RegExp(`counts\\.synops +${counts.synops + 1} +${counts.synops}\n`));
    expect(stderr).toContain('E0722');
  });

  it('checks the inputs first, and takes them from where they lie now', async () => {
    await world.run('snnemu eval chip.bin --data images.npy --labels labels.txt --json made.json');
    world.makeFolder('moved');
    world.write('moved/chip.bin', world.read('chip.bin'));
    world.write('moved/images.npy', images(12));
    world.write('moved/labels.txt', world.read('labels.txt'));
    const places = '--chip moved/chip.bin --data moved/images.npy --labels moved/labels.txt';
    expect((await world.run(`snnemu rerun made.json ${places}`)).exit).toBe(0);
    world.write('moved/images.npy', images(11));
    const changed = await world.run(`snnemu rerun made.json ${places}`);
    expect({ exit: changed.exit, stdout: changed.stdout }).toEqual({ exit: 3, stdout: '' });
    expect(changed.stderr).toContain('E0721');
    expect((await world.run('snnemu rerun made.json --labels nowhere.txt')).stderr).toMatch(/E0721.*nowhere.txt/s);
  });

  it('refuses what tells of no run, or of options that there are not', async () => {
    await world.run('snnemu run chip.bin --json made.json');
    const { origin, ...old } = recordIn('made.json');
    world.write('old.json', JSON.stringify(old));
    expect(await world.run('snnemu rerun old.json')).toMatchObject({ exit: 3, stdout: '' });
    world.write(
      'odd.json',
      JSON.stringify({ ...old, origin: { ...origin, options: { ...origin!.options, faster: true } } }),
    );
    expect((await world.run('snnemu rerun odd.json')).stderr).toContain('`snnemu run` has no option "faster"');
    world.write(
      'wrong.json',
      JSON.stringify({ ...old, origin: { ...origin, options: { ...origin!.options, timing: 'never' } } }),
    );
    expect((await world.run('snnemu rerun wrong.json')).stderr).toContain('E0103');
  });
});

describe('two records', () => {
  it('differ where a member is only in one of them', async () => {
    await world.run('snnemu run chip.bin --json made.json');
    const record = recordIn('made.json');
    const { selfTest, ...without } = record;
    const found = compareRecords(record, { ...without, host: { ...record.host, seconds: 99 } });
    expect(found).toMatchObject({ identical: false, different: 1, differences: [{ path: 'selfTest', now: null }] });
    expect(selfTest).toBeDefined();
  });
});
