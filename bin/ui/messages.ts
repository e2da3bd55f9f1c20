/** What goes to stderr: diagnostics and notes. */
import { relative, sep } from 'node:path';
// Not from the whole of the two: wrong usage is told without loading what commands need.
import { type Diagnostic, formatDiagnostic, type Place } from '../../isa/diagnostics.ts';
import { colours, type TextStyle } from '../../report/colours.ts';
import { printable } from '../../report/format.ts';
import { nameText, shortenNames, wrapText } from '../../report/wrap.ts';
import { withFlags } from './flags.ts';
import { type Io, styleOf } from './io.ts';

/** Prints diagnostics, errors in red, warnings in yellow. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], io: Io): void {
  const style = styleOf(io.stderr, io);
  const chalk = colours(style);
  for (const found of diagnostics) {
    const text = wrapText(formatDiagnostic(withShortNames(asTheUserSeesIt(found, io), style)), style);
    const head = `${found.severity}[${found.code}]`;
    const paint = found.severity === 'error' ? chalk.red.bold : chalk.yellow.bold;
    io.stderr.write(`${paint(head)}${text.slice(head.length)}\n`);
  }
}

/** Names of layers may be long, and --wide shows them; paths stay whole, so that they can be copied. */
const withShortNames = (found: Diagnostic, style: TextStyle): Diagnostic => ({
  ...found,
  message: shortenNames(found.message, style),
  ...(found.place?.layer !== undefined && { place: { ...found.place, layer: nameText(found.place.layer, style) } }),
});

/**
 * Files below the user's folder by their path from there. Names in messages come from files: they may neither control
 * the terminal nor begin a line that looks like another message.
 */
export function asTheUserSeesIt({ severity, code, message, place, remedy }: Diagnostic, { cwd }: Io): Diagnostic {
  const shown = Object.entries(place ?? {}).map(([key, value]: [string, string | number]) => {
    if (typeof value === 'number') return [key, value];
    return [key, printable(key === 'file' && value.startsWith(cwd + sep) ? relative(cwd, value) : value)];
  });
  return {
    severity,
    code,
    message: printable(withFlags(message)),
    place: Object.fromEntries(shown) as Place,
    ...(remedy !== undefined && { remedy: printable(withFlags(remedy)) }),
  };
}

/** Prints a remark that is neither result nor warning. */
export function printNote(text: string, io: Io): void {
  const style = styleOf(io.stderr, io);
  io.stderr.write(`${colours(style).dim(wrapText(printable(`note: ${withFlags(text)}`), style))}\n`);
}
