/** The picture of points in the terminal. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderScatter } from '../../report/scatter-text.ts';

const axis = (values: readonly number[], largerIsBetter: boolean) => ({
  values,
  largerIsBetter,
  format: (value: number): string => `${value.toFixed(2)} u`,
});

/** How often each label stands on the axes. */
const labelsOf = (lines: readonly string[]): string[] => lines.join('\n').match(/-?\d+\.\d\d u/g) ?? [];

describe('renderScatter', () => {
  it('says the value of an axis once where all points have the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.boolean(),
        (count, value, largerIsBetter) => {
          const points = Array.from({ length: count }, () => ({ mark: 'A', label: '', certain: true }));
          const same = axis(
            points.map(() => value),
            largerIsBetter,
          );
          const other = axis(
            points.map((_, k) => 1 + k / 2),
            false,
          );
          expect(labelsOf(renderScatter(points, same, same, 80)).length).toBe(2);
          const lines = renderScatter(points, other, same, 80);
          expect(labelsOf(lines.slice(0, -1))).toEqual([same.format(value)]);
          expect(labelsOf(lines.slice(-1)).length).toBe(count === 1 ? 1 : 3);
          for (const line of lines) expect(line).toBe(line.trimEnd());
        },
      ),
    );
  });
});
