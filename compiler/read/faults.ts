/** Collects the faults of a whole file, so that a user sees all of them at once. */
import { type Diagnostic, type DiagnosticCode, DiagnosticError, type Place, diagnostic } from '../../isa/index.ts';

/** More are counted, but not printed: a damaged file can have one per byte. */
const MOST_FAULTS = 100;

export class FaultCollector {
  readonly #file: string;
  readonly #faults: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #omitted = 0;

  /** @param file name of the file that is read, for the place of each fault */
  constructor(file: string) {
    this.#file = file;
  }

  /** Notes a fault; a repetition of the same one is dropped. What `fault` says of its place wins over `place`. */
  report(fault: Diagnostic, place: Place = {}): void {
    const merged = { ...fault, place: { file: this.#file, ...place, ...fault.place } };
    const key = JSON.stringify([merged.code, merged.message, merged.place]);
    if (this.#seen.has(key)) return;
    if (this.#faults.length >= MOST_FAULTS) {
      this.#omitted++;
      return;
    }
    this.#seen.add(key);
    this.#faults.push(merged);
  }

  /** Whether a fault of this kind was found. */
  has(code: DiagnosticCode): boolean {
    return this.#faults.some((fault) => fault.code === code);
  }

  /** Runs the action; its diagnostics are noted and the result is then undefined. Other exceptions pass through. */
  attempt<T>(place: Place, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      for (const fault of error.diagnostics) this.report(fault, place);
      return undefined;
    }
  }

  /** @throws DiagnosticError with all faults, in the order of their discovery, if there are any */
  throwIfAny(): void {
    if (this.#faults.length === 0) return;
    if (this.#omitted > 0) {
      this.#faults.push(diagnostic(this.#faults[0]!.code, `and ${this.#omitted} more faults`, { file: this.#file }));
    }
    throw new DiagnosticError(this.#faults);
  }
}

/** Runs the action and adds the place to its diagnostics; what they say of their place themselves wins. */
export function withPlace<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map((fault) => ({ ...fault, place: { ...place, ...fault.place } })));
  }
}
