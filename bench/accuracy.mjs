/**
 * Accuracy of the conventional network, of the spiking one in floating point and of the chip made from it, its packets,
 * energy and latency, by mode, code, correction, window and width of the weights, as a table.
 *
 *     npm run build && npm run bench:accuracy
 *     npm run bench:accuracy -- --chip-only --limit 2000
 *     npm run bench:accuracy -- --model mnist_cnn_th --mode default,exact --T 8,16 --limit 500
 *     npm run bench:accuracy -- --mode exact/graded,exact/graded/bias,exact/first-spike --T 8 --limit 2000
 *     npm run bench:accuracy -- --model mnist_cnn_th --mode default --T 16 --weight-bits 8,4,2
 *
 * Models and data are those beside the project (../shared); what is not there is named and skipped. Every row is a chip
 * file built by `snnc build` from calibration images alone and executed on the first images of the test set.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { wilsonInterval } = await import('../dist/emulator/index.js');

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = join(root, '../shared');
const worker = fileURLToPath(new URL('accuracy/worker.mjs', import.meta.url));

/** Images whose cycles are counted. */
const TIMED_IMAGES = 3;

const CIFAR_MEAN = '0.4914,0.4822,0.4465';
const CIFAR_STD = '0.2470,0.2435,0.2616';

/** Every mode, and the codes of `exact`, where they are worth it. */
const RUNS = {
  default: [8, 32],
  'default/both': [32],
  paper: [32],
  lead: [8],
  'signed/bias': [4, 8],
  exact: [8],
  'exact/first-spike': [8],
  'exact/graded': [8, 64],
  'exact/graded/bias': [4, 32],
};

