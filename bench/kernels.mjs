// Synaptic additions per second of the kernels, TypeScript beside WebAssembly, on one core that hears spikes:
// npm run build && node bench/kernels.mjs
import { Core } from '../dist/emulator/core.js';
import { newCounters } from '../dist/emulator/counts.js';
import { kernelMachine } from '../dist/emulator/wasm/machine.js';
import { builtinTargets, encodeProgram, SpikeSet } from '../dist/isa/index.js';

const REPEATS = 200;
const ACTIVITY = 0.1;
const target = builtinTargets().get('edge');
const weightsOf = (count) => Uint8Array.from({ length: count }, (_, k) => (k * 37) % 255);
const END = { op: 'END', fields: {} };
const SYNAPTIC = { destination: 0, width: 3, shift: 0, first: 0, weights: 0 };

/** A chip of one core that runs one instruction per event, as far as the kernels ask for it. */
function chipOf(axons, neurons, operation, synapses) {
  const program = encodeProgram([operation, END, END]).words;
  const group = { firstAxon: 0, axonCount: axons, handler: 0, payloadMin: 0, payloadMax: 1 };
  const image = {
    core: 0,
    neuronCount: neurons,
    axonCount: axons,
    delaySlots: 1,
    tickHandler: program.length - 1,
    resetHandler: program.length - 1,
    program,
    parameters: new Int32Array(0),
    synapses,
    groups: [group],
    sinks: [],
    sinkLists: new Uint32Array(0),
  };
  return { target, ticks: 1, layers: [], cores: [image], routes: [] };
}

function contextOf() {
  const one = () => new Float64Array(1);
  const read = () => undefined;
  return { counters: newCounters(), layerSynops: one(), layerMacs: one(), layerSpikes: one(), read };
}

/** The shortest of many runs: what else the machine does only adds to it. */
function measure(core, events, collect, counters) {
  let best = Infinity;
  let synops = 0;
  for (let k = 0; k < REPEATS; k++) {
    for (const axon of events) core.scheduler.add(0, axon, 1);
    const before = counters.synops;
    const start = performance.now();
    core.integrate(0);
    best = Math.min(best, performance.now() - start);
    collect();
    synops = counters.synops - before;
  }
  return synops / best / 1e6;
}

function compare(name, chip) {
  const { axonCount, neuronCount } = chip.cores[0];
  const maps = new Map([[0, { layer: new Int32Array(neuronCount).fill(-1), index: new Uint32Array(neuronCount) }]]);
  // Spread over all axons, in no simple rhythm.
  const heard = (axon) => ((Math.imul(axon + 1, 2654435761) >>> 8) % 1000) / 1000 < ACTIVITY;
  const events = Array.from({ length: axonCount }, (_, axon) => axon).filter(heard);
  const plain = contextOf();
  const core = new Core(chip.cores[0], maps.get(0), target, 1, plain, new SpikeSet([], 1));
  const ts = measure(core, events, () => undefined, plain.counters);
  const context = contextOf();
  const machine = kernelMachine(chip, maps, context, false);
  const wasm = measure(machine.cores[0], events, machine.collect, context.counters);
  const columns = [ts.toFixed(2), wasm.toFixed(2), (wasm / ts).toFixed(1)].map((text) => text.padStart(8));
  console.log(name.padEnd(42) + columns.join(''));
}

function dense(neurons, axons) {
  const operation = { op: 'DENSE', fields: { ...SYNAPTIC, count: neurons } };
  compare(`dense, ${neurons} neurons, ${axons} axons`, chipOf(axons, neurons, operation, weightsOf(neurons * axons)));
}

function convolution(channels, size, groups = 1) {
  const fields = {
    ...SYNAPTIC,
    groups,
    outHeight: size,
    outWidth: size,
    outChannels: channels,
    inChannels: channels,
    inHeight: size,
    inWidth: size,
    kernelHeight: 3,
    kernelWidth: 3,
    strideY: 1,
    strideX: 1,
    dilationY: 1,
    dilationX: 1,
    reserved: 0,
    offsetY: 1,
    offsetX: 1,
  };
  const neurons = size * size * channels;
  const weights = weightsOf(9 * channels * (channels / groups));
  const kind = groups === channels ? ', depthwise' : '';
  compare(`3x3 convolution, ${channels} channels${kind}`, chipOf(neurons, neurons, { op: 'CONV', fields }, weights));
}

function sparse(fanOut, neurons, axons) {
  const rows = Uint32Array.from({ length: axons + 1 }, (_, k) => k * fanOut);
  const offsets = Uint16Array.from({ length: axons * fanOut }, (_, k) => Math.imul(k, 2654435761) >>> 20);
  const weights = rows.byteLength + offsets.byteLength;
  const synapses = new Uint8Array(weights + offsets.length);
  synapses.set(new Uint8Array(rows.buffer));
  synapses.set(new Uint8Array(offsets.buffer), rows.byteLength);
  synapses.set(weightsOf(offsets.length), weights);
  const fields = { ...SYNAPTIC, count: neurons, rows: 0, targets: rows.byteLength, weights };
  compare(`sparse, fan-out ${fanOut}, ${axons} axons`, chipOf(axons, neurons, { op: 'SPARSE', fields }, synapses));
}

function diagonal(neurons) {
  const fields = { ...SYNAPTIC, count: neurons, period: 16, reserved: 0 };
  compare(`one to one, ${neurons} neurons`, chipOf(neurons, neurons, { op: 'DIAG', fields }, weightsOf(16)));
}

console.log(
  `G synops/s at ${100 * ACTIVITY} % activity`.padEnd(42) +
    ['ts', 'wasm', 'ratio'].map((text) => text.padStart(8)).join(''),
);
for (const [neurons, axons] of [
  [1024, 1024],
  [128, 1024],
  [10, 1024],
])
  dense(neurons, axons);
for (const channels of [64, 32, 16, 8]) convolution(channels, 16);
convolution(16, 16, 16);
sparse(128, 4096, 1024);
diagonal(4096);
