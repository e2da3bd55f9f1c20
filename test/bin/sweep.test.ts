import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interruption } from '../../bin/ui/io.ts';
import { type RunRecord, sha256Of, sweepRecord, type SweepRecord } from '../../isa/index.ts';
import { NARROW, type Outcome, wideLines, type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
  world.write('plan.json', JSON.stringify(plan));
});
afterAll(() => world.remove());

const options = { data: 'images.npy', labels: 'labels.txt', calibrate: 'images.npy', 'calibrate-limit': 12 };

/** Six points, of which the last two are the same, and two cannot be built. */
const plan = {
  format: 'snn-sweep-plan/1',
  network: 'net.json',
  options,
  list: [
    { mode: 'default', T: 4 },
    { mode: 'default', T: 8 },
    { mode: 'default', T: '8' },
  ],
  grid: { code: ['unary', 'graded'] },
};

const text = (name: string): string => Buffer.from(world.read(name)).toString();
const recordsOf = (name: string): SweepRecord[] =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => sweepRecord.schema.parse(JSON.parse(line)));
const linesOf = (name: string): number => text(name).split('\n').length - 1;

/** A sweep of the plan with a store of its own. */
const sweep = (store: string, more = ''): Promise<Outcome> =>
  world.run(`snnemu sweep plan.json --store ${store} -o ${store}.ndjson --csv ${store}.csv${more}`);

describe('snnemu sweep', () => {
  it('computes each different point once, keeps it, and tells what is on the front', async () => {
    const { exit, stdout, stderr } = await sweep('one', ' --workers 1');
    expect({ exit, stderr }).toEqual({
      exit: 0,
      stderr:
        'note: latency is computed cycle by cycle; --timing none leaves it and what it costs out\n' +
        'note: 6 points: 0 in the store, 4 to be computed, 2 the same as one of these\n',
    });
    const records = recordsOf('one.ndjson');
    expect(records.map(({ point, outcome }) => [point, outcome.status])).toEqual([
      [1, 'done'],
      [2, 'failed'],
      [3, 'done'],
      [4, 'failed'],
      [5, 'done'],
      [6, 'failed'],
    ]);
    expect(records[4]).toEqual({ ...records[2], point: 5 });
    expect(records[1]!.outcome).toMatchObject({ stage: 'build', diagnostics: [{ code: 'E0103' }] });
    expect(linesOf('one/points.ndjson')).toBe(4);
    expect(stdout).toMatch(/^Points: 6\n/);
    expect(stdout).toMatch(/\n {2}1 .* \* front\n/);
    expect(stdout).toContain('Points without a result\n  2, 4, 6: E0103: ');
    expect(text('one.csv').split('\n')[0]).toMatch(/^point,option:mode,option:T,option:code,standing,mode,/);
    expect(linesOf('one.csv')).toBe(7);

    // Again: nothing is computed, and nothing is different.
    const stored = text('one/points.ndjson');
    const before = [text('one.ndjson'), text('one.csv')];
    const again = await sweep('one');
    expect(again).toMatchObject({ exit: 0, stdout });
    expect(again.stderr).toContain('6 points: 6 in the store, 0 to be computed\n');
    expect([text('one.ndjson'), text('one.csv')]).toEqual(before);
    expect(text('one/points.ndjson')).toBe(stored);

    expect(wideLines(await world.run('snnemu sweep plan.json --store one', NARROW))).toEqual([]);

    // With the last line torn: that point is computed again, and no other.
    world.write('one/points.ndjson', stored.slice(0, -100));
    const resumed = await sweep('one');
    expect(resumed).toMatchObject({ exit: 0, stdout });
    expect(resumed.stderr).toContain('warning[W0706]: a line is no whole record and is left out: 4');
    expect(resumed.stderr).toContain(', 1 to be computed');
    expect([text('one.ndjson'), text('one.csv')]).toEqual(before);
    expect(linesOf('one/points.ndjson')).toBe(5);
  });

  it('does not depend on the number of workers', async () => {
    const [one, two] = [await sweep('one', ' --workers 1'), await sweep('two', ' --workers 2')];
    expect(two.stdout).toBe(one.stdout);
    expect(text('two.ndjson')).toBe(text('one.ndjson'));
    expect(text('two.csv')).toBe(text('one.csv'));
    expect(text('two/points.ndjson').split('\n').sort().length).toBe(5);
  });

  it('says of a point what build and eval say of it', async () => {
    await sweep('one');
    await world.run(
      'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 8 --code unary -o same.bin',
    );
    await world.run('snnemu eval same.bin --data images.npy --labels labels.txt --timing cycle --json same.json');
    const { chip, accuracy, energy, latency, spikeDigest } = JSON.parse(text('same.json')) as RunRecord;
    expect(recordsOf('one.ndjson')[2]!.outcome).toMatchObject({
      status: 'done',
      chip: { sha256: chip.sha256, window: 8, cores: chip.cores },
      accuracy: { top1: accuracy!.top1, floatTop1: accuracy!.floatTop1 },
      energy: { joulePerInference: energy.joulePerInference },
      latency: { medianCycles: latency!.cyclesPerInference.median },
      spikeDigest,
    });
  });

  it('varies fields of the target, and builds once what only runs differently', async () => {
    const line =
      'net.json --data images.npy --labels labels.txt --calibrate images.npy --calibrate-limit 12 --mode default -T 4 --set limits.axons=512 --grid target.limits.neurons=16,4096 --grid kernel=wasm,ts --store shared -o shared.ndjson';
    expect((await world.run(`snnemu sweep ${line}`)).exit).toBe(0);
    const records = recordsOf('shared.ndjson');
    const chips = records.map(({ outcome }) => (outcome.status === 'done' ? outcome.chip : undefined));
    expect(records[0]!.options).toMatchObject({ 'target.limits.neurons': '16', 'target.limits.axons': '512' });
    expect(new Set(records.map(({ key }) => key)).size).toBe(4);
    expect(chips[0]!.cores).toBeGreaterThan(chips[2]!.cores);
    expect([chips[1]!.sha256, chips[3]!.sha256]).toEqual([chips[0]!.sha256, chips[2]!.sha256]);
    const builds = readdirSync(world.path('shared/builds')).filter((name) => name.endsWith('.bin'));
    expect(builds.length).toBe(2);
    await world.run(
      'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 4 --set limits.axons=512 --set limits.neurons=16 --ledger-samples 0 -o same.bin',
    );
    expect(
      world.read(
        `shared/builds/${builds.find((name) => sha256Of(world.read(`shared/builds/${name}`)) === chips[0]!.sha256)!}`,
      ),
    ).toEqual(world.read('same.bin'));

    // A kept build that is damaged is made again, and not taken.
    for (const name of builds) world.write(`shared/builds/${name}`, 'damaged');
    world.write('shared/points.ndjson', '');
    const before = text('shared.ndjson');
    await world.run(`snnemu sweep ${line}`);
    expect(text('shared.ndjson')).toBe(before);
  });

  it('stops with exit code 130; what was computed stays', async () => {
    const controller = new AbortController();
    const stderr = {
      isTTY: false,
      columns: undefined,
      write: (line: string) => {
        if (line.includes('to be computed')) queueMicrotask(() => controller.abort(new Interruption()));
      },
    };
    const words = 'snnemu sweep plan.json --store three -o three.ndjson'.split(' ');
    const { exit, stdout } = await world.runWords(words, { signal: controller.signal, stderr });
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
    expect(world.files()).not.toContain('three.ndjson');
    expect(text('three/points.ndjson')).toBe('');
  });

  it('has no result where no point has one', async () => {
    const { exit, stdout } = await world.run(
      'snnemu sweep net.json --data images.npy --mode default --grid code=graded,first-spike --store four',
    );
    expect(exit).toBe(3);
    expect(stdout).toContain('Points without a result');
  });
});

