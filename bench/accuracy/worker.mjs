// One slice of the images of bench/accuracy.mjs: node worker.mjs '{"kind": …, "chip": …, "net": …, "data": …,
// "start": 0, "limit": 9}'
// prints {correct, total, predicted, spikes, seconds}; seconds of the processor, which do not depend on what else the machine does.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CONVERSIONS } from '../../dist/compiler/conversions.js';
import { AnnEvaluator, decodeGraphFile, readNetwork } from '../../dist/compiler/index.js';
import { SpikingSimulator } from '../../dist/compiler/engines/simulate.js';
import { simulatedNetwork } from '../../dist/compiler/engines/simulated-network.js';
import { fireOutput } from '../../dist/compiler/passes/fire-output.js';
import { formLayers } from '../../dist/compiler/passes/form-layers.js';
import { takeNeurons } from '../../dist/compiler/passes/take-neurons.js';
import { openDataset } from '../../dist/bin/data/index.js';
import { Emulator } from '../../dist/emulator/index.js';
import { predictedClass, preprocess, quantiseInput, readChip } from '../../dist/isa/index.js';

const { kind, chip: path, net, data, start, limit } = JSON.parse(process.argv[2]);
const chip = readChip(readFileSync(path), path);

/** Image → class, of the conventional network. */
function conventional() {
  const { ann } = decodeGraphFile(chip.graph);
  const evaluator = new AnnEvaluator(ann);
  return (x) => {
    evaluator.run(x);
    return { predicted: predictedClass(evaluator.output(ann.output)) };
  };
}

/** Image → class, of the spiking network in floating point: net.json as `snnc convert` writes it. */
function spiking() {
  const readSideFile = (name) => readFileSync(join(dirname(net), name));
  const { conversion, ann } = readNetwork(readFileSync(net), { fileName: basename(net), readSideFile });
  const formed = formLayers(ann);
  const { graph } = CONVERSIONS[conversion.mode].outputFires ? fireOutput(formed) : formed;
  const simulator = new SpikingSimulator(simulatedNetwork(takeNeurons(graph, conversion)));
  return (x) => {
    simulator.run(x);
    return { predicted: predictedClass(simulator.readout()) };
  };
}

/** Image → class, of the bytes of the chip. */
function emulated() {
  const emulator = new Emulator(chip, { timing: 'none' });
  return (x) => {
    const { predicted } = emulator.infer(quantiseInput(x, chip.input));
    const { spikes } = emulator.counts();
    return { predicted, spikes };
  };
}

const kinds = { float: conventional, spiking, chip: emulated };
const classify = kinds[kind]();
const result = { correct: 0, total: 0, predicted: [], spikes: 0, seconds: 0 };
const dataset = await openDataset(data, { expectedShape: chip.input.shape });
for await (const { values, label } of dataset.samples({ start, limit })) {
  const x = preprocess(values, chip.input);
  const before = process.cpuUsage();
  const { predicted, spikes = 0 } = classify(x);
  result.total++;
  result.predicted.push(predicted);
  if (predicted === label) result.correct++;
  // The emulator counts from its start on.
  result.spikes = spikes;
  const { user, system } = process.cpuUsage(before);
  result.seconds += (user + system) / 1e6;
}
console.log(JSON.stringify(result));
