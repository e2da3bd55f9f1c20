/** The options of `snnemu eval`, which are also those of the points of a sweep. */
import { flag, integer, rule, text, words } from '../ui/option-kinds.ts';
import { ENCODE_OPTIONS, EVENT_OPTIONS, UNTIL_OPTION } from './data-options.ts';
import {
  CSV_OPTION,
  HTML_OPTIONS,
  RESULT_OPTIONS,
  KERNEL_OPTION,
  LATENCY_OPTIONS,
  LAYOUT_OPTION,
  LIMIT_OPTION,
  PROBE_OPTIONS,
  TIMING_OPTION,
} from './options.ts';

const rules = () => import('./rules.ts');

export const MOST_WORKERS = 1024;
const MOST_CLASSES = 2 ** 26;

export const LABELS_OPTION = {
  labels: text({ describe: 'labels, if not beside the data: .npy, .npz, IDX, or text with a number a line' }),
} as const;

export const EVAL_OPTIONS = {
  data: text({
    required: true,
    describe:
      'data: .npy, .npz (file.npz:array), IDX, CIFAR-10 binary, PNG, JPEG, a .csv table of numbers or of files and labels, a folder with a sub-folder per class, a pattern in quotes; recordings of event cameras in any of these',
  }),
  ...LABELS_OPTION,
  ...LAYOUT_OPTION,
  targets: text({
    describe: 'what each output should be: .npy, .npz or a .csv table; the report then has MAE, RMSE and R²',
  }),
  heads: rule(async () => (await rules()).heads, {
    describe:
      'a network that tells classes apart in several places: outputs of each head, as 10,3, or "pixels". --labels then has a class for each head, or for each pixel',
  }),
  'top-k': integer(2, MOST_CLASSES, {
    describe: 'also count samples whose label is among the k largest outputs',
  }),
  ...LIMIT_OPTION,
  ...EVENT_OPTIONS,
  ...UNTIL_OPTION,
  ...ENCODE_OPTIONS,
  ...TIMING_OPTION('cycle'),
  ...LATENCY_OPTIONS,
  ...KERNEL_OPTION,
  workers: integer(1, MOST_WORKERS, {
    describe:
      'threads that run samples, which share one copy of the chip; one per processor core if absent. 1: no threads',
  }),
  'no-float': flag('do not run the conventional network on the samples as well'),
  curve: flag(
    'accuracy after every number of ticks, from one run (modes default and signed, recordings of events, and --encode)',
  ),
  samples: text({
    describe:
      'list every sample: label, answers, margin, spikes, operations, energy and latency; .csv or .ndjson; runs on one thread',
  }),
  neurobench: text({
    describe:
      "write the metrics of NeuroBench by its harness's names, as JSON: footprint, sparsities, synaptic operations per sample and per execution. Without MembraneUpdates and NeuronOperations, which are those of its own neurons, and ParameterCount",
  }),
  ...PROBE_OPTIONS,
  ...HTML_OPTIONS,
  ...CSV_OPTION,
  ...RESULT_OPTIONS,
} as const;

/** Of the command alone: points of a sweep are divided otherwise. */
export const PART_OPTIONS = {
  part: rule(async () => (await import('../sweep/part.ts')).partOfPlan, {
    describe:
      'k/n, as 3/8: only the k-th of n about equal shares of the samples, into the file of -o; `snnemu merge` adds up all of them',
  }),
  output: text({ alias: 'o', describe: 'file of the part' }),
  emit: words(async () => (await import('./emitted.ts')).emitted, {
    count: 2,
    describe: 'slurm FILE: run nothing, and write an array job of Slurm whose tasks run the parts',
  }),
  tasks: integer(1, async () => (await import('../../isa/index.ts')).MOST_PARTS, { describe: 'of that array job' }),
} as const;
