/** How close outputs are to the quantities that they should be. */
import type { RunRecord } from '../../isa/machine.ts';

type Regression = NonNullable<RunRecord['regression']>;

/** Outputs that a record lists one by one. */
const MOST_OUTPUTS = 1024;

/** Sums of errors, per output. */
class Errors {
  readonly #absolute: Float64Array;
  readonly #squares: Float64Array;

  constructor(outputs: number) {
    this.#absolute = new Float64Array(outputs);
    this.#squares = new Float64Array(outputs);
  }

  add(values: ArrayLike<number>, target: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++) {
      const error = values[k]! - target[k]!;
      this.#absolute[k]! += Math.abs(error);
      this.#squares[k]! += error * error;
    }
  }

  /** @param spread Σ(target − mean target)² of the output */
  of(output: number, samples: number, spread: number) {
    const squares = this.#squares[output]!;
    return {
      mae: this.#absolute[output]! / samples,
      rmse: Math.sqrt(squares / samples),
      ...(spread > 0 && { r2: 1 - squares / spread }),
    };
  }

  /** Over all outputs; R² is the mean of those of the outputs whose targets vary. */
  overall(samples: number, spreads: Float64Array) {
    const outputs = spreads.length;
    const r2 = Array.from(spreads, (spread, k) => this.of(k, samples, spread).r2).filter(
      (value) => value !== undefined,
    );
    return {
      mae: sum(this.#absolute) / (samples * outputs),
      rmse: Math.sqrt(sum(this.#squares) / (samples * outputs)),
      ...(r2.length > 0 && { r2: sum(r2) / r2.length }),
    };
  }
}

/** Adds up the errors of outputs against targets. */
export class RegressionAccount {
  readonly #labels: readonly string[];
  readonly #chip: Errors;
  readonly #float: Errors;
  /** Mean of the targets, and Σ(target − mean)², per output; after Welford, Technometrics 4 (1962). */
  readonly #mean: Float64Array;
  readonly #spread: Float64Array;
  #samples = 0;
  #floatSamples = 0;

  constructor(outputs: number, labels: readonly string[]) {
    this.#labels = labels.length === outputs ? labels : [];
    this.#chip = new Errors(outputs);
    this.#float = new Errors(outputs);
    this.#mean = new Float64Array(outputs);
    this.#spread = new Float64Array(outputs);
  }

  /**
   * @param target one value per output
   * @param values of the chip's outputs, in the unit of the targets
   * @param float the same of the conventional network, where it ran on the sample
   */
  add(target: ArrayLike<number>, values: ArrayLike<number>, float: ArrayLike<number> | undefined): void {
    this.#samples++;
    this.#chip.add(values, target);
    for (let k = 0; k < this.#mean.length; k++) {
      const before = target[k]! - this.#mean[k]!;
      this.#mean[k]! += before / this.#samples;
      this.#spread[k]! += before * (target[k]! - this.#mean[k]!);
    }
    if (float === undefined) return;
    this.#floatSamples++;
    this.#float.add(float, target);
  }

  /** undefined where no sample had targets. */
  record(): Regression | undefined {
    const samples = this.#samples;
    if (samples === 0) return undefined;
    return {
      samples,
      ...this.#chip.overall(samples, this.#spread),
      // Comparable only where it was asked about the very same samples.
      ...(this.#floatSamples === samples && { float: this.#float.overall(samples, this.#spread) }),
      perOutput: Array.from(this.#spread.subarray(0, MOST_OUTPUTS), (spread, output) => {
        const name = this.#labels[output];
        return { output, ...(name !== undefined && { name }), ...this.#chip.of(output, samples, spread) };
      }),
    };
  }
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
