/** From arguments to an exit code. */
import type { DiagnosticCode } from '../../isa/codes.ts';
import { type Diagnostic, diagnostic, DiagnosticError } from '../../isa/diagnostics.ts';
import type { Program } from './command.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit.ts';
import { Interruption, type Io } from './io.ts';
import { overview } from './overview.ts';

/**
 * Runs one command line. Where it ends with an error, `--json` gets a record that says why; an interruption writes nothing.
 *
 * @param argv arguments without interpreter and script
 * @returns the exit code; never throws
 */
export async function main(program: Program, argv: readonly string[], io: Io): Promise<ExitCode> {
  let isStdoutUsed = false;
  const write = (text: string): void => {
    isStdoutUsed ||= text !== '';
    io.stdout.write(text);
  };
  try {
    const text = overview(program, argv, io);
    const watched = { ...io, stdout: { ...io.stdout, write }, commandLine: [program.name, ...argv] };
    if (text === undefined) return await (await import('./parser.ts')).parse(program, argv, watched);
    io.stdout.write(`${text}\n`);
    return EXIT.done;
  } catch (error) {
    const ended = await explain(error, io);
    if (ended.diagnostics.length > 0 && argv.some((argument) => /^--json(=|$)/.test(argument)))
      await (await import('./refusal.ts')).writeRefusal({ program, argv, isStdoutUsed, ...ended }, io);
    return ended.exitCode;
  }
}

interface End {
  readonly exitCode: ExitCode;
  /** None where the user interrupted it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Prints why a command ended early. */
async function explain(error: unknown, io: Io): Promise<End> {
  if (error instanceof Interruption || (io.signal.aborted && error === io.signal.reason)) {
    io.stderr.write('interrupted\n');
    return { exitCode: EXIT.interrupted, diagnostics: [] };
  }
  const { printDiagnostics } = await import('./messages.ts');
  if (error instanceof DiagnosticError) {
    const { diagnostics } = error;
    printDiagnostics(diagnostics, io);
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return { exitCode: first === undefined ? EXIT.fault : exitCodeOf(first.code), diagnostics };
  }
  const code: DiagnosticCode = 'E0901';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy =
    'this is a fault of the program: please report it, with the command and its files; SNNC_DEBUG=1 prints where';
  const diagnostics = [diagnostic(code, message, undefined, remedy)];
  printDiagnostics(diagnostics, io);
  if (io.env.SNNC_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  return { exitCode: exitCodeOf(code), diagnostics };
}
