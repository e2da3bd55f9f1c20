/** How well classes are told apart: what the accuracy of a run record is made of. */
import { predictedClass, type RunRecord } from '../../isa/machine.ts';
import { wilsonInterval } from './statistics.ts';

type Accuracy = NonNullable<RunRecord['accuracy']>;

/** Wrong samples that a record lists. */
const MOST_WRONG = 10_000;

/** A labelled sample and what was answered. */
export interface Answer {
  /** Position in the data set. */
  readonly index: number;
  readonly label: number;
  /** Accumulators of the chip, or anything in their order. */
  readonly scores: ArrayLike<number>;
  readonly predicted: number;
  /** Outputs of the conventional network, where it ran on the sample. */
  readonly floatScores?: ArrayLike<number> | undefined;
  /** Class that the chip predicts after t = 1..T ticks. */
  readonly predictedByT?: ArrayLike<number> | undefined;
}

export interface AnswerOptions {
  /** T of the chip. */
  readonly window: number;
  /** Classes that the outputs tell apart. */
  readonly classes: number;
  readonly labels: readonly string[];
  /** k of the top-k accuracy. */
  readonly topK?: number | undefined;
}

/** One of the two networks. */
class Side {
  known = 0;
  correct = 0;
  inTop = 0;
  /** Of two classes: how much speaks for class 1, by label. */
  readonly #margins: readonly [number[], number[]] = [[], []];

  add({ label }: Answer, scores: ArrayLike<number>, { classes, topK }: AnswerOptions): void {
    this.known++;
    if (predictedClass(scores) === label) this.correct++;
    if (topK !== undefined && rankOf(label, scores) < topK) this.inTop++;
    if (classes === 2)
      this.#margins[label === 1 ? 1 : 0].push(scores.length === 1 ? scores[0]! : scores[1]! - scores[0]!);
  }

  get auc(): number | undefined {
    return areaUnderCurve(...this.#margins);
  }
}

/** Adds up the answers to labelled samples. */
export class AnswerAccount {
  readonly #options: AnswerOptions;
  readonly #chip = new Side();
  readonly #float = new Side();
  /** By label · classes + predicted. */
  readonly #counts = new Map<number, number>();
  readonly #wrong: number[] = [];
  readonly #curveCorrect: Float64Array;
  #curveKnown = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#curveCorrect = new Float64Array(options.window);
  }

  add(answer: Answer): void {
    const { label, predicted, scores, floatScores, predictedByT } = answer;
    this.#chip.add(answer, scores, this.#options);
    if (floatScores !== undefined) this.#float.add(answer, floatScores, this.#options);
    const pair = label * this.#options.classes + predicted;
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + 1);
    if (predicted !== label && this.#wrong.length < MOST_WRONG) this.#wrong.push(answer.index);
    if (predictedByT === undefined) return;
    this.#curveKnown++;
    for (let t = 0; t < this.#curveCorrect.length; t++) if (label === predictedByT[t]) this.#curveCorrect[t]!++;
  }

  /** undefined where no sample had a label. */
  record(): Accuracy | undefined {
    const { correct, known: total, inTop, auc } = this.#chip;
    if (total === 0) return undefined;
    const { topK } = this.#options;
    // Comparable only where it was asked about the very same samples.
    const float = this.#float.known === total ? this.#float : undefined;
    const floatAuc = float?.auc;
    return {
      correct,
      total,
      ...shareOf(correct, total),
      ...(float && { floatTop1: float.correct / total }),
      ...(this.#curveKnown === total && { byT: this.#curve(total) }),
      ...(topK !== undefined && {
        topK: {
          k: topK,
          correct: inTop,
          accuracy: inTop / total,
          ci95: wilsonInterval(inTop, total),
          ...(float && { float: float.inTop / total }),
        },
      }),
      ...(auc !== undefined && { auc, ...(floatAuc !== undefined && { floatAuc }) }),
      perClass: this.#perClass(),
      confusion: this.#confusion(),
      wrong: [...this.#wrong],
    };
  }

  #curve(total: number): NonNullable<Accuracy['byT']> {
    return Array.from(this.#curveCorrect, (correct, t) => ({ T: t + 1, ...shareOf(correct, total) }));
  }

  #confusion(): NonNullable<Accuracy['confusion']> {
    const { classes } = this.#options;
    return [...this.#counts]
      .sort(([a], [b]) => a - b)
      .map(([pair, count]) => ({ label: Math.floor(pair / classes), predicted: pair % classes, count }));
  }

  #perClass(): NonNullable<Accuracy['perClass']> {
    const rows = new Map<number, { total: number; correct: number; predicted: number }>();
    const rowOf = (index: number) => {
      const row = rows.get(index) ?? { total: 0, correct: 0, predicted: 0 };
      rows.set(index, row);
      return row;
    };
    for (const { label, predicted, count } of this.#confusion()) {
      rowOf(label).total += count;
      rowOf(predicted).predicted += count;
      if (label === predicted) rowOf(label).correct += count;
    }
    return [...rows]
      .sort(([a], [b]) => a - b)
      .map(([index, row]) => {
        const name = this.#options.labels[index];
        return { class: index, ...(name !== undefined && { name }), ...row };
      });
  }
}

const shareOf = (correct: number, total: number) => ({ top1: correct / total, ci95: wilsonInterval(correct, total) });

/** Scores that come before that of the label: the larger ones, and equals of a lower index. */
function rankOf(label: number, scores: ArrayLike<number>): number {
  if (scores.length === 1) return predictedClass(scores) === label ? 0 : 1;
  let rank = 0;
  for (let k = 0; k < scores.length; k++)
    if (scores[k]! > scores[label]! || (scores[k] === scores[label] && k < label)) rank++;
  return rank;
}

/**
 * Area under the receiver operating characteristic: the probability that a sample of class 1 has the larger margin, where
 * equals count half. Hanley and McNeil, Radiology 143 (1982).
 *
 * @returns undefined where a class has no sample
 */
function areaUnderCurve(negative: readonly number[], positive: readonly number[]): number | undefined {
  if (negative.length === 0 || positive.length === 0) return undefined;
  const below = Float64Array.from(negative).sort();
  let sum = 0;
  let less = 0;
  let notGreater = 0;
  for (const margin of Float64Array.from(positive).sort()) {
    while (less < below.length && below[less]! < margin) less++;
    while (notGreater < below.length && below[notGreater]! <= margin) notGreater++;
    sum += (less + notGreater) / 2;
  }
  return sum / (negative.length * positive.length);
}
