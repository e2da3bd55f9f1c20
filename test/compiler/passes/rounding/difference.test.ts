/** What two runs of a network differ in: spikes that come in other steps are not spikes more or fewer. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDifference, newDifference, recordOf } from '../../../../compiler/passes/rounding/difference.ts';

const [NEURONS, STEPS] = [4, 5];
const population = { parameters: {}, shape: [NEURONS, 1, 1] } as unknown as Parameters<typeof newDifference>[0];

type Raster = readonly (readonly boolean[])[];

const activityOf = (raster: Raster) => ({
  fired: [raster.map((step) => Uint32Array.from(step.flatMap((fires, n) => (fires ? [n] : []))))],
  potentials: [raster.map(() => new Float64Array(NEURONS))],
  answer: 0,
});

const raster = fc.array(fc.array(fc.boolean(), { minLength: NEURONS, maxLength: NEURONS }), {
  minLength: STEPS,
  maxLength: STEPS,
});

describe('the difference of two runs', () => {
  it('counts changed spikes by step, and counts by neuron and sample', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(raster, raster), { minLength: 1, maxLength: 3 }), (samples) => {
        const difference = newDifference(population);
        let [changed, moved, more] = [0, 0, 0];
        for (const [one, other] of samples) {
          addDifference(difference, activityOf(one), activityOf(other), 0);
          for (let n = 0; n < NEURONS; n++) {
            const counts = [one, other].map((steps) => steps.filter((step) => step[n]).length);
            moved += Math.abs(counts[1]! - counts[0]!);
            more += counts[1]! - counts[0]!;
            changed += one.filter((step, t) => step[n] !== other[t]![n]).length;
          }
        }
        expect(recordOf(difference)).toMatchObject({ spikesChanged: changed, countsMoved: moved, spikesMore: more });
      }),
    );
  });
});
