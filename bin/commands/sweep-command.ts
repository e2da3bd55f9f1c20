/** The command line of `snnemu sweep`. */
import { POINT_ROWS } from '../sweep/point-options.ts';
import { command } from '../ui/command.ts';
import { choice, flag, integer, rule, text, texts, words } from '../ui/option-kinds.ts';
import { MOST_WORKERS } from './eval-options.ts';
import { SET_OPTION, WIDE_OPTION } from './options.ts';

const isa = () => import('../../isa/index.ts');

/** What varies from point to point. */
export const SPACE_OPTIONS = {
  grid: texts('option=value,value,… (values with commas: option=value;value): every combination; may be repeated'),
  range: texts(
    'option=4..64, option=0.01..1.0:log or option=value,value,…: drawn as often as --samples says; may be repeated',
  ),
  samples: integer(1, async () => (await isa()).MOST_POINTS, { describe: 'points that are drawn from --range' }),
  sampling: choice(async () => (await isa()).SAMPLING_METHODS, {
    describe:
      'how: latin-hypercube (every part of a range once; if absent), sobol (with 2^k samples the parts of several ranges together, too) or random',
  }),
  'sampling-seed': integer(0, async () => (await isa()).LARGEST_SAMPLING_SEED, {
    describe: 'of what is drawn; 0 if absent',
  }),
} as const;

/** Of those who put points into a queue, and of those who take them out. */
export const QUEUE_OPTIONS = {
  queue: rule(async () => (await import('./rules.ts')).redisAddress, {
    describe: 'redis://host:port, with /db behind it: points go through this Redis to the workers of any machine',
  }),
  shared: text({
    describe: 'folder that all machines of --queue see: files of more than 64 MiB go through it, and not through Redis',
  }),
} as const;

const SWEEP_OPTIONS = {
  ...SPACE_OPTIONS,
  store: text({ default: 'sweep-store', describe: 'folder that keeps what has been computed; made if absent' }),
  output: text({
    alias: 'o',
    describe:
      'write the results here, a line of JSON a point, in the order of the plan; name.csv: as a table; name.parquet: for data frames',
  }),
  csv: text({ describe: 'write them as a table of comma-separated values' }),
  html: text({
    describe: 'write a report: the front, what each option does, where a deadline binds, all as one HTML file',
  }),
  front: rule(async () => (await import('./rules.ts')).axes, {
    describe: 'what the front is about, with commas: accuracy, energy, latency; all that the points tell if absent',
  }),
  workers: integer(1, MOST_WORKERS, {
    describe: 'points that are computed at a time; one per processor core if absent. Results do not depend on it',
  }),
  ...QUEUE_OPTIONS,
  part: rule(async () => (await import('../sweep/part.ts')).partOfPlan, {
    describe:
      'k/n, as 3/8: only every n-th point from the k-th on; with the same --store and without --part all are shown',
  }),
  emit: words(async () => (await import('./emitted.ts')).emitted, {
    count: 2,
    describe: 'slurm FILE: compute nothing, and write an array job of Slurm whose tasks compute the parts of the plan',
  }),
  tasks: integer(1, async () => (await isa()).MOST_POINTS, {
    describe: 'of that array job; one a point if absent, and 100 at most',
  }),
  quiet: flag('print no table'),
  ...WIDE_OPTION,
} as const;

const SWEEP_OPERAND = {
  plan: { type: 'string', demandOption: true, describe: 'plan (a .json of the format snn-sweep-plan/1), or network' },
} as const;

export const sweepCommand = command({
  name: 'sweep',
  operands: '<plan>',
  summary:
    'Build and evaluate many settings of a network, each once and for all, and show which of them no other one beats. ' +
    'Beside its own options it takes those of `snnc build` and `snnemu eval`, which then hold for all points.',
  operandTable: SWEEP_OPERAND,
  options: { ...POINT_ROWS, ...SET_OPTION, ...SWEEP_OPTIONS },
  examples: [
    [
      'sweep net.onnx --data test-images.gz --calibrate train-images.gz --grid T=4,8,16 --grid mode=default,exact',
      'six points',
    ],
    ['sweep plan.json --queue redis://host:6379', 'on all machines that run `snnemu worker` with the same --queue'],
    ['sweep plan.json --store results --emit slurm sweep.sh', 'the same on a cluster: sbatch sweep.sh'],
    ['sweep plan.json --store results -o results.ndjson --csv results.csv', 'what a file says (docs/sweep.md)'],
    ['sweep plan.json --store results -o results.parquet --html report.html', 'for a data frame, and to be looked at'],
    [
      'sweep net.onnx --data test-images.gz --calibrate train-images.gz --range T=4..64 --range seed=0..99 --samples 20',
      'twenty points, spread over two ranges',
    ],
  ],
  run: async (values, io) => (await import('./sweep.ts')).sweep(values, io),
});
