/** Recordings of events on the command line. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildRecord, RunRecord } from '../../../isa/index.ts';
import { evaluatedIn, npy, World } from '../world.ts';
import { aedat4File, datFile, type Event, nmnistFile, someEvents } from './recordings.ts';

const SIDE = 8;
const STEPS = 20;
const world = new World();

/** Every pixel has a neuron that copies it; those of the upper half speak for the first class. */
const network = {
  format: 'snn-net/1',
  name: 'halves',
  input: { shape: [2, SIDE, SIDE], steps: STEPS, payload: { min: 0, max: 3 } },
  populations: [{ name: 'halves', shape: 2, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
  connections: [
    {
      from: 'input',
      to: 'halves',
      op: 'dense',
      weight: {
        shape: [2, 2 * SIDE * SIDE],
        data: [0, 1].flatMap((half) =>
          Array.from({ length: 2 * SIDE * SIDE }, (_, k) =>
            Math.floor((k % (SIDE * SIDE)) / ((SIDE * SIDE) / 2)) === half ? 1 : 0,
          ),
        ),
      },
    },
  ],
  output: { population: 'halves', decode: 'count' },
  labels: ['upper', 'lower'],
};

/** Events of one half alone, over so many milliseconds. */
const half = (label: number, ms: number): Event[] =>
  someEvents(3 * ms, SIDE, 5 + label).map((event, k) => ({
    ...event,
    y: (event.y % (SIDE / 2)) + label * (SIDE / 2),
    t: 500 + Math.floor((1000 * k) / 3),
  }));

beforeAll(async () => {
  world.write('net.json', JSON.stringify(network));
  const { exit, stderr } = await world.run('snnc build net.json -o chip.bin');
  if (exit !== 0) throw new Error(stderr);
  for (const folder of [
    'set',
    'set/upper',
    'set/lower',
    'flat',
    'numbers',
    'numbers/0',
    'numbers/1',
    'odd',
    'odd/a',
    'odd/b',
  ])
    world.makeFolder(folder);
  for (const k of [2, 10]) {
    world.write(`set/upper/${k}.bin`, nmnistFile(half(0, STEPS)));
    world.write(`set/lower/${k}.aedat4`, aedat4File(half(1, STEPS)));
  }
  world.write('set/upper/notes.pdf', 'nothing');
  world.write('flat/one.dat', datFile(half(1, STEPS)));
  world.write('numbers/0/a.dat', datFile(half(0, STEPS)));
  world.write('numbers/1/a.dat', datFile(half(1, STEPS)));
  world.write('odd/a/a.dat', datFile(half(0, STEPS)));
  world.write('odd/b/a.dat', datFile(half(1, STEPS)));
  world.write('list.csv', 'file,label\nnumbers/0/a.dat,0\nnumbers/1/a.dat,lower\n');
});
afterAll(() => {
  world.remove();
});

const evaluated = (line: string) => evaluatedIn(world, line);

describe('recordings of events', () => {
  it('gives the same answers and spikes as the same counts in an array', async () => {
    const events = half(1, STEPS + 4);
    world.write('one.bin', nmnistFile(events));
    const counts = new Float32Array(STEPS * 2 * SIDE * SIDE);
    for (const { t, x, y, on } of events) {
      const step = Math.floor((t - events[0]!.t) / 2000);
      if (step < STEPS) counts[((step * 2 + on) * SIDE + y) * SIDE + x]!++;
    }
    world.write('one.npy', npy(counts, [1, STEPS, 2, SIDE, SIDE]));
    const [binned, plain] = [await evaluated('--data one.bin --dt 2ms'), await evaluated('--data one.npy')];
    expect(binned.spikeDigest).toBe(plain.spikeDigest);
    expect(binned.input).toEqual(plain.input);
    expect(plain.events).toBeUndefined();
    expect(binned.events).toMatchObject({
      recordings: 1,
      dtUs: 2000,
      steps: STEPS,
      events: 72,
      used: 72,
      outsideTime: 0,
    });
    expect(binned.counts.hostPackets).toBeGreaterThan(10);
  });

  it('takes a folder of a folder for each class, sorted as people do, and says what it took for granted', async () => {
    const { accuracy, outputs, events, stderr } = await evaluated('--data set');
    expect(accuracy).toMatchObject({ correct: 4, total: 4 });
    expect(outputs.map(({ label }) => label)).toEqual([1, 1, 0, 0]);
    expect(events).toMatchObject({ recordings: 4, events: 240, used: 240, longestUs: 19666 });
    for (const said of [
      'steps last 1 ms (--dt), the first one begins at the first event (--from), each has the number of its events (--bins)',
      'darker are channel 0, brighter ones channel 1 (--polarity)',
      'left out: no sample',
    ])
      expect(stderr).toContain(said);
    const quiet = await evaluated('--data set/upper/2.bin --dt 1ms --from 0s --bins count --polarity off-on');
    expect(quiet.stderr).not.toContain('is assumed');
  });

  it('takes classes by number and from a list, refuses names that the chip does not know; a folder without classes has no labels', async () => {
    expect((await evaluated('--data numbers')).accuracy).toMatchObject({ correct: 2, total: 2 });
    expect((await world.run('snnemu eval chip.bin --data odd')).stderr).toContain(
      'the class "a" is none of the network',
    );
    expect((await evaluated('--data list.csv')).accuracy).toMatchObject({ correct: 2, total: 2 });
    const flat = await evaluated('--data flat');
    expect(flat.accuracy).toBeUndefined();
    world.write('labels.txt', '1\n');
    expect((await evaluated('--data flat --labels labels.txt')).accuracy).toMatchObject({ correct: 1, total: 1 });
  });

  it('tells recordings by the first of each ending, and refuses a folder of recordings and other samples', async () => {
    world.makeFolder('mixed');
    world.write('mixed/a.npy', npy(new Float32Array(STEPS * 2 * SIDE * SIDE), [STEPS, 2, SIDE, SIDE]));
    world.write('mixed/b.txt', 'what the others are\n');
    expect((await evaluated('--data mixed')).stderr).toContain(
      'mixed left out: no samples, by the first of its ending',
    );
    world.write('mixed/c.dat', datFile(half(1, STEPS)));
    expect((await world.run('snnemu eval chip.bin --data mixed')).stderr).toMatch(
      /E0606.*recordings of events \(.*c\.dat\) lie among other samples \(.*a\.npy\)/,
    );
    expect((await evaluated('--data mixed/*.dat')).events).toMatchObject({ recordings: 1 });
  });

  it('takes rows of four numbers as events, but as a table where samples have four elements', async () => {
    world.write('rows.csv', '0,1,2,1\n1000,3,2,0\n');
    expect((await evaluated('--data rows.csv')).events).toMatchObject({ events: 2 });
    const four = JSON.stringify({ ...network, input: { ...network.input, shape: [1, 2, 2], steps: 1 } });
    world.write(
      'four.json',
      four.replace('"shape":[2,128]', '"shape":[2,4]').replace(/"data":\[[^\]]*\]/, '"data":[1,1,0,0,0,0,1,1]'),
    );
    expect((await world.run('snnc build four.json -o four.bin')).stderr).toBe('');
    const { stdout, stderr } = await world.run('snnemu eval four.bin --data rows.csv --json -');
    const record = JSON.parse(stdout) as RunRecord;
    expect([record.events, record.outputs.length]).toEqual([undefined, 2]);
    expect(stderr).toContain('four columns of numbers are taken as a table');
    const asEvents = await world.run('snnemu eval four.bin --data rows.csv --event-format text --json -');
    expect((JSON.parse(asEvents.stdout) as RunRecord).events).toMatchObject({ events: 2 });
  });

  it('says how accuracy grows with time: in every step what a chip for so many steps says', async () => {
    // First the other half, then more of the right one: early answers are wrong.
    for (const label of [0, 1])
      world.write(
        `mixed-${label}.dat`,
        datFile(half(label, STEPS).map((event, k) => (k < 14 ? { ...event, y: SIDE - 1 - event.y } : event))),
      );
    world.write('mixed.csv', 'mixed-0.dat,0\nmixed-1.dat,1\n');
    const { accuracy } = await evaluated('--data mixed.csv --curve');
    expect(accuracy!.byT!.map(({ T }) => T)).toEqual(Array.from({ length: STEPS }, (_, k) => k + 1));
    expect([accuracy!.byT![2]!.top1, accuracy!.byT!.at(-1)!.top1, accuracy!.top1]).toEqual([0, 1, 1]);
    for (const steps of [4, 11]) {
      world.write('short.json', JSON.stringify({ ...network, input: { ...network.input, steps } }));
      expect((await world.run('snnc build short.json -o short.bin')).exit).toBe(0);
      const { stdout } = await world.run('snnemu eval short.bin --data mixed.csv --json -');
      expect(accuracy!.byT![steps - 1]!.top1).toBe((JSON.parse(stdout) as RunRecord).accuracy!.top1);
    }
    const { stdout } = await world.run('snnemu eval chip.bin --data mixed.csv --curve');
    expect(stdout).toContain('T = 1 is 1.000 ms after the first step began');
    expect((await world.run('snnemu eval chip.bin --data one.npy --labels labels.txt --curve')).stderr).toContain(
      'E0103',
    );
  });

  it('counts what is lost, shows it, and warns where it is much', async () => {
    const { events, stderr } = await evaluated('--data set/upper/2.bin --dt 500us --crop 0,0,4x8 --bins spike');
    const { used, outsideTime, outsideFrame, merged } = events!;
    expect(used + outsideTime + outsideFrame).toBe(60);
    expect(outsideTime).toBe(30);
    expect(outsideFrame).toBeGreaterThan(5);
    expect(merged).toBe(0);
    expect(stderr).toContain('warning[W0705]');
    expect(stderr).toContain(
      '50.0 % lie outside of the time of the steps (20 of 500 µs; the longest recording lasts 19666 µs)',
    );
    const spikes = await evaluated('--data set/upper/2.bin --dt 20ms --bins spike');
    expect(spikes.events!.merged).toBeGreaterThan(5);
    expect(spikes.events!.used).toBe(60);
    const signed = await world.run('snnemu eval chip.bin --data set --polarity signed');
    expect(signed.stderr).toContain('error[E0603]');
  });

  it('runs one of them, diffs it, and prints what an event cost', async () => {
    const { stdout, exit } = await world.run('snnemu run chip.bin --input set/lower/10.aedat4');
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /Events 60 of 1 recording, the longest of 19\.67 ms; 20 steps of 1\.000 ms\n {2}of the events 60 \(100\.0 %\) became input\n/,
    );
    expect(stdout).toMatch(/per event that became input: [\d.]+ pJ, 2\.233 synaptic operations, 0\.3333 spikes/);
    expect((await world.run('snnemu run chip.bin --input set#3')).stdout).toContain('right');
    expect((await world.run('snnemu diff chip.bin --input set')).stdout).toContain('no difference: 4 samples');
  });

  it.each([
    ['--data nowhere', 'E0101'],
    ['--data empty', 'E0605'],
    ['--data bad.csv', 'E0604'],
    ['--data missing.csv', 'E0101'],
    ['--data net.json', 'E0601'],
    ['--data list.csv --event-format evt2', 'E0602'],
    ['--data set --dt 0s', 'E0103'],
    ['--data set --dt 3', 'E0103'],
    ['--data set --axes turn', 'E0103'],
    ['--data set --crop 1,2', 'E0103'],
    ['--data set --axes flip-x', 'E0103'],
    ['--data set --sensor 0x4', 'E0103'],
  ])('refuses %s', async (line, code) => {
    world.write('bad.csv', 'numbers/0/a.dat,0\nnumbers/1/a.dat,nothing\n');
    world.write('missing.csv', 'numbers/9/a.dat,0\n');
    if (!world.files().includes('empty')) world.makeFolder('empty');
    const { exit, stderr } = await world.run(`snnemu eval chip.bin ${line}`);
    expect(stderr).toContain(`error[${code}]`);
    expect(exit).toBeGreaterThan(1);
  });
});

