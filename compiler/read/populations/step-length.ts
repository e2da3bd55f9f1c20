/** How long a step of a network of populations is: by it times in seconds become factors of leaks, and steps. */
import { type Diagnostic, diagnostic, fail, option } from '../../../isa/index.ts';
import { leakFaults } from '../../populations/liveness.ts';

/** How a time constant becomes what is left after a step. */
export const TAU_DECAYS = ['exponential', 'euler'] as const;
type TauDecay = (typeof TAU_DECAYS)[number];

/** Of a number of steps: a fraction that is none but a rounding. */
const ROUNDING = 1e-6;
/** Of tau and a step: how far a tau of one step may be below it. */
const ALIKE = 1 - 1e-9;

export class StepLength {
  readonly #asked: number | undefined;
  readonly #seconds: number | undefined;
  readonly #warn: (warning: Diagnostic) => void;
  #isUsed = false;

  /**
   * @param written seconds, by the network file
   * @param asked seconds, which stand in their place
   * @param warn hears what is taken otherwise than it is written
   */
  constructor(written: number | undefined, asked: number | undefined, warn: (warning: Diagnostic) => void) {
    this.#asked = asked;
    this.#seconds = asked ?? written;
    this.#warn = warn;
    if (written !== undefined && asked !== undefined && asked !== written)
      warn(
        diagnostic(
          'W0308',
          `a step lasts ${asked} s, as asked for with ${option('dt')}, not ${written} s: what is given in seconds follows it, what is given in steps or as a factor does not`,
          { path: 'dt' },
        ),
      );
    if (written !== undefined) this.#isUsed = true;
  }

  /** Seconds; undefined where the network says none, and nothing in seconds. */
  get seconds(): number | undefined {
    return this.#isUsed ? this.#seconds : undefined;
  }

  /**
   * What is left after a step of states that decay with these time constants.
   *
   * @param taus seconds
   * @throws DiagnosticError E0202 without a length of a step, E0208 for time constants that are not above 0, or with `euler` shorter
   *   than a step
   */
  factors(taus: Float64Array, decay: TauDecay, path: string): Float64Array {
    const dt = this.#needed(path);
    const isEuler = decay === 'euler';
    const bad = taus.findIndex((tau) => !(tau > 0 && (!isEuler || tau >= dt * ALIKE)));
    if (bad >= 0)
      fail(
        'E0208',
        isEuler && taus[bad]! > 0
          ? `value ${bad} is ${taus[bad]!} s, which is shorter than a step of ${dt} s: ${1 - dt / taus[bad]!} would be left`
          : `value ${bad} is ${taus[bad]!}; seconds above 0 are expected`,
        { path },
        isEuler ? 'let steps be shorter, or write "decay": "exponential"' : undefined,
      );
    const factors = taus.map((tau) => (isEuler ? Math.max(0, 1 - dt / tau) : Math.exp(-dt / tau)));
    for (const fault of leakFaults(factors, { dt, isEuler }))
      this.#warn(
        diagnostic(
          'W0315',
          fault,
          { path },
          `give tau and dt (or ${option('dt')}) in seconds: 0.02 for 20 milliseconds`,
        ),
      );
    return factors;
  }

  /**
   * A time in whole steps; what is rounded is said.
   *
   * @throws DiagnosticError E0202 without a length of a step, E0208 for more than `most` steps
   */
  steps(seconds: number, most: number, path: string): number {
    const exact = seconds / this.#needed(path);
    const steps = Math.round(exact);
    if (steps > most) fail('E0208', `${seconds} s are ${steps} steps; at most ${most} are read`, { path });
    if (Math.abs(exact - steps) > ROUNDING * Math.max(1, steps))
      this.#warn(
        diagnostic('W0308', `${seconds} s are ${Number(exact.toPrecision(6))} steps: ${steps} are taken`, { path }),
      );
    return steps;
  }

  #needed(path: string): number {
    this.#isUsed = true;
    return (
      this.#seconds ??
      fail(
        'E0202',
        'seconds are given, and the network does not say how long a step is',
        { path },
        `say it with "dt", in seconds, beside "format", or with ${option('dt')}`,
      )
    );
  }

  /** @throws DiagnosticError E0103 where a length was asked for and nothing depends on it */
  requireUse(file: string): void {
    if (this.#asked !== undefined && !this.#isUsed)
      fail(
        'E0103',
        `${option('dt')} is the length of a step in seconds; this network gives no dt, and nothing in seconds`,
        { file },
        'leave the option out, or give time constants in seconds: "leak": { "tau": 0.02 }',
      );
  }
}
