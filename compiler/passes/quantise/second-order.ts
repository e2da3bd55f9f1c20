/** Rounds the weights of a layer by what they hear (see error-feedback.ts), and knows what that moves on average. */
import type { FloatLayer, StoredWeights } from '../../ir/layers.ts';
import { type ErrorFeedback, errorFeedback, type InputMatrix } from './error-feedback.ts';
import type { Part } from './layer-inputs.ts';
import type { RelativeBranch, Steps } from './relative-weights.ts';

/** Clip levels tried, as shares k/32 of the largest weight. */
const LEVELS = 32;
const CLIPS = [32, 28, 24, 21, 18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2];

interface HeardPart extends Part {
  readonly feedback: ErrorFeedback;
  readonly inputRows: number;
  /** Of every column. */
  readonly means: Float64Array;
}

export interface Moved {
  /** Per channel: mean square of what rounding moves the potential by in a window, thresholds being 1. */
  readonly squares: Float64Array;
  /** Mean of weight × input − stored weight × input over a window. */
  readonly means: Float64Array;
}

export class SecondOrder {
  readonly #parts: HeardPart[] = [];
  readonly #channels: number;
  #clips: Float64Array | undefined;

  constructor({ shape }: Pick<FloatLayer, 'shape'>) {
    this.#channels = shape[0];
  }

  /** @param inputs of the rows of the part, sums over a window */
  hear(part: Part, inputs: InputMatrix): void {
    const means = columnMeans(inputs);
    this.#parts.push({ ...part, feedback: errorFeedback(inputs, means), inputRows: inputs.rows, means });
  }

  /** @param into where the stored weights of the branches go, if they are wanted */
  round(relative: readonly RelativeBranch[], steps: Steps, into?: readonly StoredWeights[]): Moved {
    const squares = new Float64Array(this.#channels);
    const means = new Float64Array(this.#channels);
    for (const part of this.#parts) roundPart(part, relative, steps, { squares, means }, into);
    return { squares, means };
  }

  /** What was found to be clipped least harmfully: as leastSquaresClips says it. */
  get clips(): Float64Array | undefined {
    return this.#clips;
  }

  /**
   * Looks for the clips with which rounding moves the potentials least: the largest of equals.
   *
   * @param steps with units at which no weight is clipped
   * @param together whether all channels have the same unit
   * @param step called between the trials
   */
  async findClips(
    relative: readonly RelativeBranch[],
    steps: Steps,
    together: boolean,
    step: () => Promise<void>,
  ): Promise<void> {
    const best = new Float64Array(this.#channels).fill(Infinity);
    const clips = new Float64Array(this.#channels).fill(1);
    for (const k of CLIPS) {
      await step();
      const units = steps.units.map((unit) => (unit * LEVELS) / k);
      const { squares } = this.round(relative, { ...steps, units });
      if (together) squares.fill(squares.reduce((sum, square) => sum + square, 0));
      for (let c = 0; c < best.length; c++)
        if (squares[c]! < best[c]!) {
          best[c] = squares[c]!;
          clips[c] = k / LEVELS;
        }
    }
    this.#clips = clips;
  }
}

function roundPart(
  { pieces, columns, rows, rowsPerChannel, feedback, inputRows, means }: HeardPart,
  relative: readonly RelativeBranch[],
  { units, shifts, round }: Steps,
  moved: Moved,
  into: readonly StoredWeights[] | undefined,
): void {
  const wanted = new Float64Array(columns);
  const errors = new Float64Array(columns);
  const steps = new Float64Array(columns);
  const whole = new Float64Array(columns);
  const store = (value: number, k: number) => (whole[k] = round(value / steps[k]!)) * steps[k]!;
  for (let row = rows[0]; row < rows[1]; row++) {
    const channel = Math.floor(row / rowsPerChannel);
    for (const { branch, columns: width, first } of pieces) {
      wanted.set(relative[branch]!.weight.subarray(row * width, (row + 1) * width), first);
      steps.fill(2 ** shifts[branch]! / units[channel]!, first, first + width);
    }
    moved.squares[channel]! += feedback.round(wanted, store, errors) / inputRows;
    let mean = 0;
    for (let k = 0; k < columns; k++) mean += errors[k]! * means[k]!;
    moved.means[channel]! += mean / rowsPerChannel;
    if (into === undefined) continue;
    for (const { branch, columns: width, first } of pieces)
      into[branch]!.set(whole.subarray(first, first + width), row * width);
  }
}

function columnMeans({ values, rows, columns }: InputMatrix): Float64Array {
  const means = new Float64Array(columns);
  for (let k = 0; k < values.length; k++) means[k % columns]! += values[k]!;
  return means.map((sum) => sum / rows);
}
