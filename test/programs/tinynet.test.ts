/** The network "tinynet" of lava-dl, as a network of populations, against what the chip it was made for recorded (../shared/data). */
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { ReferenceInterpreter } from '../../compiler/index.ts';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from '../../compiler/read/hdf5/file.ts';
import { Emulator, KERNEL_KINDS } from '../../emulator/index.ts';
import { shapeSize } from '../../isa/index.ts';
import { buildPopulations } from '../arbitraries/populations/build.ts';
import { emulatorTicks, referenceTicks } from '../differential/states.ts';
import { itShared, sharedPath } from '../shared.ts';
import { parseNpy } from './npy.ts';

type Shape = readonly [channels: number, height: number, width: number];

/** Recorded steps; the first one is the state before anything has come. */
const RECORDED = 16;
const STEPS = RECORDED - 1;
const SHAPES = { pixels: [3, 16, 16], first: [24, 6, 6], second: [36, 1, 1] } as const satisfies Record<string, Shape>;

const shared = (file: string): Buffer => readFileSync(sharedPath('data', 'loihi', file)!);

/** A recording [1, channels, height, width, steps], by step without the first, NCHW. */
function recorded(name: string, [channels, height, width]: Shape): number[][] {
  const { shape, values } = parseNpy(shared(`tinynet_${name}.npy`));
  expect(shape).toEqual([1, channels, height, width, RECORDED]);
  const size = channels * height * width;
  return Array.from({ length: STEPS }, (_, t) =>
    Array.from({ length: size }, (__, k) => values[k * RECORDED + t + 1]!),
  );
}

/** What the input layer is given in each step: of the image [width, height, channels] of the file, NCHW. */
function image(): number[] {
  const [channels, height, width] = SHAPES.pixels;
  const { shape, values } = parseNpy(shared('tinynet_input_bias.npy'));
  expect(shape).toEqual([width, height, channels]);
  return Array.from({ length: channels * height * width }, (_, k) => {
    const [channel, y, x] = [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
    return values[(x * height + y) * channels + channel]!;
  });
}

/** Index of the population that adds up what comes to the first convolution. */
const ARRIVED = 3;

class NetFile {
  readonly #root = openHdf5(shared('tiny.net'));

  read(path: string): Pick<Hdf5Dataset, 'shape'> & { readonly data: number[] } {
    let at: Hdf5Group | Hdf5Dataset = this.#root;
    for (const name of path.split('/')) at = (at as Hdf5Group).get(name)!;
    const dataset = at as Hdf5Dataset;
    return { shape: dataset.shape, data: Array.from(dataset.numbers()) };
  }

  number(path: string): number {
    const { data } = this.read(path);
    expect(data).toHaveLength(1);
    return data[0]!;
  }
}

/** Loihi's CUBA in units of 1/64: current and potential keep (4096 − decay)/4096 of what they were, towards zero. */
function neuron(file: NetFile, layer: number): object {
  const of = (field: string): number => file.number(`layer/${layer}/neuron/${field}`);
  expect([of('refDelay'), of('wgtExp')]).toEqual([1, 0]);
  const leak = (decay: number): object => ({ factor: (4096 - decay) / 4096, bits: 12, rounding: 'zero' });
  return {
    ...{ neuron: 'cubalif', scale: 64, compare: 'gt', threshold: of('vThMant') },
    ...{ leak: leak(of('vDecay')), currentLeak: leak(of('iDecay')), reset: { kind: 'value', value: 0 } },
  };
}

function convolution(file: NetFile, layer: number): Record<string, unknown> {
  const { shape, data } = file.read(`layer/${layer}/weight`);
  expect([file.read(`layer/${layer}/padding`).data, file.read(`layer/${layer}/dilation`).data]).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(shape[4]).toBe(1);
  return { op: 'conv', weight: { shape: shape.slice(0, 4), data }, stride: file.read(`layer/${layer}/stride`).data };
}

function documentOf(file: NetFile): object {
  const first = convolution(file, 1);
  return {
    format: 'snn-net/1',
    input: { name: 'image', shape: SHAPES.pixels, steps: STEPS, payload: { min: 0, max: 255 } },
    populations: [
      { name: 'pixels', shape: SHAPES.pixels, ...neuron(file, 0) },
      { name: 'first', shape: SHAPES.first, ...neuron(file, 1), bias: file.read('layer/1/bias').data },
      { name: 'second', shape: SHAPES.second, ...neuron(file, 2), bias: file.read('layer/2/bias').data },
      // All that has come to the neurons of the first convolution.
      { name: 'arrived', shape: SHAPES.first, neuron: 'i', scale: 64 },
    ],
    connections: [
      { from: 'image', to: 'pixels', op: 'one-to-one', weight: 1 },
      { from: 'pixels', to: 'first', ...first },
      { from: 'pixels', to: 'arrived', ...first },
      { from: 'first', to: 'second', ...convolution(file, 2) },
    ],
    output: { population: 'arrived', decode: 'last' },
  };
}

itShared('tinynet of lava-dl fires, and adds up currents, as it was recorded in all of its steps', async () => {
  const { chip, graph } = await buildPopulations(documentOf(new NetFile()));
  const input = Int16Array.from(Array.from({ length: STEPS }, image).flat());
  const reference = referenceTicks(new ReferenceInterpreter(graph), chip, input);
  const runs = KERNEL_KINDS.map((kernels) =>
    emulatorTicks(new Emulator(chip, { timing: 'none', kernels }), chip, input),
  );
  const spikes = (['input', 'layer1', 'output'] as const).map((name, layer) =>
    recorded(name, Object.values(SHAPES)[layer]!).map((step) => [...step.keys()].filter((k) => step[k] !== 0)),
  );
  expect(spikes.map((fired) => fired.flat().length)).toEqual([6783, 1633, 92]);
  const currents = recorded('current', SHAPES.first);
  for (const { ticks } of [reference, ...runs]) {
    const from = (layer: number) => ticks.slice(chip.layers[layer]!.depth).slice(0, STEPS);
    spikes.forEach((expected, layer) => {
      expect(from(layer).map(({ fired }) => fired[layer]!)).toEqual(expected);
    });
    let before = new Array<number>(shapeSize(SHAPES.first)).fill(0);
    from(ARRIVED).forEach(({ potentials }, step) => {
      const sums = [...potentials[ARRIVED]!];
      expect(sums.map((sum, k) => (sum - before[k]!) / 64)).toEqual(currents[step]);
      before = sums;
    });
  }
});
