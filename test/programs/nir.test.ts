/** Graphs of NIR as published, on the chip, against what the simulators that wrote them recorded in floating point. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildChip } from '../../compiler/index.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets, type Sample } from '../../isa/index.ts';
import { TEST_OPTIONS } from '../arbitraries/builds.ts';
import { nirFile } from '../compiler/read/nir/files.ts';
import { itShared, sharedPath } from '../shared.ts';
import { parseNpy } from './npy.ts';

const shared = (...path: readonly string[]): Buffer => readFileSync(sharedPath('data', ...path)!);

interface Question {
  readonly input: Int16Array;
  /** Of the input in one step. */
  readonly shape: readonly [number, number, number];
  /** Index of the population whose spikes are wanted. */
  readonly population: number;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the numbers are at hand
async function* sampleOf(input: Int16Array, shape: readonly number[]): AsyncGenerator<Sample> {
  yield { index: 0, shape, values: Float32Array.from(input), label: 0 };
}

/** Neurons that fire in each step, on a chip with weights of 16 bit. */
async function firedOf(source: Uint8Array, { input, shape, population }: Question): Promise<number[][]> {
  const steps = input.length / (shape[0] * shape[1] * shape[2]);
  const { chip } = await buildChip(
    {
      source,
      fileName: 'some.nir',
      readSideFile: () => new Uint8Array(),
      options: {
        ...TEST_OPTIONS,
        ...{ target: builtinTargets().get('edge')!, weightBits: 16, window: steps, stated: ['window'], dt: 1e-4 },
      },
      calibration: sampleOf(input, [steps, ...shape]),
    },
    { now: () => 0, verify: true },
  );
  const fired: number[][] = [];
  new Emulator(chip, { timing: 'none' }).infer(input, {
    onTick: (tick, view) => {
      if (tick < steps) fired.push([...view.fired(population)]);
    },
  });
  return fired;
}

describe('a graph of NIR', () => {
  itShared('that reads Braille fires as in snnTorch', async () => {
    const input = Int16Array.from(parseNpy(shared('braille', 'braille_input_ds_test0.npy')).values);
    const { values, shape } = parseNpy(shared('braille', 'snntorch_activity_noDelay_bias_zero.npy'));
    const [steps, neurons] = shape as [number, number];
    const recorded = Array.from({ length: steps }, (_, step) =>
      Array.from({ length: neurons }, (__, n) => n).filter((n) => values[step * neurons + n] !== 0),
    );
    expect(recorded.flat().length).toBe(119);
    const fired = await firedOf(shared('nir', 'braille_noDelay_bias_zero.nir'), {
      input,
      shape: [12, 1, 1],
      population: 0,
    });
    expect(fired).toEqual(recorded);
  });

  itShared('of a leaky neuron fires as in Norse', async () => {
    const rows = shared('nir', 'lif_norse.csv').toString().trim().split('\n');
    const [input, spikes] = [0, 2].map((column) => rows.map((row) => Number(row.split(',')[column])));
    const fired = await firedOf(shared('nir', 'lif_norse.nir'), {
      input: Int16Array.from(input!),
      shape: [1, 1, 1],
      population: 0,
    });
    expect(fired.map((neurons) => neurons.length)).toEqual(spikes);
  });

  it('with images, averages, factors, a delay and two ways fires as its equations in floating point', async () => {
    const input = Int16Array.from({ length: 8 * 72 }, (_, k) => Number((k * 7) % 11 < 4));
    const question = { input, shape: [2, 6, 6] } as const;
    // Computed with numpy from the fields of the file.
    const counts = [23, 20, 13, 13, 11, 13, 14, 13];
    const ends = [[], [3], [], [3], [], [3], [], [3]];
    const first = await firedOf(nirFile('image'), { ...question, population: 0 });
    expect(first.map((neurons) => neurons.length)).toEqual(counts);
    expect(await firedOf(nirFile('image'), { ...question, population: 1 })).toEqual(ends);
  });
});
