/** Collects what a check finds, up to a limit, and bounds the work that a file can cause. */
import type { DiagnosticCode } from '../codes.ts';
import { diagnostic, type Diagnostic, type Place } from '../diagnostics.ts';

/** More faults than these are not listed. */
const MOST_FINDINGS = 20;

/**
 * Work that one file may cause in the loader: sink evaluations plus synapse visits. The largest target that is published
 * (128 cores with 128 KiB of synapses each) stays well below it even with 1-bit weights.
 */
const WORK_BUDGET = 2 ** 28;

/** Neurons, and slots of axon schedulers, that one chip may have in all: they bound the memory of a run. */
export const MOST_NEURONS = 2 ** 24;
export const MOST_AXON_SLOTS = 2 ** 27;
/** Planes times neurons. */
export const MOST_STATES = 2 ** 26;

/** Ticks of one inference. */
export const MOST_TICKS = 2 ** 20;

const REMEDY = 'Rebuild the chip file; it does not describe a chip that could run.';

/** Thrown by {@link Findings} to end a check early; caught by verifyChip. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded';
}

export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  #work = 0;

  /** Records an inconsistency. Ends the check when there are too many. */
  inconsistent(message: string, place?: Place): void {
    this.report('E0405', message, place, REMEDY);
  }

  report(code: DiagnosticCode, message: string, place: Place | undefined, remedy: string): void {
    this.diagnostics.push(diagnostic(code, message, place, remedy));
    if (this.diagnostics.length >= MOST_FINDINGS) throw new CheckEnded();
  }

  /** Records an inconsistency unless `good`; returns `good`. */
  expect(good: boolean, message: string, place?: Place): boolean {
    if (!good) this.inconsistent(message, place);
    return good;
  }

  /** Expects a whole number in min..max. */
  whole(value: number, min: number, max: number, what: string, place?: Place): boolean {
    if (Number.isInteger(value) && value >= min && value <= max) return true;
    this.inconsistent(`${what} is ${value}; a whole number in ${min}..${max} is expected`, place);
    return false;
  }

  /** Ends the rest of the check where something has been found that it relies on. */
  endIfAny(): void {
    if (this.diagnostics.length > 0) throw new CheckEnded();
  }

  /** Announces work; ends the check where the file would cause too much of it. */
  spend = (work: number): void => {
    this.#work += work;
    if (this.#work <= WORK_BUDGET) return;
    this.report(
      'E0405',
      `checking this file takes more than the loader's budget of ${WORK_BUDGET} sink evaluations and synapse visits`,
      undefined,
      'Take a shorter window, share fewer synapses and sink lists between axon groups, or split the network over several chips.',
    );
    throw new CheckEnded();
  };
}
