/** Evaluations in parts: merged they are the record of one run, byte for byte but for what the host took. */
import { spawnSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packBits, unpackBits } from '../../bin/eval-parts/kept-sample.ts';
import { evalEnd, evalSample, type RunRecord } from '../../isa/index.ts';
import { cases } from '../cases.ts';
import { aedat4File, someEvents } from './events/recordings.ts';
import { publishedFormats } from './published.ts';
import { images, npy, numbers, type World, worldWithChip } from './world.ts';

let world: World;
const SIDE = 4;
/** Every pixel and polarity goes to both classes. */
const SENSOR = {
  format: 'snn-net/1',
  input: { shape: [2, SIDE, SIDE], steps: 8, payload: { min: 0, max: 3 } },
  populations: [{ name: 'all', shape: 2, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
  connections: [{ from: 'input', to: 'all', op: 'dense', weight: { shape: [2, 32], data: numbers(64, 3) } }],
  output: { population: 'all', decode: 'count' },
};

beforeAll(async () => {
  world = await worldWithChip();
  world.write('targets.npy', npy(Float32Array.from(numbers(36, 5)), [12, 3]));
  world.write(
    'heads.npy',
    npy(
      Uint8Array.from({ length: 24 }, (_, k) => [0, 1, 255][k % 3]!),
      [12, 2],
    ),
  );
  world.write('sensor.json', JSON.stringify(SENSOR));
  world.write('still.npy', npy(Float32Array.from(numbers(7 * 32, 9), Math.abs), [7, 2, SIDE, SIDE]));
  const { exit, stderr } = await world.run('snnc build sensor.json -o sensor.bin');
  if (exit !== 0) throw new Error(stderr);
  for (const folder of ['recordings', 'recordings/0', 'recordings/1']) world.makeFolder(folder);
  for (let k = 0; k < 5; k++)
    world.write(`recordings/${k % 2}/${k}.aedat4`, aedat4File(someEvents(30 + 20 * k, SIDE + 1, k + 1)));
});
afterAll(() => world.remove());

const IMAGES = 'chip.bin --data images.npy';
/** What is evaluated: chip, data and options. */
const LINES = [
  `${IMAGES} --timing none --no-float`,
  `${IMAGES} --labels labels.txt --top-k 2 --curve --deadline 10us --energy-budget 1nJ`,
  `${IMAGES} --labels labels.txt --limit 7 --per-tick`,
  `${IMAGES} --targets targets.npy`,
  `${IMAGES} --labels heads.npy --heads 1,2`,
  `${IMAGES} --labels labels.txt --kernel ts --limit 3`,
  'sensor.bin --data still.npy --encode poisson --encode-seed 3 --encode-max 0.5',
  'sensor.bin --data recordings --dt 1ms --from 0s --timing none',
];

const text = (name: string): string => Buffer.from(world.read(name)).toString();

interface Changed {
  readonly line: number;
  readonly what: string;
  readonly value: unknown;
}

/** A line with each of its lists shortened, and with other cores and layers. */
function changesOf(value: object, line: number): Changed[] {
  const found: Changed[] = [];
  const walk = (part: object, path: readonly string[]): void => {
    const changed = (name: string, by: unknown, what: string): void => {
      const copy = structuredClone(value);
      const place = path.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, {
        ...copy,
      });
      (path.length === 0 ? (copy as Record<string, unknown>) : place)[name] = by;
      found.push({ line, what: `${[...path, name].join('.')} ${what}`, value: copy });
    };
    for (const [name, member] of Object.entries(part) as [string, unknown][]) {
      if (Array.isArray(member)) changed(name, member.slice(0, -1), 'shorter');
      if (name === 'core' || name === 'layer') changed(name, 9999, 'elsewhere');
      if (typeof member === 'object' && member !== null && (!Array.isArray(part) || name === '0'))
        walk(member, [...path, name]);
    }
  };
  walk(value, []);
  return found;
}

/** Without what the host took. */
const withoutHost = (name: string): string => {
  const { host: _, ...record } = JSON.parse(text(name)) as RunRecord;
  return JSON.stringify(record);
};

async function makeParts(line: string, of: number, name = 'part'): Promise<string[]> {
  const files: string[] = [];
  for (let part = 1; part <= of; part++) {
    const file = `${name}-${part}.gz`;
    const { exit, stderr } = await world.run(`snnemu eval ${line} --part ${part}/${of} -o ${file}`);
    expect({ exit, errors: stderr.includes('error') ? stderr : '' }).toEqual({ exit: 0, errors: '' });
    files.push(file);
  }
  return files;
}

describe('snnemu merge', () => {
  it('writes the record that a single run does, however the samples are divided', async () => {
    const whole = new Map<string, string>();
    const exits = new Map<string, number>();
    for (const line of LINES) {
      const { exit, stderr } = await world.run(`snnemu eval ${line} --json whole.json`);
      expect({ line, exit, stderr }).toEqual({
        line,
        exit: line.includes('deadline') ? 5 : 0,
        stderr: expect.anything(),
      });
      whole.set(line, withoutHost('whole.json'));
      exits.set(line, exit);
    }
    const drawn = fc.record({
      line: fc.constantFrom(...LINES),
      of: fc.integer({ min: 1, max: 14 }),
      turn: fc.nat({ max: 13 }),
    });
    const property = fc.asyncProperty(drawn, async ({ line, of, turn }) => {
      const files = await makeParts(line, of);
      const shuffled = [...files.slice(turn % of), ...files.slice(0, turn % of)];
      const chip = line.split(' ')[0]!;
      const { exit } = await world.run(`snnemu merge ${chip} ${shuffled.join(' ')} --json merged.json`);
      expect(exit).toBe(exits.get(line));
      expect(withoutHost('merged.json')).toBe(whole.get(line));
    });
    await fc.assert(property, {
      numRuns: cases(2),
      examples: LINES.map((line, k) => [{ line, of: 2 + (k % 3), turn: 1 }]),
    });
  });

  it('takes parts that threads computed', async () => {
    const line = `${IMAGES} --labels labels.txt`;
    await world.run(`snnemu eval ${line} --json whole.json`);
    for (const [part, workers] of [
      [1, 1],
      [2, 2],
    ])
      await world.run(`snnemu eval ${line} --workers ${workers} --part ${part}/2 -o threads-${part}.gz`);
    const { exit, stdout } = await world.run('snnemu merge chip.bin threads-1.gz threads-2.gz --json merged.json');
    expect({ exit, stdout }).toMatchObject({ exit: 0 });
    expect(withoutHost('merged.json')).toBe(withoutHost('whole.json'));
  });

  it('refuses parts of other evaluations, parts that are missing or there twice, and damaged ones', async () => {
    const [one, two, three] = (await makeParts(`${IMAGES} --timing none`, 3, 'ok')) as [string, string, string];
    await makeParts(`${IMAGES} --timing none --limit 9`, 3, 'fewer');
    await makeParts('sensor.bin --data still.npy --encode constant', 1, 'other');
    world.write(
      'images.npy',
      images(12).map((byte, k, all) => (k === all.length - 1 ? byte ^ 1 : byte)),
    );
    await makeParts(`${IMAGES} --timing none`, 3, 'changed');
    world.write('images.npy', images(12));
    const whole = world.read(two);
    world.write('cut.gz', whole.subarray(0, whole.length - 9));
    const lines = gunzipSync(whole).toString().trimEnd().split('\n');
    const packed = (...kept: readonly string[]) => gzipSync(`${kept.join('\n')}\n`);
    world.write('short.gz', packed(...lines.slice(0, -1)));
    world.write('swapped.gz', packed(lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)));
    world.write(
      'spikes.gz',
      packed(...lines.map((line) => line.replace(/"spikes":\["[^"]*"/, '"spikes":["/////w=="'))),
    );
    world.write('text.gz', 'no gzip');
    for (const [files, says] of [
      [[one, three], '[E0724]: of 3 parts part 2 is missing'],
      [[one, two, three, two], `[E0724]: part 2 of 3 is there twice, also as ${two} (${two})`],
      [[one, 'fewer-2.gz', three], `it differs from ${one} (fewer-2.gz, at samples)`],
      [[one, 'changed-2.gz', three], `it differs from ${one} (changed-2.gz, at inputs.1.sha256)`],
      [['other-1.gz'], '[E0723]: the parts are not of one evaluation: it is of the chip file with SHA-256'],
      [
        [one, 'cut.gz', three],
        '[E0725]: no whole part of an evaluation: what is packed is damaged or cut short (cut.gz)',
      ],
      [[one, 'short.gz', three], 'it ends behind 4 of 4 samples (short.gz)'],
      [[one, 'swapped.gz', three], 'sample 5 is in the place of sample 4 (swapped.gz)'],
      [[one, 'spikes.gz', three], 'sample 4 is not of this chip (spikes.gz)'],
      [['text.gz'], 'what is packed is damaged or cut short (text.gz)'],
      [['none.gz'], '[E0101]: cannot read: there is no such file (none.gz)'],
    ] as const) {
      const { exit, stderr } = await world.run(`snnemu merge chip.bin ${files.join(' ')}`);
      expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining(says) });
    }
  });

  it('refuses lists of other lengths and places than the chip has, whatever of the part they are in', async () => {
    const [part] = (await makeParts(`${IMAGES} --labels labels.txt --timing cycle --curve --limit 1`, 1, 'lists')) as [
      string,
    ];
    const lines = gunzipSync(world.read(part)).toString().trimEnd().split('\n');
    const changes = lines.flatMap((line, k) => (k === 0 ? [] : changesOf(JSON.parse(line) as object, k)));
    // As many shares and links as there were: other numbers of them are none of another chip.
    const isAnyLength = /(criticalShares|links) shorter$/;
    for (const { line, value, what } of changes) {
      world.write('lists.gz', gzipSync(`${lines.with(line, JSON.stringify(value)).join('\n')}\n`));
      const { exit, stderr } = await world.run('snnemu merge chip.bin lists.gz');
      const mayBe = what.endsWith(' shorter') && !isAnyLength.test(what) ? [3] : [0, 3];
      expect({
        what,
        isTaken: mayBe.includes(exit),
        says: exit === 3 && !stderr.includes('E0725') ? stderr : '',
      }).toEqual({ what, isTaken: true, says: '' });
    }
    expect(changes.length).toBeGreaterThan(15);
  });

  it('options of the whole have no part', async () => {
    for (const [more, says] of [
      ['--part 1/2', '--part without the file of the part'],
      ['-o x.gz', '--output without --part'],
      ['--part 1/2 -o x.gz --html x.html', '--html beside --part'],
      ['--emit slurm x.sh', '--emit without --tasks'],
      ['--tasks 2', '--tasks without --emit'],
      ['--emit slurm x.sh --tasks 2 --part 1/2', '--part beside --emit'],
      ['--emit slurm x.sh --tasks 2 --samples x.csv', '--samples beside --emit'],
      ['--part 3/2 -o x.gz', '--part "3/2" is no part of a whole'],
    ] as const) {
      const { exit, stderr } = await world.run(`snnemu eval ${IMAGES} ${more}`);
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(says) });
    }
  });

  it('are an array job, whose script says how they are merged', async () => {
    const line = `${IMAGES} --labels labels.txt --timing none --top-k 2 --no-float`;
    const { exit, stdout } = await world.run(`snnemu eval ${line} --json=all.json --emit slurm job.sh --tasks 2`);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'an evaluation in 2 tasks: sbatch job.sh\n' });
    const script = world.path('job.sh');
    expect(text('job.sh')).toContain('\n#SBATCH --array=1-2\n');
    /** What the script would run. */
    const wordsOf = (words: readonly string[], task?: string): string => {
      const env = { ...process.env, SNNEMU: 'echo', ...(task !== undefined && { SLURM_ARRAY_TASK_ID: task }) };
      const ran = spawnSync('bash', words, { encoding: 'utf8', env });
      expect(ran).toMatchObject({ status: 0, stderr: '' });
      return ran.stdout.trim();
    };
    for (const task of ['1', '2'])
      expect(await world.run(`snnemu ${wordsOf([script], task)}`)).toMatchObject({ exit: 0 });
    const collect = /# .*: (\(cd .*\))$/.exec(text('job.sh').trimEnd())![1]!;
    expect(await world.run(`snnemu ${wordsOf(['-c', collect])}`)).toMatchObject({ exit: 0 });
    await world.run(`snnemu eval ${line} --json whole.json`);
    expect(withoutHost('all.json')).toBe(withoutHost('whole.json'));
  });

  it('lines of a part follow their schemas', async () => {
    const [file] = (await makeParts(`${IMAGES} --labels labels.txt`, 1)) as [string];
    const [head, ...lines] = gunzipSync(world.read(file)).toString().trimEnd().split('\n') as [string, ...string[]];
    expect(publishedFormats(head)).toEqual(['snn-eval-part/1']);
    evalEnd.parse(JSON.parse(lines.pop()!));
    expect(lines.map((line) => evalSample.parse(JSON.parse(line)).index)).toEqual([...Array(12).keys()]);
  });
});

describe('packed spikes', () => {
  it('are the bits that they were', () => {
    fc.assert(
      fc.property(fc.uint32Array({ maxLength: 40 }), (words) => {
        const again = new Uint32Array(words.length);
        expect(unpackBits(packBits(words), again)).toBe(true);
        expect(again).toEqual(words);
      }),
    );
  });

  it('of more words are refused', () => {
    expect(unpackBits(packBits(Uint32Array.of(0, 1)), new Uint32Array(1))).toBe(false);
  });
});
