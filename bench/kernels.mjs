// Synaptic additions per second of the kernels: npm run build && node bench/kernels.mjs
import { addConvolutionPatch, mirrorRows, rowsAreContiguous } from '../dist/emulator/kernels/conv.js';
import { addDenseRow } from '../dist/emulator/kernels/dense.js';
import { addSparseRow } from '../dist/emulator/kernels/sparse.js';

const EVENTS = 4096;
const SECONDS = 0.5;
const weightsOf = (count) => Int8Array.from({ length: count }, (_, k) => ((k * 37) % 255) - 127);

/** @param run executes EVENTS events and returns the synapses visited */
function measure(name, run) {
  run();
  run();
  const start = performance.now();
  let visited = 0;
  while (performance.now() - start < SECONDS * 1000) visited += run();
  const rate = visited / (performance.now() - start) / 1e6;
  console.log(`${name.padEnd(40)} ${rate.toFixed(2)} G synops/s`);
}

function dense(neurons) {
  const state = new Int32Array(neurons);
  const weights = weightsOf(neurons * 256);
  measure(`dense, ${neurons} neurons`, () => {
    for (let e = 0; e < EVENTS; e++) addDenseRow(state, 0, neurons, weights, (e % 256) * neurons, 1);
    return EVENTS * neurons;
  });
}

function convolution(channels, size, more) {
  const base = {
    first: 0,
    outHeight: size,
    outWidth: size,
    outChannels: channels,
    inWidth: size,
    inChannels: channels,
    groups: 1,
    kernelHeight: 3,
    kernelWidth: 3,
    strideY: 1,
    strideX: 1,
    dilationY: 1,
    dilationX: 1,
    offsetY: 1,
    offsetX: 1,
    base: 0,
    runStride: channels / (more.groups ?? 1),
    ...more,
  };
  const kernel = { ...base, weights: weightsOf(base.inChannels * 9 * base.runStride) };
  const tile = { ...kernel, mirrored: rowsAreContiguous(kernel) ? mirrorRows(kernel) : undefined };
  const state = new Int32Array(size * size * channels);
  const axons = size * size * channels;
  measure(`3x3 convolution, ${channels} channels${more.groups === channels ? ', depthwise' : ''}`, () => {
    let taps = 0;
    for (let e = 0; e < EVENTS; e++) taps += addConvolutionPatch(state, tile, (e * 7919) % axons, 1);
    return taps * tile.runStride;
  });
}

function sparse(fanOut) {
  const state = new Int32Array(4096);
  const targets = Uint16Array.from({ length: fanOut * 256 }, (_, k) => (k * 2654435761) % 4096);
  const weights = weightsOf(targets.length);
  measure(`sparse, fan-out ${fanOut}`, () => {
    for (let e = 0; e < EVENTS; e++) {
      const begin = (e % 256) * fanOut;
      addSparseRow(state, 0, targets, 0, weights, 0, begin, begin + fanOut, 1);
    }
    return EVENTS * fanOut;
  });
}

for (const neurons of [1024, 128, 10]) dense(neurons);
for (const channels of [64, 16, 8]) convolution(channels, 16, {});
convolution(16, 16, { groups: 16 });
sparse(128);
