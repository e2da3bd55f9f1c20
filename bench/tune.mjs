/**
 * What `snnc tune` finds and takes, beside every point of the same space on all samples.
 *
 *     npm run build && node bench/tune.mjs
 *     node bench/tune.mjs --case cifar --windows 4,8 --widths 8,4
 *
 * Both are the commands that a user has; they share a store, so the grid finds the builds of the tuning, and the
 * processor time of the grid does not hold them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Case → network, data and limits; ratio: what the answer may cost, of the best of the grid. */
const CASES = {
  mnist: {
    network: 'models/mnist_cnn_th.onnx',
    data: 'data/mnist/test-2k-images-idx3-ubyte.gz',
    calibrate: 'data/mnist/train-10k-images-idx3-ubyte.gz',
    scaling: ['--scale', '255'],
    ...{ maxLoss: 0.3, deadlineSeconds: 500e-6, ratio: 1.05 },
  },
  cifar: {
    network: 'models/cifar10_resnet20_th.onnx',
    data: 'data/cifar10/test-2k.bin',
    calibrate: 'data/cifar10/calibration-1k.bin',
    // As it was trained.
    scaling: ['--scale', '255', '--mean', '0.4914,0.4822,0.4465', '--std', '0.2470,0.2435,0.2616'],
    ...{ maxLoss: 1, deadlineSeconds: undefined, ratio: 1.1 },
  },
};

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'mnist' },
    shared: { type: 'string', default: join(root, '..', 'shared') },
    windows: { type: 'string', default: '2,4,8' },
    widths: { type: 'string', default: '8,4,2' },
    corrections: { type: 'string', default: 'none,bias' },
    limit: { type: 'string' },
    workers: { type: 'string' },
    store: { type: 'string' },
    'tune-only': { type: 'boolean', default: false },
  },
});

const chosen = CASES[values.case];
if (chosen === undefined || !existsSync(values.shared)) {
  process.stderr.write(
    `bench: --case is one of ${Object.keys(CASES).join(', ')}, --shared the folder of models and data\n`,
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'bench-tune-'));
const file = (name) => resolve(values.shared, name);
const { maxLoss, deadlineSeconds, ratio } = chosen;
const store = resolve(values.store ?? join(folder, 'store'));
const common = [
  file(chosen.network),
  ...['--data', file(chosen.data), '--calibrate', file(chosen.calibrate), ...chosen.scaling],
  ...['--mode', 'exact', '--code', 'graded', '--store', store],
  ...['--grid', `T=${values.windows}`, '--grid', `weight-bits=${values.widths}`],
  ...['--grid', `correct=${values.corrections}`],
  ...(values.limit === undefined ? [] : ['--limit', values.limit]),
  ...(values.workers === undefined ? [] : ['--workers', values.workers]),
];

function run(program, args) {
  const usage = join(folder, 'usage.json');
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', join(root, 'bench/parts/usage.cjs'), join(root, `dist/bundle/${program}.js`), ...args],
    { encoding: 'utf8', env: { ...process.env, BENCH_USAGE: usage }, maxBuffer: 2 ** 28 },
  );
  if (status !== 0 && status !== 3) throw new Error(stderr);
  return { wall: (performance.now() - start) / 1000, cpu: JSON.parse(readFileSync(usage, 'utf8')).cpu };
}

const microjoule = (joule) => `${(1e6 * joule).toFixed(3)} uJ`;
const options = (varied) =>
  Object.entries(varied)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

try {
  const limits = [
    '--max-loss',
    maxLoss,
    ...(deadlineSeconds === undefined ? [] : ['--deadline', `${1e6 * deadlineSeconds}us`]),
  ];
  const json = join(folder, 'tune.json');
  const tuned = run('snnc', [
    'tune',
    ...common,
    ...limits.map(String),
    '-o',
    join(folder, 'chip.bin'),
    '--json',
    json,
    '--quiet',
  ]);
  const record = JSON.parse(readFileSync(json, 'utf8'));
  const taken = record.answer && record.points[record.answer.point - 1];
  const all = record.points.length * record.samples.available;
  console.log(`tune: ${record.points.length} points, ${record.samples.measured} of ${all} samples`);
  console.log(
    `      ${taken ? `${options(taken.varied)}: ${microjoule(taken.energyJ.mean)}, ${taken.lossPoints.mean.toFixed(2)} points lost` : 'nothing meets the limits'}`,
  );
  console.log(`      ${tuned.wall.toFixed(0)} s, ${tuned.cpu.toFixed(0)} s of a processor core`);
  if (!values['tune-only']) {
    const lines = join(folder, 'grid.ndjson');
    const swept = run('snnemu', ['sweep', ...common, '-o', lines, '--quiet']);
    const points = readFileSync(lines, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ outcome }) => outcome.status === 'done');
    const meeting = points.filter(
      ({ outcome: { accuracy, latency } }) =>
        100 * accuracy.loss <= maxLoss + 1e-9 && latency.worstSeconds <= (deadlineSeconds ?? Infinity),
    );
    const best = meeting.reduce(
      (a, b) => (a && a.outcome.energy.joulePerInference <= b.outcome.energy.joulePerInference ? a : b),
      undefined,
    );
    console.log(`grid: ${points.length} points with a result, ${meeting.length} of them meet the limits`);
    console.log(
      `      ${best ? `${options(best.varied)}: ${microjoule(best.outcome.energy.joulePerInference)}, ${(100 * best.outcome.accuracy.loss).toFixed(2)} points lost` : 'nothing meets the limits'}`,
    );
    console.log(
      `      ${swept.wall.toFixed(0)} s, ${swept.cpu.toFixed(0)} s of a processor core, with the builds of tune`,
    );
    if (taken && best) {
      const found = taken.energyJ.mean / best.outcome.energy.joulePerInference;
      console.log(`tune / best of the grid: ${found.toFixed(4)} (at most ${ratio})`);
      if (found > ratio) process.exitCode = 1;
    } else if (Boolean(taken) !== Boolean(best)) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
