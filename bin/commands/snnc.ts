/** The commands of snnc. */
import { command, type Program } from '../ui/command.ts';
import { choiceOrFile, flag, integer, text } from '../ui/option-kinds.ts';
import {
  BUILD_OPTIONS,
  CHIP_OPERAND,
  CONVERSION_OPTIONS,
  RESULT_OPTIONS,
  CSV_OPTION,
  MODEL_OPERAND,
  NIR_FLAGS,
  SET_OPTION,
} from './options.ts';
import { completionCommand } from './completion-command.ts';
import { tuneCommand } from './tune-command.ts';

const LARGEST_CORE = 2 ** 31 - 1;

const OUTPUT = (what: string) => ({ output: text({ alias: 'o', required: true, describe: what }) }) as const;

export const snnc: Program = {
  name: 'snnc',
  summary: 'Compiles a trained network into the file of a spiking many-core chip.',
  commands: [
    command({
      name: 'build',
      operands: '<model>',
      summary: 'Convert (or take as trained), quantise, map and write a chip file.',
      operandTable: MODEL_OPERAND,
      options: {
        ...OUTPUT('chip file to write'),
        ...BUILD_OPTIONS,
        place: choiceOrFile(BUILD_OPTIONS.place, 'or a file of pins, as with --pin'),
        'no-self-test': flag('embed no calibration samples with their right answers'),
        'emit-pins': text({ describe: 'write the mapping that was made as a file for --pin' }),
        ...CSV_OPTION,
      },
      examples: [
        ['build net.onnx --calibrate train-images.gz --scale 255 -o chip.bin', 'for the default target'],
        ['build net.json --target loihi -T 64 --json build.json -o chip.bin', 'with a record of what was done'],
        ['build net.json --emit-pins pins.json -o chip.bin', 'with the mapping as a file, to read and change'],
        ['build net.json --pin pins.json -o chip.bin', 'parts of the network on cores by hand'],
        ['build populations.json -o chip.bin', 'a spiking network as it was trained'],
        ['build net.net -T 100 -o chip.bin', 'what lava-dl exported for netx'],
        ['build net.nir --nir-origin snntorch -T 100 -o chip.bin', 'a NIR graph as its library computes it'],
      ],
      run: async (values, io) => (await import('./build.ts')).build(values, io),
    }),
    command({
      name: 'convert',
      operands: '<model>',
      summary: 'Convert only, and write the converted network for reading, changing and building.',
      operandTable: MODEL_OPERAND,
      options: {
        ...OUTPUT('network to write, ending in .json (its tensors go into a .bin beside it) or in .nir'),
        ...CONVERSION_OPTIONS,
        ...NIR_FLAGS,
      },
      examples: [
        ['convert net.onnx --calibrate train-images.gz -T 16 -o net.json', 'writes net.json and net.bin'],
        ['convert populations.json -o net.nir', 'a NIR graph for other libraries; what it cannot say is listed'],
        ['build net.json -o chip.bin', 'the same chip as from net.onnx, without calibration'],
      ],
      run: async (values, io) => (await import('./convert.ts')).convert(values, io),
    }),
    command({
      name: 'check',
      operands: '<model>',
      summary: 'Build without writing: does the network fit, and if not, where?',
      operandTable: MODEL_OPERAND,
      options: BUILD_OPTIONS,
      examples: [['check net.onnx --target loihi', 'cores and memories; thresholds from stand-in data']],
      run: async (values, io) => (await import('./check.ts')).check(values, io),
    }),
    tuneCommand,
    command({
      name: 'inspect',
      operands: '<chip>',
      summary: 'Show what a chip file holds.',
      operandTable: CHIP_OPERAND,
      options: {
        floorplan: flag('draw the mesh: layers and load of every core'),
        ...CSV_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['inspect chip.bin', 'layers, cores and memories'],
        ['inspect chip.bin --floorplan', 'which layer lies where, and how full the cores are'],
        ['inspect chip.bin --json -', 'the same for a program'],
      ],
      run: async (values, io) => (await import('./inspect.ts')).inspect(values, io),
    }),
    command({
      name: 'disasm',
      operands: '<chip>',
      summary: 'Print a chip file as assembly text.',
      operandTable: CHIP_OPERAND,
      options: { core: integer(0, LARGEST_CORE, { describe: 'only this core' }) },
      examples: [
        ['disasm chip.bin > chip.s', 'the whole chip; `snnc asm` makes the same bytes of it'],
        ['disasm chip.bin --core 0', 'one core, to read'],
      ],
      run: async (values, io) => (await import('./assembly.ts')).disasm(values, io),
    }),
    command({
      name: 'asm',
      operands: '<program>',
      summary: 'Assemble and verify a chip file.',
      operandTable: { program: { type: 'string', demandOption: true, describe: 'assembly text' } } as const,
      options: OUTPUT('chip file to write'),
      examples: [['asm chip.s -o chip.bin', 'the inverse of disasm']],
      run: async (values, io) => (await import('./assembly.ts')).asm(values, io),
    }),
    command({
      name: 'strip',
      operands: '<chip>',
      summary: 'Remove self-test and graph: what remains is what the chip needs.',
      operandTable: CHIP_OPERAND,
      options: OUTPUT('chip file to write'),
      examples: [['strip chip.bin -o small.bin', 'computes the same; `snnemu diff` needs the graph']],
      run: async (values, io) => (await import('./strip.ts')).strip(values, io),
    }),
    command({
      name: 'init',
      operands: '',
      operandTable: {},
      summary: 'Write a small network with comments, to be changed into one of your own.',
      options: {
        output: text({ alias: 'o', default: 'my-net.json', describe: 'net.json to write' }),
        force: flag('replace the file if it is there'),
      },
      examples: [
        ['init', 'writes my-net.json, which builds as it is'],
        ['init -o gesture.net.json', 'under another name'],
      ],
      run: async (values, io) => (await import('./init.ts')).init(values, io),
    }),
    command({
      name: 'targets',
      operands: '[name]',
      summary: 'List the built-in targets, print one as a target file, or start one of your own.',
      operandTable: { name: { type: 'string', describe: 'built-in target or target file' } } as const,
      options: {
        new: flag(
          'write a target file with explanations, to be changed; its figures are those of [name], else of edge',
        ),
        output: text({ alias: 'o', describe: 'with --new: file to write; my-target.json if absent' }),
        force: flag('with --new: replace the file if it exists'),
        ...SET_OPTION,
        ...RESULT_OPTIONS,
      },
      examples: [
        ['targets', 'list, and which of them networks are built for'],
        ['targets loihi', 'all figures with their sources'],
        ['targets edge --set limits.neurons=1024', 'another edge, and the arithmetic of its figures'],
        ['targets --new -o mine.json', 'a start for a target of your own'],
      ],
      run: async (values, io) => (await import('./targets.ts')).targets(values, io),
    }),
    command({
      name: 'passes',
      operands: '',
      summary: 'List the passes of a build.',
      operandTable: {},
      options: RESULT_OPTIONS,
      examples: [['passes', 'names for --dump-after']],
      run: async (values, io) => (await import('./passes.ts')).passes(values, io),
    }),
    command({
      name: 'explain',
      operands: '[what..]',
      summary: 'Explain a numbered message, or a term of the summaries; without either list all messages.',
      operandTable: {
        what: { type: 'string', array: true, describe: 'such as E0312, km1 or soft reset; "terms": all terms' },
      } as const,
      options: RESULT_OPTIONS,
      examples: [
        ['explain E0203', 'what it means and what to do'],
        ['explain km1', 'a term in three lines, and where more is said'],
        ['explain terms', 'all terms'],
      ],
      run: async (values, io) => (await import('./explain.ts')).explain(values, io),
    }),
    completionCommand('snnc'),
  ],
};
