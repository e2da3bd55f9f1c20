import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorFeedback, type InputMatrix } from '../../../../compiler/passes/quantise/error-feedback.ts';
import { seededRandom } from '../../../arbitraries/random.ts';

const STEP = 0.25;
const LARGEST = 1;
const store = (value: number): number =>
  STEP * Math.max(-LARGEST / STEP, Math.min(LARGEST / STEP, Math.floor(value / STEP + 0.5)));

/** Counts that go together: each row is a mixture of a few patterns, some inputs always silent. */
function inputsThatGoTogether(rows: number, columns: number, random: () => number): InputMatrix {
  const patterns = Array.from({ length: 3 }, () =>
    Float64Array.from({ length: columns }, () => Math.floor(4 * random())),
  );
  const silent = Array.from({ length: columns }, () => random() < 0.1);
  const values = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const shares = patterns.map(() => Math.floor(3 * random()));
    for (let k = 0; k < columns; k++)
      if (!silent[k]!)
        values[r * columns + k] = patterns.reduce(
          (sum, pattern, p) => sum + shares[p]! * pattern[k]!,
          Math.floor(2 * random()),
        );
  }
  return { values, rows, columns };
}

/** Σ over the rows of inputs of (x·e)², and what the damping adds to it. */
function quadratic(
  { values, rows, columns }: InputMatrix,
  means: Float64Array | undefined,
  errors: Float64Array,
): number {
  const centred = (r: number, k: number) => values[r * columns + k]! - (means?.[k] ?? 0);
  let [total, trace] = [0, 0];
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      sum += centred(r, k) * errors[k]!;
      trace += centred(r, k) ** 2;
    }
    total += sum * sum;
  }
  const damping = trace > 0 ? (0.01 * trace) / columns : 1;
  return total + damping * errors.reduce((sum, error) => sum + error * error, 0);
}

const meansOf = ({ values, rows, columns }: InputMatrix): Float64Array =>
  Float64Array.from({ length: columns }, (_, k) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += values[r * columns + k]!;
    return sum / rows;
  });

const row = (columns: number, random: () => number) =>
  Float64Array.from({ length: columns }, () => 1.6 * random() - 0.8);

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 30 }),
  columns: fc.integer({ min: 1, max: 30 }),
  centred: fc.boolean(),
  seed: fc.integer(),
});

describe('rounding with error feedback', () => {
  it('returns the quadratic form of the errors that it made, whatever the ratio of rows and inputs', () => {
    fc.assert(
      fc.property(sizes, ({ rows, columns, centred, seed }) => {
        const random = seededRandom(seed);
        const inputs = inputsThatGoTogether(rows, columns, random);
        const means = centred ? meansOf(inputs) : undefined;
        const wanted = row(columns, random);
        const errors = new Float64Array(columns);
        const stored: number[] = [];
        const total = errorFeedback(inputs, means).round(
          wanted,
          (value) => stored[stored.push(store(value)) - 1]!,
          errors,
        );
        stored.forEach((value, k) => {
          expect(errors[k]!).toBe(wanted[k]! - value);
        });
        const expected = quadratic(inputs, means, errors);
        expect(Math.abs(total - expected)).toBeLessThanOrEqual(1e-7 * (1 + expected));
      }),
    );
  });

  it('loses less than rounding to nearest where inputs go together', () => {
    let [less, all] = [0, 0];
    fc.assert(
      fc.property(sizes, ({ rows, columns, centred, seed }) => {
        const random = seededRandom(seed);
        const inputs = inputsThatGoTogether(rows, columns, random);
        const means = centred ? meansOf(inputs) : undefined;
        const feedback = errorFeedback(inputs, means);
        const errors = new Float64Array(columns);
        let [fedBack, nearest] = [0, 0];
        for (let k = 0; k < 8; k++) {
          const wanted = row(columns, random);
          fedBack += feedback.round(wanted, store, errors);
          nearest += quadratic(
            inputs,
            means,
            wanted.map((w) => w - store(w)),
          );
        }
        all++;
        if (fedBack <= nearest * (1 + 1e-9)) less++;
        // Rounding in order is greedy, so a single row may lose a little more.
        if (columns >= 8 && rows >= 8) expect(fedBack).toBeLessThanOrEqual(nearest);
      }),
    );
    expect(less / all).toBeGreaterThan(0.9);
  });

  it('rounds each weight to nearest where inputs do not go together', () => {
    fc.assert(
      fc.property(sizes, ({ rows, columns, seed }) => {
        const random = seededRandom(seed);
        const values = new Float64Array(rows * columns);
        for (let r = 0; r < rows; r++) values[r * columns + (r % columns)] = Math.floor(5 * random());
        const wanted = row(columns, random);
        const errors = new Float64Array(columns);
        errorFeedback({ values, rows, columns }, undefined).round(wanted, store, errors);
        errors.forEach((error, k) => {
          expect(error).toBe(wanted[k]! - store(wanted[k]!));
        });
      }),
    );
  });

  it('rounds the same by rows as by moments: rows of zeros change nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (rows, seed) => {
        const random = seededRandom(seed);
        const columns = rows + 5;
        const few = inputsThatGoTogether(rows, columns, random);
        const values = new Float64Array(columns * columns);
        values.set(few.values);
        const wanted = row(columns, random);
        const [byRows, byMoments] = [few, { values, rows: columns, columns }].map((inputs) => {
          const errors = new Float64Array(columns);
          return errorFeedback(inputs, undefined).round(wanted, (value) => value - 0.01 * value * value, errors);
        });
        expect(Math.abs(byRows! - byMoments!)).toBeLessThanOrEqual(1e-7 * (1 + byMoments!));
      }),
    );
  });
});
