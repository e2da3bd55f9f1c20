/** What goes to stderr: diagnostics and notes. */
import { relative, sep } from 'node:path';
import { type Diagnostic, formatDiagnostic } from '../../isa/index.ts';
import { colours, printable } from '../../report/index.ts';
import { type Io, styleOf } from './io.ts';

/** Prints diagnostics, errors in red, warnings in yellow. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], io: Io): void {
  const chalk = colours(styleOf(io.stderr, io));
  for (const found of diagnostics) {
    const text = lines(formatDiagnostic(asTheUserSeesIt(found, io)));
    const head = `${found.severity}[${found.code}]`;
    const paint = found.severity === 'error' ? chalk.red.bold : chalk.yellow.bold;
    io.stderr.write(`${paint(head)}${text.slice(head.length)}\n`);
  }
}

/** Files below the user's folder by their path from there. */
function asTheUserSeesIt(found: Diagnostic, { cwd }: Io): Diagnostic {
  const file = found.place?.file;
  if (!file?.startsWith(cwd + sep)) return found;
  return { ...found, place: { ...found.place, file: relative(cwd, file) } };
}

/** Prints a remark that is neither result nor warning. */
export function printNote(text: string, io: Io): void {
  io.stderr.write(`${colours(styleOf(io.stderr, io)).dim(lines(`note: ${text}`))}\n`);
}

/** Names in messages come from files: nothing but line ends may control the terminal. */
const lines = (text: string): string => text.split('\n').map(printable).join('\n');
