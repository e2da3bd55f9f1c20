/** New numbers for the neurons of scattered layers: those of a core follow each other, and among them those heard alike. */
import { shapeSize } from '../../isa/index.ts';
import { moveParameters } from '../layer-neurons.ts';
import type {
  DenseOperator,
  Operator,
  QuantisedBranch,
  QuantisedGraph,
  SparseOperator,
  StoredWeights,
} from '../ir/layers.ts';
import type { ColumnGrid } from './columns.ts';

/** Per layer, if it has new numbers: the old number (NCHW) of each neuron. */
export type Orders = readonly (Uint32Array | undefined)[];

/**
 * Orders the neurons of scattered layers by their block, then by the blocks that hear them.
 *
 * @param graph with its scattered layers as columns (flattenScattered)
 * @param grids of all layers: which node of the quotient graph an element is in
 * @param blockOf block of each node
 */
export function orderNeurons(
  graph: QuantisedGraph,
  scattered: readonly boolean[],
  grids: readonly ColumnGrid[],
  blockOf: Uint32Array,
): Orders {
  return graph.layers.map(({ shape }, l) => {
    if (!scattered[l]!) return undefined;
    const neurons = shapeSize(shape);
    const listeners = listeningBlocks(graph, l, grids, blockOf);
    const { first } = grids[l]!;
    return Uint32Array.from({ length: neurons }, (_, k) => k).sort(
      (a, b) => blockOf[first + a]! - blockOf[first + b]! || compareLists(listeners[a]!, listeners[b]!) || a - b,
    );
  });
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const common = Math.min(a.length, b.length);
  for (let k = 0; k < common; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return a.length - b.length;
}

/** Per neuron of a layer, the blocks with neurons that hear it by lists, ascending. What hears all by rows hears alike. */
function listeningBlocks(
  graph: QuantisedGraph,
  source: number,
  grids: readonly ColumnGrid[],
  blockOf: Uint32Array,
): number[][] {
  const found = Array.from({ length: shapeSize(graph.layers[source]!.shape) }, (): number[] => []);
  graph.layers.forEach(({ branches }, l) => {
    for (const { source: heard, operator } of branches) {
      if (heard !== source || operator.kind !== 'sparse') continue;
      const { pre, post } = operator;
      for (let k = 0; k < pre.length; k++) {
        const blocks = found[pre[k]!]!;
        const block = blockOf[grids[l]!.ofElement(post[k]!)]!;
        if (!blocks.includes(block)) blocks.push(block);
      }
    }
  });
  for (const blocks of found) blocks.sort((a, b) => a - b);
  return found;
}

/** The same network with the neurons of some layers numbered anew. */
export function renumber(graph: QuantisedGraph, orders: Orders): QuantisedGraph {
  const positions = orders.map((order) => order && inverse(order));
  const layers = graph.layers.map((layer, l) => {
    const order = orders[l];
    const moved = (values: Int32Array): Int32Array =>
      order === undefined || values.length === 1 ? values : Int32Array.from(order, (old) => values[old]!);
    return {
      ...layer,
      branches: layer.branches.map((branch) => renumberBranch(branch, order, positions[branch.source])),
      ...moveParameters(layer, moved),
    };
  });
  return { ...graph, layers };
}

function inverse(order: Uint32Array): Uint32Array {
  const position = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) position[order[k]!] = k;
  return position;
}

/** @param order of the layer @param position new number of each neuron of the source */
function renumberBranch(
  branch: QuantisedBranch,
  order: Uint32Array | undefined,
  position: Uint32Array | undefined,
): QuantisedBranch {
  if (order === undefined && position === undefined) return branch;
  return { ...branch, operator: renumberOperator(branch, branch.operator, order, position) };
}

function renumberOperator(
  { pooled }: QuantisedBranch,
  operator: Operator<StoredWeights>,
  order: Uint32Array | undefined,
  position: Uint32Array | undefined,
): Operator<StoredWeights> {
  if (operator.kind === 'sparse') return renumberList(operator, order, position);
  if (operator.kind !== 'dense') throw new Error('only lists and dense rows lead to and from scattered layers');
  return renumberRows(operator, shapeSize(pooled), order, position);
}

function renumberRows(
  { kind, weight }: DenseOperator<StoredWeights>,
  columns: number,
  order: Uint32Array | undefined,
  position: Uint32Array | undefined,
): DenseOperator<StoredWeights> {
  const moved = weight.slice();
  for (let row = 0; row * columns < weight.length; row++) {
    const from = (order?.[row] ?? row) * columns;
    for (let c = 0; c < columns; c++) moved[row * columns + (position?.[c] ?? c)] = weight[from + c]!;
  }
  return { kind, weight: moved };
}

/** Sorted again by post, then pre. */
function renumberList(
  { kind, pre, post, weight }: SparseOperator<StoredWeights>,
  order: Uint32Array | undefined,
  position: Uint32Array | undefined,
): SparseOperator<StoredWeights> {
  const moved = {
    kind,
    pre: new Uint32Array(pre.length),
    post: new Uint32Array(post.length),
    weight: weight.slice(),
  };
  const starts = rowStarts(post);
  const rows = order?.length ?? starts.length - 1;
  // Source and weight in one number, so that they are sorted together: in 32 bits, or for wide weights in 40.
  const isWide = weight.BYTES_PER_ELEMENT > 1;
  const keys = new (isWide ? Float64Array : Uint32Array)(longestRow(starts));
  const codes = isWide ? 2 ** 16 : 2 ** 8;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const old = order?.[row] ?? row;
    const first = starts[old] ?? post.length;
    const count = (starts[old + 1] ?? post.length) - first;
    moved.post.fill(row, at, at + count);
    if (position === undefined) {
      moved.pre.set(pre.subarray(first, first + count), at);
      moved.weight.set(weight.subarray(first, first + count), at);
    } else {
      for (let k = 0; k < count; k++) keys[k] = position[pre[first + k]!]! * codes + weight[first + k]! + codes / 2;
      keys.subarray(0, count).sort();
      for (let k = 0; k < count; k++) {
        moved.pre[at + k] = Math.floor(keys[k]! / codes);
        moved.weight[at + k] = (keys[k]! % codes) - codes / 2;
      }
    }
    at += count;
  }
  return moved;
}

/** First connection of each neuron up to the last one that has some, and the end. */
function rowStarts(post: Uint32Array): Uint32Array {
  const rows = post.length === 0 ? 0 : post[post.length - 1]! + 1;
  const starts = new Uint32Array(rows + 1);
  for (let k = 0; k < post.length; k++) starts[post[k]! + 1]!++;
  for (let k = 0; k < rows; k++) starts[k + 1]! += starts[k]!;
  return starts;
}

function longestRow(starts: Uint32Array): number {
  let longest = 0;
  for (let k = 0; k + 1 < starts.length; k++) longest = Math.max(longest, starts[k + 1]! - starts[k]!);
  return longest;
}
