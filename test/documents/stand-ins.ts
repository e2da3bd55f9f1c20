/** The files that the commands of the documents name: those of the repository, and small ones in the place of those that a reader brings. */
import { readdirSync, readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { edge } from '../../isa/targets/edge.ts';
import { idx } from '../bin/data/files.ts';
import { aedat4File, someEvents } from '../bin/events/recordings.ts';
import { images, npy, numbers, tinyNetwork, type World } from '../bin/world.ts';
import { floats, node, onnxBytes } from '../compiler/read/onnx-model.ts';
import { netxFile, SMALL_NET } from '../compiler/read/netx/files.ts';

const root = new URL('../../', import.meta.url);

/** As converters write them. */
const LONG_NAME = 'model/stage_1/'.repeat(13).slice(0, 180);
const IMAGES = 12;
/** Samples that are left of the data of the examples. */
const SAMPLES = 6;

/** Writes all of them. */
export async function prepare(world: World): Promise<void> {
  const folders = ['examples', 'examples/mnist', 'examples/mnist/out', 'examples/populations', 'examples/programs'];
  for (const folder of [...folders, 'examples/train', 'examples/library', 'recordings', 'recordings/0', 'recordings/1'])
    world.makeFolder(folder);
  for (const folder of ['examples/programs', 'examples/populations', 'examples/library'])
    for (const name of readdirSync(new URL(folder, root))) {
      const content = readFileSync(new URL(`${folder}/${name}`, root));
      world.write(`${folder}/${name}`, name.endsWith('.npy') ? firstSamples(content, SAMPLES) : content);
    }
  conventional(world);
  const { limits } = edge;
  world.write('small.json', JSON.stringify({ ...edge, name: 'small', limits: { ...limits, axons: 20 } }));
  await spiking(world);
}

/** Networks, and images of 6 × 6 pixels in ten classes, by all names under which documents have them. */
function conventional(world: World): void {
  const network = onnxBytes({
    input: ['N', 1, 6, 6],
    nodes: [
      node('Conv', ['x', 'k'], LONG_NAME, { pads: [1, 1, 1, 1] }),
      node('Relu', [LONG_NAME], 'r'),
      node('Flatten', ['r'], 'f'),
      node('MatMul', ['f', 'm'], 'y'),
    ],
    tensors: [floats('k', [2, 1, 3, 3]), floats('m', [72, 10])],
  });
  for (const name of ['net.onnx', 'mnist_cnn_th.onnx', 'examples/mnist/mnist_cnn_th.onnx']) world.write(name, network);
  for (const name of ['no-biases', 'biases']) world.write(`examples/train/${name}.onnx`, network);
  const pixels = images(IMAGES).slice(-36 * IMAGES);
  const classes = Uint8Array.from({ length: IMAGES }, (_, k) => k % 10);
  const names = ['train-', 'test-', 'train-10k-', 'test-2k-', 'calibration-', 'digits-', 'examples/mnist/calibration-'];
  for (const name of [...names, 'examples/mnist/digits-']) {
    world.write(`${name}images-idx3-ubyte.gz`, idx([IMAGES, 6, 6], pixels));
    world.write(`${name}labels-idx1-ubyte.gz`, idx([IMAGES], classes));
  }
  world.write('net.json', JSON.stringify(tinyNetwork()));
  world.write('images.npy', images(IMAGES));
  world.write('data.npy', images(IMAGES));
  const picture = new PNG({ width: 6, height: 6 });
  picture.data.fill(255);
  world.write('image.png', PNG.sync.write(picture));
  const options = { data: 'test-images-idx3-ubyte.gz', calibrate: 'train-images-idx3-ubyte.gz', mode: 'default' };
  const plan = { format: 'snn-sweep-plan/1', network: 'net.onnx', options, grid: { T: [2] } };
  world.write('plan.json', JSON.stringify(plan));
  world.write('labels.txt', '0\n1\n2\n'.repeat(IMAGES / 3));
  const pins = [{ layer: 'conv', channels: 0, cores: [[7, 7]] }];
  world.write('pins.json', JSON.stringify({ format: 'snn-pins/1', pins }));
}

/** Networks of populations, and what they hear. */
async function spiking(world: World): Promise<void> {
  world.write('populations.json', JSON.stringify(leaky(4, 0.001)));
  world.write('sensor.json', JSON.stringify(leaky([2, 4, 4], 1)));
  for (const [from, to] of [
    ['populations.json', 'net.nir'],
    ['populations.json', 'braille.nir'],
    ['sensor.json', 'cnn_sinabs.nir'],
  ]) {
    const { exit, stderr } = await world.run(`snnc convert ${from} -o ${to}`);
    if (exit !== 0) throw new Error(stderr);
  }
  const { exit } = await world.run('snnc asm examples/programs/endless.asm -o endless.bin');
  if (exit !== 0) throw new Error('examples/programs/endless.asm is no program');
  world.write('net.net', netxFile(SMALL_NET));
  const bits = (count: number): Uint8Array => Uint8Array.from(numbers(count, 3), (value) => Number(value > 0.5));
  world.write('samples.npy', npy(bits(2 * 256 * 4), [2, 256, 4, 1, 1]));
  world.write('test-images.npy', npy(Float32Array.from(numbers(4 * 4, 9), Math.abs), [4, 4]));
  world.write('test-labels.npy', npy(Uint8Array.of(0, 1, 2, 0), [4]));
  world.write('events.txt', '0 0\n2 1\n3 0\n9\n');
  world.write('recording.aedat4', aedat4File(someEvents(400)));
  for (const label of [0, 1]) world.write(`recordings/${label}/one.aedat4`, aedat4File(someEvents(60, 4, label + 1)));
}

/** @param dt length of a step, in the unit of the time constants */
function leaky(shape: number | readonly number[], dt: number): object {
  const inputs = [shape].flat().reduce((product, length) => product * length, 1);
  const neurons = {
    neuron: 'lif',
    leak: { tau: 20 * dt },
    threshold: 0.5,
    compare: 'gt',
    reset: { kind: 'value', value: 0 },
  };
  const weight = (rows: number, columns: number) => ({ shape: [rows, columns], data: numbers(rows * columns, rows) });
  return {
    format: 'snn-net/1',
    name: 'leaky',
    dt,
    input: { shape, steps: 20, payload: { min: 0, max: 1 } },
    populations: [
      { name: 'hidden', shape: 6, ...neurons },
      { name: 'scores', shape: 3, ...neurons },
    ],
    connections: [
      { from: 'input', to: 'hidden', op: 'dense', weight: weight(6, inputs) },
      { from: 'hidden', to: 'scores', op: 'dense', weight: weight(3, 6) },
    ],
    output: { population: 'scores', decode: 'count' },
  };
}

/** The first samples of a .npy file of bytes. */
function firstSamples(file: Buffer, most: number): Uint8Array {
  const length = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, length);
  const [tuple, inner = ''] = /\(([^)]*)\)/.exec(header)!;
  const sizes = inner
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const count = Math.min(most, sizes[0]!);
  const shorter = header.replace(tuple, `(${[count, ...sizes.slice(1)].join(', ')},)`).trimEnd();
  const bytes = count * ((file.length - length) / sizes[0]!);
  const head = Buffer.concat([file.subarray(0, 10), Buffer.from(`${shorter.padEnd(length - 11)}\n`, 'latin1')]);
  return Buffer.concat([head, file.subarray(length, length + bytes)]);
}
