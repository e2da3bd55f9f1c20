/** A layer (or the input) cut into columns of channels: the nodes of the quotient graph. */
import type { Box, Shape } from '../../isa/index.ts';

/** Consecutive columns of one layer: row by row, left to right, the chunks of channels innermost. */
export class ColumnGrid {
  /** Number of the first column; the columns of all layers are numbered through. */
  readonly first: number;
  readonly shape: Shape;
  /** Channels per chunk; the last chunk may hold fewer. */
  readonly chunk: number;
  readonly chunks: number;

  constructor(first: number, shape: Shape, chunk: number) {
    this.first = first;
    this.shape = shape;
    this.chunk = chunk;
    this.chunks = Math.ceil(shape[0] / chunk);
  }

  get count(): number {
    return this.chunks * this.shape[1] * this.shape[2];
  }

  /** @returns the column that holds channel c at row y and column x */
  at(c: number, y: number, x: number): number {
    return this.first + (y * this.shape[2] + x) * this.chunks + Math.floor(c / this.chunk);
  }

  /** Column that holds an element, NCHW. */
  ofElement(element: number): number {
    const [, height, width] = this.shape;
    const x = element % width;
    const row = (element - x) / width;
    const y = row % height;
    return this.at((row - y) / height, y, x);
  }

  /** The part of the layer that column `column` is. */
  box(column: number): Box {
    const k = column - this.first;
    const part = k % this.chunks;
    const place = (k - part) / this.chunks;
    const c0 = part * this.chunk;
    return {
      c0,
      y0: Math.floor(place / this.shape[2]),
      x0: place % this.shape[2],
      channels: Math.min(this.chunk, this.shape[0] - c0),
      height: 1,
      width: 1,
    };
  }
}
