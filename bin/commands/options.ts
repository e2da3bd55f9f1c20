/** Options that several commands share. */
import type { PositionalOptions } from 'yargs';
import { choice, choicePerNode, destination, flag, integer, positive, rule, text, texts } from '../ui/option-kinds.ts';
import { EVENT_OPTIONS, LARGEST_SEED } from './data-options.ts';

/** More samples than any data set has. */
const MOST_SAMPLES = 1_000_000_000;
const LONGEST_WINDOW = 4096;
/** Ticks of a step. */
const LONGEST_STEP = 256;
/** Steps. */
const MOST_NIR_DELAY = 62;
/** Samples of the ledger are kept in memory. */
const MOST_LEDGER_SAMPLES = 1024;
const MOST_TRACE_EVENTS = 1e9;

const compiler = () => import('../../compiler/index.ts');
const rules = () => import('./rules.ts');

export const WIDE_OPTION = {
  wide: flag('leave lines and tables as wide as they are, whatever the width of the terminal (docs/terminal.md)'),
} as const;

/** How a result is shown. */
export const RESULT_OPTIONS = {
  json: destination(
    'write the result as JSON to this file; alone or "-": to stdout, and nothing else there. Of a command that fails: why (snn-refusal/1)',
  ),
  ...WIDE_OPTION,
} as const;

/** Of commands whose table is data. */
export const CSV_OPTION = {
  csv: text({
    describe: 'write the table as comma-separated values to this file, with units in the names of the columns',
  }),
} as const;

export const CHIP_OPERAND = {
  chip: { type: 'string', demandOption: true, describe: 'chip file made by `snnc build`' },
} as const satisfies Record<string, PositionalOptions>;

export const MODEL_OPERAND = {
  model: {
    type: 'string',
    demandOption: true,
    describe: 'ONNX model, NIR graph, .net of lava-dl, or net.json (layers, or populations of a spiking network)',
  },
} as const satisfies Record<string, PositionalOptions>;

export const SET_OPTION = {
  set: texts(
    'change a field of the target, as limits.neurons=1024 or mesh.width=16; may be repeated. Figures of edge follow by its formulas, those of others become assumed',
  ),
} as const;

export const LAYOUT_OPTION = {
  layout: choice(async () => (await import('../data/index.ts')).LAYOUTS, {
    describe: 'where the channels of stored samples are: nchw (first) or nhwc (last); if absent, what their shape says',
  }),
} as const;

export const LIMIT_OPTION = { limit: integer(1, MOST_SAMPLES, { describe: 'only the first samples' }) } as const;

export const TIMING_OPTION = <const T extends 'cycle' | 'none'>(standard: T) =>
  ({
    timing: choice(['cycle', 'none'], {
      default: standard,
      describe: 'cycle: model the network cycle by cycle; none: results and counts only, several times as fast',
    }),
  }) as const;

export const LATENCY_OPTIONS = {
  deadline: text({
    describe: 'what an inference may take: 5ms, 250us, 1s or 200000cycles; exit code 5 if one takes longer',
  }),
  'energy-budget': text({
    describe: 'what an inference may take in the mean: 100uJ or 1.5mJ; exit code 5 if they take more',
  }),
  'per-tick': flag('print the latency of every tick, and what bound it'),
} as const;

export const PROBE_OPTIONS = {
  probe: texts(
    'record spikes and membrane potentials of a layer, by name or index, or of one neuron: layer:channel,y,x; may be repeated; runs on one thread',
  ),
  'probe-out': text({ describe: 'file of what is probed: .npz, .json or .ndjson; probes.npz if absent' }),
} as const;

export const BUILD_RECORD_OPTION = {
  build: text({
    describe: 'build record of the chip (`snnc build --json`): the HTML report then shows the ledger of the conversion',
  }),
} as const;

/** The report of a run. */
export const HTML_OPTIONS = {
  html: text({ describe: 'write the report as one HTML file that needs no network' }),
  raster: integer(0, MOST_SAMPLES, {
    describe: 'sample whose spikes the record shows; with --html the first one if absent',
  }),
  ...BUILD_RECORD_OPTION,
} as const;

export const KERNEL_OPTION = {
  kernel: choice(async () => (await import('../../emulator/index.ts')).KERNEL_KINDS, {
    default: 'wasm',
    describe: 'what the cores are emulated with: wasm, or ts, which is slower and gives the same results',
  }),
} as const;

