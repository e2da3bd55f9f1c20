import { execFileSync, spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { namedFile } from '../../bin/data/bytes.ts';
import { ByteStream } from '../../library/data/bytes.ts';
import { readNpyHeader } from '../../library/data/npy.ts';
import { npzChunks } from '../../library/data/npz.ts';
import { Interruption } from '../../bin/ui/io.ts';
import { Emulator, ProbeObserver } from '../../emulator/index.ts';
import { type Chip, encodeChip, MOST_RECORDED_PROBES, readChip, runRecord, shapeSize } from '../../isa/index.ts';
import { images, type World, worldWithChip } from './world.ts';
import { publishedFormats } from './published.ts';

let world: World;
let chip: Chip;
let conv: number;
beforeAll(async () => {
  world = await worldWithChip();
  chip = readChip(world.read('chip.bin'));
  conv = chip.layers.findIndex(({ shape }) => shape[1] > 1);
});
afterAll(() => world.remove());

const nameOf = (layer: number): string => chip.layers[layer]!.name;
const recordOf = (json: string) => runRecord.schema.parse(JSON.parse(json));
const text = (name: string): string => Buffer.from(world.read(name)).toString();

/** An array of an archive, by the reader of data sets. */
async function npzArray(file: string, name: string): Promise<{ shape: readonly number[]; values: number[] }> {
  const stream = new ByteStream(npzChunks(namedFile(world.path(file)), name), file);
  const { shape, element } = await readNpyHeader(stream, file);
  const size = Number(element.name[1]);
  const count = shape.reduce((product, n) => product * n, 1);
  const bytes = Buffer.from(await stream.read(count * size, 'the array'));
  await stream.close();
  return {
    shape,
    values: Array.from({ length: count }, (_, k) => (size === 1 ? bytes[k]! : bytes.readInt32LE(k * size))),
  };
}

/** What the self-test samples of the chip do, layer by layer: [sample][layer]. */
function expectedTraces() {
  const emulator = new Emulator(chip, { timing: 'none', kernels: 'ts' });
  const observer = new ProbeObserver(
    chip,
    chip.layers.map((_, layer) => ({ layer })),
  );
  return chip.selfTest!.samples.map(({ input }) => {
    const { predicted } = emulator.infer(input, observer);
    const layers = observer.traces.map(({ potentials, spikes }) => ({
      potential: [...potentials],
      spikes: [...spikes],
    }));
    return { predicted, layers };
  });
}

const [C, Y, X] = [1, 2, 3];
const index = (): number => (C * chip.layers[conv]!.shape[1] + Y) * chip.layers[conv]!.shape[2] + X;
/** Of one neuron, from the trace of its layer. */
const ofNeuron = (values: readonly number[], neuron = index()): number[] =>
  values.filter((_, k) => k % shapeSize(chip.layers[conv]!.shape) === neuron);

describe('--probe', () => {
  it('writes an .npz that says what the chip showed, and single neurons into the record', async () => {
    const line = `snnemu run chip.bin --probe ${nameOf(conv)} --probe ${conv}:${C},${Y},${X} --probe-out p.npz --json -`;
    const { exit, stdout, stderr } = await world.run(line);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'note: 2 probes of 4 inferences in p.npz\n' });
    const expected = expectedTraces();
    const [name, neuron] = [nameOf(conv), `${nameOf(conv)}:${C},${Y},${X}`];
    const { ticks } = chip;
    for (const member of ['potential', 'spikes'] as const) {
      const values = expected.map(({ layers }) => layers[conv]![member]);
      expect(await npzArray('p.npz', `${name}.${member}`)).toEqual({
        shape: [4, ticks, ...chip.layers[conv]!.shape],
        values: values.flat(),
      });
      expect(await npzArray('p.npz', `${neuron}.${member}`)).toEqual({
        shape: [4, ticks],
        values: values.flatMap((one) => ofNeuron(one)),
      });
    }
    expect((await npzArray('p.npz', 'sample')).values).toEqual([0, 1, 2, 3]);
    expect((await npzArray('p.npz', 'predicted')).values).toEqual(expected.map(({ predicted }) => predicted));
    const { probes } = recordOf(stdout);
    // The one that is named, then the layer's others in NCHW order, as many as a record holds.
    const { potential, spikes } = expected[0]!.layers[conv]!;
    const [, rows, columns] = chip.layers[conv]!.shape;
    const others = Array.from({ length: MOST_RECORDED_PROBES }, (_, k) => k).filter((k) => k !== index());
    expect(probes).toMatchObject(
      [index(), ...others].slice(0, MOST_RECORDED_PROBES).map((at) => ({
        layer: name,
        channel: Math.floor(at / (rows * columns)),
        y: Math.floor(at / columns) % rows,
        x: at % columns,
        potential: ofNeuron(potential, at),
        spikes: ofNeuron(spikes, at),
      })),
    );
    // A neuron that fired was reset by its threshold, so it lies below it now.
    expect(probes![0]!.threshold).toBeGreaterThan(0);
    expect(await world.run('snnemu run chip.bin --json plain.json')).toMatchObject({ exit: 0, stderr: '' });
    expect(recordOf(text('plain.json')).probes).toBeUndefined();
  });

  it('writes the same as .json and .ndjson, for every number of workers asked for', async () => {
    const last = chip.layers.length - 1;
    const line = `snnemu eval chip.bin --data images.npy --limit 5 --workers 3 --curve --labels labels.txt --probe ${last} --probe ${conv}:${C},${Y},${X}`;
    for (const out of ['p.json', 'p.ndjson', 'p.npz'])
      expect(await world.run(`${line} --probe-out ${out} --json r.json`)).toMatchObject({ exit: 0 });
    expect(recordOf(text('r.json')).accuracy!.byT).toHaveLength(chip.window);
    type Trace = { sample: number; probe: string; potential: number[] | number[][]; spikes: number[] | number[][] };
    expect(publishedFormats(text('p.json'))).toEqual(['snn-probe/1']);
    const whole = JSON.parse(text('p.json')) as { format: string; samples: number; traces: Trace[] };
    const [head, ...lines] = text('p.ndjson')
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row) as Trace);
    const { traces, ...rest } = whole;
    expect({ ...head }).toEqual(rest);
    expect(lines).toEqual(traces);
    expect(rest).toMatchObject({ format: 'snn-probe/1', samples: 5, ticks: chip.ticks });
    expect(traces.map(({ sample }) => sample)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    for (const [offset, probe] of [nameOf(last), `${nameOf(conv)}:${C},${Y},${X}`].entries())
      for (const member of ['potential', 'spikes'] as const)
        expect(traces.filter((_, k) => k % 2 === offset).flatMap((trace) => trace[member].flat())).toEqual(
          (await npzArray('p.npz', `${probe}.${member}`)).values,
        );
    // The read-out does not fire, so it has no threshold.
    const readOut = await world.run(`snnemu run chip.bin --probe ${last}:0,0,0 --json -`);
    expect(recordOf(readOut.stdout).probes).toMatchObject([{ threshold: null }]);
    expect(world.files()).toContain('probes.npz');
  });

  it('numpy reads the archive', async () => {
    const python = spawnSync('python3', ['-c', 'import numpy']);
    if (python.status !== 0) {
      console.info('skipped: no python3 with numpy');
      return;
    }
    await world.run(`snnemu run chip.bin --probe ${conv} --probe-out numpy.npz`);
    const script = `
import json, sys, zipfile, numpy
assert zipfile.ZipFile(sys.argv[1]).testzip() is None
arrays = numpy.load(sys.argv[1])
print(json.dumps({name: [list(a.shape), str(a.dtype), int(a.astype('int64').sum())] for name, a in arrays.items()}))`;
    const found: unknown = JSON.parse(
      execFileSync('python3', ['-c', script, world.path('numpy.npz')], { encoding: 'utf8' }),
    );
    const traces = expectedTraces();
    const sum = (member: 'potential' | 'spikes') =>
      traces.flatMap(({ layers }) => layers[conv]![member]).reduce((total, value) => total + value, 0);
    const shape = [4, chip.ticks, ...chip.layers[conv]!.shape];
    expect(found).toEqual({
      sample: [[4], 'int32', 6],
      predicted: [[4], 'int32', traces.reduce((total, { predicted }) => total + predicted, 0)],
      [`${nameOf(conv)}.spikes`]: [shape, 'uint8', sum('spikes')],
      [`${nameOf(conv)}.potential`]: [shape, 'int32', sum('potential')],
    });
  });

  it('takes names that are not unique, or cannot be printed, by their index', async () => {
    const layers = chip.layers.map((layer, k) => ({ ...layer, name: k < 2 ? 'twin' : `\u001b:${k}` }));
    const { graph: _graph, ...bare } = chip;
    world.write('named.bin', encodeChip({ ...bare, layers }));
    const refused = await world.run('snnemu run named.bin --probe twin');
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
    expect(refused.stderr).toContain('2 layers have this name');
    expect(refused.stderr).toContain('0, 1');
    const { exit, stdout } = await world.run('snnemu run named.bin --probe 1:0,0,0 --probe 2:0,0,0 --json -');
    expect(exit).toBe(0);
    expect(recordOf(stdout).probes!.map(({ layer }) => layer)).toEqual(['layer1', 'layer2']);
  });

  it('leaves no file behind where the run fails or is stopped', async () => {
    const before = world.files();
    const line = `snnemu eval chip.bin --data images.npy --probe ${conv} --probe-out left.npz`;
    const controller = new AbortController();
    let calls = 0;
    const now = () => {
      if (++calls === 12) controller.abort(new Interruption());
      return calls;
    };
    const stopped = await world.run(line, { signal: controller.signal, now });
    expect(stopped.exit).toBe(130);
    expect(world.files().filter((name) => name.includes('left'))).toEqual([]);
    // The last image has a class that the chip does not have.
    world.write('classes.txt', `${'0\n'.repeat(11)}3\n`);
    const failing = await world.run(`${line} --labels classes.txt`);
    expect(failing).toMatchObject({ exit: 3, stdout: '', stderr: expect.stringContaining('E0604') });
    expect(world.files().filter((name) => !before.includes(name))).toEqual(['classes.txt']);
  });

  it.each([
    ['--probe cnov', 2, 'E0103', 'the chip has no such layer'],
    ['--probe 99', 2, 'E0103', 'layers by index 0 to'],
    ['--probe LAYER:1,2', 2, 'E0103', 'not given as channel,y,x'],
    ['--probe LAYER:9,0,0', 2, 'E0103', 'channel 0 to 1, y 0 to '],
    ['--probe LAYER:-1,0,0', 2, 'E0103', 'not given as channel,y,x'],
    ['--probe :0,0,0', 2, 'E0103', 'no such layer'],
    ['--probe 0 --probe 0', 2, 'E0107', 'twice'],
    ['--probe', 2, 'E0107', ''],
    ['--probe 0 --probe-out p.csv', 2, 'E0103', '.npz, .json, .ndjson'],
    ['--probe 0 --probe-out chip.npz/p.npz', 3, 'E0102', 'there is no folder'],
    ['--probe 0 --probe-out same.json --json same.json', 2, 'E0103', 'also another file'],
    ['--probe-out p.npz', 2, 'E0107', 'without --probe'],
  ])('%s is refused: exit %i, %s %s', async (options, code, diagnostic, message) => {
    const before = world.files();
    const { exit, stdout, stderr } = await world.run(`snnemu run chip.bin ${options.replace('LAYER', nameOf(conv))}`);
    expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
    expect(stderr).toContain(`error[${diagnostic}]`);
    expect(stderr).toContain(message);
    expect(world.files()).toEqual(before);
  });

  it('suggests the name that was probably meant', async () => {
    const name = nameOf(conv);
    const { stderr } = await world.run(`snnemu run chip.bin --probe ${name}x:0,0,0`);
    expect(stderr).toContain(`did you mean "${name}"?`);
  });

  it.each(['npz', 'json', 'ndjson'])(
    'more than a gibibyte of .%s is refused before anything is written',
    async (type) => {
      // The header promises more images than are there to be read: the file is sparse.
      const count = 2_000_000;
      const head = Buffer.alloc(128, ' ');
      head.set(images(1).subarray(0, 10));
      head.write(`{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, 6, 6), }`, 10, 'latin1');
      head.write('\n', 127);
      world.write('many.npy', head);
      truncateSync(world.path('many.npy'), 128 + count * 36);
      const line = `snnemu eval chip.bin --data many.npy --probe ${conv} --probe-out big.${type}`;
      const { exit, stdout, stderr } = await world.run(line);
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
      expect(stderr).toContain('error[E0706]');
      expect(stderr).toMatch(/--limit\), or probe single neurons/);
      expect(world.files().filter((name) => name.includes('big'))).toEqual([]);
    },
  );
});
