/** `snnc convert -o net.nir` on the command line: the graph builds to a chip with the same spikes; what is lost is listed. */
import { afterAll, expect, it } from '@jest/globals';
import type { ConvertRecord, RunRecord } from '../../isa/index.ts';
import { npy, World } from './world.ts';

const world = new World();
afterAll(() => {
  world.remove();
});

const STEPS = 6;
const network = (reset: object): object => ({
  format: 'snn-net/1',
  input: { shape: 3, steps: STEPS, payload: { min: 0, max: 2 } },
  populations: [{ name: 'out', shape: 2, neuron: 'lif', leak: 0.5, threshold: 1, compare: 'gt', reset }],
  connections: [
    { from: 'input', to: 'out', op: 'dense', weight: { shape: [2, 3], data: [0.5, 1, -0.25, 0.75, -1, 1] } },
  ],
  output: { population: 'out', decode: 'count' },
});

const done = async (line: string): Promise<string> => {
  const { exit, stdout, stderr } = await world.run(line);
  if (exit !== 0) throw new Error(stderr);
  return stdout;
};

it('writes a graph that builds to a chip with the same spikes', async () => {
  world.write('net.json', JSON.stringify(network({ kind: 'value', value: 0 })));
  world.write(
    'data.npy',
    npy(
      Float32Array.from({ length: STEPS * 3 }, (_, k) => k % 3),
      [1, STEPS, 3, 1, 1],
    ),
  );
  const record = JSON.parse(await done('snnc convert net.json -o net.nir --json -')) as ConvertRecord;
  expect([record.files, record.lost]).toEqual([['net.nir'], []]);
  const digests: string[] = [];
  for (const name of ['net.json', 'net.nir']) {
    await done(`snnc build ${name} -o chip.bin`);
    const run = JSON.parse(await done('snnemu run chip.bin --input data.npy --json -')) as RunRecord;
    expect(run.counts.spikes).toBe(3);
    digests.push(run.spikeDigest);
  }
  expect(digests[1]).toBe(digests[0]);
});

it('lists what a graph cannot say', async () => {
  world.write('soft.json', JSON.stringify(network({ kind: 'subtract' })));
  const { exit, stdout, stderr } = await world.run('snnc convert soft.json -o soft.nir --json -');
  expect([exit, stderr]).toEqual([0, expect.stringContaining('W0316')]);
  expect((JSON.parse(stdout) as ConvertRecord).lost!.length).toBe(1);
});
