/** Networks that tell classes apart in several places: each pixel, or several heads. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../isa/index.ts';
import { npy, World } from './world.ts';

const world = new World();
afterAll(() => world.remove());

const record = (name: string): RunRecord => JSON.parse(Buffer.from(world.read(name)).toString()) as RunRecord;

/** Two pixels with three channels each, which pass through as they are. */
const PASSES = {
  format: 'snn-net/1',
  input: { shape: [3, 1, 2] },
  layers: [
    { name: 'same', op: 'conv', weight: { shape: [3, 3, 1, 1], data: [1, 0, 0, 0, 1, 0, 0, 0, 1] } },
    { name: 'act', op: 'relu', max: 1 },
    { name: 'scores', op: 'conv', weight: { shape: [3, 3, 1, 1], data: [1, 0, 0, 0, 1, 0, 0, 0, 1] } },
  ],
};

/** Channels first: the class of the left and that of the right pixel. */
const scene = (left: number, right: number): number[] =>
  [0, 1, 2].flatMap((channel) => [Number(channel === left), Number(channel === right)]);

beforeAll(async () => {
  world.write('pixels.json', JSON.stringify(PASSES));
  const identity = { shape: [6, 6], data: Array.from({ length: 36 }, (_, k) => Number(k % 7 === 0)) };
  const dense = (name: string) => ({ name, op: 'dense', weight: identity });
  const layers = [dense('same'), { name: 'act', op: 'relu', max: 1 }, dense('scores')];
  world.write('heads.json', JSON.stringify({ format: 'snn-net/1', input: { shape: [6, 1, 1] }, layers }));
  const scenes = [scene(0, 1), scene(2, 1), scene(1, 1), scene(0, 0)];
  world.write('scenes.npy', npy(Float32Array.from(scenes.flat()), [4, 3, 1, 2]));
  world.write('rows.npy', npy(Float32Array.from(scenes.flat()), [4, 6]));
  for (const [name, data] of [
    ['pixels', 'scenes'],
    ['heads', 'rows'],
  ] as const) {
    const { exit, stderr } = await world.run(
      `snnc build ${name}.json --calibrate ${data}.npy --mode default -T 8 -o ${name}.bin`,
    );
    if (exit !== 0) throw new Error(stderr);
  }
});

describe('snnemu eval --heads', () => {
  it('pixels: accuracy, mean IoU and each class, beside the conventional network; 255 says that there is no class', async () => {
    // Right but for the last pixel of the second scene; the first pixel of the last is left out.
    world.write('masks.npy', npy(Uint8Array.of(0, 1, 2, 0, 1, 1, 255, 0), [4, 1, 2]));
    const { exit, stdout } = await world.run(
      'snnemu eval pixels.bin --data scenes.npy --labels masks.npy --heads pixels --json run.json --html run.html',
    );
    expect(exit).toBe(0);
    expect(record('run.json').places).toEqual({
      kind: 'pixels',
      ...{ samples: 4, correct: 6, total: 7, accuracy: 6 / 7, wholeCorrect: 3, unlabelled: 1, floatAccuracy: 6 / 7 },
      meanIou: (2 / 3 + 3 / 4 + 1) / 3,
      floatMeanIou: (2 / 3 + 3 / 4 + 1) / 3,
      perClass: [
        { class: 0, total: 3, correct: 2, predicted: 2, iou: 2 / 3 },
        { class: 1, total: 3, correct: 3, predicted: 4, iou: 3 / 4 },
        { class: 2, total: 1, correct: 1, predicted: 1, iou: 1 },
      ],
    });
    expect(stdout).toContain('Accuracy of pixels 85.71 % (6 of 7 in 4 samples), mean IoU 80.56 %;');
    expect(stdout).toMatch(/1 +3 +3 +4 +75.00 %/);
    expect(stdout).toContain('left out without a label: 1');
    expect(record('run.json').regression).toBeUndefined();
    expect(Buffer.from(world.read('run.html')).toString()).toContain('Pixels class by class');
  });

  it('heads: accuracy of each, whatever the number of threads', async () => {
    // Outputs: channel 0 of both pixels, channel 1 of both, channel 2 of both. Heads of four and of two.
    world.write('classes.npy', npy(Uint8Array.of(0, 0, 3, 0, 2, 0, 1, 0), [4, 2]));
    const line = 'snnemu eval heads.bin --data rows.npy --labels classes.npy --heads 4,2';
    const { exit, stdout } = await world.run(`${line} --json one.json`);
    expect(exit).toBe(0);
    expect(record('one.json').places).toMatchObject({
      kind: 'heads',
      ...{ samples: 4, correct: 7, total: 8, wholeCorrect: 3, unlabelled: 0 },
      perHead: [
        { head: 0, classes: 4, correct: 3, total: 4, accuracy: 0.75, floatAccuracy: 0.75 },
        { head: 1, classes: 2, correct: 4, total: 4, accuracy: 1, floatAccuracy: 1 },
      ],
    });
    expect(stdout).toMatch(/0 +4 +3 +4 +75.00 % +75.00 %/);
    await world.run(`${line} --workers 2 --json two.json`);
    expect(record('two.json').places).toEqual(record('one.json').places);
  });

  it.each([
    ['--heads 4,2', 'E0103]: --heads: nothing is compared without labels'],
    ['--heads 4,3 --labels classes.npy', 'E0103]: --heads 4,3: that is 7 outputs; the network has 6'],
    ['--heads 4,2 --labels classes.npy --top-k 2', 'E0103]: --heads and --top-k'],
    ['--heads 2,4 --labels classes.npy', 'E0604]: sample 1 has label 3 in head 0, which tells 2 classes apart'],
    ['--heads 2,2,2 --labels classes.npy', 'E0604]: targets of the shape [4, 2]'],
    ['--heads none --labels classes.npy', 'E0103'],
  ])('%s is refused', async (options, says) => {
    const { exit, stderr } = await world.run(`snnemu eval heads.bin --data rows.npy ${options}`);
    expect([2, 3]).toContain(exit);
    expect(stderr).toContain(says);
  });
});
