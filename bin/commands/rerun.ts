/** `snnemu rerun` */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  diagnostic,
  fail,
  type OriginRecord,
  type RerunRecord,
  type RunRecord,
  runRecord,
  type SweepInput,
} from '../../isa/index.ts';
import { compareRecords } from '../../report/rerun.ts';
import { renderRerunText } from '../../report/rerun-text.ts';
import { readChipFile } from '../ui/chip-file.ts';
import type { Command, Program } from '../ui/command.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../ui/exit.ts';
import { checkOutputs, isRegularFile } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { DATA_OPTIONS, dataInput } from '../ui/origin.ts';
import { readRunRecord } from '../ui/records.ts';
import { outputPaths, publish } from '../ui/results.ts';

export interface RerunValues {
  readonly record: string;
  readonly chip: string | undefined;
  readonly data: string | undefined;
  readonly labels: string | undefined;
  readonly targets: string | undefined;
  readonly workers: number | undefined;
  readonly json: string | undefined;
}

/** Repeats the run that a record tells of, and says what differs. */
export async function rerun(values: RerunValues, io: Io, program: Program): Promise<ExitCode> {
  const { record: path, json } = values;
  await checkOutputs(io, outputPaths(json), [path]);
  const recorded = await readRunRecord(io, path);
  const { origin } = recorded;
  if (origin === undefined) return cannotRepeat(path, 'it does not say with which options and data it was made');
  const options = await placedInputs(origin, values, io);
  const tool = `snnemu ${io.version}`;
  if (recorded.tool !== tool)
    printDiagnostics(
      [diagnostic('W0720', `the record is of ${recorded.tool}, and ${tool} repeats it`, { file: path })],
      io,
    );
  const again = await repeat(commandOf(program, origin, path), { options, values }, io);
  const compared = compareRecords(recorded, again);
  const record: RerunRecord = {
    ...{ format: 'snn-rerun/1', tool, record: path, recordedBy: recorded.tool, chipSha256: again.chip.sha256 },
    ...compared,
  };
  await publish(io, { json, record: () => record, text: (style) => renderRerunText(record, style) });
  if (record.identical) return EXIT.done;
  const [first] = record.differences;
  const what = `${record.different} of ${record.compared} values differ, ${first!.path} first`;
  printDiagnostics([diagnostic('E0722', what, { file: path })], io);
  return exitCodeOf('E0722');
}

const cannotRepeat = (file: string, why: string): never =>
  fail(
    'E0720',
    `the record cannot be repeated: ${why}`,
    { file },
    'run it again with --json, on files rather than pipes',
  );

/** The command of the record, with every option of which it tells. */
function commandOf(program: Program, { command, options }: OriginRecord, file: string): Command {
  const found = program.commands.find(({ name }) => name === command)!;
  const known = new Set([...Object.keys(found.operandTable), ...Object.keys(found.options)]);
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) cannotRepeat(file, `\`snnemu ${command}\` has no option "${unknown.slice(0, 64)}"`);
  return found;
}

/**
 * The options of the record, with inputs where they lie now.
 *
 * @throws DiagnosticError E0720 where an input has no hash, E0721 where one is not there, or not the same
 */
async function placedInputs(origin: OriginRecord, values: RerunValues, io: Io): Promise<OriginRecord['options']> {
  const options = { ...origin.options };
  const of = (option: string): SweepInput | undefined => origin.inputs.find((input) => input.option === option);
  for (const option of ['chip', ...DATA_OPTIONS] as const) {
    const named = options[option];
    if (typeof named !== 'string') continue;
    const input = of(option);
    if (input === undefined)
      return cannotRepeat(values.record, `--${option} ${named} came through a pipe, and has no hash`);
    const moved = option === 'input' ? values.data : values[option];
    const place = moved === undefined ? named : `${moved}${/#\d+$/.exec(named)?.[0] ?? ''}`;
    const now = await contentOf(io, option, place);
    const flag = option === 'input' ? '--data' : `--${option}`;
    if (now === undefined)
      fail('E0721', 'an input of the record is not there', { file: place }, `say where it lies now: ${flag} FILE`);
    if (now.sha256 !== input.sha256)
      fail(
        'E0721',
        `an input is not that of the record: its SHA-256 is ${now.sha256.slice(0, 16)}…, recorded ${input.sha256.slice(0, 16)}…`,
        { file: place },
        `name the one that was run: ${flag} FILE`,
      );
    options[option] = place;
  }
  return options;
}

async function contentOf(io: Io, option: string, name: string): Promise<Pick<SweepInput, 'sha256'> | undefined> {
  if (option !== 'chip') return dataInput(io, option, name);
  return (await isRegularFile(io, name)) ? readChipFile(io, name) : undefined;
}

interface Repeated {
  readonly options: OriginRecord['options'];
  readonly values: RerunValues;
}

/** Runs the command once more; what it writes beside its record goes to a folder that is removed. */
async function repeat(command: Command, { options, values }: Repeated, io: Io): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'snnemu-rerun-'));
  const release = io.holdSignals();
  let text = '';
  try {
    const defaults = Object.fromEntries(
      Object.entries(command.options).map(([name, { row }]) => [name, row.default as unknown]),
    );
    const given: Record<string, unknown> = {
      ...defaults,
      ...options,
      json: '-',
      // The report asks for pictures, which are in the record.
      ...(options.html !== undefined && { html: join(folder, 'report.html') }),
      ...(options.probe !== undefined && { 'probe-out': join(folder, 'probes.npz') }),
      ...(values.workers !== undefined && 'workers' in command.options && { workers: values.workers }),
    };
    const stdout = { ...io.stdout, isTTY: false, write: (part: string) => void (text += part) };
    printNote(`repeating \`snnemu ${command.name}\` of ${values.record}`, io);
    await command.run(given as Parameters<Command['run']>[0], {
      ...io,
      stdout,
      given: { command: command.name, values: given },
    });
    return runRecord.schema.parse(JSON.parse(text));
  } finally {
    await rm(folder, { recursive: true, force: true });
    release();
  }
}
