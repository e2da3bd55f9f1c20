/** Which columns of the sources a column hears. */
import { intersectBoxes, wholeBox, type Box } from '../../isa/index.ts';
import type { QuantisedBranch, QuantisedLayer, SparseOperator, StoredWeights } from '../ir/layers.ts';
import { branchAxons } from '../layout/axons.ts';
import type { ColumnGrid } from './columns.ts';

/** Calls `hear` with every column of the source that a column of the layer hears through a branch; some more than once. */
export type SourceColumns = (column: number, hear: (source: number) => void) => void;

/** Prepares the walk of one branch; `source` is the grid of its source, `grid` that of the layer. */
export function sourceColumnsOf(
  layer: QuantisedLayer,
  branch: QuantisedBranch,
  grid: ColumnGrid,
  source: ColumnGrid,
): SourceColumns {
  const { operator } = branch;
  if (operator.kind === 'sparse') return hearsList(branch, operator, grid, source);
  return (column, hear) => {
    const axons = branchAxons(branch, layer.shape, [grid.box(column)]);
    if (axons?.kind === 'region') hearRegion(axons.region, branch, source, hear);
  };
}

/** All columns of the source under a box of the pooled source. */
function hearRegion(region: Box, branch: QuantisedBranch, source: ColumnGrid, hear: (source: number) => void): void {
  const [rows, columns] = branch.pool;
  const seen = intersectBoxes(wholeBox(branch.pooled), region);
  if (seen === undefined) return;
  const firstChunk = Math.floor(seen.c0 / source.chunk);
  const lastChunk = Math.floor((seen.c0 + seen.channels - 1) / source.chunk);
  for (let y = seen.y0 * rows; y < (seen.y0 + seen.height) * rows; y++)
    for (let x = seen.x0 * columns; x < (seen.x0 + seen.width) * columns; x++)
      for (let part = firstChunk; part <= lastChunk; part++) hear(source.at(part * source.chunk, y, x));
}

/** The connections of a sparse branch, sorted by the column that they reach. */
function hearsList(
  branch: QuantisedBranch,
  operator: SparseOperator<StoredWeights>,
  grid: ColumnGrid,
  source: ColumnGrid,
): SourceColumns {
  const { pre, post } = operator;
  const start = new Uint32Array(grid.count + 1);
  for (let k = 0; k < post.length; k++) start[grid.ofElement(post[k]!) - grid.first + 1]!++;
  for (let k = 0; k < grid.count; k++) start[k + 1]! += start[k]!;
  const byColumn = new Uint32Array(post.length);
  const next = start.slice();
  for (let k = 0; k < post.length; k++) byColumn[next[grid.ofElement(post[k]!) - grid.first]!++] = pre[k]!;
  return (column, hear) => {
    const at = column - grid.first;
    for (let k = start[at]!; k < start[at + 1]!; k++)
      eachUnpooled(branch, byColumn[k]!, (c, y, x) => hear(source.at(c, y, x)));
  };
}

/** The elements of the source whose sum is element `pooled` (NCHW) after pooling. */
function eachUnpooled(
  { pool: [rows, columns], pooled: [, height, width] }: QuantisedBranch,
  pooled: number,
  visit: (c: number, y: number, x: number) => void,
): void {
  const x0 = (pooled % width) * columns;
  const row = Math.floor(pooled / width);
  const y0 = (row % height) * rows;
  const c = Math.floor(row / height);
  for (let y = y0; y < y0 + rows; y++) for (let x = x0; x < x0 + columns; x++) visit(c, y, x);
}