/** If nothing else is asked for: `runs`: mode[/code][/correction] → windows; `narrow`: of the default mode, windows with 4-bit weights too. */
const MODELS = [
  {
    name: 'mnist_cnn_th',
    file: join(shared, 'models/mnist_cnn_th.onnx'),
    calibrate: join(shared, 'data/mnist/train-10k-images-idx3-ubyte.gz'),
    test: join(shared, 'data/mnist/test-2k-images-idx3-ubyte.gz'),
    flags: ['--scale', '255'],
    runs: RUNS,
    narrow: [],
    limit: 100,
  },
  {
    name: 'mnist_mlp_relu',
    file: join(shared, 'models/mnist_mlp_relu.onnx'),
    calibrate: join(shared, 'data/mnist/train-10k-images-idx3-ubyte.gz'),
    test: join(shared, 'data/mnist/test-2k-images-idx3-ubyte.gz'),
    flags: ['--scale', '255'],
    runs: RUNS,
    narrow: [],
    limit: 500,
  },
  {
    name: 'cifar10_resnet20_th',
    file: join(shared, 'models/cifar10_resnet20_th.onnx'),
    calibrate: join(shared, 'data/cifar10/calibration-1k.bin'),
    test: join(shared, 'data/cifar10/test-2k.bin'),
    flags: ['--scale', '255', '--mean', CIFAR_MEAN, '--std', CIFAR_STD],
    runs: RUNS,
    narrow: [],
    limit: 12,
  },
  {
    name: 'mlperf_ic_resnet8',
    file: join(shared, 'models/mlperf_ic_resnet8.onnx'),
    calibrate: join(shared, 'data/cifar10/calibration-1k.bin'),
    test: join(shared, 'data/cifar10/test-2k.bin'),
    flags: ['--scale', '1'],
    runs: RUNS,
    narrow: [],
    limit: 50,
  },
];
/** Where ../shared is absent: the digits of the demo, which come from the images that the network was trained on. */
const EXAMPLE = {
  name: 'mnist_cnn_th (example digits, from its training set)',
  file: join(root, 'examples/mnist/mnist_cnn_th.onnx'),
  calibrate: join(root, 'examples/mnist/calibration-images-idx3-ubyte.gz'),
  test: join(root, 'examples/mnist/digits-images-idx3-ubyte.gz'),
  flags: ['--scale', '255'],
  runs: { default: [4, 8, 16, 32], paper: [16, 32], exact: [8, 16] },
  narrow: [16],
  limit: 40,
};

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    mode: { type: 'string' },
    T: { type: 'string' },
    threshold: { type: 'string' },
    per: { type: 'string' },
    'weight-bits': { type: 'string' },
    'calibrate-limit': { type: 'string', default: '512' },
    limit: { type: 'string' },
    'chip-only': { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `npm run bench:accuracy -- [options]
  --model a,b         of ${MODELS.map(({ name }) => name).join(', ')}
  --mode a,b          default, paper, signed, exact, lead; with a code and a correction: exact/graded/bias
  --T 8,16            windows in ticks
  --threshold a,b     mse, max, percentile:p; that of the mode if absent
  --weight-bits 8,4   widths of the weights
  --per, --calibrate-limit   as for snnc build
  --chip-only         without the spiking network in floating point, which takes most of the time
  --limit n           test images; a few by default, which takes about five minutes in all
  --workers n         processes (2)
  --json file         the rows as JSON as well`;

const note = (text) => process.stderr.write(`${text}\n`);

function stop(message) {
  note(`bench:accuracy: ${message}`);
  process.exit(2);
}

function positive(name, text) {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : stop(`--${name} ${text} is not a positive whole number`);
}

const list = (text) => text?.split(',');

/** The models that were asked for and whose files are there. */
function availableModels() {
  const wanted = list(values.model);
  const unknown = wanted?.find((name) => MODELS.every((model) => model.name !== name));
  if (unknown !== undefined) stop(`there is no model ${unknown}; --help lists them`);
  const models = MODELS.filter(({ name }) => wanted === undefined || wanted.includes(name));
  const missing = (model) => [model.file, model.calibrate, model.test].filter((path) => !existsSync(path));
  for (const model of models)
    if (missing(model).length > 0)
      note(
        `skipped: ${model.name}, without ${missing(model)
          .map((path) => relative(root, path))
          .join(', ')}`,
      );
  const found = models.filter((model) => missing(model).length === 0);
  return found.length === 0 ? [EXAMPLE] : found;
}

/** What is built of a model: one chip per mode, threshold rule, window and width of the weights. */
function* configurations(model) {
  for (const mode of list(values.mode) ?? Object.keys(model.runs))
    for (const threshold of list(values.threshold) ?? [undefined])
      for (const window of list(values.T)?.map((text) => positive('T', text)) ?? model.runs[mode] ?? [16, 32])
        yield { mode, threshold, window, widths: list(values['weight-bits']) ?? standardWidths(model, mode, window) };
}

const standardWidths = (model, mode, window) =>
  mode === 'default' && model.narrow.includes(window) ? ['8', '4'] : ['8'];

const snnc = (...line) =>
  spawnSync(process.execPath, [join(root, 'dist/bundle/snnc.js'), ...line, '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  }).status === 0;

const CORRECTIONS = ['none', 'bias', 'potential', 'both'];

/** The options of snnc that `mode/code/correction` stands for; what is not said is that of the mode. */
function conversionOptions(name) {
  const [mode, ...more] = name.split('/');
  return more.reduce(
    (line, word) => [...line, CORRECTIONS.includes(word) ? '--correct' : '--code', word],
    [...['--mode', mode]],
  );
}

/** Converts a network: net.json with its neurons, in floating point. Returns whether it could. */
function convert(model, { mode, threshold, window }, net) {
  const passedOn = ['per', 'calibrate-limit'].flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  return snnc(
    ...['convert', model.file, '--calibrate', model.calibrate, ...model.flags, '-T', String(window)],
    ...conversionOptions(mode),
    ...(threshold === undefined ? [] : ['--threshold', threshold]),
    ...passedOn,
    ...['-o', net],
  );
}

/** Builds a chip file of a converted network; returns the build record. */
function build(net, weightBits, chip, record) {
  const built = snnc('build', net, '--weight-bits', weightBits, '--no-self-test', '-o', chip, '--json', record);
  return built ? JSON.parse(readFileSync(record, 'utf8')) : undefined;
}

/** What the first images take with cycle timing, per inference; packets are those of all layers. */
function timed(chip, { test }) {
  const line = ['eval', chip, '--data', test, '--limit', String(TIMED_IMAGES), '--timing', 'cycle', '--json', '-'];
  const { stdout } = spawnSync(process.execPath, [join(root, 'dist/bundle/snnemu.js'), ...line], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { latency, energy, counts, inferences } = JSON.parse(stdout);
  return {
    latencySeconds: latency.secondsPerInference.median,
    energyJ: energy.joulePerInference,
    packets: counts.packets / inferences,
  };
}

/** Shares the images among processes, each of which streams its own slice; adds up what they counted. */
async function measure(job, images, workers) {
  const slice = Math.ceil(images / workers);
  const slices = Array.from({ length: workers }, (_, k) => ({
    start: k * slice,
    limit: Math.min(slice, images - k * slice),
  }));
  const results = await Promise.all(
    slices.filter(({ limit }) => limit > 0).map((range) => runWorker({ ...job, ...range })),
  );
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const predicted = results.flatMap((result) => result.predicted);
  return { correct: sum('correct'), total: sum('total'), predicted, spikes: sum('spikes'), seconds: sum('seconds') };
}

function runWorker(job) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [worker, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`a worker ended with ${code}`)),
    );
  });
}

