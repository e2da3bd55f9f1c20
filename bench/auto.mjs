/**
 * What `--mode auto` takes beside the best of an exhaustive grid: every mode, window, correction and code that the target
 * can carry, each built by `snnc build` from the same calibration data and measured on test data that no build has seen.
 *
 *     npm run build && node bench/auto.mjs
 *     node bench/auto.mjs --model mnist_cnn_th,mlperf_ic_resnet8 --limit 1000
 *     node bench/auto.mjs --network net.onnx --calibrate train.npz --test test.npy --labels labels.npy --flags="--scale 1"
 *
 * The grid is walked from the least energy of events on, and no further than the energy of the best point that loses no
 * more than `--max-loss` points: what is left out costs more than that point before a cycle is counted, so the best of the
 * walk is the best of the grid. Energies are those of a run with cycle timing, of the first `--timed` samples.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: asked } = parseArgs({
  options: {
    model: { type: 'string' },
    network: { type: 'string' },
    calibrate: { type: 'string' },
    test: { type: 'string' },
    labels: { type: 'string' },
    flags: { type: 'string', default: '' },
    limit: { type: 'string', default: '2000' },
    timed: { type: 'string', default: '3' },
    target: { type: 'string', default: 'edge' },
    'max-loss': { type: 'string', default: '0.5' },
  },
});
const maxLossPoints = Number(asked['max-loss']);
/** Samples whose events order the grid. */
const COUNTED_SAMPLES = 10;

const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const program = (name) => fileURLToPath(new URL(`../dist/bundle/${name}.js`, import.meta.url));

const MNIST = {
  calibrate: join(shared, 'data/mnist/train-10k-images-idx3-ubyte.gz'),
  test: join(shared, 'data/mnist/test-2k-images-idx3-ubyte.gz'),
  flags: ['--scale', '255'],
};
const CIFAR = {
  calibrate: join(shared, 'data/cifar10/calibration-1k.bin'),
  test: join(shared, 'data/cifar10/test-2k.bin'),
};
const MODELS = {
  mnist_mlp_relu: MNIST,
  mnist_cnn_th: MNIST,
  mlperf_ic_resnet8: { ...CIFAR, flags: ['--scale', '1'] },
  cifar10_resnet20_th: {
    ...CIFAR,
    flags: ['--scale', '255', '--mean', '0.4914,0.4822,0.4465', '--std', '0.2470,0.2435,0.2616'],
  },
};

const GRID = [
  ...rows('exact', ['none'], [4, 8, 16, 32, 64, 128], ['unary', 'first-spike', 'graded']),
  ...rows('exact', ['bias'], [4, 8, 16, 32, 64], ['unary', 'first-spike', 'graded']),
  ...rows('default', ['none', 'both'], [8, 16, 32, 64], ['unary']),
  ...rows('lead', ['none', 'bias'], [8, 16, 32, 64], ['unary']),
  ...rows('signed', ['none', 'bias'], [4, 8, 16], ['unary']),
];

function rows(mode, corrections, windows, codes) {
  return corrections.flatMap((correct) =>
    windows.flatMap((window) =>
      codes.map((code) => ['--mode', mode, '-T', `${window}`, '--correct', correct, '--code', code]),
    ),
  );
}

/** @returns what a program prints with --json; its text where it refuses */
function record(name, line) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program(name), ...line, '--json', '-'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status === 0 ? { record: JSON.parse(stdout) } : { refused: stderr.trim().split('\n')[0] };
}

function build(network, options, chip) {
  const { file, calibrate, flags } = network;
  const line = ['build', file, '-o', chip, '--target', asked.target, '--calibrate', calibrate, ...flags];
  return record('snnc', [...line, ...options]);
}

function evaluate(chip, { test, labels }, limit, timing, more = ['--no-float']) {
  const given = labels === undefined ? [] : ['--labels', labels];
  const line = ['eval', chip, '--data', test, ...given, '--limit', `${limit}`, '--timing', timing, ...more];
  const { record: run, refused } = record('snnemu', line);
  if (run === undefined) throw new Error(refused);
  return run;
}

