import { existsSync, symlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Interruption } from '../../bin/ui/io.ts';
import { snnc } from '../../bin/commands/snnc.ts';
import { publishedValidator } from './published.ts';
import { storedHelp } from './stored.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { PASSES } from '../../compiler/index.ts';
import { buildRecord } from '../../isa/records/build-record.ts';
import { checkRecord } from '../../isa/records/check-record.ts';
import { convertRecord } from '../../isa/records/convert-record.ts';
import { builtinTargets, DIAGNOSTICS, encodeChip, parseTarget, readChip, runRecord } from '../../isa/index.ts';
import { images, npy, numbers, onnxModel, tinyNetwork, World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

const BUILD = 'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 8';

describe('snnc build', () => {
  it('prints a summary that leads on, and gives the same bytes twice', async () => {
    const { exit, stdout } = await world.run(`${BUILD} -o again.bin`);
    expect(exit).toBe(0);
    expect(stdout).toContain('tiny fits edge');
    expect(stdout).toContain('snnemu run again.bin');
    expect(Buffer.compare(world.read('again.bin'), world.read('chip.bin'))).toBe(0);
  });

  it('--json - prints nothing but a record that follows the schema; warnings go to stderr', async () => {
    const { exit, stdout, stderr } = await world.run(
      'snnc build net.json --calibrate images.npy -T 8 -o j.bin --json - --dump-after form-layers',
    );
    expect(exit).toBe(0);
    const record = buildRecord.schema.parse(JSON.parse(stdout));
    expect(record.layers.map(({ name }) => name)).toHaveLength(3);
    expect(stderr).not.toContain('warning[W0304]');
    expect(stderr).toContain('read-out');
    const { stdout: text } = await world.run(`${BUILD} -o j.bin --json build.json`);
    expect(text).toContain('wrote j.bin');
    expect(buildRecord.schema.parse(JSON.parse(Buffer.from(world.read('build.json')).toString())).target).toBe('edge');
  });

  it.each(PASSES.map(({ name }) => name))('--dump-after %s prints something and goes on', async (pass) => {
    const dumped = await world.run(`${BUILD} -o d.bin --quiet --dump-after ${pass}`);
    expect(dumped).toMatchObject({ exit: 0 });
    expect(dumped.stdout.length).toBeGreaterThan(3);
  });

  it('--quiet prints nothing', async () => {
    expect((await world.run(`${BUILD} -o d.bin --quiet`)).stdout).toBe('');
  });

  it('silent channels are told by their number, not by that of the samples; of options nothing is ignored', async () => {
    world.write('dark.npy', npy(new Uint8Array(36), [1, 6, 6]));
    const dark = await world.run('snnc build net.json --calibrate dark.npy --mode default -o d.bin --quiet');
    expect(dark.stderr).toMatch(/W0304\]: \d of 7 channels \(\d+\.\d %\) were never active in 1 calibration samples/);
    const bright = await world.run('snnc build net.json --calibrate images.npy --mode default -o d.bin --quiet');
    expect(bright.stderr).not.toContain('W0304');
    for (const option of ['--max-loss 1', '--objective energy --map traffic']) {
      const { exit, stderr } = await world.run(
        `snnc build net.json --calibrate images.npy --mode exact ${option} -o e.bin`,
      );
      expect([exit, stderr]).toEqual([2, expect.stringMatching(/E0103.*not made with --mode exact[^]*remedy/)]);
      expect((await world.run(`snnc check net.json ${option}`)).stderr).toMatch(/E0103.*without data/);
      // A lead asks for its mode, whatever data there are.
      const led = await world.run(`snnc build net.json --calibrate images.npy --lead 2 ${option} -o e.bin`);
      expect([led.exit, led.stderr]).toEqual([2, expect.stringMatching(/E0103.*not made with --mode lead/)]);
    }
  });

  it('a mapping is chosen by what is asked for, and the record has all that were searched', async () => {
    const built = await world.run(`${BUILD} -o few.bin --deadline 1s --energy-budget 1J --json few.json`);
    expect([built.exit, built.stdout]).toEqual([
      0,
      expect.stringMatching(/chosen by balanced, .*; taken \d+ cores? by traffic/),
    ]);
    const quick = await world.run(`${BUILD} -o quick.bin --objective latency --json quick.json`);
    expect(quick.exit).toBe(0);
    const { mapping } = JSON.parse(new TextDecoder().decode(world.read('quick.json'))) as {
      mapping: { candidates: { cycles: number; verdict: string }[] };
    };
    const least = Math.min(...mapping.candidates.map(({ cycles }) => cycles));
    expect(mapping.candidates.find(({ verdict }) => verdict === 'taken')?.cycles).toBe(least);
    expect(mapping.candidates.length).toBeGreaterThan(1);
    for (const wrong of ['--deadline soon', '--energy-budget 3', '--deadline 1s --map layers']) {
      const { exit, stderr } = await world.run(`${BUILD} -o w.bin ${wrong}`);
      expect([exit, stderr]).toEqual([2, expect.stringMatching(/E0103[^]*remedy/)]);
    }
  });

  it('layers have widths of their own, by name or by what they cost, and the summary says them', async () => {
    const named = await world.run(`${BUILD} -o named.bin --weight-bits con*=4,*=2 --json named.json`);
    expect([named.exit, named.stdout]).toEqual([0, expect.stringMatching(/Widths of the weights: \d\.\d\d bits/)]);
    const text = new TextDecoder().decode(world.read('named.json'));
    expect(JSON.parse(text)).toMatchObject({
      layers: [
        { name: 'conv', weightBits: 4 },
        { name: 'hidden', weightBits: 2 },
        { name: 'scores', weightBits: 2 },
      ],
    });
    expect(readChip(world.read('named.bin')).provenance.options.weightBits).toBe('con*=4,*=2');
    const average = await world.run(`${BUILD} -o average.bin --weight-bits auto:3 --verify`);
    expect([average.exit, average.stdout]).toEqual([
      0,
      expect.stringMatching(/[12]\.\d\d bits on average.*lost[^]*lost at 1 bit/),
    ]);
    for (const [asked, says] of [
      ['b7=4', /"b7" decides for no layer; the layers are "/],
      ['*=4,conv=2', /"conv" decides for no layer/],
      ['conv=3', /E0103.*conv= "3" is not one of 1, 2, 4, 8, 16/],
      ['conv=4,b', /E0103.*"b" is not of the form name=value/],
      ['auto:0.5', /E0103.*the narrowest weights of edge have 1 bit/],
      ['auto:x', /E0103.*"x" is not a number/],
      ['3', /E0103.*"3" is not one of/],
    ] as const) {
      const refused = await world.run(`${BUILD} -o refused.bin --weight-bits ${asked}`);
      expect([refused.exit, refused.stderr]).toEqual([2, expect.stringMatching(says)]);
    }
  });

  it('--verify checks every level and makes the same chip', async () => {
    const { exit, stderr } = await world.run(`${BUILD} -o verified.bin --verify`);
    expect({ exit, faults: stderr.includes('E0901') }).toEqual({ exit: 0, faults: false });
    expect(Buffer.compare(world.read('verified.bin'), world.read('chip.bin'))).toBe(0);
    expect(await world.run('snnc convert net.json --calibrate images.npy -T 8 -o out.json --verify')).toMatchObject({
      exit: 0,
    });
    expect(await world.run('snnc build out.json -o taken.bin --verify')).toMatchObject({ exit: 0 });
    expect(await world.run('snnc check net.json --verify')).toMatchObject({ exit: 0 });
  });

  it('places by lot, seed by seed, and records what it did', async () => {
    const options = [' --place random --seed 1', ' --place random --seed 1', ' --place random --seed 2', ''];
    const files = await Promise.all(
      options.map(async (more, k) => {
        expect(await world.run(`${BUILD} -o place${k}.bin${more}`)).toMatchObject({ exit: 0 });
        return world.read(`place${k}.bin`);
      }),
    );
    const cores = files.map((bytes) => readChip(bytes).cores.map(({ core }) => core));
    expect(Buffer.compare(files[0]!, files[1]!)).toBe(0);
    expect(cores[2]).not.toEqual(cores[0]);
    expect(readChip(files[2]!).provenance.options).toMatchObject({ placement: 'random', seed: 2 });
    expect(readChip(files[3]!).provenance.options).toMatchObject({ placement: 'anneal', seed: 0 });
  });

  it('takes the preprocessing and the class names of the command line', async () => {
    world.write('names.txt', 'one\ntwo\nthree\n');
    const line = `${BUILD} -o p.bin --scale 128 --mean 0.5 --std 0.25 --labels-file names.txt --no-self-test`;
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    const chip = readChip(world.read('p.bin'));
    expect(chip.input).toMatchObject({ scale: 128, mean: [0.5], std: [0.25] });
    expect(chip.output.labels).toEqual(['one', 'two', 'three']);
    expect(chip.selfTest).toBeUndefined();
    expect(readChip(world.read('chip.bin')).selfTest!.samples).toHaveLength(4);
  });

  it('reads tensors beside the network, and nothing outside of its folder', async () => {
    const net = tinyNetwork();
    world.makeFolder('inner');
    const weights = new Uint8Array(Float32Array.from(numbers(18, 1)).buffer);
    world.write('inner/conv.bin', weights);
    world.write('outside.bin', weights);
    symlinkSync(world.path('outside.bin'), world.path('inner/link.bin'));
    const withFile = (file: string): void => {
      net.layers[0]!.weight = { shape: [2, 1, 3, 3], file, dtype: 'float32' };
      world.write('inner/net.json', JSON.stringify(net));
    };
    const line = 'snnc build inner/net.json --calibrate images.npy --calibrate-limit 12 -T 8 -o side.bin';
    withFile('conv.bin');
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    for (const [file, code] of [
      ['../outside.bin', 'E0202'],
      [world.path('outside.bin'), 'E0202'],
      ['link.bin', 'E0101'],
      ['absent.bin', 'E0101'],
    ] as const) {
      withFile(file);
      const { exit, stderr } = await world.run(line);
      expect({ file, exit, code: stderr.includes(code) }).toEqual({ file, exit: 3, code: true });
    }
  });

  it('names an operator that is not supported', async () => {
    world.write('pool.onnx', onnxModel('LpPool'));
    const { exit, stderr } = await world.run('snnc build pool.onnx -o x.bin');
    expect(exit).toBe(3);
    expect(stderr).toMatch(/error\[E0203\].*LpPool/s);
  });

  it('a network that does not fit: exit 3, the old output untouched, no files left', async () => {
    const edge = builtinTargets().get('edge')!;
    // Each layer fits the core, but not all of them together.
    const limits = { ...edge.limits, axons: 40 };
    world.write('small.json', JSON.stringify({ ...edge, name: 'small', mesh: { width: 1, height: 1 }, limits }));
    world.write('kept.bin', 'precious');
    const before = world.files();
    const { exit, stdout, stderr } = await world.run(`${BUILD} --target small.json -o kept.bin --json kept.json`);
    expect(exit).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[E0305]');
    expect(Buffer.from(world.read('kept.bin')).toString()).toBe('precious');
    // But for what --json says of it.
    expect(world.files()).toEqual([...before, 'kept.json'].sort());
    expect(Buffer.from(world.read('kept.json')).toString()).toContain('"code": "E0305"');
  });

  it.each([
    ['snnc build absent.onnx -o x.bin', 3, 'E0101'],
    ['snnc build images.npy -o x.bin', 3, 'E0201'],
    ['snnc build net.json --correct bias -o x.bin', 3, 'E0301'],
    ['snnc build net.json --calibrate absent.npy -o x.bin', 3, 'E0101'],
    ['snnc build net.json --calibrate net.json -o x.bin', 3, 'E0601'],
    ['snnc build net.json --calibrate images.npy -o no/such/folder/x.bin', 3, 'E0102'],
    ['snnc build net.json --calibrate images.npy -o .', 3, 'E0102'],
    ['snnc build net.json --calibrate images.npy -o net.json', 2, 'E0103'],
    ['snnc build net.json --calibrate images.npy -o x.bin --json x.bin', 2, 'E0103'],
    ['snnc build net.json --target egde -o x.bin', 3, 'did you mean "edge"'],
    ['snnc build net.json --target net.json -o x.bin', 3, 'E0105'],
    ['snnc build net.json -T 0 -o x.bin', 2, 'E0103'],
    ['snnc build net.json -T many -o x.bin', 2, 'E0103'],
    ['snnc build net.json --weight-bits 3 -o x.bin', 2, 'E0103'],
    ['snnc build net.json --threshold percentile:101 -o x.bin', 2, 'E0103'],
    ['snnc build net.json --dump-after quantize-weights -o x.bin', 2, 'did you mean "quantise-weights"'],
    ['snnc build net.json --mode fast -o x.bin', 2, 'E0103'],
    ['snnc build net.json --mode fast -o x.bin', 2, 'E0103'],
    ['snnc build net.json --correct biases -o x.bin', 2, 'E0103'],
    ['snnc build net.json --ledger-samples -1 -o x.bin', 2, 'E0103'],
    ['snnc build net.json --seed=-3 -o x.bin', 2, 'E0103'],
    ['snnc build net.json --place spiral -o x.bin', 2, 'E0103'],
    ['snnc build net.json --html x.html -o x.bin', 2, 'E0107'],
    ['snnc build net.json -o x.bin --calibarte images.npy', 2, 'did you mean "calibrate"'],
    ['snnc build net.json -o x.bin -o y.bin', 2, 'more than once'],
    ['snnc build net.json', 2, 'E0107'],
    ['snnc build', 2, 'E0107'],
    ['snnc biuld net.json', 2, 'did you mean "build"'],
    ['snnc', 2, 'E0107'],
    ['snnc build net.json -o x.bin --target', 2, 'E0107'],
    ['snnc convert net.json', 2, 'E0107'],
    ['snnc convert net.json --calibrate images.npy -o x.onnx', 2, 'does not end in .json'],
    ['snnc convert net.json --calibrate images.npy -o net.json', 2, 'E0103'],
    ['snnc convert net.json --calibrate images.npy -o chip.json', 2, 'would overwrite a chip file'],
    ['snnc convert net.json --calibrate images.npy -o x.json --json x.bin', 2, 'E0103'],
    ['snnc convert net.json --correct bias -o x.json', 3, 'E0301'],
    ['snnc convert net.json --calibrate images.npy --weight-bits 4 -o x.json', 2, 'E0107'],
    ['snnc targets --output x.json', 2, '--new'],
    ['snnc targets edge --force', 2, '--new'],
    ['snnc targets --new -o no/such/folder/x.json', 3, 'E0102'],
    ['snnc targets --new -o .', 3, 'E0102'],
    ['snnc targets --new -o net.json', 3, 'the file exists'],
    ['snnc targets egde --new -o x.json', 3, 'did you mean "edge"'],
    ['snnc build net.json --calibrate images.npy --target tinyodin -o x.bin', 3, 'E0317'],
    ['snnc build net.json --calibrate images.npy --target truenorth-like -o x.bin', 3, 'four weights per neuron'],
  ])('%s → exit %i, %s', async (line, code, text) => {
    const before = world.files();
    const { exit, stdout, stderr } = await world.run(line);
    expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(world.files()).toEqual(before);
  });

  it('an interruption ends with 130 and leaves no output', async () => {
    const controller = new AbortController();
    let calls = 0;
    const now = (): number => {
      // Somewhere in the middle of the build.
      if (++calls === 7) controller.abort(new Interruption());
      return calls;
    };
    const { exit, stderr } = await world.run(`${BUILD} -o never.bin`, { signal: controller.signal, now });
    expect(exit).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(world.files().filter((name) => name.includes('never'))).toEqual([]);
  });
});

describe('snnc convert', () => {
  const CONVERT = 'snnc convert net.json --calibrate images.npy --calibrate-limit 12 -T 8';

  it.each(['default', 'paper', 'exact'])(
    'mode %s: the network that it writes builds to the same chip',
    async (mode) => {
      const converted = await world.run(`${CONVERT} --mode ${mode} -o converted.json`);
      expect(converted).toMatchObject({ exit: 0 });
      // The biases of this network are too large for mode paper.
      expect(converted.stderr.match(/[WE]\d{4}/g) ?? []).toEqual(mode === 'paper' ? ['W0317'] : []);
      expect(converted.stdout).toContain('wrote converted.json and converted.bin');
      const line = '--calibrate images.npy --calibrate-limit 12';
      await world.run(`snnc build net.json ${line} -T 8 --mode ${mode} -o direct.bin`);
      expect(await world.run(`snnc build converted.json ${line} -o again.bin`)).toMatchObject({ exit: 0, stderr: '' });
      const [direct, again] = ['direct.bin', 'again.bin'].map((file) => readChip(world.read(file)));
      const { sourceSha256: _one, ...provenance } = direct!.provenance;
      const { sourceSha256: _other, ...itsProvenance } = again!.provenance;
      expect(itsProvenance).toEqual(provenance);
      expect({ ...again, provenance: {} }).toEqual({ ...direct, provenance: {} });
      // Without data the chip is the same but for the self-test.
      expect(await world.run('snnc build converted.json -o untested.bin')).toMatchObject({
        exit: 0,
        stderr: '',
      });
      const { selfTest: _selfTest, ...rest } = again!;
      const limit = { ...again!.provenance.options, calibrationLimit: 512 };
      expect(readChip(world.read('untested.bin'))).toEqual({
        ...rest,
        provenance: { ...rest.provenance, options: limit },
      });
      expect(await world.run('snnc check converted.json')).toMatchObject({ exit: 0, stderr: '' });
      expect(await world.run(`snnc convert converted.json -o rewritten.json`)).toMatchObject({ exit: 0, stderr: '' });
      const text = (file: string) => Buffer.from(world.read(file)).toString();
      expect(text('rewritten.json').replaceAll('rewritten', 'converted')).toBe(text('converted.json'));
      expect(world.read('rewritten.bin')).toEqual(world.read('converted.bin'));
    },
  );

  it('refuses a build whose options contradict the conversion, and a conversion that is not of this network', async () => {
    await world.run(`${CONVERT} --mode default -o converted.json`);
    const build = (more: string) => world.run(`snnc build converted.json -o x.bin${more}`);
    expect(await build(' -T 8 --mode default --threshold mse --per channel')).toMatchObject({ exit: 0 });
    for (const [more, text] of [
      [' -T 16', '-T 16 contradicts the network file, which was converted with window 8'],
      [' --mode exact', '--mode exact contradicts'],
      [' --threshold max', '--threshold max contradicts'],
      [' --scale 1', '--scale 1 contradicts'],
    ] as const) {
      const { exit, stderr } = await build(more);
      expect({ exit, named: stderr.includes(text) }).toEqual({ exit: 2, named: true });
    }
    interface Converted {
      layers: { max?: number }[];
      conversion: { layers: { name: string; threshold: number[]; initial: number[]; bias: number[] }[] };
    }
    const document = JSON.parse(Buffer.from(world.read('converted.json')).toString()) as Converted;
    const faults: [(conversion: Converted['conversion']) => unknown, RegExp][] = [
      [({ layers }) => layers.pop(), /E0202.*2 layers, the network 3.*conversion\.layers/],
      [({ layers }) => (layers[1]!.name = 'other'), /E0202.*"other".*"hidden".*layers\[1\]\.name/],
      [({ layers }) => layers[0]!.threshold.push(1), /E0202.*threshold has 3 numbers.*2/],
      [({ layers }) => layers[2]!.initial.pop(), /E0202.*initial has 2 numbers.*3/],
      [({ layers }) => (layers[0]!.threshold[1] = 0), /E0202.*threshold 1 is 0/],
      [({ layers }) => (layers[0]!.bias = []), /E0202.*bias has 0 numbers/],
    ];
    for (const [damage, message] of faults) {
      const changed = structuredClone(document);
      damage(changed.conversion);
      world.write('damaged.json', JSON.stringify(changed));
      const { exit, stderr } = await world.run('snnc build damaged.json -o x.bin');
      expect(exit).toBe(3);
      expect(stderr).toMatch(message);
    }
  });

  it('does not write over the tensors that it reads', async () => {
    await world.run(`${CONVERT} -o first.json`);
    const [text, tensors] = [world.read('first.json'), world.read('first.bin')];
    world.write('second.json', text);
    world.write('third.json', 'not touched');
    const { exit, stderr } = await world.run('snnc convert second.json -o first.json');
    expect(exit).toBe(2);
    expect(stderr).toContain('also a tensor file of the network');
    expect([world.read('first.json'), world.read('first.bin')]).toEqual([text, tensors]);
  });

  it.each(['default', 'paper', 'exact'])('--json says what was done, in mode %s', async (mode) => {
    const { exit, stdout } = await world.run(`${CONVERT} --mode ${mode} -o c.json --json -`);
    expect(exit).toBe(0);
    const record: unknown = JSON.parse(stdout);
    expect(convertRecord.schema.parse(record)).toEqual(record);
    // The published file, by another validator.
    const validate = publishedValidator('convert-record.schema.json');
    validate(record);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...(record as object), window: 0 })).toBe(false);
    expect(record).toMatchObject({
      format: 'snn-convert/1',
      mode,
      window: 8,
      files: ['c.json', 'c.bin'],
      layers: [
        { name: 'conv', channels: 2 },
        { name: 'hidden' },
        // In paper mode the last layer fires, and its spikes are counted.
        ...(mode === 'paper' ? [{ name: 'scores', channels: 3 }, { name: 'scores spikes' }] : [{ name: 'scores' }]),
      ],
    });
  });
});

