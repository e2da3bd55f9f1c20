/**
 * Whether the codes of the mode `exact` say what its spikes say: counts of every neuron of every layer, on images of the
 * test sets, of chips that differ in their code alone.
 *
 *     npm run build && node bench/codes.mjs
 *     node bench/codes.mjs --model mnist_cnn_th --T 8 --limit 100
 *
 * Models and data are those beside the project (../shared); what is not there is named and skipped. The emulator runs the
 * chips of codes whose spikes are bits; the reference interpreter, which sees payloads, runs the graph that a graded chip
 * file carries.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDataset } from '../dist/bin/data/index.js';
import { decodeGraphFile, ReferenceInterpreter } from '../dist/compiler/index.js';
import { Emulator } from '../dist/emulator/index.js';
import { preprocess, quantiseInput, readChip } from '../dist/isa/index.js';

const { values: asked } = parseArgs({
  options: {
    model: { type: 'string' },
    T: { type: 'string', default: '8' },
    limit: { type: 'string', default: '100' },
  },
});
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const program = fileURLToPath(new URL('../dist/bundle/snnc.js', import.meta.url));
const window = Number(asked.T);

const MNIST = {
  calibrate: 'data/mnist/train-10k-images-idx3-ubyte.gz',
  test: 'data/mnist/test-2k-images-idx3-ubyte.gz',
  flags: ['--scale', '255'],
};
const CIFAR = { calibrate: 'data/cifar10/calibration-1k.bin', test: 'data/cifar10/test-2k.bin' };
const standardised = ['--scale', '255', '--mean', '0.4914,0.4822,0.4465', '--std', '0.2470,0.2435,0.2616'];
const MODELS = {
  mnist_cnn_th: MNIST,
  mnist_mlp_relu: MNIST,
  cifar10_resnet20_th: { ...CIFAR, flags: standardised },
  mlperf_ic_resnet8: { ...CIFAR, flags: ['--scale', '1'] },
};

/** How the counts of a code are read off a run: what a spike in a tick of its layer's window stands for, or its payload. */
const CODES = {
  unary: ({ file }) => spikeCounter(file, () => 1),
  graded: payloadCounter,
  'first-spike': ({ file }) => spikeCounter(file, (tick) => window - tick),
};

/** A chip of a model in a code, with the graph that it carries. */
function build(name, { calibrate, flags }, code, folder) {
  const chip = join(folder, `${code}.bin`);
  const line = ['build', join(shared, 'models', `${name}.onnx`), '-o', chip, '--mode', 'exact', '--code', code];
  const data = ['--calibrate', join(shared, calibrate), '--calibrate-limit', '64', '-T', asked.T, ...flags];
  const { status, stderr } = spawnSync(process.execPath, [program, ...line, ...data], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} as ${code}: ${stderr}`);
  const file = readChip(readFileSync(chip), chip);
  return { file, graph: decodeGraphFile(file.graph).quantised };
}

/** Sample → counts of every neuron, layer after layer, and what the chip reads out. */
function spikeCounter(chip, worth) {
  const emulator = new Emulator(chip, { timing: 'none' });
  const counts = chip.layers.map(({ shape }) => new Int32Array(shape[0] * shape[1] * shape[2]));
  return (input) => {
    const { spikes, readout } = emulator.infer(input);
    chip.layers.forEach(({ depth }, l) => {
      counts[l].fill(0);
      for (let tick = depth; tick < depth + window; tick++)
        for (const k of spikes.fired(l, tick)) counts[l][k] += worth(tick - depth);
    });
    return { counts, readout };
  };
}

function payloadCounter({ graph }) {
  const interpreter = new ReferenceInterpreter(graph);
  const counts = graph.layers.map(({ shape }) => new Int32Array(shape[0] * shape[1] * shape[2]));
  return (input) => {
    for (const layer of counts) layer.fill(0);
    const { readout } = interpreter.run(input, (_, view) => {
      counts.forEach((layer, l) => {
        view.spikes(l).forEach((payload, k) => {
          layer[k] += payload;
        });
      });
    });
    return { counts, readout };
  };
}

for (const name of asked.model === undefined ? Object.keys(MODELS) : asked.model.split(',')) {
  const model = MODELS[name];
  if (model === undefined) throw new Error(`there is no model ${name}: ${Object.keys(MODELS).join(', ')}`);
  if (!existsSync(join(shared, 'models', `${name}.onnx`))) {
    console.log(`${name}: skipped, ../shared is not there`);
    continue;
  }
  const folder = mkdtempSync(join(tmpdir(), 'snnc-codes-'));
  try {
    const chips = Object.keys(CODES).map((code) => ({ code, chip: build(name, model, code, folder) }));
    const counters = chips.map(({ code, chip }) => ({
      code,
      count: CODES[code](chip),
      differ: 0,
      outputs: 0,
    }));
    const { file } = chips[0].chip;
    const dataset = await openDataset(join(shared, model.test), { expectedShape: file.input.shape });
    let [samples, neurons, spikes] = [0, 0, 0];
    for await (const { values } of dataset.samples({ start: 0, limit: Number(asked.limit) })) {
      const input = quantiseInput(preprocess(values, file.input), file.input);
      const [exact, ...coded] = counters.map(({ count }) => count(input));
      samples++;
      for (const layer of exact.counts) {
        neurons += layer.length;
        spikes += layer.reduce((sum, n) => sum + n, 0);
      }
      coded.forEach(({ counts, readout }, k) => {
        counts.forEach((layer, l) =>
          layer.forEach((n, i) => (counters[k + 1].differ += Number(n !== exact.counts[l][i]))),
        );
        counters[k + 1].outputs += Number(readout.some((value, i) => value !== exact.readout[i]));
      });
    }
    for (const { code, differ, outputs } of counters.slice(1))
      console.log(
        `${name}, T = ${window}, ${code}: ${differ} of ${neurons} counts of ${samples} samples (${spikes} in all) differ from those of unary spikes; outputs of ${outputs} samples`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
