/** The commands of snnemu. */
import { command, type Program } from '../ui/command.ts';
import { choice, flag, integer, rule, text } from '../ui/option-kinds.ts';
import { ENCODE_OPTIONS, EVENT_OPTIONS, UNTIL_OPTION } from './data-options.ts';
import {
  BUILD_RECORD_OPTION,
  CHIP_OPERAND,
  HTML_OPTIONS,
  RESULT_OPTIONS,
  CSV_OPTION,
  KERNEL_OPTION,
  LATENCY_OPTIONS,
  LAYOUT_OPTION,
  LIMIT_OPTION,
  PROBE_OPTIONS,
  TIMING_OPTION,
  TRACE_OPTIONS,
} from './options.ts';
import { EVAL_OPTIONS, LABELS_OPTION, MOST_WORKERS, PART_OPTIONS } from './eval-options.ts';
import { completionCommand } from './completion-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { workerCommand } from './worker-command.ts';

/** As in the schema of targets. */
const LARGEST_BUFFER = 256;

const rules = () => import('./rules.ts');

const INPUT = {
  ...LAYOUT_OPTION,
  input: text({
    describe:
      'data file, or recordings of an event camera; data#i is sample i of it. Without it: the self-test samples of the chip file',
  }),
} as const;

export const snnemu: Program = {
  name: 'snnemu',
  summary: 'Runs chip files: results, energy and latency of the bytes that would be on the chip.',
  commands: [
    command({
      name: 'run',
      operands: '<chip>',
      summary: 'Run one sample, or the self-test of the chip file, and show what it cost.',
      operandTable: CHIP_OPERAND,
      options: {
        ...INPUT,
        ...LABELS_OPTION,
        ...EVENT_OPTIONS,
        ...UNTIL_OPTION,
        ...ENCODE_OPTIONS,
        ...TIMING_OPTION('cycle'),
        ...LATENCY_OPTIONS,
        ...KERNEL_OPTION,
        ...TRACE_OPTIONS,
        ...PROBE_OPTIONS,
        ...HTML_OPTIONS,
        ...CSV_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['run chip.bin', 'the embedded self-test: is every answer exact, and what does one cost?'],
        ['run chip.bin --input test-images.gz#7', 'one image'],
        ['run chip.bin --input recording.raw --dt 1ms', 'what an event camera recorded'],
        ['run chip.bin --deadline 5ms --per-tick', 'is it quick enough, and where does the time go?'],
        ['run chip.bin --trace trace.json --trace-ticks 0..7', 'cores, links and ticks for the viewer of Perfetto'],
        ['run chip.bin --vcd wave.vcd --vcd-cores 0,5', 'two cores and their routers, cycle by cycle, for GTKWave'],
        [
          'run chip.bin --input test-images.gz#7 --probe conv1:3,12,12',
          'the membrane potential of one neuron, in probes.npz',
        ],
      ],
      run: async (values, io) => (await import('./run.ts')).run(values, io),
    }),
    command({
      name: 'eval',
      operands: '<chip>',
      summary: 'Run a data set: accuracy beside that of the conventional network, energy and latency.',
      operandTable: CHIP_OPERAND,
      options: { ...EVAL_OPTIONS, ...PART_OPTIONS },
      examples: [
        ['eval chip.bin --data test-images.gz', 'accuracy, energy and latency on all samples'],
        ['eval chip.bin --data test-images.gz --timing none', 'accuracy alone, several times as fast'],
        ['eval chip.bin --data recordings/ --dt 1ms --from 0s', 'event cameras: a folder of recordings for each class'],
        ['eval chip.bin --data test-images.gz --curve', 'how many ticks are enough?'],
        [
          'eval chip.bin --data test-images.gz --workers 4',
          'on four threads; the results do not depend on their number',
        ],
        [
          'eval chip.bin --data test-images.gz --limit 100 --deadline 5ms --json -',
          'is it quick enough? For a program',
        ],
        ['eval chip.bin --data test-images.gz --curve --html report.html', 'all of it, with charts'],
        ['eval chip.bin --data test-images.gz --part 3/8 -o part-3.gz', 'a share, for `snnemu merge`'],
      ],
      run: async (values, io) => {
        const { part, output, emit, tasks } = values;
        if ((emit ?? tasks) !== undefined) return (await import('./eval-emit.ts')).emitEvaluation(values, io);
        if ((part ?? output) !== undefined) return (await import('./eval-part.ts')).evaluatePart(values, io);
        return (await import('./eval.ts')).evaluate(values, io);
      },
    }),
    command({
      name: 'merge',
      operands: '<chip> <parts..>',
      summary:
        'The record of an evaluation from its parts (eval --part): the one that a single run would have written.',
      operandTable: {
        ...CHIP_OPERAND,
        parts: { type: 'string', array: true, demandOption: true, describe: 'all parts, in any order' },
      },
      options: { ...CSV_OPTION, ...RESULT_OPTIONS },
      examples: [['merge chip.bin part-*.gz --json run.json', 'accuracy, energy and latency of all samples']],
      run: async (values, io) => (await import('./merge.ts')).merge(values, io),
    }),
    sweepCommand,
    workerCommand,
    command({
      name: 'stream',
      operands: '<chip>',
      summary: 'Run a chip without an end on a stream of events, and print spikes as they come.',
      operandTable: CHIP_OPERAND,
      options: {
        events: text({
          describe:
            'recording of an event camera; or file or pipe of lines "tick element payload" or "tick element", or a tick alone to say that it has come; standard input: /dev/stdin. Without it nothing comes in, and --ticks says for how long',
        }),
        ticks: integer(1, async () => (await import('../../isa/index.ts')).ENDLESS_TICKS, {
          describe: 'ticks to run; without it, up to the last one that has an event',
        }),
        output: text({
          alias: 'o',
          describe:
            'file of the spikes, lines "tick element"; without it they go to stdout, and what they cost to stderr',
        }),
        ...EVENT_OPTIONS,
        ...TIMING_OPTION('none'),
        ...KERNEL_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['stream chip.bin --events recording.aedat4 --dt 1ms', 'what a camera recorded, in steps of a millisecond'],
        ['stream chip.bin --events events.txt -o spikes.txt', 'all events of a file'],
        ['stream chip.bin --events /dev/stdin', 'in a pipe: spikes come out while events go in'],
        ['stream chip.bin --ticks 1000000', 'what does it do by itself?'],
      ],
      run: async (values, io) => (await import('./stream.ts')).stream(values, io),
    }),
    command({
      name: 'report',
      operands: '<record>',
      summary: 'Make a report of a run from its record alone: text, or one HTML file.',
      operandTable: {
        record: { type: 'string', demandOption: true, describe: 'run record, as `snnemu run` and `eval` write it' },
      },
      options: {
        output: text({ alias: 'o', describe: 'HTML file; text is printed without it' }),
        ...BUILD_RECORD_OPTION,
        'per-tick': flag('print the latency of every tick'),
        ...CSV_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['report run.json -o report.html', 'charts, tables and sources in one file'],
        ['report run.json -o report.html --build build.json', 'with the ledger of the conversion'],
        ['report run.json', 'the text that the run printed'],
      ],
      run: async (values, io) => (await import('./report.ts')).report(values, io),
    }),
    command({
      name: 'rerun',
      operands: '<record>',
      summary: 'Repeat the run that a record tells of, and say whether it is identical.',
      operandTable: {
        record: { type: 'string', demandOption: true, describe: 'run record, as `snnemu run` and `eval` write it' },
      },
      options: {
        chip: text({ describe: 'where the chip file lies now' }),
        data: text({ describe: 'where the data lie now, of --data or --input' }),
        labels: text({ describe: 'where the labels lie now' }),
        targets: text({ describe: 'where the targets lie now' }),
        workers: integer(1, MOST_WORKERS, { describe: 'threads of an evaluation; results do not depend on it' }),
        ...RESULT_OPTIONS,
      },
      examples: [
        ['rerun run.json', 'does the record still hold? 0: identical, 4: different'],
        ['rerun paper/eval.json --chip chip.bin --data test-images.gz', 'with files that lie elsewhere now'],
      ],
      run: async (values, io) => (await import('./rerun.ts')).rerun(values, io, snnemu),
    }),
    command({
      name: 'diff',
      operands: '<chip>',
      summary: 'Compare the emulator with the reference interpreter, tick by tick.',
      operandTable: CHIP_OPERAND,
      options: {
        ...INPUT,
        ...LIMIT_OPTION,
        ...EVENT_OPTIONS,
        ...ENCODE_OPTIONS,
        ...KERNEL_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['diff chip.bin', 'on the self-test samples'],
        ['diff chip.bin --input test-images.gz --limit 50', 'on the first 50 images'],
      ],
      run: async (values, io) => (await import('./diff.ts')).diff(values, io),
    }),
    command({
      name: 'compare',
      operands: '<records..>',
      summary: 'Runs side by side, from their records: differences, and which of them no other run beats.',
      operandTable: {
        records: {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'run records, as run --json and eval --json write them; the first is what others are compared with',
        },
      },
      options: {
        front: rule(async () => (await rules()).axes, {
          describe:
            'what the front is about, with commas: accuracy, energy, latency; all that the records tell if absent',
        }),
        svg: text({ describe: 'draw the runs and the front into this file' }),
        html: text({ describe: 'write a report: the front, all figures, what may be chance, as one HTML file' }),
        ...CSV_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['compare t8.json t16.json t32.json', 'how many ticks are worth their energy and latency?'],
        ['compare edge.json loihi.json --front accuracy,energy', 'two targets, latency left aside'],
        ['compare a.json b.json c.json --html compare.html', 'to be looked at'],
        ['compare a.json b.json --json -', 'for a program'],
      ],
      run: async (values, io) => (await import('./compare.ts')).compare(values, io),
    }),
    command({
      name: 'noc',
      operands: '',
      summary: 'Put synthetic traffic on the network alone: what it carries, and how long a packet takes.',
      operandTable: {},
      options: {
        mesh: rule(async () => (await rules()).mesh, {
          describe: "tiles, width x height, as 8x8: one chip; the target's mesh if absent",
        }),
        traffic: text({
          default: 'uniform',
          describe:
            'who sends to whom: uniform (any node, itself too), transpose (x,y to y,x), neighbor (x+1,y+1) or hotspot:nodes (any of these; node = y * width + x; the middle one if none is named)',
        }),
        rate: rule(async () => (await rules()).rate, {
          default: 0.1,
          describe: 'packets per node and cycle, 0 to 1',
        }),
        buffers: integer(1, LARGEST_BUFFER, { describe: "flits per input buffer; the target's if absent" }),
        cycles: integer(1, async () => (await import('../../emulator/index.ts')).MOST_CYCLES, {
          default: 100_000,
          describe: 'measured, after 3,000 of warm-up',
        }),
        seed: integer(0, Number.MAX_SAFE_INTEGER, { default: 0, describe: 'of the packets that are drawn' }),
        sinks: choice(['credited', 'always'], {
          default: 'credited',
          describe:
            'credited: a sink has a buffer and returns credits, as in network simulators; always: it takes a packet in every cycle, as the cores of the chip do',
        }),
        target: text({
          default: 'edge',
          describe: 'whose times and buffers: a built-in target (`snnc targets`) or a target file',
        }),
        ...CSV_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        [
          'noc --mesh 8x8 --traffic uniform --rate 0.2',
          'latency and throughput at a fifth of a packet per node and cycle',
        ],
        [
          'noc --mesh 4x4 --traffic transpose --rate 1 --buffers 4 --json -',
          'what gets through at most, for a program',
        ],
        ['noc --traffic hotspot:0,63 --rate 0.01 --sinks always', 'two busy tiles, with the sinks of the chip'],
      ],
      run: async (values, io) => (await import('./noc.ts')).noc(values, io),
    }),
    completionCommand('snnemu'),
  ],
};
