/** What a stranger may give the programs: every command ends with a documented code and a message that helps. */
import { execFileSync } from 'node:child_process';
import { readlinkSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interruption } from '../../bin/ui/io.ts';
import { buildChip } from '../../compiler/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import { floatSamples, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { tinyNetwork, type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

const netOf = (shape: readonly number[], layers: readonly unknown[]): string =>
  JSON.stringify({ format: 'snn-net/1', input: { shape }, layers });

describe('a network that is far too large', () => {
  it('is that only if it does not fit: a layer may have more channels than a call can take arguments', async () => {
    const outputs = 131_072;
    const weight = { shape: [outputs, 1], file: 'wide.bin', dtype: 'float32' };
    world.write('wide.bin', new Uint8Array(Float32Array.from({ length: outputs }, (_, k) => (k % 7) - 3).buffer));
    world.write('wide.net.json', netOf([1, 1, 1], [{ name: 'wide', op: 'dense', weight }]));
    const { exit, stderr } = await world.run('snnc build wide.net.json --target loihi -o wide.chip.bin');
    expect(stderr).not.toContain('error');
    expect(exit).toBe(0);
  });

  it('is refused with the largest layers, not with all of them', async () => {
    const layers = Array.from({ length: 300 }, (_, k) => [
      { name: `linear${k}`, op: 'conv', weight: { shape: [1, 1, 1, 1], data: [1] } },
      { name: `relu${k}`, op: 'relu', max: 1 },
    ]).flat();
    world.write('deep.net.json', netOf([1, 32, 32], layers));
    const { exit, stderr } = await world.run('snnc build deep.net.json -o deep.chip.bin');
    expect(stderr).toMatch(
      /E0316.*has 307200 neurons; the 64 cores of edge have 262144, 45056 too few \(linear0 1024, .* and 292 more layers/,
    );
    expect(exit).toBe(3);
  });
});

describe('a small file that asks for much', () => {
  const pool = (size: number, more: object) => [
    { name: 'pool', op: 'averagePool', kernel: size, ...more },
    { name: 'scores', op: 'conv', weight: { shape: [1, 1, 1, 1], data: [1] } },
  ];

  // What it asks for would be gigabytes, and minutes without a signal let in.
  it.each([
    ['an input beyond any chip', [1, 8000, 8000], pool(8000, {}), 'E0209'],
    ['the largest input', [1, 4096, 4096], pool(4096, {}), 'E0304'],
    [
      'a window far larger than the image',
      [1, 1, 1],
      pool(8000, { padding: 7999, stride: 9000, countPadding: true }),
      'E0209',
    ],
    ['windows that overlap, each cut by the border', [1, 600, 600], pool(200, { padding: 1, stride: 1 }), 'E0209'],
  ])('is refused before memory is taken: %s', async (_, shape, layers, code) => {
    world.write('small.json', netOf(shape, layers));
    const { exit, stderr } = await world.run('snnc check small.json -T 4');
    expect(stderr).toContain(`error[${code}]`);
    expect(exit).toBe(3);
  });
});

describe('a file of values at the ends of what is written', () => {
  const tiny = (max: number) => [
    { name: 'tiny', op: 'relu', max },
    { name: 'scores', op: 'conv', weight: { shape: [1, 1, 1, 1], data: [0.5] } },
  ];

  it('is refused where thresholds lie too far apart for floating point', async () => {
    for (const [max, code] of [
      [5e-324, 'E0208'],
      [1e-310, 'E0303'],
    ] as const) {
      world.write('ends.json', netOf([1, 1, 1], tiny(max)));
      const { exit, stderr } = await world.run('snnc build ends.json -T 4 -o ends.bin');
      expect(stderr).toContain(`error[${code}]`);
      expect(exit).toBe(3);
    }
  });

  it('is refused where names are longer than a chip file holds', async () => {
    const labels = ['x'.repeat(1_100_000)];
    world.write('long.json', JSON.stringify({ ...(JSON.parse(netOf([1, 1, 1], tiny(1))) as object), labels }));
    world.write('long.txt', `${'"'.repeat(600_000)}\n`);
    world.write('short.json', netOf([1, 1, 1], tiny(1)));
    for (const line of ['long.json', 'short.json --labels-file long.txt']) {
      const { exit, stderr } = await world.run(`snnc build ${line} -T 4 -o long.bin`);
      expect(stderr).toMatch(/error\[E0209\]: section output .* the limit is 1048576/);
      expect(exit).toBe(3);
    }
  });
});

describe('a file that a command reads', () => {
  beforeAll(async () => {
    symlinkSync(world.path('net.json'), world.path('link.json'));
    const { stdout } = await world.run('snnc targets edge');
    world.write('my.json', stdout);
    world.write('names.txt', 'a\nb\nc\n');
    world.write('side.bin', new Uint8Array(Float32Array.of(1, 2).buffer));
    const weight = { shape: [2, 1], file: 'side.bin', dtype: 'float32' };
    world.write('side.json', netOf([1, 1, 1], [{ name: 'layer', op: 'dense', weight }]));
  });

  const BUILD = 'snnc build net.json --calibrate images.npy -T 4';
  it.each([
    ['net.json', 'snnc build link.json --calibrate images.npy -o net.json'],
    ['net.json', `${BUILD} -o link.json`],
    ['images.npy', `${BUILD} -o images.npy`],
    ['images.npy', `${BUILD} -o x.bin --json ./images.npy`],
    ['my.json', `${BUILD} --target my.json -o my.json`],
    ['names.txt', `${BUILD} --labels-file names.txt -o names.txt`],
    ['side.bin', 'snnc build side.json -o side.bin'],
    ['side.bin', 'snnc check side.json --json side.bin'],
    ['images.npy', 'snnc check net.json --calibrate images.npy --json images.npy'],
    ['images.npy', 'snnemu run chip.bin --input images.npy#1 --json images.npy'],
    ['labels.txt', 'snnemu run chip.bin --input images.npy --labels labels.txt --json labels.txt'],
    ['labels.txt', 'snnemu eval chip.bin --data images.npy --labels labels.txt --json labels.txt'],
    ['images.npy', 'snnemu diff chip.bin --input images.npy#1 --json images.npy'],
  ])('%s is not overwritten: %s', async (file, line) => {
    const before = world.read(file);
    const { exit, stderr } = await world.run(line);
    expect(stderr).toContain('error[E0103]: the output is also');
    expect(exit).toBe(2);
    expect(world.read(file)).toEqual(before);
  });

  it('may be read by a target name or a class of the same name as the output', async () => {
    const { exit, stderr } = await world.run(`${BUILD} --target edge -o edge --quiet`);
    expect(stderr).not.toContain('error');
    expect(exit).toBe(0);
  });
});

describe('paths that are no files', () => {
  it('tells that an empty name and a dash name no file', async () => {
    for (const name of ['', '-']) {
      const { exit, stderr } = await world.runWords(['snnc', 'build', name, '-o', 'x.bin']);
      expect(stderr).toMatch(/error\[E0101\]: cannot read: no file is named/);
      expect(exit).toBe(3);
    }
    const { exit, stderr } = await world.runWords(['snnc', 'build', 'net.json', '-o', '']);
    expect(stderr).toMatch(/error\[E0102\]: cannot write: no file is named/);
    expect(exit).toBe(3);
  });

  const READERS = [
    'snnc check ?',
    'snnc check net.json --target ?',
    'snnc check net.json --labels-file ?',
    'snnc check net.json --calibrate ?',
    'snnc convert ? -o x.nir',
    'snnc inspect ?',
    'snnc asm ? -o x.bin',
    'snnemu run ?',
    'snnemu run chip.bin --input ?',
    'snnemu eval chip.bin --data images.npy --labels ?',
    'snnemu report ?',
    'snnemu compare ? ?',
  ];
  it.each(READERS)('reads no device, and waits for no pipe with a name: %s', async (line) => {
    if (!world.files().includes('named-pipe.')) execFileSync('mkfifo', [world.path('named-pipe.')]);
    for (const [path, what] of [
      ['/dev/zero', 'a device'],
      ['named-pipe.', 'a named pipe'],
    ] as const) {
      const { exit, stderr } = await world.run(line.replaceAll('?', path));
      expect(stderr).toMatch(new RegExp(`error\\[E0101\\]: (cannot read: it is ${what}|not a regular file)`));
      expect(exit).toBe(3);
    }
  });

  it('writes where a link leads to, and keeps the link', async () => {
    world.write('target.bin', 'old');
    symlinkSync('target.bin', world.path('link.bin'));
    const { exit } = await world.run('snnc strip chip.bin -o link.bin');
    expect(exit).toBe(0);
    expect(readlinkSync(world.path('link.bin'))).toBe('target.bin');
    expect(world.read('target.bin').length).toBeGreaterThan(100);
  });

  it('does not wait for a pipe that a network names as its tensor file', async () => {
    execFileSync('mkfifo', [world.path('pipe')]);
    const weight = { shape: [1, 1], file: 'pipe', dtype: 'float32' };
    world.write('pipe.json', netOf([1, 1, 1], [{ name: 'layer', op: 'dense', weight }]));
    const { exit, stderr } = await world.run('snnc build pipe.json -o x.bin');
    expect(stderr).toMatch(/error\[E0101\]: .*not a regular file.*pipe/);
    expect(exit).toBe(3);
  });
});

describe('names that end lines or turn the direction of writing', () => {
  const MARKS = '\u2028\u2029\u202e\u2066\u200b\u{e0001}';

  it('are harmless in all that is printed and drawn, and kept in files', async () => {
    const names = ['a', 'b'].map((name) => name + MARKS);
    const weight = { shape: [2, 2], data: [0.5, 0.25, 0.25, 0.5] };
    const layers = [
      { name: `flat${MARKS}`, op: 'flatten' },
      { name: `dense${MARKS}`, op: 'dense', weight },
      { name: `act${MARKS}`, op: 'relu', max: 1 },
      { name: `scores${MARKS}`, op: 'dense', weight },
    ];
    const input = { shape: [1, 1, 2] };
    world.write('marks.json', JSON.stringify({ format: 'snn-net/1', name: `n${MARKS}`, input, labels: names, layers }));
    for (const line of [
      'snnc build marks.json -T 4 --dump-after form-layers -o marks.bin',
      'snnc check marks.json --target tinyodin',
      'snnc inspect marks.bin --floorplan',
      'snnc inspect marks.bin',
      'snnc disasm marks.bin',
      'snnemu run marks.bin --timing cycle --json marks.run.json --html marks.html',
      'snnemu compare marks.run.json marks.run.json --svg marks.svg',
    ]) {
      const { exit, stdout, stderr } = await world.run(line);
      expect(stderr).not.toContain('E0901');
      if (!line.includes('tinyodin')) expect([line, exit]).toEqual([line, 0]);
      for (const text of [stdout, stderr]) expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    for (const file of ['marks.html', 'marks.svg'])
      expect(new TextDecoder().decode(world.read(file))).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
    const { stdout } = await world.run('snnc disasm marks.bin');
    world.write('marks.s', stdout);
    expect((await world.run('snnc asm marks.s -o again.bin')).exit).toBe(0);
    expect(world.read('again.bin')).toEqual(world.read('marks.bin'));
  });
});

describe('messages', () => {
  it('are not forged by line ends in names', async () => {
    world.write('forged.json', netOf([1, 1, 1], [{ name: 'a\nerror[E0001]: forged', op: 'relu', inputs: ['b\nc'] }]));
    const { stderr } = await world.run('snnc build forged.json -o x.bin');
    expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it('name the option as it is typed and suggest only what is near', async () => {
    expect((await world.run('snnc build net.json -T 0 -o x.bin')).stderr).toContain(': -T "0" is not');
    expect((await world.run('snnc build net.json --weight-bits 3 -o x.bin')).stderr).not.toContain('did you mean');
    expect((await world.run('snnc build net.json --threshold maxx -o x.bin')).stderr).toContain('did you mean "max"');
  });

  it('name the fault of a tensor that lies in the document', async () => {
    const weight = { shape: [1, 2], data: [1, '2'] };
    world.write('text.json', netOf([2, 1, 1], [{ name: 'layer', op: 'dense', weight }]));
    const { stderr } = await world.run('snnc build text.json -o x.bin');
    expect(stderr).toContain('layers[0].weight.data[1]');
    expect(stderr).not.toContain('weight.file');
  });

  it('say that the preprocessing overflows', async () => {
    const { exit, stderr } = await world.run('snnc build net.json --calibrate images.npy --scale 1e-308 -o x.bin');
    expect(stderr).not.toContain('Infinity bit');
    expect(stderr).toContain('error[E0208]');
    expect(exit).toBe(3);
  });
});

describe('an interruption in the middle of one inference', () => {
  beforeAll(async () => {
    const { exit } = await world.run('snnc build net.json --calibrate images.npy -T 512 -o long.bin --quiet');
    expect(exit).toBe(0);
  });

  it.each([
    'snnemu run long.bin --input images.npy#0 --json x.json',
    'snnemu eval long.bin --data images.npy --limit 1 --json x.json',
    'snnemu diff long.bin --input images.npy#0 --json x.json',
  ])('ends it with exit code 130 and writes nothing: %s', async (line) => {
    const controller = new AbortController();
    let calls = 0;
    const now = (): number => {
      if (++calls === 100) controller.abort(new Interruption());
      return calls / 1000;
    };
    const { exit, stdout, stderr } = await world.run(line, { signal: controller.signal, now });
    expect(stderr).toContain('interrupted');
    expect(exit).toBe(130);
    expect(stdout).toBe('');
    expect(world.files()).not.toContain('x.json');
  });

  it('ends the self-test of a build', async () => {
    const controller = new AbortController();
    const passes: string[] = [];
    const build = buildChip(
      {
        source: new TextEncoder().encode(JSON.stringify(tinyNetwork())),
        fileName: 'net.json',
        readSideFile: () => new Uint8Array(0),
        options: { ...TEST_OPTIONS, target: builtinTargets().get('edge')! },
        calibration: (shape) => floatSamples(shape, 1, 1),
      },
      {
        now: () => 0,
        signal: controller.signal,
        onPass: (pass) => {
          passes.push(pass);
          if (pass === 'emit-chip') setImmediate(() => controller.abort(new Interruption()));
        },
      },
    );
    await expect(build).rejects.toThrow('interrupted');
    expect(passes.at(-1)).toBe('emit-chip');
  });
});
