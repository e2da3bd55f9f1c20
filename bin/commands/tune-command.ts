/** The command line of `snnc tune`. */
import { TUNED_ROWS } from '../sweep/point-options.ts';
import { command } from '../ui/command.ts';
import { choice, flag, integer, positive, rule, text } from '../ui/option-kinds.ts';
import { MOST_WORKERS } from './eval-options.ts';
import { CSV_OPTION, RESULT_OPTIONS, MODEL_OPERAND, SET_OPTION } from './options.ts';
import { SPACE_OPTIONS } from './sweep-command.ts';

const MOST_CORES = 2 ** 31 - 1;

const TUNE_OPTIONS = {
  output: text({ alias: 'o', required: true, describe: 'chip file to write' }),
  'max-loss': positive({ default: 0.5, describe: 'points of accuracy that may be lost' }),
  deadline: rule(async () => (await import('./tune.ts')).deadlineSeconds, {
    describe: 'what every inference may take: 5ms, 250us',
  }),
  energy: rule(async () => (await import('./rules.ts')).joules, {
    describe: 'what an inference may take in the mean: 100uJ, 2.5mJ',
  }),
  'max-cores': integer(1, MOST_CORES, { describe: 'cores that the chip may use' }),
  objective: choice(async () => (await import('../tune/race.ts')).OBJECTIVES, {
    default: 'energy',
    describe: 'what is to be least, where the limits are met',
  }),
  confidence: rule(async () => (await import('./rules.ts')).confidence, {
    default: 0.95,
    describe: 'that chance puts the best point not away, and of all intervals: 0.5 to 0.999',
  }),
  space: text({ describe: 'what is chosen from, as a file (snn-tune-space/1, docs/tune.md)' }),
  ...SPACE_OPTIONS,
  store: text({ default: 'tune-store', describe: 'folder that keeps what has been measured; made if absent' }),
  points: text({ describe: 'write all points here, a line of JSON each' }),
  html: text({
    describe:
      'write a report: what was taken and how sure that is, what each limit costs, all points, as one HTML file',
  }),
  workers: integer(1, MOST_WORKERS, {
    describe: 'parts that are measured at a time; one per processor core if absent. Results do not depend on it',
  }),
  quiet: flag('print no summary'),
  ...CSV_OPTION,
  ...RESULT_OPTIONS,
} as const;

export const tuneCommand = command({
  name: 'tune',
  operands: '<model>',
  summary:
    'Find the setting of a network that costs least within limits of loss, latency, energy and cores, and write its chip. ' +
    'Beside its own options it takes those of `snnc build` and `snnemu eval`, which then hold for all points.',
  operandTable: MODEL_OPERAND,
  options: { ...TUNED_ROWS, ...SET_OPTION, ...TUNE_OPTIONS },
  examples: [
    [
      'tune net.onnx --data test-images.gz --calibrate train-images.gz --max-loss 0.5 --deadline 5ms -o chip.bin',
      'the usual space',
    ],
    [
      'tune net.onnx --data test-images.gz --grid T=4,8,16 --grid weight-bits=8,4 --energy 100uJ -o chip.bin',
      'six points; thresholds from the first 512 images',
    ],
    [
      'tune net.onnx --data test-images.gz --deadline 5ms -o chip.bin --html report.html',
      'with a report to be looked at',
    ],
  ],
  run: async (values, io) => (await import('./tune.ts')).tune(values, io),
});
