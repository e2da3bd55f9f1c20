/**
 * Trained models through the programs as they are installed (dist/, made by `npm ci` or `npm run build`): they are
 * what a user runs.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runRecord, type RunRecord } from '../../isa/index.ts';
import { cases } from '../cases.ts';
import { itShared, sharedPath } from '../shared.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const example = (name: string): string => join(root, 'examples', 'mnist', name);
const folder = mkdtempSync(join(tmpdir(), 'snnc-models-'));

async function call(program: 'snnc' | 'snnemu', ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'dist', 'bundle', `${program}.js`), ...args], {
    cwd: root,
  });
  return stdout;
}

async function build(model: string, calibration: string, target: string, ...more: string[]): Promise<string> {
  const chip = join(folder, `${target}.bin`);
  const options = ['--calibrate', calibration, '--calibrate-limit', '200', '--scale', '255', '--target', target];
  // What is compared with formulas is not chosen by measurement.
  const mode = more.includes('--mode') ? [] : ['--mode', 'default'];
  await call('snnc', 'build', model, ...options, ...mode, ...more, '-o', chip);
  return chip;
}

/** Without what these tests do not look at: the ledger of the conversion, and a mapping that takes long to find. */
const QUICKLY = ['--ledger-samples', '0', '--map', 'layers'];

async function evaluate(chip: string, images: string, ...more: string[]): Promise<RunRecord> {
  const timing = more.includes('--timing') ? [] : ['--timing', 'none'];
  const text = await call(
    'snnemu',
    'eval',
    chip,
    '--data',
    images,
    '--workers',
    '1',
    '--json',
    '-',
    ...timing,
    ...more,
  );
  return runRecord.schema.parse(JSON.parse(text));
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('trained models', () => {
  it.each([
    ['edge', 'traffic'],
    ['loihi', 'layers'],
  ])('the example recognises its digits on %s, mapped by %s; emulator and interpreter agree', async (target, map) => {
    const images = example('digits-images-idx3-ubyte.gz');
    const calibration = example('calibration-images-idx3-ubyte.gz');
    const chip = await build(example('mnist_cnn_th.onnx'), calibration, target, '--map', map, '--ledger-samples', '0');
    const { accuracy } = await evaluate(chip, images);
    expect(accuracy!.total).toBe(40);
    expect(accuracy!.correct).toBeGreaterThanOrEqual(39);
    expect(accuracy!.floatTop1).toBeGreaterThanOrEqual(39 / 40);
    expect(await call('snnemu', 'diff', chip, '--input', images, '--limit', '1')).toMatch(/no difference: 1 sample/);
    if (map !== 'layers') return;
    const { layers, cores } = JSON.parse(await call('snnc', 'inspect', chip, '--json', '-')) as Inspection;
    // 32 × 14 × 14 = 6,272 sources arrive at 32 × 7 × 7 = 1,568 axons: pooling windows share them.
    const dense = layers.find((layer) => layer.neurons === 128)!;
    const used = cores.filter(({ core }) => dense.cores.includes(core));
    expect(used.length).toBeGreaterThan(0);
    for (const core of used) expect(core.axons).toBe(1568);
  });

  itShared('the convolutional network keeps its accuracy on 200 other images, whatever the timing', async () => {
    // What the first test built.
    const chip = join(folder, 'edge.bin');
    const images = sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!;
    const record = await evaluate(chip, images, '--limit', '200', '--no-float');
    expect(record.accuracy!.top1).toBeGreaterThanOrEqual(0.98);
    const five = ['--limit', '5', '--no-float'];
    const none = await evaluate(chip, images, ...five);
    const cycle = await evaluate(chip, images, ...five, '--timing', 'cycle');
    expect(cycle.spikeDigest).toBe(none.spikeDigest);
    expect(cycle.latency!.cyclesPerInference.median).toBeGreaterThan(0);
  });

  itShared('mode exact gives the answer of the quantised network on every image, digit for digit', async () => {
    const train = sharedPath('data', 'mnist', 'train-10k-images-idx3-ubyte.gz')!;
    const images = sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!;
    const model = sharedPath('models', 'mnist_cnn_th.onnx')!;
    const chip = await build(model, train, 'edge', '--mode', 'exact', '-T', '8', ...QUICKLY);
    const script = join(root, 'test', 'differential', 'staircase.mjs');
    const total = Math.min(2000, cases(200));
    const { stdout } = await run(process.execPath, [script, chip, images, String(total)], { cwd: root });
    expect(JSON.parse(stdout)).toEqual({ total, predictions: total, readouts: total });
  });

  itShared('the dense network keeps its accuracy on 2,000 images', async () => {
    const train = sharedPath('data', 'mnist', 'train-10k-images-idx3-ubyte.gz')!;
    const images = sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!;
    const model = sharedPath('models', 'mnist_mlp_relu.onnx')!;
    const { accuracy } = await evaluate(await build(model, train, 'edge', ...QUICKLY), images);
    expect(accuracy).toMatchObject({ total: 2000, floatTop1: 0.971 });
    expect(accuracy!.top1).toBeGreaterThanOrEqual(0.968);
  });
});

interface Inspection {
  readonly layers: readonly { readonly neurons: number; readonly cores: readonly number[] }[];
  readonly cores: readonly { readonly core: number; readonly axons: number }[];
}
