import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interruption } from '../../bin/ui/io.ts';
import { type RunRecord, tunePart, tunePoint, tuneRecord, type TuneRecord } from '../../isa/index.ts';
import { images, NARROW, type Outcome, tinyNetwork, wideLines, World } from './world.ts';

const world = new World();
const SAMPLES = 150;
beforeAll(() => {
  world.write('net.json', JSON.stringify(tinyNetwork()));
  world.write('images.npy', images(SAMPLES));
  world.write('labels.txt', '0\n1\n2\n'.repeat(SAMPLES / 3));
});
afterAll(() => world.remove());

const text = (name: string): string => Buffer.from(world.read(name)).toString();
const lines = (name: string): string[] => text(name).trimEnd().split('\n');

/** Four points of the tiny network. */
const FILES = 'net.json --data images.npy --labels labels.txt';
const SPACE = `${FILES} --calibrate images.npy --calibrate-limit 16 --mode exact --code graded --grid T=2,8 --grid weight-bits=8,2`;
const tune = (more: string, space = SPACE): Promise<Outcome> => world.run(`snnc tune ${space} ${more}`);
const recordOf = ({ stdout }: Outcome): TuneRecord => tuneRecord.schema.parse(JSON.parse(stdout));

describe('snnc tune', () => {
  it('takes the cheapest point within the limits and writes the chip that a build makes of it', async () => {
    const outcome = await tune('--max-loss 20 --deadline 1ms --store one -o one.bin --points one.ndjson --json -');
    const record = recordOf(outcome);
    const { answer, points, second, samples } = record;
    expect(outcome.exit).toBe(0);
    expect(samples.available).toBe(SAMPLES);
    const taken = points[answer!.point - 1]!;
    expect(taken).toMatchObject({ verdict: 'taken', samples: SAMPLES, chipSha256: answer!.chipSha256 });
    expect(points.every(({ energyJ }) => energyJ.mean >= 0.99 * taken.energyJ.mean)).toBe(true);
    expect(second!.extraCost).toBeGreaterThan(0);
    expect(points.filter(({ verdict }) => verdict === 'open')).toEqual([]);

    const { T, 'weight-bits': bits } = taken.varied;
    await world.run(
      `snnc build net.json --calibrate images.npy --calibrate-limit 16 --mode exact --code graded -T ${String(T)} --weight-bits ${String(bits)} -o same.bin`,
    );
    expect(world.read('one.bin')).toEqual(world.read('same.bin'));

    // What the emulator says of that chip on all samples is what was said of the point.
    await world.run('snnemu eval same.bin --data images.npy --labels labels.txt --timing cycle --json same.json');
    const { accuracy, energy, latency } = JSON.parse(text('same.json')) as RunRecord;
    expect(taken.lossPoints.mean).toBeCloseTo(100 * (accuracy!.floatTop1! - accuracy!.top1), 9);
    expect(taken.energyJ.mean / energy.joulePerInference).toBeCloseTo(1, 9);
    expect(taken.latency.worstSeconds).toBeCloseTo(latency!.secondsPerInference.max, 12);

    const told = lines('one.ndjson').map((line) => tunePoint.schema.parse(JSON.parse(line)));
    expect(told.map(({ point, verdict }) => [point, verdict])).toEqual(
      points.map((each) => [each.point, each.verdict]),
    );
  });

  it('goes on where it was killed, and comes to the same', async () => {
    // What the first test has left.
    const line = '--max-loss 20 --deadline 1ms -o two.bin --json -';
    const whole = await tune(`${line} --store one`);
    world.makeFolder('two');
    const stored = lines('one/parts.ndjson');
    for (const line of stored) tunePart.schema.parse(JSON.parse(line));
    world.write('two/parts.ndjson', `${stored.slice(0, 2).join('\n')}\n${stored[2]!.slice(0, 50)}`);
    const resumed = await tune(`${line} --store two --workers 2`);
    expect(resumed.stderr).toContain('W0706');
    expect(resumed.stdout).toBe(whole.stdout);
    expect(world.read('two.bin')).toEqual(world.read('one.bin'));
    // The torn line stays, what it should have said stands behind it.
    expect(lines('two/parts.ndjson').length).toBe(stored.length + 1);
    const again = await tune(`${line} --store two`);
    expect(again.stdout).toBe(whole.stdout);
    expect(lines('two/parts.ndjson').length).toBe(stored.length + 1);
  });

  it('says which limit to relax, and how far, where nothing meets them', async () => {
    const one = await tune('--max-loss 20 --energy 1pJ --store one -o never.bin');
    expect(one.exit).toBe(3);
    const narrow = await world.run(`snnc tune ${SPACE} --max-loss 20 --store one -o narrow.bin`, NARROW);
    expect(wideLines(narrow)).toEqual([]);
    expect(narrow).toMatchObject({ exit: 0 });
    expect(one.stderr).toContain('error[E0711]: no point of 4 meets the limits');
    expect(one.stdout).toMatch(/one of these alone\n {2}--energy \d+\.\d+ nJ in place of 1\.000 pJ: point \d/);
    const both = await tune('--max-loss 20 --energy 1pJ --deadline 1ns --store one -o never.bin --json -');
    const { relax, together, answer } = JSON.parse(both.stdout) as TuneRecord;
    expect({ relax, answer }).toEqual({ relax: [], answer: null });
    expect(together.map(({ limit }) => limit)).toEqual(['energy', 'latency']);
    expect(world.files()).not.toContain('never.bin');
  });

  it('has the usual space, but for what is asked for, and takes thresholds from samples of their own', async () => {
    const outcome = await tune(
      '-T 4 --weight-bits 8 --calibrate-limit 30 --max-loss 30 --store three -o three.bin --json -',
      FILES,
    );
    const { points, samples } = recordOf(outcome);
    expect(outcome.stderr).toContain('thresholds are chosen from the first 30 samples');
    expect(samples.available).toBe(SAMPLES - 30);
    expect(points.map(({ varied }) => varied)).toEqual([
      { mode: 'exact', code: 'graded', correct: 'none' },
      { mode: 'exact', code: 'graded', correct: 'bias' },
    ]);
  });

  it('takes a space from a file', async () => {
    const space = { format: 'snn-tune-space/1', options: { mode: 'exact' }, list: [{ T: 4 }, { T: 6 }] };
    world.write('space.json', JSON.stringify(space));
    const { points } = recordOf(
      await tune(
        '--space space.json --max-loss 30 --store three -o three.bin --json -',
        `${FILES} --calibrate images.npy`,
      ),
    );
    expect(points.map(({ varied }) => varied)).toEqual([{ T: '4' }, { T: '6' }]);
  });

  it('stops with exit code 130', async () => {
    const controller = new AbortController();
    const stderr = {
      isTTY: false,
      columns: undefined,
      write: (line: string) => {
        if (line.includes('cycle by cycle')) queueMicrotask(() => controller.abort(new Interruption()));
      },
    };
    const words = `snnc tune ${SPACE} --store four -o four.bin`.split(' ');
    const { exit, stdout } = await world.runWords(words, { signal: controller.signal, stderr });
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
    expect(world.files()).not.toContain('four.bin');
  });

  it.each([
    ['--energy 5', 'E0103', 'not an energy'],
    ['--deadline 500cycles', 'E0103', 'different clocks'],
    ['--confidence 2', 'E0103', 'not from 0.5 to 0.999'],
    ['--grid deadline=1ms', 'E0109', 'no option "deadline"'],
    ['--grid target.limits.neurons=none', 'E0103|E0105', 'neurons'],
    ['--space net.json', 'E0108', 'format'],
  ])('%s', async (more, code, says) => {
    const { exit, stdout, stderr } = await tune(`${more} --store never -o never.bin`);
    expect(exit === 2 || exit === 3).toBe(true);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`error\\[(${code})\\]`));
    expect(stderr).toContain(says);
    expect(world.files()).not.toContain('never');
  });
});
