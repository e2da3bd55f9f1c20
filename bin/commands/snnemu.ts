/** The commands of snnemu. */
import { command, type Program } from '../ui/command.ts';
import { CHIP_OPERAND, JSON_OPTION, KERNEL_OPTION, LATENCY_OPTIONS, TIMING_OPTION } from './options.ts';

const INPUT = {
  input: {
    type: 'string',
    requiresArg: true,
    describe: 'data file; data#i is sample i of it. Without it: the self-test samples of the chip file',
  },
} as const;

const LABELS = { labels: { type: 'string', requiresArg: true, describe: 'labels, if not beside the data' } } as const;

export const snnemu: Program = {
  name: 'snnemu',
  summary: 'Runs chip files: results, energy and latency of the bytes that would be on the chip.',
  later: {
    commands: ['report', 'compare', 'noc'],
    options: ['probe', 'html', 'trace', 'vcd', 'workers'],
  },
  commands: [
    command({
      name: 'run',
      operands: '<chip>',
      summary: 'Run one sample, or the self-test of the chip file, and show what it cost.',
      operandTable: CHIP_OPERAND,
      options: { ...INPUT, ...LABELS, ...TIMING_OPTION('cycle'), ...LATENCY_OPTIONS, ...KERNEL_OPTION, ...JSON_OPTION },
      examples: [
        ['run chip.bin', 'the embedded self-test: is every answer exact, and what does one cost?'],
        ['run chip.bin --input test-images.gz#7', 'one image'],
        ['run chip.bin --deadline 5ms --per-tick', 'is it quick enough, and where does the time go?'],
      ],
      run: async (values, io) => (await import('./run.ts')).run(values, io),
    }),
    command({
      name: 'eval',
      operands: '<chip>',
      summary: 'Run a data set: accuracy beside that of the conventional network, energy and latency.',
      operandTable: CHIP_OPERAND,
      options: {
        data: { type: 'string', demandOption: true, requiresArg: true, describe: 'data file' },
        ...LABELS,
        limit: { type: 'string', requiresArg: true, describe: 'only the first samples' },
        ...TIMING_OPTION('none'),
        ...LATENCY_OPTIONS,
        ...KERNEL_OPTION,
        'no-float': {
          type: 'boolean',
          default: false,
          describe: 'do not run the conventional network on the samples as well',
        },
        curve: {
          type: 'boolean',
          default: false,
          describe: 'accuracy after every number of ticks, from one run (mode default only)',
        },
        ...JSON_OPTION,
      },
      examples: [
        ['eval chip.bin --data test-images.gz', 'accuracy on all samples'],
        ['eval chip.bin --data test-images.gz --curve', 'how many ticks are enough?'],
        ['eval chip.bin --data test-images.gz --limit 100 --timing cycle --json -', 'with latency, for a program'],
      ],
      run: async (values, io) => (await import('./eval.ts')).evaluate(values, io),
    }),
    command({
      name: 'diff',
      operands: '<chip>',
      summary: 'Compare the emulator with the reference interpreter, tick by tick.',
      operandTable: CHIP_OPERAND,
      options: {
        ...INPUT,
        limit: { type: 'string', requiresArg: true, describe: 'only the first samples' },
        ...KERNEL_OPTION,
        ...JSON_OPTION,
      },
      examples: [
        ['diff chip.bin', 'on the self-test samples'],
        ['diff chip.bin --input test-images.gz --limit 50', 'on the first 50 images'],
      ],
      run: async (values, io) => (await import('./diff.ts')).diff(values, io),
    }),
  ],
};
