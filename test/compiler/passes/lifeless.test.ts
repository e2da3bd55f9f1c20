/** Neurons that never fire on the samples, or always, are warned of where their rule or their steps were taken from elsewhere. */
import { expect, it } from '@jest/globals';
import { buildChip } from '../../../compiler/index.ts';
import { builtinTargets, type Sample } from '../../../isa/index.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { cuba, matrix, netxFile } from '../read/netx/files.ts';
import type { NirOptions } from '../../../compiler/read/nir/rules.ts';
import { nirFile } from '../read/nir/files.ts';

const STEPS = 5;

/** @param values of the input in each step, for each sample */
async function warned(
  source: Uint8Array,
  values: readonly (readonly number[])[],
  dt?: number,
  nir: NirOptions = {},
): Promise<string[]> {
  // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the numbers are at hand
  async function* calibration(): AsyncGenerator<Sample> {
    for (const [index, step] of values.entries())
      yield {
        ...{ index, shape: [STEPS, step.length, 1, 1], label: 0 },
        values: Float32Array.from(Array.from({ length: STEPS }, () => step).flat()),
      };
  }
  const options = {
    ...TEST_OPTIONS,
    ...{
      target: builtinTargets().get('edge')!,
      window: STEPS,
      stated: ['window' as const],
      ...(dt !== undefined && { dt }),
      nir,
    },
  };
  const request = {
    source,
    fileName: 'some',
    readSideFile: () => new Uint8Array(),
    options,
    calibration: calibration(),
  };
  const { warnings } = await buildChip(request, { now: () => 0 });
  return warnings
    .filter(({ code, message }) => code === 'W0315' && message.includes('samples of'))
    .map(({ message, remedy }) => `${message}; ${remedy ?? ''}`);
}

it('neurons of a NIR graph that the samples never make fire name the step and the origin', async () => {
  expect(await warned(nirFile('lif'), [[0, -1, 0]], 1e-4)).toEqual([
    expect.stringMatching(
      /^"lif" sends 0 spikes in 1 samples of 5 steps from 2 neurons: it never fires; check .*dt.*nirOrigin/,
    ),
  ]);
  expect(
    await warned(
      nirFile('lif'),
      [
        [0, -1, 0],
        [1, 1, 0],
      ],
      1e-4,
    ),
  ).toEqual([]);
});

it('neurons of lava-dl that fire in every step name the samples alone', async () => {
  const file = netxFile([
    { type: 'dense', shape: [2], weight: matrix(2, 1, [10, 8]), neuron: cuba({ iDecay: 4096, vThMant: 4 }) },
  ]);
  expect(await warned(file, [[1]])).toEqual([
    expect.stringMatching(
      /^"dense0" sends 10 spikes in 1 samples of 5 steps from 2 neurons: it fires in every step; check that the samples/,
    ),
  ]);
});

it('neurons whose potential is read send nothing, and are not said to be silent', async () => {
  expect(await warned(nirFile('lif'), [[1, 1, 0]], 1e-4, { output: 'last' })).toEqual([]);
});
