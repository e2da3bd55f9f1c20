// Synaptic additions per second of the kernels on one core that hears spikes: TypeScript, WebAssembly, a plain loop and,
// where they are there, the prototypes; and what the memory gives.
import { Core } from '../../dist/emulator/plain/core.js';
import { newCounters } from '../../dist/emulator/machine/counts.js';
import { kernelMachine } from '../../dist/emulator/wasm/machine.js';
import { builtinTargets, encodeProgram, SpikeSet } from '../../dist/isa/index.js';
import { answer, median, peakMB, request, timed } from './measure.mjs';
import { loadPrototypes } from './prototypes.mjs';

const ACTIVITY = 0.1;
/** Shorter calls are below what the clock of the processor tells apart, and too short to be interrupted often. */
const SHORT_SECONDS = 2e-4;
/** Calls of a turn, and those of them that only bring the weights back into the caches. */
const BURST = 8;
const UNTIMED = 3;
const { only, repeats } = request();
const prototypes = only === 'bandwidth' ? undefined : await loadPrototypes();
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
  return {
    counters: newCounters(),
    layerSynops: one(),
    layerMacs: one(),
    layerSpikes: one(),
    layerSynapseBits: one(),
    read,
  };
}

/**
 * Seconds of a call, medians: of the clock, or of the processor where a call is long. The contenders take turns, so that
 * all of them see the same machine.
 */
function compare(contenders) {
  const seconds = contenders.map(() => []);
  for (let turn = 0; turn < repeats; turn++)
    contenders.forEach(({ prepare, run }, c) => {
      for (let call = 0; call < BURST; call++) {
        prepare?.();
        const { cpu, wall } = timed(run);
        if (call >= UNTIMED) seconds[c].push(wall < SHORT_SECONDS ? wall : Math.min(wall, cpu));
      }
    });
  return seconds.map(median);
}

/** The axons that are heard: spread over all of them, in no simple rhythm. */
const eventsOf = (axons) =>
  Array.from({ length: axons }, (_, axon) => axon).filter(
    (axon) => ((Math.imul(axon + 1, 2654435761) >>> 8) % 1000) / 1000 < ACTIVITY,
  );

/**
 * @param plain one call of the plain loop over the events
 * @param prototype one call of the prototype, if there is one of this kind
 */
function measure(name, chip, { plain, prototype }) {
  const { axonCount, neuronCount } = chip.cores[0];
  const maps = new Map([[0, { layer: new Int32Array(neuronCount).fill(-1), index: new Uint32Array(neuronCount) }]]);
  const events = eventsOf(axonCount);
  const context = contextOf();
  const core = new Core(chip.cores[0], maps.get(0), target, 1, context, new SpikeSet([], 1));
  const machine = kernelMachine(chip, maps, contextOf(), false);
  const hear = (one) => ({
    prepare: () => {
      for (const axon of events) one.scheduler.add(0, axon, 1);
    },
    run: () => one.integrate(0),
  });
  hear(core).prepare();
  core.integrate(0);
  const { synops } = context.counters;
  const [ts, wasm, loop, floor] = compare([
    hear(core),
    hear(machine.cores[0]),
    { run: () => plain(events) },
    ...(prototype ? [{ run: prototype(events) }] : []),
  ]);
  const rate = (seconds) => synops / seconds;
  return { name, ts: rate(ts), wasm: rate(wasm), plain: rate(loop), ...(floor && { prototype: rate(floor) }) };
}

function dense(neurons, axons, withPrototype = false) {
  const operation = { op: 'DENSE', fields: { ...SYNAPTIC, count: neurons } };
  const weights = weightsOf(neurons * axons);
  const signed = new Int8Array(weights.buffer);
  const v = new Int32Array(neurons);
  return measure(`dense, ${neurons} neurons, ${axons} axons`, chipOf(axons, neurons, operation, weights), {
    plain: (events) => {
      for (const axon of events) for (let n = 0; n < neurons; n++) v[n] += signed[axon * neurons + n];
    },
    prototype:
      prototypes &&
      withPrototype &&
      ((events) => {
        const { kernels, place } = prototypes;
        const [state, rows, list] = [place(v), place(weights), place(Int32Array.from(events))];
        return () => kernels.dense_blkT(state, rows, neurons, list, events.length);
      }),
  });
}