describe('snnc check', () => {
  it('says that the network fits, with the data or with a stand-in, and writes nothing', async () => {
    const before = world.files();
    const full = await world.run('snnc check net.json --calibrate images.npy --calibrate-limit 12 -T 8');
    expect(full).toMatchObject({ exit: 0, stderr: '' });
    expect(full.stdout).toContain('tiny fits edge');
    const standIn = await world.run('snnc check net.json --target loihi --json -');
    expect(standIn.exit).toBe(0);
    expect(standIn.stderr).toContain('W0305');
    expect(buildRecord.schema.parse(JSON.parse(standIn.stdout)).target).toBe('loihi');
    expect(world.files()).toEqual(before);
  });

  it('says what does not fit', async () => {
    const edge = builtinTargets().get('edge')!;
    const limits = { ...edge.limits, axons: 2 };
    world.write('axons.json', JSON.stringify({ ...edge, name: 'axons', limits }));
    const { exit, stdout, stderr } = await world.run('snnc check net.json --target axons.json');
    expect(exit).toBe(3);
    expect(stderr).toMatch(/error\[E0306\].*layer/);
    expect(stdout).toMatch(/tiny does not fit axons.*set limits\.axons of the target to 18.*edge: fits/s);
    const asJson = await world.run('snnc check net.json --target axons.json --json - --dump-after emit-chip');
    expect(asJson.exit).toBe(3);
    expect(asJson.stderr).not.toContain('not needed');
    const record = checkRecord.schema.parse(JSON.parse(asJson.stdout));
    expect(record).toMatchObject({
      fits: false,
      misfit: { figure: 'limits.axons', available: 2 },
      nearestTarget: 'edge',
    });
    expect(await world.run('snnc check net.json --target axons.json --quiet')).toMatchObject({ exit: 3, stdout: '' });
  });
});

