/** How the branches of a layer share its integers: a shift for each, and a unit for each channel. */
import type { RelativeBranch } from './relative-weights.ts';

type Peaks = Pick<RelativeBranch, 'peak'>;

/** Shift of each branch above that with the smallest weights. */
export function branchOffsets(branches: readonly Peaks[]): number[] {
  const typical = branches.map(({ peak }) => {
    const positive = peak.filter((p) => p > 0).sort();
    return positive.length === 0 ? 0 : positive[Math.floor(positive.length / 2)]!;
  });
  const smallest = typical.filter((t) => t > 0).reduce((a, b) => Math.min(a, b), Infinity);
  return typical.map((t) => (t === 0 ? 0 : Math.round(Math.log2(t / smallest))));
}

/** Per channel the largest unit at which no weight is stored as more than `weightMax`. @param shifts of the branches */
export function unclippedUnits(
  branches: readonly Peaks[],
  shifts: readonly number[],
  weightMax: number,
  channels: number,
): Float64Array {
  const units = new Float64Array(channels).fill(Infinity);
  branches.forEach(({ peak }, b) => {
    for (let c = 0; c < channels; c++)
      if (peak[c]! > 0) units[c] = Math.min(units[c]!, (weightMax * 2 ** shifts[b]!) / peak[c]!);
  });
  const fallback = weightMax * 2 ** Math.max(...shifts, 0);
  return units.map((unit) => (unit === Infinity ? fallback : unit));
}