const microjoule = ({ energy }) => 1e6 * energy.joulePerInference;

/** Energy with timing and loss of a chip; the conventional network of all of them is the same. */
function measured(chip, network, floatTop1) {
  const timed = evaluate(chip, network, asked.timed, 'cycle');
  const run = evaluate(chip, network, asked.limit, 'none');
  return {
    energy: microjoule(timed),
    milliseconds: 1e3 * timed.latency.secondsPerInference.median,
    loss: 100 * (floatTop1 - run.accuracy.top1),
    samples: run.accuracy.total,
    packets: run.counts.packets / run.inferences,
    top1: 100 * run.accuracy.top1,
  };
}

function walk(points, network, floatTop1) {
  let best;
  let tried = 0;
  for (const { chip, options, events } of points) {
    if (best !== undefined && events > best.energy) break;
    const point = { options, ...measured(chip, network, floatTop1) };
    tried++;
    print('grid', point);
    if (point.loss > maxLossPoints) continue;
    if (best === undefined || point.energy < best.energy) best = point;
  }
  return { best, tried };
}

const round = (value, digits = 2) => value.toFixed(digits).padStart(8);

function print(name, { options, top1, loss, energy, milliseconds, packets }) {
  const figures = `${round(top1)} % ${round(loss)} points ${round(energy, 1)} µJ ${round(milliseconds, 3)} ms ${round(packets, 0)} packets`;
  console.log(`  ${name.padEnd(5)} ${figures}  ${options.join(' ')}`);
}

function compare(name, network) {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-auto-'));
  try {
    const autoChip = join(folder, 'auto.bin');
    const { record: chosen, refused } = build(network, ['--mode', 'auto', '--max-loss', `${maxLossPoints}`], autoChip);
    if (chosen === undefined) throw new Error(`${name}: ${refused}`);
    const taken = chosen.candidates.find(({ verdict }) => verdict === 'taken');
    const { floatTop1 } = evaluate(autoChip, network, asked.limit, 'none', []).accuracy;
    const auto = {
      options: ['--mode', taken.mode, '-T', `${taken.window}`, '--correct', taken.correct, '--code', taken.code],
      ...measured(autoChip, network, floatTop1),
    };
    console.log(`${name}, ${asked.target}, ${auto.samples} test samples, ${GRID.length} points`);
    print('auto', auto);
    const points = [];
    let none = 0;
    GRID.forEach((options, k) => {
      const chip = join(folder, `${k}.bin`);
      // The ledger explains a chip and changes nothing in it.
      if (build(network, [...options, '--ledger-samples', '0'], chip).record === undefined) none++;
      else points.push({ chip, options, events: microjoule(evaluate(chip, network, COUNTED_SAMPLES, 'none')) });
    });
    points.sort((a, b) => a.events - b.events);
    const { best, tried } = walk(points, network, floatTop1);
    const built = `${points.length} points built, ${none} refused, ${tried} measured, the others cost more`;
    if (best === undefined) console.log(`  no point loses ${maxLossPoints} points or less; ${built}`);
    else console.log(`  auto / best of the grid: ${(auto.energy / best.energy).toFixed(3)}; ${built}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (asked.network !== undefined)
  compare(basename(asked.network), {
    file: asked.network,
    calibrate: asked.calibrate,
    test: asked.test,
    labels: asked.labels,
    flags: asked.flags.split(' ').filter((flag) => flag !== ''),
  });
else
  for (const name of asked.model?.split(',') ?? Object.keys(MODELS)) {
    const file = join(shared, 'models', `${name}.onnx`);
    if (existsSync(file)) compare(name, { file, ...MODELS[name] });
    else console.log(`${name}: skipped, ../shared is not there`);
  }
