/** The names of the classes. */
import { fail, namesFit } from '../isa/index.ts';

/** @throws DiagnosticError E0103 where there are names, but not one per class */
export function checkLabels(labels: readonly string[], outputs: number): void {
  if (labels.length !== 0 && !namesFit(labels.length, outputs))
    fail(
      'E0103',
      `${labels.length} class names were given for ${outputs} outputs`,
      undefined,
      outputs === 1
        ? 'give two names, since one output tells two classes apart, or one of its own'
        : 'give one name per output',
    );
}