/** Traces of a run (spec/traces.md). */
export const TRACE_OPTIONS = {
  trace: text({ describe: 'write a trace for the viewer of Perfetto or Chrome: .json' }),
  'trace-ticks': text({ describe: 'only ticks a..b of every inference; all if absent' }),
  'trace-cores': text({ describe: 'only these cores and the links of their tiles, as 0,3,8..11; all if absent' }),
  'trace-limit': integer(1, MOST_TRACE_EVENTS, { describe: 'events at most; 1000000 if absent' }),
  vcd: text({ describe: 'write a value change dump of some cores and routers: .vcd' }),
  'vcd-ticks': text({ describe: 'ticks a..b of every inference; 0..3 if absent' }),
  'vcd-cores': text({ describe: 'cores, as 0,3,8..11; the first four if absent' }),
  'vcd-routers': text({ describe: 'routers (router = tile = y * width + x); those of the cores if absent' }),
  'vcd-limit': integer(1, MOST_TRACE_EVENTS, { describe: 'value changes at most; 1000000 if absent' }),
} as const;

/** How a network becomes a spiking one. */
export const CONVERSION_OPTIONS = {
  target: text({ default: 'edge', describe: 'built-in target (`snnc targets`) or a target file' }),
  ...SET_OPTION,
  calibrate: text({
    describe:
      'data that thresholds are chosen from: .npy, .npz (file.npz:array), IDX (.gz too), CIFAR-10 binary, PNG, JPEG, a .csv table, a folder with a sub-folder per class, a pattern in quotes; for networks of populations recordings of events too',
  }),
  ...LAYOUT_OPTION,
  'calibrate-limit': integer(1, MOST_SAMPLES, { default: 512, describe: 'calibration samples used' }),
  T: integer(1, LONGEST_WINDOW, {
    alias: 'window',
    describe: "ticks of every layer's window; 32 if absent. Of a NIR graph or .net file: steps of an inference",
  }),
  mode: choice(async () => [...(await compiler()).CONVERSION_MODES, 'auto' as const], {
    describe:
      'conversion: default, paper, signed, exact or lead; auto: what loses and costs least on calibration samples held out, also if absent and data are given',
  }),
  lead: integer(1, LONGEST_WINDOW, {
    describe: 'of mode lead: ticks by which a layer fires behind those that it hears; half of T if absent',
  }),
  'shift-window': integer(1, LONGEST_WINDOW, {
    describe: 'of mode paper: T that its shift of half a step in every tick is chosen for; T of the run if absent',
  }),
  levels: rule(async () => (await rules()).levels, {
    describe: 'of mode exact with code graded: T of single layers, by names with *, the first that matches: "conv1=32"',
  }),
  'max-loss': positive({
    describe: 'auto: points of accuracy that may be lost (without labels: of agreement); 0.5 if absent',
  }),
  objective: choice(async () => (await compiler()).OBJECTIVES, {
    describe:
      'what the chip is to have least of: energy, latency, cores, or balanced (energy times latency; with --deadline or --energy-budget the fewest cores that keep them); of the choice by measurement energy, or latency',
  }),
  code: choice(async () => (await compiler()).CODE_NAMES, {
    describe:
      'what packets say: unary (a packet for every spike); of mode exact also graded (one packet with the count), first-spike (one, the earlier the more)',
  }),
  threshold: rule(async () => (await rules()).thresholdRule, {
    describe: 'mse, max or percentile:p; mse if absent (paper: max)',
  }),
  per: choice(['layer', 'channel'], {
    describe: 'thresholds per layer or per channel; channel if absent (paper: layer)',
  }),
  correct: choice(async () => (await compiler()).CORRECTIONS, {
    describe: 'what calibration means correct, layer by layer: none, bias, potential or both; none if absent',
  }),
  balance: flag('let thresholds follow what they clip'),
  scale: positive({
    describe:
      "byte images: x' = (x / scale − mean) / std; if none of the three is given, what the network file says, else x / 255",
  }),
  mean: rule(async () => (await rules()).numbers, {
    describe: 'one number, or one per channel with commas (--mean=-0.1,…)',
  }),
  std: rule(async () => (await rules()).positiveNumbers, {
    describe: 'one number, or one per channel with commas',
  }),
  'labels-file': text({ describe: 'names of the classes, one a line' }),
  approximate: flag(
    'of an ONNX model: take Sigmoid, Tanh, Swish (SiLU), Gelu and HardSwish as straight pieces; the error is stated',
  ),
  'output-name': text({
    describe:
      'of an ONNX model with several outputs: the one that is built, or several with commas between them, which become heads of one read-out (snnemu eval --heads)',
  }),
  'dump-after': choice(async () => (await compiler()).PASSES.map(({ name }) => name), {
    describe: 'print what this pass made (`snnc passes`)',
  }),
  verify: flag('check what every pass made: what breaks a rule is a fault of snnc, and the message names the pass'),
  quiet: flag('print no summary'),
  ...RESULT_OPTIONS,
} as const;

