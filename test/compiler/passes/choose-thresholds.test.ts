import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FloatGraph } from '../../../compiler/index.ts';
import { ActivationHistogram } from '../../../compiler/passes/calibrate/histogram.ts';
import type { FloatLayer } from '../../../compiler/ir/layers.ts';
import type { ThresholdOptions } from '../../../compiler/options.ts';
import { chooseThresholds, clipThresholds } from '../../../compiler/passes/choose-thresholds.ts';
import { seededRandom } from '../../arbitraries/random.ts';

const relu = (channels: number, max = Infinity): FloatLayer => ({
  name: 'layer',
  shape: [channels, 1, 1],
  branches: [],
  bias: new Float64Array(channels),
  activation: { kind: 'relu', max },
});
const readout: FloatLayer = { ...relu(2), activation: { kind: 'none' } };
const graphOf = (...layers: FloatLayer[]): FloatGraph => ({ name: 'g', inputShape: [1, 1, 1], layers });

function choose(lists: readonly (readonly number[])[], options: ThresholdOptions, max = Infinity): Float64Array {
  const histograms = lists.map((list) => {
    const histogram = new ActivationHistogram();
    histogram.addAll(Float64Array.from(list), 0, list.length);
    return histogram;
  });
  const calibration = { samples: 1, histograms: [histograms, []], inputs: [] };
  return chooseThresholds(graphOf(relu(lists.length, max), readout), calibration, options)[0]!;
}

/** With 0.3 squared spikes of unevenness per active value, but in mode `exact`. */
const expectedError = (
  list: readonly number[],
  threshold: number,
  window: number,
  mode: 'default' | 'exact',
): number => {
  const step = threshold / window;
  const uneven = mode === 'exact' ? 0 : 0.3 * step * step;
  return list.reduce((sum, x) => sum + (x - step * Math.min(window, Math.floor(x / step + 0.5))) ** 2 + uneven, 0);
};

describe('choose-thresholds', () => {
  it('maximum: per channel the largest value, per layer the largest of all', () => {
    const lists = [[0.5, 2], [1], [3, 0.1]];
    expect([...choose(lists, { rule: { kind: 'max' }, per: 'channel', window: 8, mode: 'default' })]).toEqual([
      2, 1, 3,
    ]);
    expect([...choose(lists, { rule: { kind: 'max' }, per: 'layer', window: 8, mode: 'default' })]).toEqual([3, 3, 3]);
  });

  it('least squares is nearly the best level of its search, up to the width of a bin', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(4, 8, 16, 32),
        fc.constantFrom('default' as const, 'exact' as const),
        (seed, window, mode) => {
          const random = seededRandom(seed);
          // Few large values above many small ones, as in trained networks.
          const list = Array.from({ length: 400 }, () => random() ** 6 * 10);
          const [mse] = choose([list], { rule: { kind: 'mse' }, per: 'channel', window, mode });
          const max = Math.max(...list);
          const levels = Array.from({ length: 95 }, (_, k) => (max * (100 - k)) / 100);
          const least = Math.min(...levels.map((level) => expectedError(list, level, window, mode)));
          expect(mse!).toBeLessThanOrEqual(max);
          expect(expectedError(list, mse!, window, mode)).toBeLessThanOrEqual(least * 1.05 + 1e-4);
        },
      ),
    );
  });

  it('least squares finds a threshold well below a lone outlier', () => {
    const list = [...Array.from({ length: 1000 }, (_, k) => (k % 100) / 100), 10];
    const [mse] = choose([list], { rule: { kind: 'mse' }, per: 'channel', window: 4, mode: 'default' });
    expect(mse!).toBeLessThan(5);
  });

  it('a clip level limits the threshold; a dead channel gets a small one', () => {
    const options = { rule: { kind: 'max' }, per: 'channel', window: 8, mode: 'default' } as const;
    const [clipped, dead] = choose([[4], [0]], options, 2);
    expect(clipped).toBe(2);
    expect(dead).toBeCloseTo(0.1);
    expect([...choose([[0], [0]], options)]).toEqual([1, 1]);
  });

  it('clip levels serve as thresholds only where every activation has one', () => {
    expect(clipThresholds(graphOf(relu(2, 1.5), readout))?.map((t) => [...t])).toEqual([[1.5, 1.5], []]);
    expect(clipThresholds(graphOf(relu(2, 1.5), relu(1), readout))).toBeUndefined();
  });
});