describe('calibration of a build', () => {
  it('takes recordings of a folder of classes or of a list, as eval does', async () => {
    for (const [data, samples] of [
      ['set', 4],
      ['list.csv', 2],
    ] as const) {
      const { exit, stdout, stderr } = await world.run(
        `snnc build net.json -o calibrated.bin --calibrate ${data} --event-dt 2ms --bins spike --json -`,
      );
      expect([exit, stderr]).toEqual([0, expect.stringContaining('the first one begins at the first event (--from)')]);
      expect(stderr).not.toContain('--event-dt');
      expect((JSON.parse(stdout) as BuildRecord).chip.selfTestSamples).toBe(samples);
      const tested = JSON.parse((await world.run('snnemu run calibrated.bin --json -')).stdout) as RunRecord;
      expect(tested.selfTest).toEqual({ samples, exact: true });
      // The samples that it keeps are those that eval makes of the same recordings.
      const seen = await evaluated(`--data ${data} --dt 2ms --bins spike`);
      expect(tested.spikeDigest).toBe(seen.spikeDigest);
    }
  });

  it('warns of what misses the input, and refuses what would do nothing', async () => {
    const line = 'snnc build net.json -o calibrated.bin --calibrate';
    expect((await world.run(`${line} set --event-dt 100us`)).stderr).toContain('W0705');
    world.write('plain.npy', npy(new Float32Array(STEPS * 2 * SIDE * SIDE), [1, STEPS, 2, SIDE, SIDE]));
    expect((await world.run(`${line} plain.npy --event-dt 1ms`)).stderr).toMatch(
      /E0107.*--event-dt.*the data are none/,
    );
    expect((await world.run('snnc build net.json -o calibrated.bin --crop 0,0,4x4')).stderr).toMatch(
      /E0107.*--crop has no meaning without --calibrate/,
    );
  });
});

