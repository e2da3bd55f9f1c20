/** How well a network answers that tells classes apart in several places: in each pixel, or with each of its heads. */
import { type Chip, predictedClass, type RunRecord } from '../../isa/machine.ts';
import { wilsonInterval } from './statistics.ts';

type Shape = Chip['output']['shape'];
type Places = NonNullable<RunRecord['places']>;

/** `pixels`: every channel of the output is a class; numbers: outputs of each head, one head after the other. */
export type PlacesOf = 'pixels' | readonly number[];

/** Where the scores of each place are in the output, NCHW. */
export interface Place {
  /** Index of the score of class 0. */
  readonly first: number;
  /** From the score of a class to that of the next. */
  readonly step: number;
  /** Scores; one is a logit. */
  readonly scores: number;
}

/** A logit tells two classes apart. */
export const classesOf = (scores: number): number => Math.max(2, scores);

/** The places of an output, in the order of their labels: pixels row by row, or heads. */
export const placesOf = ([channels, height, width]: Shape, kind: PlacesOf): readonly Place[] => {
  const area = height * width;
  if (kind === 'pixels') return Array.from({ length: area }, (_, first) => ({ first, step: area, scores: channels }));
  let end = 0;
  return kind.map((scores) => ({ first: (end += scores) - scores, step: 1, scores }));
};

/** What was right, of one of the two networks. */
class Side {
  samples = 0;
  /** Per table (of all pixels, or of each head) by label · classes + answer. */
  readonly counts: readonly Float64Array[];

  constructor(classes: readonly number[]) {
    this.counts = classes.map((count) => new Float64Array(count * count));
  }
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Adds up the answers in all places of labelled samples. */
export class PlaceAccount {
  readonly #kind: PlacesOf;
  readonly #places: readonly Place[];
  /** Classes of each table: one of all pixels, or one of each head. */
  readonly #classes: readonly number[];
  readonly #chip: Side;
  readonly #float: Side;
  #whole = 0;
  #unlabelled = 0;

  constructor(shape: Shape, kind: PlacesOf) {
    this.#kind = kind;
    this.#places = placesOf(shape, kind);
    this.#classes = kind === 'pixels' ? [classesOf(shape[0])] : kind.map(classesOf);
    this.#chip = new Side(this.#classes);
    this.#float = new Side(this.#classes);
  }

  /** @param labels a class for each place; what is none is left out */
  add(labels: ArrayLike<number>, scores: ArrayLike<number>, floatScores?: ArrayLike<number>): void {
    if (this.#count(this.#chip, labels, scores)) this.#whole++;
    if (floatScores !== undefined) this.#count(this.#float, labels, floatScores);
    this.#places.forEach((_, p) => {
      if (!this.#isClass(p, labels[p]!)) this.#unlabelled++;
    });
  }

  #table(place: number): number {
    return this.#kind === 'pixels' ? 0 : place;
  }

  #isClass(place: number, label: number): boolean {
    return label >= 0 && label < this.#classes[this.#table(place)]!;
  }

  /** @returns whether all places that have a label are right */
  #count(side: Side, labels: ArrayLike<number>, scores: ArrayLike<number>): boolean {
    side.samples++;
    let right = true;
    const own: number[] = [];
    this.#places.forEach(({ first, step, scores: count }, p) => {
      const label = labels[p]!;
      if (!this.#isClass(p, label)) return;
      own.length = count;
      for (let c = 0; c < count; c++) own[c] = scores[first + c * step]!;
      const answer = predictedClass(own);
      const table = this.#table(p);
      side.counts[table]![label * this.#classes[table]! + answer]!++;
      right &&= answer === label;
    });
    return right;
  }

  /** undefined where no place had a label. */
  record(): Places | undefined {
    const { samples } = this.#chip;
    const tables = this.#chip.counts.map((counts, t) => tableOf(counts, this.#classes[t]!));
    const [correct, total] = [sum(tables.map((table) => table.correct)), sum(tables.map((table) => table.total))];
    if (total === 0) return undefined;
    const floats =
      this.#float.samples === samples
        ? this.#float.counts.map((counts, t) => tableOf(counts, this.#classes[t]!))
        : undefined;
    const isPixels = this.#kind === 'pixels';
    return {
      kind: isPixels ? 'pixels' : 'heads',
      samples,
      correct,
      total,
      accuracy: correct / total,
      wholeCorrect: this.#whole,
      unlabelled: this.#unlabelled,
      ...(floats && { floatAccuracy: sum(floats.map((table) => table.correct)) / total }),
      ...(isPixels && {
        meanIou: tables[0]!.meanIou,
        ...(floats && { floatMeanIou: floats[0]!.meanIou }),
        perClass: tables[0]!.rows,
      }),
      ...(!isPixels && {
        perHead: tables.map((table, head) => ({
          head,
          classes: this.#classes[head]!,
          correct: table.correct,
          total: table.total,
          ...(table.total > 0 && {
            accuracy: table.correct / table.total,
            ci95: wilsonInterval(table.correct, table.total),
            ...(floats && { floatAccuracy: floats[head]!.correct / table.total }),
          }),
        })),
      }),
    };
  }
}

/**
 * What a confusion matrix says. The intersection over union of a class is what has both its label and its answer, over what has
 * either (Jaccard index); the mean is over the classes that occur as either.
 */
function tableOf(counts: Float64Array, classes: number) {
  const rows = Array.from({ length: classes }, (_, c) => {
    const own = { class: c, total: 0, correct: counts[c * classes + c]!, predicted: 0 };
    for (let k = 0; k < classes; k++) {
      own.total += counts[c * classes + k]!;
      own.predicted += counts[k * classes + c]!;
    }
    return own;
  })
    .filter(({ total, predicted }) => total + predicted > 0)
    .map((row) => ({ ...row, iou: row.correct / (row.total + row.predicted - row.correct) }));
  return {
    rows,
    correct: sum(rows.map((row) => row.correct)),
    total: sum(rows.map((row) => row.total)),
    meanIou: rows.length === 0 ? 0 : sum(rows.map(({ iou }) => iou)) / rows.length,
  };
}