/** What a NIR graph does not say. */
export const NIR_FLAGS = {
  dt: positive({
    describe:
      'length of a step: of a NIR graph in the unit of its tau (that of its origin, or 0.0001, if absent), of populations in seconds, in place of the dt of the file',
  }),
  'nir-origin': choice(async () => (await compiler()).NIR_ORIGINS, {
    describe:
      'library that a NIR graph comes from, which sets all --nir-… and --dt; none: its equations; guessed where its numbers tell it, else none',
  }),
  'nir-decay': choicePerNode(
    async () => (await compiler()).NIR_DECAYS,
    'what is left of a state: euler (1 − dt/tau) or exponential (e^(−dt/tau))',
  ),
  'nir-gain': choicePerNode(
    async () => (await compiler()).NIR_GAINS,
    'what of the input arrives: euler (dt/tau·r), exponential ((1 − e^(−dt/tau))·r), resistance (r), decayed (what a step leaves of it), membrane (dt/tau_mem·r where there is a current) or one',
  ),
  'nir-compare': choicePerNode(
    async () => (await compiler()).NIR_COMPARISONS,
    'a spike where V is gt (above) or ge (at or above) the threshold',
  ),
  'nir-reset': choicePerNode(
    async () => (await compiler()).NIR_RESETS,
    'of V with a spike: value (v_reset), zero, subtract (the threshold) or none; of single neurons by the names of their nodes, * for any part of one: "lif2=none,subtract" (that of all others has no name), as with --nir-decay, gain, compare, reset-time, spikes and floor',
  ),
  'nir-reset-time': choicePerNode(
    async () => (await compiler()).NIR_RESET_TIMES,
    'spike (before V decays), next-step (behind the decay) or added-back (snnTorch without reset delay)',
  ),
  'nir-spikes': rule(
    async () => {
      const { perNode, wholeNumber } = await import('../ui/values.ts');
      const { MOST_SPIKES } = await compiler();
      return (text, name) => perNode(text, (part) => wholeNumber(name, part, 1, MOST_SPIKES));
    },
    { describe: 'most spikes of a neuron in a step; of single neurons as --nir-reset' },
  ),
  'nir-floor': choicePerNode(
    async () => (await compiler()).NIR_FLOORS,
    'lowest V: none, zero, or threshold (minus the threshold)',
  ),
  'nir-delay': integer(0, MOST_NIR_DELAY, {
    describe: 'steps that all connections of a NIR graph take, beside Delay nodes',
  }),
  'nir-output': choice(async () => (await compiler()).DECODINGS, {
    describe:
      'how the output of a NIR graph is read: count (spikes), first (the earliest spike), last (the potential of the last step, of neurons that fire, too), max (the largest of all steps) or mean (of all steps)',
  }),
} as const;

const { dt: eventStep, ...otherEventOptions } = EVENT_OPTIONS;

/** How a network becomes a chip. */
export const BUILD_OPTIONS = {
  ...CONVERSION_OPTIONS,
  ...NIR_FLAGS,
  'event-dt': eventStep,
  ...otherEventOptions,
  'step-ticks': integer(1, LONGEST_STEP, {
    describe: 'ticks of a step of a network of populations, so that loops with little delay have time; 1 if absent',
  }),
  endless: flag(
    'of a network of populations: a chip without an end, for snnemu stream; the spikes of the output leave as they come',
  ),
  'weight-bits': rule(async () => (await rules()).weightWidths, {
    describe:
      'bits of a weight: 1, 2, 4, 8 or 16 (8 if absent); auto:2.5: a width for every layer by what it costs, 2.5 on average; read:5: the same, of the weights that an inference reads; names with *, the first that matches: "conv1=8,*=4"',
  }),
  round: choice(async () => (await compiler()).ROUNDINGS, {
    describe:
      'how weights become whole numbers: nearest, or second-order (by what they hear on calibration data); if absent, second-order up to 4 bit where there are 32 samples or more',
  }),
  deadline: text({
    describe: 'what an inference may take: 5ms, 250us or 200000cycles; the fewest cores that are expected to keep it',
  }),
  'energy-budget': text({ describe: 'what an inference may cost: 100uJ or 1.5mJ, likewise' }),
  map: choice(async () => (await compiler()).ASSIGNMENTS, {
    describe:
      'which neurons share a core: traffic (few packets between cores; if absent, and no --objective, --deadline or --energy-budget is given), layers (a layer a core) or work (every layer cut over all cores)',
  }),
  place: choice(async () => (await compiler()).PLACEMENT_METHODS, {
    default: 'anneal',
    describe: 'where the parts of the network go: anneal, hilbert, sequential or random',
  }),
  pin: text({
    describe:
      'file that puts layers, channels or places on cores by hand (docs/pins.md); the rest is mapped around it, by --map or --objective',
  }),
  seed: integer(0, LARGEST_SEED, { default: 0, describe: 'of what is drawn by lot: annealing, random' }),
  'ledger-samples': integer(0, MOST_LEDGER_SAMPLES, {
    default: 16,
    describe: 'calibration samples of the ledger, which says what the conversion lost where; 0: no ledger',
  }),
} as const;
