/** Builds a network again and again, each time a little changed, and says whether it fits. */
import { DiagnosticError, isMisfit, type Diagnostic } from '../../isa/index.ts';
import type { BuildOptions } from '../options.ts';
import { PassRunner, type BuildHooks } from '../pass-runner.ts';
import type { Subject } from './subject.ts';

/** The misfit that an error tells of; undefined where it tells of something else. */
export function misfitOf(error: unknown): Diagnostic | undefined {
  if (!(error instanceof DiagnosticError)) return undefined;
  return error.diagnostics.find(({ code }) => isMisfit(code));
}

export interface Fit {
  readonly cores: number;
  readonly coresAvailable: number;
}

/** What became of a trial: cores used, or what did not fit. */
export type Outcome = { readonly fit: Fit } | { readonly misfit: Diagnostic };

export class Trials {
  readonly subject: Subject;
  readonly #hooks: BuildHooks;

  constructor(subject: Subject, hooks: BuildHooks) {
    this.subject = subject;
    this.#hooks = hooks;
  }

  /**
   * Builds with some options changed, or another network in its place, up to the bytes of the chip.
   *
   * @throws DiagnosticError for faults that are no misfits; whatever the signal was aborted with
   */
  async run(changed: Partial<BuildOptions>, subject = this.subject): Promise<Outcome> {
    const { now, signal, verify } = this.#hooks;
    const run = new PassRunner({ now, ...(signal && { signal }), ...(verify !== undefined && { verify }) });
    // How weights are rounded takes time, and hardly moves what they need: a threshold that would not fit is made smaller.
    const rounding = subject.conventional === undefined ? subject.options.rounding : 'nearest';
    const quick = { rounding, labels: [], selfTestSamples: 0, ledgerSamples: 0 } as const;
    const options = { ...subject.options, ...changed, ...quick };
    try {
      const { record } = await subject.build(options, run);
      const { cores, coresAvailable } = record.mapping;
      return { fit: { cores, coresAvailable } };
    } catch (error) {
      const misfit = misfitOf(error);
      if (misfit === undefined) throw error;
      return { misfit };
    }
  }
}

/**
 * The largest whole number in [low, high) for which `fits` was seen to be something, if it is at `low` and does not end
 * and begin again in between.
 */
export async function largestThatFits<R>(
  low: number,
  high: number,
  fits: (value: number) => Promise<R | undefined>,
): Promise<{ readonly value: number; readonly result: R } | undefined> {
  if (high <= low) return undefined;
  const first = await fits(low);
  if (first === undefined) return undefined;
  let best = { value: low, result: first };
  for (let end = high; end - best.value > 1;) {
    const value = (best.value + end) >> 1;
    const result = await fits(value);
    if (result === undefined) end = value;
    else best = { value, result };
  }
  return best;
}
