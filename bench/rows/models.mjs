// Trained networks through the programs as they are installed: built, evaluated, on two threads.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../parts/measure.mjs';

const shared = (path) => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
const THREADS = 2;

const MODELS = [
  {
    what: 'MNIST CNN, T=16',
    network: shared('models/mnist_cnn_th.onnx'),
    calibration: shared('data/mnist/train-10k-images-idx3-ubyte.gz'),
    data: shared('data/mnist/test-2k-images-idx3-ubyte.gz'),
    flags: ['--scale', '255', '-T', '16'],
    limits: { none: 2000 },
    bars: { build: 10, none: 500 },
    growth: [100, 2000],
  },
  {
    what: 'CIFAR ResNet-20, T=32',
    network: shared('models/cifar10_resnet20_th.onnx'),
    calibration: shared('data/cifar10/calibration-1k.bin'),
    data: shared('data/cifar10/test-2k.bin'),
    flags: ['--scale', '255', '--mean', '0.4914,0.4822,0.4465', '--std', '0.2470,0.2435,0.2616', '-T', '32'],
    limits: { none: 1000, cycle: 24 },
    bars: { build: 20, none: 30, cycle: 1.5 },
    peak: 400,
  },
];

export function* modelRows(tools) {
  for (const model of MODELS)
    if ([model.network, model.calibration, model.data].every((path) => existsSync(path))) yield* rowsOf(model, tools);
    else yield { what: model.what, skipped: 'skipped: no ../shared' };
}

function* rowsOf({ what, network, calibration, data, flags, limits, bars, peak, growth }, { command, folder, quick }) {
  const chip = join(folder, 'model.bin');
  const building = ['--calibrate', calibration, '--mode', 'default', ...flags, '--quiet', '-o', chip];
  const { wall, cpu, peakMB } = command('snnc', ['build', network, ...building]);
  yield { what: `${what}: build`, value: wall, unit: 's', bar: { most: bars.build }, cpu, wall, peakMB };
  const peaks = [];
  for (const [timing, limit] of Object.entries(limits)) {
    const images = quick ? Math.ceil(limit / 5) : limit;
    const runs = Array.from({ length: quick ? 1 : 3 }, () => evaluate(command, folder, chip, data, timing, images));
    const [used, host] = ['cpu', 'seconds'].map((key) => median(runs.map((run) => run[key])));
    peaks.push(...runs.map((run) => run.peakMB));
    yield {
      what: `${what}: ${timing === 'none' ? 'functional' : 'cycle by cycle'}`,
      value: images / host,
      unit: 'images/s',
      bar: { least: bars[timing] },
      cpu: used,
      wall: host,
      peakMB: Math.max(...peaks),
      note: `${images} images by the clock, ${THREADS} threads; start-up and loading in cpu s`,
    };
  }
  if (peak !== undefined)
    yield { what: `${what}: peak memory`, value: Math.max(...peaks), unit: 'MB', bar: { most: peak } };
  if (growth !== undefined) {
    const peakOf = (images) => evaluate(command, folder, chip, data, 'none', images).peakMB;
    const [few, many] = growth.map((images) => median(Array.from({ length: quick ? 1 : 3 }, () => peakOf(images))));
    const value = 100 * (many / few - 1);
    const note = `${few.toFixed(0)} MB for ${growth[0]} images, ${many.toFixed(0)} for ${growth[1]}`;
    yield { what: `${what}: growth of memory`, value, unit: '%', bar: { most: 5 }, note };
  }
}

function evaluate(command, folder, chip, data, timing, images) {
  const json = join(folder, 'run.json');
  const line = ['--data', data, '--limit', String(images), '--no-float', '--timing', timing, '--json', json];
  const used = command('snnemu', ['eval', chip, ...line, '--workers', String(THREADS)]);
  return { ...used, seconds: JSON.parse(readFileSync(json, 'utf8')).host.seconds };
}
