/**
 * Numbered diagnostics: every message a user can cause has a stable code, a place, and a remedy.
 *
 * The codes are never reused. `snnc explain E0312` prints the row of a code (isa/codes.ts).
 */
import type { DiagnosticCode } from './codes.ts';
import type { TargetFigure } from './target.ts';

/** Where a fault was found. Every part is optional; those that are known are printed. */
export interface Place {
  readonly file?: string;
  /** Byte offset in the file. */
  readonly offset?: number;
  /** A path inside a structured file, such as `layers[2].weight`. */
  readonly path?: string;
  readonly line?: number;
  readonly layer?: string;
  readonly core?: number;
  readonly section?: string;
  /** Program word address in the core named by `core`. */
  readonly word?: number;
}

/** By how much a network exceeds a target. */
export interface Misfit {
  /** The figure that is too small. */
  readonly figure: TargetFigure;
  /** Least value that could do. */
  readonly needed: number;
  readonly available: number;
}

/** An error ends the work; a warning is told beside its result. */
export type Severity = 'error' | 'warning';

/** One thing that is wrong, or worth knowing: what, where, and what to do about it. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place;
  /** What to change, in one sentence. */
  readonly remedy?: string;
  /** Where the network does not fit the target. */
  readonly misfit?: Misfit;
}

/** Thrown for every fault that a user can cause; carries one or more diagnostics. */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Builds and throws a single-error {@link DiagnosticError}. */
export function fail(code: DiagnosticCode, message: string, place?: Place, remedy?: string): never {
  throw new DiagnosticError([diagnostic(code, message, place, remedy)]);
}

/** One diagnostic; its severity follows from the first letter of the code. */
export function diagnostic(code: DiagnosticCode, message: string, place?: Place, remedy?: string): Diagnostic {
  const severity = code.startsWith('W') ? 'warning' : 'error';
  return { code, severity, message, ...(place && { place }), ...(remedy !== undefined && { remedy }) };
}

/** `error[E0312]: message (layer conv1, core 3)` and, on a line of its own, the remedy. */
export function formatDiagnostic(d: Diagnostic): string {
  const where = d.place === undefined ? '' : formatPlace(d.place);
  const head = `${d.severity}[${d.code}]: ${d.message}${where === '' ? '' : ` (${where})`}`;
  return d.remedy === undefined ? head : `${head}\n  remedy: ${d.remedy}`;
}

function formatPlace(place: Place): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.line === undefined ? place.file : `${place.file}:${place.line}`);
  else if (place.line !== undefined) parts.push(`line ${place.line}`);
  if (place.path !== undefined) parts.push(`at ${place.path}`);
  if (place.layer !== undefined) parts.push(`layer ${place.layer}`);
  if (place.section !== undefined) parts.push(`section ${place.section}`);
  if (place.core !== undefined) parts.push(`core ${place.core}`);
  if (place.word !== undefined) parts.push(`word ${place.word}`);
  if (place.offset !== undefined) parts.push(`offset 0x${place.offset.toString(16)}`);
  return parts.join(', ');
}
