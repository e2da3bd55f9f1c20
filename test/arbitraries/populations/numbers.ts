/** Numbers of random populations: weights and parameters, in all the ways in which a document can give them. */
import type { Draws } from '../random.ts';

export type Shape = readonly [channels: number, height: number, width: number];

export const sizeOf = ([channels, height, width]: Shape): number => channels * height * width;

/** A float of 32 bit in min..max. */
export const real = (draws: Draws, min: number, max: number): number =>
  Math.fround(min + ((max - min) * draws.below(2 ** 24)) / 2 ** 24);

/** How the numbers of a network lie: anywhere, on a grid of a power of two, or whole. */
export type Grid = 'real' | 'dyadic' | 'whole';

/** A number of this grid, near to one in min..max. */
export function numberOn(draws: Draws, grid: Grid, min: number, max: number): number {
  const value = real(draws, min, max);
  return grid === 'real' ? value : grid === 'dyadic' ? Math.round(value * 16) / 16 : Math.round(value * 8);
}

/** For all neurons, per channel or per neuron, as a number, a list or a tensor. */
export function values(draws: Draws, shape: Shape, one: () => number): unknown {
  const kind = draws.below(6);
  if (kind < 3) return one();
  const count = kind === 5 ? sizeOf(shape) : shape[0];
  const data = Array.from({ length: count }, one);
  return draws.chance(0.5) ? data : { shape: [count], data };
}

export function tensor(shape: readonly number[], one: () => number): { shape: readonly number[]; data: number[] } {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Array.from({ length: size }, one) };
}
