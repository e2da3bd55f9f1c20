import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  classNamesOf,
  namesFit,
  classesOf,
  finishScores,
  type Finishing,
  outputValues,
  predictedClass,
} from '../../isa/index.ts';

const scores = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 6 });

describe('what a read-out says', () => {
  it('one score names one of two classes by its sign, several by the largest', () => {
    expect([-1, 0, 1e-9].map((score) => predictedClass([score]))).toEqual([0, 0, 1]);
    expect(predictedClass([1, 3, 3])).toBe(1);
    expect([1, 2, 5].map(classesOf)).toEqual([2, 2, 5]);
  });

  it('values are read-out · step / T, then what the network does at its end', () => {
    expect([...outputValues([64, -32], { step: 0.5 }, 32)]).toEqual([1, -0.5]);
    expect([...outputValues([64, -32, 640], { step: 0.5, after: [{ op: 'clip', max: 6 }] }, 32)]).toEqual([1, 0, 6]);
    expect([...finishScores(Float64Array.of(0.3, 0.7, 2), [{ op: 'clip', max: 1, levels: 2 }])]).toEqual([0.5, 0.5, 1]);
    expect(finishScores(Float64Array.of(0, Math.log(3)), [{ op: 'softmax' }])[1]).toBeCloseTo(0.75, 12);
    expect(finishScores(Float64Array.of(0, Math.log(3)), [{ op: 'logSoftmax' }])[1]).toBeCloseTo(Math.log(0.75), 12);
    expect(finishScores(Float64Array.of(Math.log(3)), [{ op: 'sigmoid' }])[0]).toBeCloseTo(0.75, 12);
  });

  it('whatever is done keeps numbers finite, and all but a clip keep the answer', () => {
    const step = fc.constantFrom<Finishing>(
      { op: 'softmax' },
      { op: 'logSoftmax' },
      { op: 'sigmoid' },
      { op: 'exp' },
      { op: 'log' },
      { op: 'clip' },
    );
    fc.assert(
      fc.property(scores, fc.array(step, { maxLength: 3 }), (before, after) => {
        const values = finishScores(Float64Array.from(before), after);
        expect(values.every(Number.isFinite)).toBe(true);
        for (const [i, a] of before.entries())
          for (const [j, b] of before.entries()) if (a > b) expect(values[i]).toBeGreaterThanOrEqual(values[j]!);
      }),
    );
  });
});

it('takes a name for each output, and of a single one its own or those of two classes, as files of earlier versions have them', () => {
  for (const [names, outputs, fit, classes] of [
    [3, 3, true, 3],
    [2, 3, false, 0],
    [1, 1, true, 0],
    [2, 1, true, 2],
    [3, 1, false, 0],
  ] as const) {
    expect(namesFit(names, outputs)).toBe(fit);
    expect(classNamesOf(Array<string>(names).fill('x'), outputs)).toHaveLength(classes);
  }
});
