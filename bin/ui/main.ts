/** From arguments to an exit code. */
import type { DiagnosticCode } from '../../isa/codes.ts';
import { diagnostic, DiagnosticError } from '../../isa/diagnostics.ts';
import type { Program } from './command.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit.ts';
import { Interruption, type Io } from './io.ts';
import { overview } from './overview.ts';

/**
 * Runs one command line.
 *
 * @param argv arguments without interpreter and script
 * @returns the exit code; never throws
 */
export async function main(program: Program, argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const text = overview(program, argv, io);
    if (text === undefined) return await (await import('./parser.ts')).parse(program, argv, io);
    io.stdout.write(`${text}\n`);
    return EXIT.done;
  } catch (error) {
    return await explain(error, io);
  }
}

/** Prints why a command ended early. */
async function explain(error: unknown, io: Io): Promise<ExitCode> {
  if (error instanceof Interruption || (io.signal.aborted && error === io.signal.reason)) {
    io.stderr.write('interrupted\n');
    return EXIT.interrupted;
  }
  const { printDiagnostics } = await import('./messages.ts');
  if (error instanceof DiagnosticError) {
    printDiagnostics(error.diagnostics, io);
    const first = error.diagnostics.find(({ severity }) => severity === 'error');
    return first === undefined ? EXIT.fault : exitCodeOf(first.code);
  }
  const code: DiagnosticCode = 'E0901';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy =
    'this is a fault of the program: please report it, with the command and its files; SNNC_DEBUG=1 prints where';
  printDiagnostics([diagnostic(code, message, undefined, remedy)], io);
  if (io.env.SNNC_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  return exitCodeOf(code);
}
