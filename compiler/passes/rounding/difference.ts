/** Two runs of a network of populations, side by side. */
import { type RoundingRecord, shapeSize } from '../../../isa/index.ts';
import type { Population } from '../../ir/population.ts';

/** What one run did: per population and step. */
export interface Activity {
  /** Elements that fired, ascending. */
  readonly fired: readonly (readonly Uint32Array[])[];
  /** V, of every element. */
  readonly potentials: readonly (readonly Float64Array[])[];
  /** Largest output, the lowest index of equals. */
  readonly answer: number;
}

interface Growing {
  readonly unit: number;
  /** Spikes of a sample by neuron, the other's taken away; all 0 between samples. */
  readonly counts: Int32Array;
  changed: number;
  moved: number;
  more: number;
  squares: number;
  values: number;
  largest: number;
}

export function newDifference({ parameters, shape }: Population): Growing {
  const thresholds = parameters.threshold?.values;
  const unit = thresholds === undefined ? 1 : thresholds.reduce((sum, each) => sum + each, 0) / thresholds.length;
  const counts = new Int32Array(shapeSize(shape));
  return { unit, counts, changed: 0, moved: 0, more: 0, squares: 0, values: 0, largest: 0 };
}

/** Adds how population `p` differs in two runs of one sample. */
export function addDifference(difference: Growing, one: Activity, other: Activity, p: number): void {
  one.fired[p]!.forEach((fired, step) => {
    const others = other.fired[p]![step]!;
    difference.changed += changedSpikes(fired, others);
    for (let k = 0; k < fired.length; k++) difference.counts[fired[k]!]!--;
    for (let k = 0; k < others.length; k++) difference.counts[others[k]!]!++;
  });
  for (const count of difference.counts) {
    difference.moved += Math.abs(count);
    difference.more += count;
  }
  difference.counts.fill(0);
  one.potentials[p]!.forEach((values, step) => {
    const others = other.potentials[p]![step]!;
    for (let k = 0; k < values.length; k++) {
      const distance = Math.abs(values[k]! - others[k]!);
      difference.squares += distance ** 2;
      difference.largest = Math.max(difference.largest, distance);
    }
    difference.values += values.length;
  });
}

/** Elements in only one of two ascending lists. */
function changedSpikes(one: Uint32Array, other: Uint32Array): number {
  let [a, b, both] = [0, 0, 0];
  while (a < one.length && b < other.length) {
    const order = one[a]! - other[b]!;
    if (order === 0) both++;
    if (order <= 0) a++;
    if (order >= 0) b++;
  }
  return one.length + other.length - 2 * both;
}

/** V in units of the mean threshold, or as it is where there is none. */
export const recordOf = ({
  unit,
  changed,
  moved,
  more,
  squares,
  values,
  largest,
}: Growing): RoundingRecord['stations'][number]['populations'][number] => ({
  spikesChanged: changed,
  countsMoved: moved,
  spikesMore: more,
  potentialRms: values === 0 ? 0 : Math.sqrt(squares / values) / unit,
  potentialMax: largest / unit,
});
