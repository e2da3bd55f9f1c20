import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerAccount } from '../../../emulator/account/answers.ts';
import { RegressionAccount } from '../../../emulator/account/regression.ts';
import { predictedClass } from '../../../isa/index.ts';

interface Case {
  readonly label: number;
  readonly scores: readonly number[];
}

function account(classes: number, cases: readonly Case[], topK?: number) {
  const answers = new AnswerAccount({ window: 4, classes, labels: [], topK });
  cases.forEach(({ label, scores }, index) => {
    answers.add({ index, label, scores, predicted: predictedClass(scores), floatScores: scores });
  });
  return answers.record();
}

const score = fc.integer({ min: -3, max: 3 });
const cases = (classes: number, outputs: number) =>
  fc.array(
    fc.record({
      label: fc.integer({ min: 0, max: classes - 1 }),
      scores: fc.array(score, { minLength: outputs, maxLength: outputs }),
    }),
    { minLength: 1, maxLength: 30 },
  );

describe('answers to labelled samples', () => {
  it('are counted by class; without labels there is nothing', () => {
    expect(account(3, [])).toBeUndefined();
    const record = account(3, [
      { label: 0, scores: [5, 1, 0] },
      { label: 2, scores: [5, 1, 4] },
      { label: 2, scores: [0, 1, 4] },
    ])!;
    expect(record).toMatchObject({ correct: 2, total: 3, floatTop1: 2 / 3, wrong: [1] });
    expect(record.confusion).toEqual([
      { label: 0, predicted: 0, count: 1 },
      { label: 2, predicted: 0, count: 1 },
      { label: 2, predicted: 2, count: 1 },
    ]);
    expect(record.perClass).toEqual([
      { class: 0, total: 1, correct: 1, predicted: 2 },
      { class: 2, total: 2, correct: 1, predicted: 1 },
    ]);
    expect(record.auc).toBeUndefined();
  });

  it('top k is what sorting says, equals by index', () => {
    fc.assert(
      fc.property(cases(4, 4), fc.integer({ min: 1, max: 4 }), (samples, k) => {
        const expected = samples.filter(({ label, scores }) => {
          const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
          return order.slice(0, k).includes(label);
        }).length;
        const { topK } = account(4, samples, k)!;
        expect(topK).toMatchObject({ k, correct: expected, accuracy: expected / samples.length });
        expect(topK!.float).toBe(topK!.accuracy);
      }),
    );
  });

  it('the area under the curve is the share of pairs in order, of one output and of two', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2).chain((outputs) => cases(2, outputs)),
        (samples) => {
          const margin = ({ scores }: Case) => (scores.length === 1 ? scores[0]! : scores[1]! - scores[0]!);
          const of = (wanted: number) => samples.filter(({ label }) => label === wanted).map(margin);
          const pairs = of(1).flatMap((positive) =>
            of(0).map((negative) => (positive > negative ? 1 : positive === negative ? 0.5 : 0)),
          );
          const { auc } = account(2, samples)!;
          if (pairs.length === 0) expect(auc).toBeUndefined();
          else expect(auc).toBeCloseTo(pairs.reduce((sum: number, x) => sum + x, 0) / pairs.length, 12);
        },
      ),
    );
  });
});

describe('errors of quantities', () => {
  it('are those of the textbook, far from 0 too', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    const rows = fc.array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 1e4), (samples, offset) => {
        const errors = new RegressionAccount(2, []);
        for (const [a, b, c, d] of samples) errors.add([c + offset, d + offset], [a + offset, b + offset], undefined);
        const record = errors.record()!;
        [0, 1].forEach((output) => {
          const differences = samples.map((row) => row[output]! - row[output + 2]!);
          const targets = samples.map((row) => row[output + 2]!);
          const mean = targets.reduce((sum, x) => sum + x, 0) / targets.length;
          const spread = targets.reduce((sum, x) => sum + (x - mean) ** 2, 0);
          const squares = differences.reduce((sum, x) => sum + x * x, 0);
          const { mae, rmse, r2 } = record.perOutput[output]!;
          expect(mae).toBeCloseTo(differences.reduce((sum, x) => sum + Math.abs(x), 0) / samples.length, 6);
          expect(rmse).toBeCloseTo(Math.sqrt(squares / samples.length), 6);
          if (spread > 1e-2) expect(Math.abs(r2! - (1 - squares / spread))).toBeLessThan(1e-4 * (1 + squares / spread));
        });
        expect(record.samples).toBe(samples.length);
      }),
    );
  });

  it('targets that do not vary have no R²', () => {
    const errors = new RegressionAccount(1, ['level']);
    errors.add([2], [1], undefined);
    errors.add([2], [3], undefined);
    expect(errors.record()).toEqual({
      samples: 2,
      mae: 1,
      rmse: 1,
      perOutput: [{ output: 0, name: 'level', mae: 1, rmse: 1 }],
    });
    expect(new RegressionAccount(1, []).record()).toBeUndefined();
  });
});
