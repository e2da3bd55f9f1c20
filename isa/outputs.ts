/** What a read-out says. */

/** What is left to whoever reads the outputs: it keeps their order, or is not what neurons do. */
export const FINISHING_OPS = ['clip', 'softmax', 'logSoftmax', 'sigmoid', 'exp', 'log'] as const;

export interface Finishing {
  readonly op: (typeof FINISHING_OPS)[number];
  /** Of `clip`, whose lower end is 0: the upper end; none if absent. */
  readonly max?: number | undefined;
  /** Steps of a staircase from 0 to `max`, which stands beside it; continuous if absent. */
  readonly levels?: number | undefined;
}

/** Index of the largest value, the lowest of equals. */
function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
  return best;
}

/** Classes that a network of so many outputs tells apart: one output is a logit, whose sign says which of two. */
export const classesOf = (outputs: number): number => (outputs === 1 ? 2 : outputs);

/** Whether so many names fit the outputs: one each, or, of a single output, those of the two classes that its sign tells apart. */
export const namesFit = (names: number, outputs: number): boolean => names === outputs || names === classesOf(outputs);

/** Names of the classes; none where a single output has a name of its own. */
export const classNamesOf = (names: readonly string[], outputs: number): readonly string[] =>
  names.length === classesOf(outputs) ? names : [];

/**
 * The class that scores predict: of one score, 1 where it is above 0; of several, the index of the largest, the lowest of
 * equals. One rule for chip, oracle and network.
 */
export const predictedClass = (scores: ArrayLike<number>): number =>
  scores.length === 1 ? Number(scores[0]! > 0) : largestIndex(scores);

/**
 * What the network gives out, from its scores: each step of `after` in turn, over all elements.
 *
 * @param scores are overwritten
 * @returns scores; always finite numbers: exp ends at the largest one, log starts from the smallest above 0
 */
export function finishScores(scores: Float64Array, after: readonly Finishing[] = []): Float64Array {
  for (const { op, max = Infinity, levels } of after)
    switch (op) {
      case 'clip':
        apply(scores, (x) => Math.min(max, Math.max(0, x)));
        if (levels !== undefined) apply(scores, (x) => (max * Math.floor((x * levels) / max + 0.5)) / levels);
        break;
      case 'sigmoid':
        apply(scores, (x) => 1 / (1 + Math.exp(-x)));
        break;
      case 'exp':
        apply(scores, (x) => Math.min(Number.MAX_VALUE, Math.exp(x)));
        break;
      case 'log':
        apply(scores, (x) => Math.log(Math.max(Number.MIN_VALUE, x)));
        break;
      case 'softmax':
        logSoftmax(scores);
        apply(scores, Math.exp);
        break;
      case 'logSoftmax':
        logSoftmax(scores);
    }
  return scores;
}

/**
 * The values of the outputs: readout · step / T of every accumulator, then what the network does to its scores.
 *
 * @param readout accumulators, NCHW
 * @param window T of the chip
 */
export const outputValues = (
  readout: ArrayLike<number>,
  { step, after }: { readonly step: number; readonly after?: readonly Finishing[] | undefined },
  window: number,
): Float64Array =>
  finishScores(
    Float64Array.from(readout, (v) => (v * step) / window),
    after,
  );

function apply(values: Float64Array, change: (value: number) => number): void {
  for (let k = 0; k < values.length; k++) values[k] = change(values[k]!);
}

/** x − max − log Σ exp(x − max), so that no exponential is too large. */
function logSoftmax(values: Float64Array): void {
  const largest = values[largestIndex(values)]!;
  const rest = Math.log(values.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  apply(values, (x) => x - largest - rest);
}
