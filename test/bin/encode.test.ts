/** `--encode`: samples without time on networks that take steps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunRecord, runRecord } from '../../isa/index.ts';
import { npy, tinyNetwork, World } from './world.ts';

const world = new World();
const STEPS = 8;

/** Three inputs, three neurons that each hear one of them, read by their spike counts. */
const network = {
  format: 'snn-net/1',
  input: { shape: 3, steps: STEPS, payload: { min: -1, max: 1 } },
  populations: [{ name: 'a', shape: 3, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
  connections: [{ from: 'input', to: 'a', op: 'one-to-one', weight: 1 }],
  output: { population: 'a', decode: 'count' },
};
const still = Float32Array.of(0.75, 0.25, 0, 0.125, 0.5, 1, 0, 1, 0.5);

beforeAll(async () => {
  world.write('steps.json', JSON.stringify(network));
  world.write('still.npy', npy(still, [3, 3]));
  world.write('labels.txt', '0\n2\n1\n');
  world.write('net.json', JSON.stringify(tinyNetwork()));
  expect((await world.run('snnc build steps.json -o steps.bin')).exit).toBe(0);
  expect((await world.run('snnc build net.json -o chip.bin')).exit).toBe(0);
});
afterAll(() => world.remove());

async function evaluated(line: string): Promise<{ record: RunRecord; stderr: string }> {
  const { exit, stdout, stderr } = await world.run(`snnemu eval steps.bin --labels labels.txt --json - ${line}`);
  expect({ exit, stderr }).toMatchObject({ exit: 0 });
  return { record: runRecord.schema.parse(JSON.parse(stdout)), stderr };
}

describe('--encode', () => {
  it('gives what the same steps written out give, and the record says the coding', async () => {
    const values = new Float32Array(3 * STEPS * 3);
    still.forEach((value, k) => {
      const [sample, element] = [Math.floor(k / 3), k % 3];
      for (let step = 0; step < STEPS; step++)
        values[(sample * STEPS + step) * 3 + element] =
          Math.floor((step + 1) * value + 0.5) - Math.floor(step * value + 0.5);
    });
    world.write('written.npy', npy(values, [3, STEPS, 3]));
    const written = await evaluated('--data written.npy');
    const { record, stderr } = await evaluated('--data still.npy --encode delta');
    expect(record.spikeDigest).toBe(written.record.spikeDigest);
    expect(record.accuracy!.top1).toBe(1);
    const spikes = still.reduce((sum, value) => sum + Math.floor(STEPS * value + 0.5), 0);
    expect(record.encoding).toEqual({ coding: 'delta', steps: STEPS, nonZero: 7, max: 1, limited: 0, spikes });
    expect(record.counts.spikes).toBe(spikes);
    expect(stderr).toContain(
      'of --encode delta is assumed: a spike in every step is 1, or 255 of bytes (--encode-max)',
    );
    expect(written.record).not.toHaveProperty('encoding');
  });

  it('draws the same whatever the number of workers and whichever sample is run', async () => {
    const line = '--data still.npy --encode poisson --encode-max 1 --encode-seed 5';
    const { record } = await evaluated(`${line} --workers 1`);
    expect((await evaluated(`${line} --workers 2`)).record.spikeDigest).toBe(record.spikeDigest);
    expect((await evaluated('--data still.npy --encode poisson --encode-seed 6')).record.spikeDigest).not.toBe(
      record.spikeDigest,
    );
    const diff = await world.run('snnemu diff steps.bin --input still.npy --encode poisson --encode-seed 5');
    expect(diff).toMatchObject({ exit: 0 });
    expect(diff.stdout).toContain('no difference: 3 samples');
    const text = await world.run('snnemu eval steps.bin --data still.npy --encode delta');
    expect(text.stdout).toContain(
      'Input delta in 8 steps: 7 values that are not 0 became 33 spikes\n  a spike in every step is 1; 0 (0.0 %) lie beyond it\n',
    );
    const run = await world.run('snnemu run steps.bin --input still.npy#2 --encode ttfs --json -');
    expect((JSON.parse(run.stdout) as RunRecord).encoding).toMatchObject({ coding: 'ttfs', spikes: 2 });
  });

  it('has accuracy by time', async () => {
    const { record } = await evaluated('--data still.npy --encode delta --curve');
    expect(record.accuracy!.byT!.map(({ T }) => T)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(record.accuracy!.byT!.at(-1)!.top1).toBe(record.accuracy!.top1);
  });

  it.each([
    ['steps.bin --data still.npy', 'E0603', 'samples without steps are given some by --encode'],
    ['steps.bin --data still.npy --encode-max 2', 'E0107', '--encode-max is the value of a spike'],
    ['steps.bin --data still.npy --encode ttfs --encode-seed 2', 'E0107', '--encode-seed is for codings that draw'],
    ['steps.bin --data still.npy --encode constant --encode-max 2', 'E0107', 'no spikes are asked for'],
    ['steps.bin --data still.npy --encode delta --dt 1ms', 'E0107', '--dt is about recordings of events'],
    ['steps.bin --data still.npy --encode noise', 'E0103', 'is not one of constant, poisson, ttfs, delta'],
    ['chip.bin --data still.npy --encode poisson', 'E0107', 'is held as a constant current'],
  ])('%s: %s', async (line, code, says) => {
    const { exit, stderr } = await world.run(`snnemu eval ${line}`);
    expect(exit).toBeGreaterThan(1);
    expect(stderr).toContain(code);
    expect(stderr.toLowerCase()).toContain(says.toLowerCase());
  });

  it('constant is what a converted network has anyway', async () => {
    const image = npy(new Uint8Array(36).fill(100), [1, 6, 6]);
    world.write('image.npy', image);
    const [plain, constant] = await Promise.all(
      ['', ' --encode constant'].map((more) => world.run(`snnemu run chip.bin --input image.npy${more}`)),
    );
    expect(constant!.stdout).toBe(plain!.stdout);
  });
});