function convolution(channels, size, { groups = 1, withPrototype = false } = {}) {
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
  const each = channels / groups;
  const weights = weightsOf(9 * channels * each);
  const signed = new Int8Array(weights.buffer);
  const v = new Int32Array(neurons);
  const kind = groups === channels ? ', depthwise' : '';
  const chip = chipOf(neurons, neurons, { op: 'CONV', fields }, weights);
  return measure(`3x3 convolution, ${channels} channels${kind}`, chip, {
    plain: (events) => {
      for (const axon of events) {
        const [c, x, y] = [axon % channels, Math.floor(axon / channels) % size, Math.floor(axon / channels / size)];
        const first = c - (c % each);
        for (let ky = 0; ky < 3; ky++)
          for (let kx = 0; kx < 3; kx++) {
            const [oy, ox] = [y + 1 - ky, x + 1 - kx];
            if (oy < 0 || oy >= size || ox < 0 || ox >= size) continue;
            const to = (oy * size + ox) * channels + first;
            const from = ((ky * 3 + kx) * channels + c) * each;
            for (let o = 0; o < each; o++) v[to + o] += signed[from + o];
          }
      }
    },
    prototype: prototypes && withPrototype && ((events) => convolutionPrototype(events, channels, size, weights)),
  });
}

/** Pulls, as the prototype does best at this activity: input channels by pixel of a map with a border. */
function convolutionPrototype(events, channels, size, weights) {
  const { kernels, place } = prototypes;
  const width = size + 2;
  const pixels = Array.from({ length: width * width }, () => []);
  for (const axon of events) {
    const pixel = Math.floor(axon / channels);
    pixels[(Math.floor(pixel / size) + 1) * width + (pixel % size) + 1].push(axon % channels);
  }
  const starts = new Uint32Array(pixels.length + 1);
  pixels.forEach((list, k) => (starts[k + 1] = starts[k] + list.length));
  const state = place(new Int32Array(width * width * channels));
  const [kernel, first, list] = [place(weights), place(starts), place(Uint16Array.from(pixels.flat()))];
  const scratch = place(new Uint32Array(9 * channels));
  return () => kernels.conv_pullT(state, kernel, channels, width, size, first, list, scratch);
}

function sparse(fanOut, neurons, axons) {
  const rows = Uint32Array.from({ length: axons + 1 }, (_, k) => k * fanOut);
  const offsets = Uint16Array.from({ length: axons * fanOut }, (_, k) => Math.imul(k, 2654435761) >>> 20);
  const weights = rows.byteLength + offsets.byteLength;
  const synapses = new Uint8Array(weights + offsets.length);
  synapses.set(new Uint8Array(rows.buffer));
  synapses.set(new Uint8Array(offsets.buffer), rows.byteLength);
  synapses.set(weightsOf(offsets.length), weights);
  const signed = new Int8Array(synapses.buffer, weights);
  const v = new Int32Array(neurons);
  const fields = { ...SYNAPTIC, count: neurons, rows: 0, targets: rows.byteLength, weights };
  const chip = chipOf(axons, neurons, { op: 'SPARSE', fields }, synapses);
  return measure(`sparse, fan-out ${fanOut}, ${axons} axons`, chip, {
    plain: (events) => {
      for (const axon of events) for (let k = rows[axon]; k < rows[axon + 1]; k++) v[offsets[k]] += signed[k];
    },
    prototype:
      prototypes &&
      ((events) => {
        const { kernels, place } = prototypes;
        const packed = Uint32Array.from(offsets, (offset, k) => (offset << 8) | (signed[k] & 0xff));
        const [state, first, entries] = [place(v), place(rows), place(packed)];
        const list = place(Int32Array.from(events));
        return () => kernels.csrp(state, first, entries, list, events.length);
      }),
  });
}

function diagonal(neurons) {
  const fields = { ...SYNAPTIC, count: neurons, period: 16, reserved: 0 };
  const weights = weightsOf(16);
  const signed = new Int8Array(weights.buffer);
  const v = new Int32Array(neurons);
  return measure(`one to one, ${neurons} neurons`, chipOf(neurons, neurons, { op: 'DIAG', fields }, weights), {
    plain: (events) => {
      for (const axon of events) v[axon] += signed[axon % 16];
    },
  });
}

/** Bytes per second that copying moves, reading and writing counted, for blocks that no cache holds. */
function memoryBandwidth() {
  const bytes = 128 * 2 ** 20;
  const from = new Uint8Array(bytes).fill(1);
  const to = new Uint8Array(bytes);
  const runs = Array.from({ length: 7 }, () => {
    const start = performance.now();
    to.set(from);
    return performance.now() - start;
  });
  return (2 * bytes * 1000) / median(runs.slice(2));
}

const CASES = {
  dense: () => dense(1024, 1024, true),
  'dense-128': () => dense(128, 1024),
  'dense-10': () => dense(10, 1024),
  'dense-large': () => dense(2048, 32_768),
  convolution: () => convolution(64, 16, { withPrototype: true }),
  'convolution-16': () => convolution(16, 16),
  depthwise: () => convolution(16, 16, { groups: 16 }),
  sparse: () => sparse(128, 4096, 1024),
  'one-to-one': () => diagonal(4096),
  bandwidth: () => ({ bytesPerSecond: memoryBandwidth() }),
};
// A case has the engine for itself: loops that have seen the arrays of another one are slower.
answer({ ...CASES[only](), peakMB: peakMB() });