const percent = (share) => `${(100 * share).toFixed(2)}`;
const points = (value) => (100 * value).toFixed(2).replace(/^-(?=0\.00$)/, '');

/** Columns of the table: what they show of a row; those of the spiking network in floating point only where it was measured. */
const COLUMNS = {
  model: ({ model }) => model,
  mode: ({ mode }) => mode,
  thresholds: ({ thresholds }) => thresholds,
  T: ({ window }) => window,
  images: ({ images }) => images,
  'weight bits': ({ weightBits }) => weightBits,
  'conventional %': ({ floatTop1 }) => percent(floatTop1),
  ...(values['chip-only'] ? {} : { 'spiking, float %': ({ spikingTop1 }) => percent(spikingTop1) }),
  'chip %': ({ top1 }) => percent(top1),
  '95 % interval': ({ ci95 }) => ci95.map(percent).join(' to '),
  'loss, points': ({ floatTop1, top1 }) => points(floatTop1 - top1),
  ...(values['chip-only'] ? {} : { 'of it by integers': ({ spikingTop1, top1 }) => points(spikingTop1 - top1) }),
  'same answer %': ({ sameAnswer }) => percent(sameAnswer),
  'spikes per image': ({ spikesPerImage }) => Math.round(spikesPerImage).toLocaleString('en-US'),
  packets: ({ packets }) => Math.round(packets).toLocaleString('en-US'),
  ticks: ({ ticks }) => ticks,
  energy: ({ energyJ }) => `${Number((1e6 * energyJ).toPrecision(3))} µJ`,
  latency: ({ latencySeconds }) => `${(1000 * latencySeconds).toPrecision(3)} ms`,
  'CPU s per image': ({ secondsPerImage }) => secondsPerImage.toPrecision(2),
};

/** The rows as a table in Markdown. */
function table(rows) {
  const names = Object.keys(COLUMNS);
  const lines = rows.map((row) => names.map((name) => COLUMNS[name](row)));
  return [names, names.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

async function measureModel(model, folder, rows) {
  const workers = positive('workers', values.workers);
  const [net, chip, record] = ['net.json', 'chip.bin', 'build.json'].map((name) => join(folder, name));
  const images = values.limit === undefined ? model.limit : positive('limit', values.limit);
  let float;
  for (const configuration of configurations(model)) {
    const { mode, window, widths } = configuration;
    const title = `${model.name}, ${mode}, T = ${window}`;
    if (!convert(model, configuration, net)) {
      note(`left out: ${title}, which could not be converted`);
      continue;
    }
    let spiking;
    for (const weightBits of widths) {
      const built = build(net, weightBits, chip, record);
      if (built === undefined) {
        note(`left out: ${title}, ${weightBits} bit, which could not be built`);
        continue;
      }
      const job = { chip, net, data: model.test };
      float ??= await measure({ ...job, kind: 'float' }, images, workers);
      // The same for all widths: its weights are not rounded.
      if (!values['chip-only']) spiking ??= await measure({ ...job, kind: 'spiking' }, images, workers);
      const run = await measure({ ...job, kind: 'chip' }, images, workers);
      const { threshold, per, correct } = built.conversion;
      rows.push({
        model: model.name,
        mode,
        thresholds: `${threshold} per ${per}${correct === undefined || correct === 'none' ? '' : `, corrected: ${correct}`}`,
        window,
        images: run.total,
        weightBits: Number(weightBits),
        floatTop1: float.correct / float.total,
        ...(spiking && { spikingTop1: spiking.correct / spiking.total }),
        top1: run.correct / run.total,
        ci95: wilsonInterval(run.correct, run.total),
        sameAnswer: run.predicted.filter((answer, k) => answer === float.predicted[k]).length / run.total,
        spikesPerImage: run.spikes / run.total,
        ticks: built.conversion.ticks,
        ...timed(chip, model),
        secondsPerImage: run.seconds / run.total,
      });
      note(
        `${title}, ${weightBits} bit: ${run.correct} of ${run.total}, ${spiking === undefined ? '' : `spiking in float ${spiking.correct}, `}conventional ${float.correct}, ${run.seconds.toFixed(0)} s of CPU`,
      );
    }
  }
}

if (values.help) console.log(HELP);
else {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-accuracy-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const rows = [];
  // What has been measured is not lost when the rest is not waited for.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      console.log(table(rows));
      process.exit(130);
    });
  for (const model of availableModels()) await measureModel(model, folder, rows);
  console.log(table(rows));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
