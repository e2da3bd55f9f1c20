/** `--json` where a command ends without a result: a record that says why. */
import type { Diagnostic } from '../../isa/diagnostics.ts';
import type { RefusalRecord, Stage } from '../../isa/records/refusal.ts';
import { DiagnosticError } from '../../isa/diagnostics.ts';
import type { Command, Program } from './command.ts';
import type { ExitCode } from './exit.ts';
import { firstBytes, isNamedBy, isRegularFile, writeOutputs } from './files.ts';
import type { Io } from './io.ts';
import { asTheUserSeesIt, printDiagnostics, printNote } from './messages.ts';

/** Bytes in which a record of ours says its format. */
const HEAD_BYTES = 200;

/** Formats that commands write as results, and never take as the only copy of something. */
const RESULT =
  /^\s*\[?\s*\{\s*"format":\s*"snn-(build|check|compare|convert|diff|floorplan|inspect|message|noc|pass|refusal|rerun|run|stream|term|tune)\/1"/;

/** Families of codes (isa/codes.ts). */
const STAGE_OF: Readonly<Record<string, Stage>> = {
  E01: 'files-and-options',
  E02: 'network',
  E03: 'conversion-and-fit',
  E04: 'chip-file',
  E05: 'assembly',
  E06: 'data',
  E07: 'run',
  E09: 'fault',
};

export interface Ended {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** Something went to stdout, which can be no JSON any more. */
  readonly isStdoutUsed: boolean;
}

/**
 * Writes the record to where `--json` of the command would have written its result. A file that holds anything but an earlier
 * result stays as it is.
 *
 * @throws never: what hinders it is told
 */
export async function writeRefusal(
  { program, argv, exitCode, diagnostics, isStdoutUsed }: Ended,
  io: Io,
): Promise<void> {
  const command = program.commands.find(({ name }) => name === argv[0]);
  const asked = jsonAsked(command, argv);
  if (asked === undefined) return;
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const record: RefusalRecord = {
    format: 'snn-refusal/1',
    tool: `${program.name} ${io.version}`,
    command: command?.name ?? null,
    exitCode,
    stage: STAGE_OF[first?.code.slice(0, 3) ?? ''] ?? 'fault',
    diagnostics: diagnostics.map((found) => recordOf(asTheUserSeesIt(found, io))),
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if (asked.file !== undefined)
    await writeFile(asked.file, text, { taken: [...asked.others, ...filesOf(diagnostics)], first }, io);
  else if (!isStdoutUsed) io.stdout.write(text);
}

const recordOf = ({ code, severity, message, place, remedy }: Diagnostic): RefusalRecord['diagnostics'][number] => ({
  code,
  severity,
  message,
  ...(place !== undefined && Object.keys(place).length > 0 && { place: { ...place } }),
  ...(remedy !== undefined && { remedy }),
});

/** Files that are complained of: that of the record may be an output, too. */
const filesOf = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.flatMap(({ place }) => (place?.file === undefined ? [] : [place.file]));

async function writeFile(
  file: string,
  content: string,
  { taken, first }: { readonly taken: readonly string[]; readonly first: Diagnostic | undefined },
  io: Io,
): Promise<void> {
  try {
    const isResult = async (): Promise<boolean> =>
      RESULT.test(Buffer.from(await firstBytes(io, file, HEAD_BYTES)).toString());
    if (isNamedBy(io, file, taken)) {
      if (first?.code !== 'E0102') printNote(`no record in ${file}: the command uses it for something else`, io);
    } else if ((await isRegularFile(io, file)) && !(await isResult()))
      printNote(`${file} stays as it was: it holds no result of a command`, io);
    else await writeOutputs(io, [{ path: file, content }]);
  } catch (error) {
    // What keeps the record from being written may be what the command ended with.
    if (!(error instanceof DiagnosticError)) printNote(`no record in ${file}: ${String(error)}`, io);
    else if (first?.code !== 'E0102') printDiagnostics(error.diagnostics, io);
  }
}

interface Asked {
  /** Undefined: stdout. */
  readonly file: string | undefined;
  /** All other arguments. */
  readonly others: readonly string[];
}

/** `--json` as the parser reads it; undefined where it is not there, or the command does not have it. */
function jsonAsked(command: Command | undefined, argv: readonly string[]): Asked | undefined {
  if (command !== undefined && !('json' in command.options)) return undefined;
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const at = argv.slice(0, end).findIndex((argument) => argument === '--json' || argument.startsWith('--json='));
  if (at < 0) return undefined;
  const next = argv[at + 1];
  const isNext = argv[at] === '--json' && next !== undefined && (next === '-' || !next.startsWith('-'));
  const value = isNext ? next : argv[at]!.slice('--json='.length);
  const others = argv.filter((_argument, k) => k !== at && !(isNext && k === at + 1));
  return { file: value === '' || value === '-' ? undefined : value, others };
}
