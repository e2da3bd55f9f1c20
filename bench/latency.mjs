/**
 * What mappings cost in time and energy: networks beside the project (../shared) on the target `edge`, T = 8, every objective of
 * `snnc build --objective`, emulated with cycle timing.
 *
 *     npm run build && npm run bench:latency
 *     npm run bench:latency -- --only mnist-cnn --conversion exact --objective latency --images 2
 *
 * *critical* is the share of the cycles in which all wait for the one core of a tick that ends last. What is not there is
 * named and skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    conversion: { type: 'string' },
    objective: { type: 'string' },
    images: { type: 'string', default: '3' },
    keep: { type: 'string' },
  },
});
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const program = (name) => fileURLToPath(new URL(`../dist/bundle/${name}.js`, import.meta.url));

const CIFAR = { calibrate: 'data/cifar10/calibration-1k.bin', test: 'data/cifar10/test-2k.bin' };
const NETWORKS = {
  'mnist-cnn': {
    model: 'mnist_cnn_th',
    calibrate: 'data/mnist/train-10k-images-idx3-ubyte.gz',
    test: 'data/mnist/test-2k-images-idx3-ubyte.gz',
    flags: ['--scale', '255'],
  },
  resnet8: { model: 'mlperf_ic_resnet8', ...CIFAR, flags: ['--scale', '1'] },
  resnet20: {
    model: 'cifar10_resnet20_th',
    ...CIFAR,
    flags: ['--scale', '255', '--mean', '0.4914,0.4822,0.4465', '--std', '0.2470,0.2435,0.2616'],
  },
};
const CONVERSIONS = {
  default: ['--mode', 'default'],
  exact: ['--mode', 'exact'],
  graded: ['--mode', 'exact', '--code', 'graded'],
};
const OBJECTIVES = ['energy', 'cores', 'balanced', 'latency'];
/** Ticks of a window. */
const T = '8';

function run(name, line) {
  const { status, stderr } = spawnSync(process.execPath, [program(name), ...line], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${line[0]}: ${stderr}`);
}

const chosen = (all, names) => Object.entries(all).filter(([name]) => names?.split(',').includes(name) ?? true);

const grouped = (value) => Math.round(value).toLocaleString('en-US');

/** @param folder where the converted network is kept: calibrated once, mapped for every objective */
function converted(folder, name, { model, calibrate, flags }, conversion, how) {
  const net = join(folder, `${name}-${conversion}.json`);
  const data = ['--calibrate', join(shared, calibrate), '--calibrate-limit', '64', '-T', T, ...flags];
  if (!existsSync(net))
    run('snnc', ['convert', join(shared, 'models', `${model}.onnx`), '-o', net, ...how, ...data, '--quiet']);
  return net;
}

function measure(folder, net, test, objective) {
  const [chip, built, ran] = ['chip.bin', 'build.json', 'run.json'].map((file) => join(folder, file));
  const started = performance.now();
  run('snnc', ['build', net, '-o', chip, '--objective', objective, '--json', built]);
  const seconds = (performance.now() - started) / 1000;
  const line = ['eval', chip, '--data', join(shared, test), '--limit', asked.images, '--timing', 'cycle', '--no-float'];
  run('snnemu', [...line, '--json', ran]);
  const { mapping } = JSON.parse(readFileSync(built, 'utf8'));
  const { latency, energy, spikeDigest } = JSON.parse(readFileSync(ran, 'utf8'));
  const total = Object.values(latency.bound).reduce((a, b) => a + b);
  return {
    ...{ cores: mapping.cores, cycles: latency.cyclesPerInference.median, joule: energy.joulePerInference },
    ...{ critical: (latency.bound.integrate + latency.bound.update) / total, network: latency.bound.network / total },
    ...{ digest: spikeDigest, seconds },
  };
}

const folder = asked.keep ?? mkdtempSync(join(tmpdir(), 'latency-'));
mkdirSync(folder, { recursive: true });
try {
  process.stdout.write('| network | conversion | objective | cores | cycles | µJ | critical | network | build s |\n');
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n');
  for (const [name, network] of chosen(NETWORKS, asked.only)) {
    const missing = [`models/${network.model}.onnx`, network.calibrate, network.test].find(
      (file) => !existsSync(join(shared, file)),
    );
    if (missing !== undefined) {
      process.stdout.write(`${name}: skipped: no ../shared/${missing}\n`);
      continue;
    }
    for (const [conversion, how] of chosen(CONVERSIONS, asked.conversion)) {
      const net = converted(folder, name, network, conversion, how);
      const digests = new Set();
      for (const objective of OBJECTIVES.filter((each) => asked.objective?.split(',').includes(each) ?? true)) {
        const row = measure(folder, net, network.test, objective);
        digests.add(row.digest);
        const shares = [row.critical, row.network].map((share) => `${(100 * share).toFixed(0)} %`);
        const figures = [
          row.cores,
          grouped(row.cycles),
          (row.joule * 1e6).toFixed(1),
          ...shares,
          row.seconds.toFixed(1),
        ];
        process.stdout.write(`| ${name} | ${conversion} | ${objective} | ${figures.join(' | ')} |\n`);
      }
      if (digests.size > 1) process.stdout.write(`${name}, ${conversion}: mappings give different spikes\n`);
    }
  }
} finally {
  if (asked.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