describe('snnc on chip files', () => {
  it('disasm | asm gives the same bytes', async () => {
    const { exit, stdout } = await world.run('snnc disasm chip.bin');
    expect(exit).toBe(0);
    world.write('chip.s', stdout);
    expect(await world.run('snnc asm chip.s -o round.bin')).toMatchObject({ exit: 0 });
    expect(Buffer.compare(world.read('round.bin'), world.read('chip.bin'))).toBe(0);
    const alone = await world.run('snnc disasm chip.bin --core 0');
    expect(alone.stdout.length).toBeLessThan(stdout.length);
    expect(await world.run('snnc disasm chip.bin --core 63')).toMatchObject({ exit: 2, stdout: '' });
  });

  it('asm refuses text that is no program, and programs that contradict themselves', async () => {
    world.write('bad.s', '.nonsense 1\n');
    expect((await world.run('snnc asm bad.s -o bad.bin')).stderr).toMatch(/error\[E0501\].*bad\.s:1/);
    const { stdout } = await world.run('snnc disasm chip.bin');
    world.write('bad.s', stdout.replace(/neuronCount=\d+/, 'neuronCount=1'));
    const { exit, stderr } = await world.run('snnc asm bad.s -o bad.bin');
    expect(exit).toBe(3);
    expect(stderr).toContain('error[E0405]');
    expect(world.files()).not.toContain('bad.bin');
  });

  it('strip removes self-test and graph and nothing else', async () => {
    expect(await world.run('snnc strip chip.bin -o small.bin')).toMatchObject({ exit: 0 });
    const { selfTest, graph, ...rest } = readChip(world.read('chip.bin'));
    expect(selfTest).toBeDefined();
    expect(graph).toBeDefined();
    expect(readChip(world.read('small.bin'))).toEqual(rest);
  });

  it('inspect says what the file holds', async () => {
    const text = await world.run('snnc inspect chip.bin');
    expect(text.exit).toBe(0);
    expect(text.stdout).toContain('hidden');
    const { stdout } = await world.run('snnc inspect chip.bin --json -');
    const facts = JSON.parse(stdout) as {
      bytes: number;
      cores: { neurons: number; layers: { name: string; boxes: number; neurons: number }[] }[];
      layers: { name: string; neurons: number; cores: number[] }[];
      sections: { offset: number; length: number }[];
    };
    const chip = readChip(world.read('chip.bin'));
    expect(facts.bytes).toBe(world.read('chip.bin').length);
    expect(facts.layers.map(({ name, neurons }) => ({ name, neurons }))).toEqual(
      chip.layers.map(({ name, shape }) => ({ name, neurons: shape[0] * shape[1] * shape[2] })),
    );
    for (const { neurons, layers } of facts.cores)
      expect(layers.reduce((sum, layer) => sum + layer.neurons, 0)).toBe(neurons);
    const last = facts.sections.at(-1)!;
    expect(last.offset + last.length).toBe(facts.bytes);
  });

  it('inspect shows the layers that share a core with their shares of its neurons', async () => {
    const edge = builtinTargets().get('edge')!;
    world.write('single.json', JSON.stringify({ ...edge, name: 'single', mesh: { width: 1, height: 1 } }));
    const built = await world.run(`${BUILD} --target single.json -o shared.bin`);
    expect(built.exit).toBe(0);
    expect(built.stdout).toMatch(/1 \(1 shared\)/);
    const { stdout } = await world.run('snnc inspect shared.bin');
    expect(stdout).toMatch(/hidden \d+ %, \w+ \d+ %/);
    expect((await world.run('snnemu diff shared.bin')).stdout).toContain('no difference');
  });

  it('inspect --floorplan draws the mesh in the width of the terminal; --json gives the same facts', async () => {
    const plain = await world.run('snnc inspect chip.bin --floorplan');
    expect(plain).toMatchObject({ exit: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^ {2}0 [abc]+ +\d+% .*·$/m);
    let seen = '';
    const stdout = { isTTY: true, columns: 44, write: (text: string) => void (seen += text) };
    await world.run('snnc inspect chip.bin --floorplan', { stdout });
    expect(seen).toContain('\u001b[');
    expect(stripVTControlCharacters(seen)).toMatch(/^ {2}0 [abc]+ *[▁▂▃▄▅▆▇█] .*·$/m);
    seen = '';
    await world.run('snnc inspect chip.bin --floorplan', { stdout, env: { NO_COLOR: '1' } });
    expect(seen).not.toContain('\u001b[');
    const { stdout: json } = await world.run('snnc inspect chip.bin --floorplan --json -');
    const facts = JSON.parse(json) as { format: string; tiles: { cores: { layers: { layer: number }[] }[] }[] };
    expect(facts.format).toBe('snn-floorplan/1');
    expect(facts.tiles[0]!.cores[0]!.layers[0]!.layer).toBe(0);
  });

  it.each(['inspect', 'disasm'])('%s refuses what is no chip, is cut or changed', async (name) => {
    const chip = world.read('chip.bin');
    const flipped = chip.slice();
    flipped[flipped.length - 9]! ^= 1;
    world.write('cut.bin', chip.subarray(0, chip.length / 2));
    world.write('flipped.bin', flipped);
    for (const [file, code] of [
      ['net.json', 'E0401'],
      ['cut.bin', 'E0403'],
      ['flipped.bin', 'E0404'],
      ['absent.bin', 'E0101'],
      ['.', 'E0101'],
    ] as const) {
      const { exit, stdout, stderr } = await world.run(`snnc ${name} ${file}`);
      expect({ file, exit, stdout, named: stderr.includes(`error[${code}]`) }).toEqual({
        file,
        exit: 3,
        stdout: '',
        named: true,
      });
    }
  });
});

describe('snnc tables', () => {
  it('targets prints files that are targets', async () => {
    const list = await world.run('snnc targets');
    for (const name of builtinTargets().keys()) {
      expect(list.stdout).toContain(name);
      const { stdout } = await world.run(`snnc targets ${name}`);
      expect(parseTarget(JSON.parse(stdout))).toEqual(builtinTargets().get(name));
    }
  });

  it('a target that is another machine is refused with the same text everywhere, and check names one that is not', async () => {
    const listed = (await world.run('snnc targets')).stdout;
    for (const target of builtinTargets().values()) {
      const row = listed.split('\n').find((line) => line.trim().split(/ {2,}/)[0] === target.name)!;
      expect(row.includes('no, E0317')).toBe(target.constraints !== undefined);
      const shown = await world.run(`snnc targets ${target.name}`);
      const before = world.files();
      const build = await world.run(`${BUILD} --target ${target.name} --weight-bits 4 -o refused.bin`);
      if (target.constraints === undefined) {
        expect(shown.stderr).toBe('');
        expect(build.exit).toBe(0);
        continue;
      }
      expect(build.exit).toBe(3);
      expect(world.files().filter((file) => !before.includes(file))).toEqual([]);
      for (const { feature, reason, nearest } of target.constraints) {
        for (const text of [listed, shown.stderr, build.stderr]) expect(text).toContain(`${feature}: ${reason}`);
        for (const text of [listed, shown.stderr, build.stderr]) expect(text).toContain(nearest);
      }
    }
    const check = await world.run(
      'snnc check net.json --calibrate images.npy --calibrate-limit 12 -T 8 --target tinyodin',
    );
    expect(check.exit).toBe(3);
    expect(check.stderr).toContain('error[E0317]');
    expect(check.stdout).toContain('the nearest target that fits');
    expect(check.stdout).not.toContain('xylo-like');
  });

  it('what is proposed instead of tinyodin builds: the same sizes, reset by subtraction', async () => {
    const { stdout } = await world.run('snnc targets tinyodin');
    const { constraints: _, ...target } = JSON.parse(stdout) as Record<string, unknown>;
    world.write('subtracting.json', JSON.stringify(target));
    const line = 'snnc build net.json --calibrate images.npy --calibrate-limit 12 -T 4 --weight-bits 4';
    expect(await world.run(`${line} --target subtracting.json -o sub.bin`)).toMatchObject({ exit: 0 });
    const run = await world.run('snnemu run sub.bin');
    expect(run).toMatchObject({ exit: 0 });
    expect(run.stdout).toMatch(/^Energy .*partial/m);
  });

  it('targets --new writes a file that builds as it is, and replaces none unasked', async () => {
    const line = 'snnc targets loihi --new -o own.target.json';
    const { exit, stdout } = await world.run(line);
    expect(exit).toBe(0);
    expect(stdout).toContain('--target own.target.json');
    const text = Buffer.from(world.read('own.target.json')).toString();
    const { name, description: _, ...figures } = parseTarget(JSON.parse(text));
    const { name: __, description: ___, ...loihi } = builtinTargets().get('loihi')!;
    expect(name).toBe('own');
    expect(figures).toEqual(loihi);
    expect((JSON.parse(text) as { $comment: string[] }).$comment.join(' ')).toContain('limits.neurons: ');
    expect(await world.run(`${BUILD} --target own.target.json -o own.bin`)).toMatchObject({ exit: 0 });
    expect(readChip(world.read('own.bin')).target.name).toBe('own');

    world.write('own.target.json', 'mine');
    const again = await world.run(line);
    expect(again).toMatchObject({ exit: 3, stdout: '' });
    expect(again.stderr).toContain('--force');
    expect(Buffer.from(world.read('own.target.json')).toString()).toBe('mine');
    expect(await world.run(`${line} --force`)).toMatchObject({ exit: 0 });
    expect(Buffer.from(world.read('own.target.json')).toString()).toBe(text);

    expect(await world.run('snnc targets --new --json -')).toMatchObject({ exit: 0 });
    expect(parseTarget(JSON.parse(Buffer.from(world.read('my-target.json')).toString())).name).toBe('my-target');
  });

  it("static power of a target of one's own is paid for the time of an inference, and its report says so", async () => {
    const edge = builtinTargets().get('edge')!;
    const staticPower = { value: 1e-3, unit: 'W', kind: 'published', source: 'a data sheet' };
    world.write('power.json', JSON.stringify({ ...edge, name: 'power', staticPower }));
    expect(await world.run(`${BUILD} --target power.json -o power.bin`)).toMatchObject({ exit: 0 });
    const run = await world.run('snnemu run power.bin --json -');
    const record = runRecord.schema.parse(JSON.parse(run.stdout));
    const part = record.energy.parts.find(({ event }) => event === 'staticPower')!;
    const cycles = Object.values(record.latency!.bound).reduce((sum, bound) => sum + bound, 0);
    expect(part.count).toBe(cycles);
    expect(part.joule!).toBeCloseTo((1e-3 * cycles) / edge.timing.clockHz.value, 15);
    expect(record.comparison.baselines!.map(({ name }) => name)).toEqual(['arithmetic', 'sram', 'dram']);
    expect(record.energy.sensitivity!.deciding).toHaveLength(3);
    const untimed = await world.run('snnemu run power.bin --timing none');
    expect(untimed.stdout).toMatch(/^Energy .*partial/m);
  });

  it('passes and explain list what there is', async () => {
    const { stdout } = await world.run('snnc passes --json -');
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(PASSES.map(({ name }) => name));
    const all = await world.run('snnc explain');
    for (const code of Object.keys(DIAGNOSTICS)) expect(all.stdout).toContain(code);
    const one = await world.run('snnc explain e0203');
    expect(one.stdout).toContain(DIAGNOSTICS.E0203.explanation);
    expect(await world.run('snnc explain E9999')).toMatchObject({ exit: 2, stdout: '' });
    const term = await world.run('snnc explain soft reset');
    expect(term.stdout.split('\n').slice(0, 1)).toEqual(['soft reset']);
    expect(term.stdout).toMatch(/\n.*\n.*\nmore: spec\/conversion\.md#neuron\n$/);
    const near = await world.run('snnc explain uneveness');
    expect(near).toMatchObject({ exit: 2, stdout: '' });
    expect(near.stderr).toContain('neither a message nor a term "uneveness"; near to it: unevenness');
    expect((await world.run('snnc explain xyzzy')).stderr).toContain('"xyzzy"\n');
    expect((await world.run('snnc explain terms')).stdout).toContain('Jin energy');
  });
});

describe('both programs', () => {
  it.each([snnc, snnemu].flatMap((program) => program.commands.map((entry) => [program.name, entry] as const)))(
    '%s $name --help explains with an example, as the build wrote it down for wide terminals',
    async (program, { name, examples, options }) => {
      const line = `${program} ${name} --help`;
      const { exit, stdout } = await world.run(line, { env: { COLUMNS: '200' } });
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: storedHelp(line, 110) });
      expect(examples.length).toBeGreaterThan(0);
      expect(stdout).toContain(`${program} ${examples[0]![0].split(' ')[0]!}`);
      for (const option of Object.keys(options)) expect(stdout).toContain(option);
    },
  );

  it('NO_COLOR is honoured, and colour is for terminals only', async () => {
    let seen = '';
    const stderr = { isTTY: true, columns: 80, write: (text: string) => void (seen += text) };
    const escape = '\u001b[';
    await world.run('snnc inspect absent.bin', { stderr });
    expect(seen).toContain(escape);
    seen = '';
    await world.run('snnc inspect absent.bin', { stderr, env: { NO_COLOR: '1' } });
    expect(seen).toContain('error[E0101]');
    expect(seen).not.toContain(escape);
  });

  it('no arguments lead to an internal fault', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...[
          'build',
          'check',
          'inspect',
          'disasm',
          'asm',
          'strip',
          'targets',
          'passes',
          'explain',
          'run',
          'eval',
          'diff',
        ],
        ...['net.json', 'images.npy', 'chip.bin', 'edge', '-', '--', '-T', '--json', '--json=-', '--limit', '--input'],
        ...['--data', '--timing', '--core', '--target', '--no-json', '--chip', '--mean', 'images.npy#99', '__proto__'],
      ),
      fc.string({ maxLength: 8 }),
    );
    const scratch = new World();
    scratch.write('chip.bin', encodeChip(readChip(world.read('chip.bin'))));
    scratch.write('images.npy', images(1));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('snnc', 'snnemu'), fc.array(word, { maxLength: 6 }), async (program, words) => {
        const { exit, stderr } = await scratch.runWords([program, ...words]);
        expect({ exit, stderr }).not.toMatchObject({ exit: 1 });
        // Who fails says why.
        if (exit !== 0) expect(stderr).toMatch(/^(error|warning|note)/);
      }),
      { numRuns: 150 },
    );
    scratch.remove();
  });

  it('data of floats are taken as they are', async () => {
    world.write('floats.npy', npy(Float32Array.from(numbers(36 * 4, 9)), [4, 6, 6]));
    const line = 'snnc build net.json --calibrate floats.npy --calibrate-limit 4 -T 8 -o floats.bin';
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    const { input } = readChip(world.read('floats.bin'));
    expect(input.payloadMin).toBeLessThan(0);
  });

  const built = resolve('dist/bundle/snnc.js');
  (existsSync(built) ? it : it.skip)('the built program starts and states its version', () => {
    const { status, stdout } = spawnSync(process.execPath, [built, '--version'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^snnc \d+\.\d+\.\d+/);
  });
});
