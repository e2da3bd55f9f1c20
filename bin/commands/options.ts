/** Options that several commands share. */
import type { Options, PositionalOptions } from 'yargs';

export const JSON_OPTION = {
  json: {
    type: 'string',
    describe: 'write the result as JSON to this file; alone or "-": to stdout, and nothing else there',
  },
} as const satisfies Record<string, Options>;

export const CHIP_OPERAND = {
  chip: { type: 'string', demandOption: true, describe: 'chip file made by `snnc build`' },
} as const satisfies Record<string, PositionalOptions>;

export const MODEL_OPERAND = {
  model: { type: 'string', demandOption: true, describe: 'ONNX model or net.json' },
} as const satisfies Record<string, PositionalOptions>;

export const TIMING_OPTION = (standard: 'cycle' | 'none') =>
  ({
    timing: {
      type: 'string',
      requiresArg: true,
      default: standard,
      describe: 'cycle: model the network cycle by cycle; none: results and counts only',
    },
  }) as const satisfies Record<string, Options>;

export const LATENCY_OPTIONS = {
  deadline: {
    type: 'string',
    requiresArg: true,
    describe: 'what an inference may take: 5ms, 250us, 1s or 200000cycles; exit code 5 if one takes longer',
  },
  'per-tick': { type: 'boolean', default: false, describe: 'print the latency of every tick, and what bound it' },
} as const satisfies Record<string, Options>;

export const PROBE_OPTIONS = {
  probe: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe:
      'record spikes and membrane potentials of a layer, by name or index, or of one neuron: layer:channel,y,x; may be repeated; runs on one thread',
  },
  'probe-out': {
    type: 'string',
    requiresArg: true,
    describe: 'file of what is probed: .npz, .json or .ndjson; probes.npz if absent',
  },
} as const satisfies Record<string, Options>;

export const BUILD_RECORD_OPTION = {
  build: {
    type: 'string',
    requiresArg: true,
    describe: 'build record of the chip (`snnc build --json`): the HTML report then shows the ledger of the conversion',
  },
} as const satisfies Record<string, Options>;

/** The report of a run. */
export const HTML_OPTIONS = {
  html: { type: 'string', requiresArg: true, describe: 'write the report as one HTML file that needs no network' },
  raster: {
    type: 'string',
    requiresArg: true,
    describe: 'sample whose spikes the record shows; with --html the first one if absent',
  },
  ...BUILD_RECORD_OPTION,
} as const satisfies Record<string, Options>;

export const KERNEL_OPTION = {
  kernel: {
    type: 'string',
    requiresArg: true,
    default: 'wasm',
    describe: 'what the cores are emulated with: wasm, or ts, which is slower and gives the same results',
  },
} as const satisfies Record<string, Options>;

/** Traces of a run (spec/traces.md). */
export const TRACE_OPTIONS = {
  trace: { type: 'string', requiresArg: true, describe: 'write a trace for the viewer of Perfetto or Chrome: .json' },
  'trace-ticks': { type: 'string', requiresArg: true, describe: 'only ticks a..b of every inference; all if absent' },
  'trace-cores': {
    type: 'string',
    requiresArg: true,
    describe: 'only these cores and the links of their tiles, as 0,3,8..11; all if absent',
  },
  'trace-limit': { type: 'string', requiresArg: true, describe: 'events at most; 1000000 if absent' },
  vcd: { type: 'string', requiresArg: true, describe: 'write a value change dump of some cores and routers: .vcd' },
  'vcd-ticks': { type: 'string', requiresArg: true, describe: 'ticks a..b of every inference; 0..3 if absent' },
  'vcd-cores': { type: 'string', requiresArg: true, describe: 'cores, as 0,3,8..11; the first four if absent' },
  'vcd-routers': {
    type: 'string',
    requiresArg: true,
    describe: 'routers (router = tile = y * width + x); those of the cores if absent',
  },
  'vcd-limit': { type: 'string', requiresArg: true, describe: 'value changes at most; 1000000 if absent' },
} as const satisfies Record<string, Options>;

/** How a network becomes a spiking one. */
export const CONVERSION_OPTIONS = {
  target: {
    type: 'string',
    requiresArg: true,
    default: 'edge',
    describe: 'built-in target (`snnc targets`) or a target file',
  },
  calibrate: {
    type: 'string',
    requiresArg: true,
    describe: 'data that thresholds are chosen from: .npy, .npz, IDX (.gz too), CIFAR-10 binary, .png',
  },
  'calibrate-limit': { type: 'string', requiresArg: true, default: '512', describe: 'calibration samples used' },
  T: { type: 'string', alias: 'window', requiresArg: true, describe: "ticks of every layer's window; 32 if absent" },
  mode: { type: 'string', requiresArg: true, describe: 'conversion: default, paper or exact; default if absent' },
  threshold: { type: 'string', requiresArg: true, describe: 'mse, max or percentile:p; mse if absent (paper: max)' },
  per: {
    type: 'string',
    requiresArg: true,
    describe: 'thresholds per layer or per channel; channel if absent (paper: layer)',
  },
  correct: {
    type: 'string',
    requiresArg: true,
    default: 'none',
    describe: 'what calibration means correct, layer by layer: none, bias, potential or both',
  },
  balance: { type: 'boolean', default: false, describe: 'let thresholds follow what they clip' },
  scale: {
    type: 'string',
    requiresArg: true,
    describe:
      "byte images: x' = (x / scale − mean) / std; if none of the three is given, what the network file says, else x / 255",
  },
  mean: { type: 'string', requiresArg: true, describe: 'one number, or one per channel with commas (--mean=-0.1,…)' },
  std: { type: 'string', requiresArg: true, describe: 'one number, or one per channel with commas' },
  'labels-file': { type: 'string', requiresArg: true, describe: 'names of the classes, one a line' },
  'dump-after': { type: 'string', requiresArg: true, describe: 'print what this pass made (`snnc passes`)' },
  quiet: { type: 'boolean', default: false, describe: 'print no summary' },
  ...JSON_OPTION,
} as const satisfies Record<string, Options>;

/** How a network becomes a chip. */
export const BUILD_OPTIONS = {
  ...CONVERSION_OPTIONS,
  'weight-bits': { type: 'string', requiresArg: true, default: '8', describe: '1, 2, 4 or 8' },
  map: {
    type: 'string',
    requiresArg: true,
    default: 'traffic',
    describe: 'which neurons share a core: traffic (few packets between cores) or layers (a layer a core)',
  },
  place: {
    type: 'string',
    requiresArg: true,
    default: 'anneal',
    describe: 'where the parts of the network go: anneal, hilbert, sequential or random',
  },
  seed: { type: 'string', requiresArg: true, default: '0', describe: 'of what is drawn by lot: annealing, random' },
  'ledger-samples': {
    type: 'string',
    requiresArg: true,
    default: '16',
    describe: 'calibration samples of the ledger, which says what the conversion lost where; 0: no ledger',
  },
} as const satisfies Record<string, Options>;
