/** Networks whose outputs are more than the largest of several: one logit, quantities, tails of their own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunRecord, runRecord } from '../../isa/index.ts';
import { npy, numbers, World } from './world.ts';

const SAMPLES = 60;
const world = new World();
afterAll(() => world.remove());
const points = numbers(2 * SAMPLES, 3);
const rows = Array.from({ length: SAMPLES }, (_, k) => [points[2 * k]!, points[2 * k + 1]!] as const);

/** x → outputs by ±x through four rectified neurons. */
const network = (outputs: readonly (readonly [number, number, number])[], more = {}) => ({
  format: 'snn-net/1',
  name: 'two',
  input: { shape: [2, 1, 1] },
  layers: [
    { name: 'hidden', op: 'dense', weight: { shape: [4, 2], data: [1, 0, -1, 0, 0, 1, 0, -1] } },
    { name: 'act', op: 'relu' },
    {
      name: 'y',
      op: 'dense',
      weight: { shape: [outputs.length, 4], data: outputs.flatMap(([a, b]) => [a, -a, b, -b]) },
      bias: { shape: [outputs.length], data: outputs.map(([, , bias]) => bias) },
    },
  ],
  ...more,
});

async function build(name: string, net: object): Promise<string> {
  world.write(`${name}.net.json`, JSON.stringify(net));
  const { exit, stderr } = await world.run(
    `snnc build ${name}.net.json --calibrate x.npy --calibrate-limit ${SAMPLES} --mode exact -T 64 -o ${name}.bin --quiet`,
  );
  expect([exit, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return `${name}.bin`;
}

async function record(line: string): Promise<RunRecord & { said: string }> {
  const { exit, stdout, stderr } = await world.run(`${line} --json -`);
  expect([exit, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return { ...runRecord.schema.parse(JSON.parse(stdout)), said: stderr };
}

beforeAll(() => {
  const labels = rows.map(([a, b]) => Number(a - b > 0));
  const targets = rows.flatMap(([a, b]) => [a - b, 0.5 * a + 0.25]);
  world.write('x.npy', npy(Float32Array.from(points), [SAMPLES, 2]));
  world.write('labels.txt', labels.join('\n'));
  world.write('labels.npy', npy(Float32Array.from(labels), [SAMPLES]));
  world.write('hot.npy', npy(Float32Array.from(labels.flatMap((label) => [1 - label, label])), [SAMPLES, 2]));
  world.write('targets.npy', npy(Float32Array.from(targets), [SAMPLES, 2]));
  world.write('targets.csv', `difference,half\n${rows.map(([a, b]) => `${a - b},${0.5 * a + 0.25}`).join('\n')}\n`);
});

describe('one output', () => {
  it('tells two classes apart by its sign, with labels of any type', async () => {
    const chip = await build('logit', network([[1, -1, 0]], { labels: ['less', 'more'] }));
    const text = await record(`snnemu eval ${chip} --data x.npy --labels labels.txt`);
    expect(text.accuracy!.top1).toBeGreaterThan(0.95);
    expect(text.accuracy!.auc).toBeGreaterThan(0.99);
    expect(text.accuracy!.perClass!.map(({ name }) => name)).toEqual(['less', 'more']);
    const floats = await record(`snnemu eval ${chip} --data x.npy --labels labels.npy`);
    expect(floats.said).toContain('taken as the two classes');
    expect(floats.accuracy).toEqual(text.accuracy);
    expect((await world.run(`snnemu run ${chip}`)).stdout).toMatch(/bit-exact/);
    const shown = (await world.run(`snnemu eval ${chip} --data x.npy --labels labels.txt`)).stdout;
    expect(shown).toMatch(/AUC\) 0\.99|AUC\) 1\.0/);
  });

  it('refuses a third class', async () => {
    world.write('three.txt', rows.map((_, k) => k % 3).join('\n'));
    const { exit, stderr } = await world.run('snnemu eval logit.bin --data x.npy --labels three.txt');
    expect([exit, stderr]).toEqual([
      3,
      expect.stringMatching(/E0604.*label 2.*2 classes apart, from 0 to 1[^]*remedy/),
    ]);
  });
});

describe('quantities', () => {
  it('are given with their unit, by run and eval, in records and text', async () => {
    const chip = await build(
      'values',
      network([
        [1, -1, 0],
        [0.5, 0, 0.25],
      ]),
    );
    const run = await record(`snnemu run ${chip} --input x.npy#0`);
    const evaluated = await record(`snnemu eval ${chip} --data x.npy --limit 2`);
    const [a, b] = rows[0]!;
    const values = run.outputs[0]!.values!;
    expect(Math.abs(values[0]! - (a - b))).toBeLessThan(0.03);
    expect(Math.abs(values[1]! - (0.5 * a + 0.25))).toBeLessThan(0.03);
    const { step, window } = run.outputMap!;
    expect(values).toEqual(run.outputs[0]!.readout!.map((v) => (v * step) / window));
    expect(evaluated.outputs[0]!.values).toEqual(values);
    expect((await world.run(`snnemu run ${chip} --input x.npy#0`)).stdout).toContain(
      values.map((value) => Number(value.toPrecision(4))).join(', '),
    );
  });

  it.each(['--targets targets.npy', '--targets targets.csv', '--labels targets.npy'])(
    '%s gives errors',
    async (option) => {
      const { regression, accuracy, outputs, said } = await record(`snnemu eval values.bin --data x.npy ${option}`);
      expect(accuracy).toBeUndefined();
      expect(regression!.samples).toBe(SAMPLES);
      expect(regression!.r2).toBeGreaterThan(0.99);
      expect(regression!.float!.r2).toBeGreaterThan(0.999999);
      expect(outputs[0]!.target).toHaveLength(2);
      if (option.startsWith('--labels')) expect(said).toContain('holds quantities');
      const { stdout } = await world.run(`snnemu eval values.bin --data x.npy ${option} --html r.html`);
      expect(stdout).toMatch(/Errors MAE 0\.0\d+, RMSE 0\.0\d+, R² 0\.99\d+ of 60 samples; conventional network MAE/);
      expect(Buffer.from(world.read('r.html')).toString()).toContain('data-path="regression.perOutput.1.rmse"');
    },
  );

  it('the record does not depend on the number of workers', async () => {
    const line = 'snnemu eval values.bin --data x.npy --targets targets.npy';
    const [one, three] = [await record(`${line} --workers 1`), await record(`${line} --workers 3`)];
    expect(three.regression).toEqual(one.regression);
    expect(three.outputs).toEqual(one.outputs);
  });

  it('a row with a single 1 is a class', async () => {
    const hot = await record('snnemu eval values.bin --data x.npy --labels hot.npy');
    expect(hot.said).toContain('whose place is taken as the class');
    expect(hot.accuracy!.total).toBe(SAMPLES);
  });

  it.each([
    ['--top-k 2', /E0103\]: --top-k 2: the network has 2 outputs/],
    ['--targets labels.npy', /E0604\]: targets of the shape \[60\]; the network has 2 outputs/],
    ['--labels labels.txt --targets targets.npy', /E0103.*cannot both/],
  ])('%s is refused', async (options, expected) => {
    const { exit, stderr } = await world.run(`snnemu eval values.bin --data x.npy ${options}`);
    expect(exit).toBeGreaterThan(0);
    expect(stderr).toMatch(expected);
  });
});

describe('what a network does at its end', () => {
  it('is left to the reader of the outputs, stated, and applied to the values', async () => {
    const net = network([[1, -1, 0]]);
    const chip = await build('clipped', {
      ...net,
      layers: [...net.layers, { name: 'last', op: 'relu', max: 0.5 }],
      after: [{ op: 'exp' }],
    });
    const { outputs, outputMap } = await record(`snnemu run ${chip} --input x.npy#0`);
    expect(outputMap!.after).toEqual([{ op: 'clip', max: 0.5 }, { op: 'exp' }]);
    const raw = (outputs[0]!.readout![0]! * outputMap!.step) / outputMap!.window;
    expect(outputs[0]!.values).toEqual([Math.exp(Math.min(0.5, Math.max(0, raw)))]);
    expect((await world.run(`snnemu run ${chip} --input x.npy#0`)).stdout).toContain(
      'outputs: the scores of the chip, then limited to 0 … 0.5, then exp',
    );
  });
});
