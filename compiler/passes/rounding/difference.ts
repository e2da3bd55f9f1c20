/** Two runs of a network of populations, side by side. */
import type { RoundingRecord } from '../../../isa/index.ts';
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
  changed: number;
  squares: number;
  values: number;
  largest: number;
}

export function newDifference({ parameters }: Population): Growing {
  const thresholds = parameters.threshold?.values;
  const unit = thresholds === undefined ? 1 : thresholds.reduce((sum, each) => sum + each, 0) / thresholds.length;
  return { unit, changed: 0, squares: 0, values: 0, largest: 0 };
}

/** Adds how population `p` differs in two runs of one sample. */
export function addDifference(difference: Growing, one: Activity, other: Activity, p: number): void {
  one.fired[p]!.forEach((fired, step) => {
    difference.changed += changedSpikes(fired, other.fired[p]![step]!);
  });
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
  squares,
  values,
  largest,
}: Growing): RoundingRecord['stations'][number]['populations'][number] => ({
  spikesChanged: changed,
  potentialRms: values === 0 ? 0 : Math.sqrt(squares / values) / unit,
  potentialMax: largest / unit,
});
