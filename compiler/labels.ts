/** The names of the classes. */
import { fail } from '../isa/index.ts';

/** @throws DiagnosticError E0103 where there are names, but not one per output */
export function checkLabels(labels: readonly string[], classes: number): void {
  if (labels.length !== 0 && labels.length !== classes)
    fail(
      'E0103',
      `${labels.length} class names were given for ${classes} outputs`,
      undefined,
      'give one name per output',
    );
}
