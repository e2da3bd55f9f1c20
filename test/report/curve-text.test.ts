import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wilsonInterval } from '../../emulator/index.ts';
import { type Curve, renderCurve } from '../../report/curve-text.ts';

const curveOf = (hits: readonly number[], total = 100): Curve =>
  hits.map((correct, t) => ({ T: t + 1, top1: correct / total, ci95: wilsonInterval(correct, total) }));

describe('renderCurve', () => {
  it('shows bars, the powers of two and the last, and where the curve settles', () => {
    expect(renderCurve(curveOf([0, 13, 50, 87, 99, 98, 99]), { color: false, width: 80 })).toBe(
      [
        '  ▁▂▅▇███',
        '  T  accuracy  95 % interval',
        '  1    0.00 %  0.00 % to 3.70 %',
        '  2   13.00 %  7.76 % to 20.98 %',
        '  4   87.00 %  79.02 % to 92.24 %',
        '  7   99.00 %  94.55 % to 99.82 %',
        '  stays within 1 point of the last from T = 5 on',
      ].join('\n'),
    );
  });

  it('fits the width with the last tick shown, whatever the curve', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 3, max: 120 }),
        (hits, width) => {
          const [line = ''] = renderCurve(curveOf(hits), { color: false, width }).split('\n');
          expect(line).toHaveLength(2 + Math.min(hits.length, width - 2));
          expect(line.at(-1)).toBe('▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(hits.at(-1)! / 12.5))]);
        },
      ),
    );
  });
});