describe('what is no plan', () => {
  const command = (more: string): string => `snnemu sweep net.json --data images.npy --store never ${more}`;
  it.each([
    [command('--grid T'), 'E0109', 'not of the form option=value,value'],
    [command('--grid json=a'), 'E0109', 'points have no option "json"'],
    [command('--grid neurobench=a'), 'E0109', 'points have no option "neurobench"'],
    [command('--grid set=limits.neurons=16'), 'E0109', 'points have no option "set"'],
    [command('--grid target.limits.neurons=0,16'), 'E0103', 'neurons'],
    [command('--set limits.neurons'), 'E0103', 'not path=value'],
    [command('--grid dt=1'), 'E0109', 'build.dt, eval.dt'],
    [command('--grid T=4 --grid window=8'), 'E0109', 'says T twice'],
    [command('-T 4 --grid T=8'), 'E0109', 'says T twice'],
    [command('--grid T=4,five'), 'E0103', '-T "five"|--T "five"'],
    [command('--grid balance=yes'), 'E0109', 'neither true nor false'],
    [command('--range T=4..8'), 'E0107', '--range without --samples'],
    [command('--samples 4'), 'E0107', 'there is none'],
    [command('--grid seed=1,2 --range T=8..4 --samples 2'), 'E0109', 'smaller end first'],
    [command('--grid target=edgy'), 'E0104', 'edgy'],
    [command('--grid labels=no.txt'), 'E0101', 'no such file'],
    [`snnemu sweep net.json --store never --grid T=4`, 'E0107', 'on which data'],
    ['snnemu sweep none.onnx --data images.npy --store never', 'E0101', 'no such file'],
    ['snnemu sweep plan.json --store never --data images.npy', 'E0107', '--data stands beside a plan'],
    ['snnemu sweep plan.json --store images.npy', 'E0102', 'not a folder'],
    ['snnemu sweep plan.json --store never -o net.json', 'E0103', 'the output is also'],
  ])('%s', async (line, code, says) => {
    const { exit, stdout, stderr } = await world.run(line);
    expect(exit === 2 || exit === 3).toBe(true);
    expect(stdout).toBe('');
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toMatch(new RegExp(says));
    expect(world.files()).not.toContain('never');
  });

  it.each([
    [{ ...plan, network: 3 }, 'E0108'],
    [{ ...plan, grid: { T: [] } }, 'E0108'],
    [{ ...plan, format: 'snn-sweep-plan/2' }, 'E0108'],
    [{ ...plan, grid: { T: [4] } }, 'E0109'],
    [{ ...plan, grid: { seed: Array.from({ length: 5000 }, (_, k) => k) } }, 'E0109'],
    [{ ...plan, sample: { count: 2, ranges: { lead: 'a..b' } } }, 'E0109'],
  ])('plan %#', async (content, code) => {
    world.write('bad.json', JSON.stringify(content));
    const { stdout, stderr } = await world.run('snnemu sweep bad.json --store never');
    expect(stdout).toBe('');
    expect(stderr).toContain(`error[${code}]`);
    expect(world.files()).not.toContain('never');
  });
});
