/** `--trace` and `--vcd` of `snnemu run`: what goes into which file. */
import {
  joinListeners,
  PerfettoTrace,
  type PhaseListener,
  type TickRange,
  type TraceOptions,
  type TraceSummary,
  VcdTrace,
} from '../../emulator/index.ts';
import { type Chip, diagnostic, fail, tileCount, tileOfCore } from '../../isa/index.ts';
import type { Output } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { StagedFile } from '../ui/staged-file.ts';
import { numberList, numberRange } from '../ui/values.ts';

export interface TraceValues {
  readonly trace: string | undefined;
  readonly 'trace-ticks': string | undefined;
  readonly 'trace-cores': string | undefined;
  readonly 'trace-limit': number | undefined;
  readonly vcd: string | undefined;
  readonly 'vcd-ticks': string | undefined;
  readonly 'vcd-cores': string | undefined;
  readonly 'vcd-routers': string | undefined;
  readonly 'vcd-limit': number | undefined;
}

const STANDARD_LIMIT = 1_000_000;
/** Cores and ticks of a VCD where none are named: enough to look at, little enough to open. */
const VCD_CORES = 4;
const VCD_TICKS = 4;

/** The trace files of a command. */
export const traceFiles = ({ trace, vcd }: TraceValues): string[] => [trace, vcd].filter((file) => file !== undefined);

/** A trace, its file, and the option that bounds it. */
interface OpenTrace {
  readonly file: StagedFile;
  readonly name: string;
  readonly limitOption: string;
  readonly trace: PhaseListener & { finish(): TraceSummary };
}

/** The traces of a run, open. Must be discarded in the end, come what may. */
export class Traces {
  readonly #open: OpenTrace[] = [];

  /**
   * Opens the files.
   *
   * @throws DiagnosticError E0102 where a file cannot be written, E0103 where an option names what the chip does not have, E0107
   *   where an option has nothing to act on
   */
  static async open(io: Io, chip: Chip, values: TraceValues, timing: string): Promise<Traces> {
    checkUse(values, timing);
    const traces = new Traces();
    const tool = `snnemu ${io.version}`;
    const { trace, vcd } = values;
    const perfetto = trace === undefined ? undefined : perfettoChoice(chip, values);
    const dump = vcd === undefined ? undefined : vcdChoice(chip, values);
    try {
      if (trace !== undefined && perfetto !== undefined)
        await traces.#add(io, trace, '--trace-limit', (sink) => new PerfettoTrace({ tool, chip, sink, ...perfetto }));
      if (vcd !== undefined && dump !== undefined)
        await traces.#add(io, vcd, '--vcd-limit', (sink) => new VcdTrace({ tool, chip, sink, ...dump }));
    } catch (error) {
      await traces.discard();
      throw error;
    }
    return traces;
  }

  listener(): PhaseListener | undefined {
    return joinListeners(this.#open.map(({ trace }) => trace));
  }

  /** Ends the traces and says what their limits left out. @returns the files, which still want their names */
  async finish(io: Io): Promise<Output[]> {
    const outputs: Output[] = [];
    for (const { file, name, limitOption, trace } of this.#open) {
      const { events, phases, phasesLeftOut, cut } = trace.finish();
      outputs.push(await file.finish());
      if (cut === undefined) continue;
      const message = `the trace ends after ${events} events, in inference ${cut.inference}, ${cut.phase}: of ${phases} phases, ${phasesLeftOut} are not or not wholly in it`;
      const remedy = `choose fewer ticks or cores, or raise ${limitOption}`;
      printDiagnostics([diagnostic('W0701', message, { file: name }, remedy)], io);
    }
    return outputs;
  }

  async discard(): Promise<void> {
    for (const { file } of this.#open) await file.discard();
  }

  async #add(
    io: Io,
    name: string,
    limitOption: string,
    traceOf: (sink: TraceOptions['sink']) => OpenTrace['trace'],
  ): Promise<void> {
    const file = await StagedFile.open(io, name);
    try {
      const trace = traceOf((chunk) => {
        file.append(chunk);
      });
      this.#open.push({ file, name, limitOption, trace });
    } catch (error) {
      await file.discard();
      throw error;
    }
  }
}

/** @throws DiagnosticError E0107 */
function checkUse(values: TraceValues, timing: string): void {
  for (const kind of ['trace', 'vcd'] as const) {
    if (values[kind] !== undefined) {
      if (timing === 'none') fail('E0107', `--${kind} shows the cycles of the run`, undefined, 'add --timing cycle');
      continue;
    }
    for (const [option, value] of Object.entries(values))
      if (option.startsWith(`${kind}-`) && value !== undefined)
        fail('E0107', `--${option} has no meaning without --${kind}`, undefined, `name the file with --${kind}`);
  }
}

type Choice = Omit<TraceOptions, 'tool' | 'chip' | 'sink'>;

/** Everything, unless told otherwise. */
function perfettoChoice(chip: Chip, values: TraceValues): Choice {
  const { 'trace-ticks': ticks, 'trace-cores': named, 'trace-limit': limit = STANDARD_LIMIT } = values;
  const cores = named === undefined ? usedCores(chip) : coresOf(chip, 'trace-cores', named);
  const all = [...Array(tileCount(chip.target)).keys()];
  return {
    ticks: ticksOf(chip, 'trace-ticks', ticks, chip.ticks),
    cores,
    routers: named === undefined ? all : tilesOf(chip, cores),
    limit,
  };
}

/** The first cores and ticks, unless told otherwise. */
function vcdChoice(chip: Chip, values: TraceValues): Choice {
  const {
    'vcd-ticks': ticks,
    'vcd-cores': named,
    'vcd-routers': routers,
    'vcd-limit': limit = STANDARD_LIMIT,
  } = values;
  const cores = named === undefined ? usedCores(chip).slice(0, VCD_CORES) : coresOf(chip, 'vcd-cores', named);
  return {
    ticks: ticksOf(chip, 'vcd-ticks', ticks, VCD_TICKS),
    cores,
    routers:
      routers === undefined ? tilesOf(chip, cores) : numberList('vcd-routers', routers, tileCount(chip.target) - 1),
    limit,
  };
}

const usedCores = (chip: Chip): number[] => chip.cores.map(({ core }) => core).sort((a, b) => a - b);

const tilesOf = ({ target }: Chip, cores: readonly number[]): number[] => [
  ...new Set(cores.map((core) => tileOfCore(target, core))),
];

function coresOf(chip: Chip, option: string, text: string): number[] {
  const used = usedCores(chip);
  const cores = numberList(option, text, used.at(-1) ?? 0);
  const unused = cores.find((core) => !used.includes(core));
  if (unused !== undefined)
    fail('E0103', `--${option}: the chip does not use core ${unused}`, undefined, '`snnc inspect` lists its cores');
  return cores;
}

function ticksOf({ ticks }: Chip, option: string, text: string | undefined, count: number): TickRange {
  if (text === undefined) return { first: 0, last: Math.min(count, ticks) - 1 };
  return numberRange(option, text, ticks - 1);
}
