/** Scales of figures: where a value lies between the least and the largest of all points. */
import type { ExploredPoint, FigureKind } from './model.ts';
import { LOGARITHMIC_FROM } from '../../scatter-text.ts';

export interface FigureScale {
  readonly least: number;
  readonly largest: number;
  readonly isLogarithmic: boolean;
  /** 0 at the least value, 1 at the largest; 0.5 where all are the same. */
  readonly at: (value: number) => number;
}

/** @returns undefined where no point has the figure */
export function scaleOf(points: readonly ExploredPoint[], { id }: FigureKind): FigureScale | undefined {
  let [least, largest] = [Infinity, -Infinity];
  for (const { figures } of points) {
    const value = figures[id]?.value;
    if (value === undefined || !Number.isFinite(value)) continue;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  if (least > largest) return undefined;
  const isLogarithmic = least > 0 && largest / least >= LOGARITHMIC_FROM;
  const scaled = (value: number): number => (isLogarithmic ? Math.log(value) : value);
  const span = scaled(largest) - scaled(least);
  const at = (value: number): number => (span > 0 ? (scaled(value) - scaled(least)) / span : 0.5);
  return { least, largest, isLogarithmic, at };
}

/** What is known of some values: how many, their mean, and how far they reach. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly largest: number;
}

/** @returns undefined for no values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  let [sum, least, largest] = [0, Infinity, -Infinity];
  for (const value of values) {
    sum += value;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  // A mean that rounding takes beyond its ends is none.
  const mean = Math.min(largest, Math.max(least, sum / values.length));
  return { count: values.length, mean, least, largest };
}
