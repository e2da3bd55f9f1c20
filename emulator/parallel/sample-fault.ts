/** Faults of one sample among many. */
import { DiagnosticError } from '../../isa/machine.ts';

/** The error with the sample's number in its messages; anything but a DiagnosticError as it is. */
export const inSample = (error: unknown, index: number): unknown =>
  error instanceof DiagnosticError
    ? new DiagnosticError(
        error.diagnostics.map((found) => ({ ...found, message: `sample ${index}: ${found.message}` })),
      )
    : error;
