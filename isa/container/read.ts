/** The loader's front door: decode, then verify. */
import type { Chip } from '../chip.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics.ts';
import { verifyChip } from '../verify.ts';
import { decodeChip } from './decode.ts';

/**
 * Decodes and verifies a chip file. What it returns can be run without further checks.
 *
 * @param file name of the file, for messages
 * @throws DiagnosticError E0401..E0406
 */
export function readChip(bytes: Uint8Array, file?: string): Chip {
  const chip = decodeChip(bytes, file);
  const errors = verifyChip(chip).filter((found) => found.severity === 'error');
  if (errors.length > 0) throw new DiagnosticError(errors.map((error) => inFile(error, file)));
  return chip;
}

const inFile = (error: Diagnostic, file: string | undefined): Diagnostic =>
  file === undefined ? error : { ...error, place: { file, ...error.place } };