describe('options that would do nothing', () => {
  const others = ['--dt 1ms', '--from 0s', '--polarity on', '--bins spike', '--axes swap', '--crop 0,0,4x4'];
  const refused = async (line: string): Promise<string> => {
    const { exit, stderr } = await world.run(line);
    expect(exit).toBe(2);
    return stderr;
  };

  it.each([...others, '--downsample 2', '--sensor 8x8'])('%s is refused where no recording is read', async (option) => {
    world.write('zeros.npy', npy(new Float32Array(STEPS * 2 * SIDE * SIDE), [1, STEPS, 2, SIDE, SIDE]));
    const name = option.split(' ')[0]!;
    for (const command of ['eval chip.bin --data', 'run chip.bin --input'])
      expect(await refused(`snnemu ${command} zeros.npy ${option}`)).toContain(`E0107]: ${name} is about recordings`);
    expect(await refused(`snnemu run chip.bin ${option}`)).toContain(`E0107]: ${name} has no meaning without --input`);
  });

  it('what is about stored arrays is refused of recordings, and without data', async () => {
    expect(await refused('snnemu eval chip.bin --data flat/one.dat --layout nhwc')).toContain('E0107]: --layout');
    expect(await refused('snnemu run chip.bin --input flat/one.dat --layout nchw')).toContain('E0107]: --layout');
    expect(await refused('snnemu run chip.bin --layout nhwc')).toContain('E0107]: --layout');
    expect(await refused('snnemu run chip.bin --labels labels.txt')).toContain('E0107]: --labels');
    expect(await refused('snnc build net.json -o other.bin --layout nhwc')).toContain('E0107]: --layout');
  });
});
