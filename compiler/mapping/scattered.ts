/**
 * Layers without any order in their connections. Columns of channels and boxes are no use to them: their neurons are
 * mapped one by one, and get numbers anew so that those of a core follow each other.
 */
import { shapeSize } from '../../isa/index.ts';
import type { LayerIndex, QuantisedBranch, QuantisedGraph, QuantisedLayer, SparseOperator } from '../ir/layers.ts';

/** Neurons whose numbers follow each other, as a column of the quotient graph holds them. */
const CHUNK = 64;
/** Columns are no use where they would count this many times the axons that their neurons hear. */
const WASTE = 1.5;
/** Renumbering packs a source and its weight into 32 bits. */
const MOST_NEURONS = 2 ** 24;

/**
 * Which layers are scattered: their neurons can get new numbers, and a list leads to or from them of which columns of
 * successive numbers would hear much that their neurons do not.
 */
export function scatteredLayers(graph: QuantisedGraph): boolean[] {
  const irregular = graph.layers.map(() => false);
  graph.layers.forEach(({ branches }, l) => {
    for (const { source, pooled, operator } of branches) {
      if (operator.kind !== 'sparse' || !wastesAxons(operator, shapeSize(pooled))) continue;
      irregular[l] = true;
      if (source >= 0) irregular[source] = true;
    }
  });
  return renumberable(graph).map((can, l) => can && irregular[l]!);
}

/** Which layers can get new numbers: they fire, and only lists and dense rows lead to and from them. */
export function renumberable(graph: QuantisedGraph): boolean[] {
  const can = graph.layers.map(({ fires, shape }) => fires && shapeSize(shape) <= MOST_NEURONS);
  graph.layers.forEach(({ branches }, l) => {
    for (const branch of branches) {
      const { source, operator } = branch;
      const isListed = operator.kind === 'sparse' || operator.kind === 'dense';
      if (!isListed) can[l] = false;
      if (source >= 0 && (!isListed || isPooled(branch))) can[source] = false;
    }
  });
  return can;
}

const isPooled = ({ pool }: QuantisedBranch): boolean => pool[0] !== 1 || pool[1] !== 1;

/** Whether chunks of sources that chunks of neurons hear hold many sources that these do not hear. */
function wastesAxons({ pre, post }: SparseOperator<Int8Array>, sources: number): boolean {
  const lastOfSource = new Int32Array(sources).fill(-1);
  const lastOfChunk = new Int32Array(Math.ceil(sources / CHUNK)).fill(-1);
  let heard = 0;
  let counted = 0;
  for (let k = 0; k < pre.length; k++) {
    // Sorted by post, so a chunk of neurons is over when the next begins.
    const to = Math.floor(post[k]! / CHUNK);
    const from = Math.floor(pre[k]! / CHUNK);
    if (lastOfSource[pre[k]!] !== to) heard++;
    lastOfSource[pre[k]!] = to;
    if (lastOfChunk[from] !== to) counted += Math.min(CHUNK, sources - from * CHUNK);
    lastOfChunk[from] = to;
  }
  return counted >= WASTE * heard && heard > 0;
}

/**
 * The graph with each scattered layer as one column [1, n, 1], so that every neuron is a row of its own. Indices stay what
 * they are, lists are shared with the original.
 */
export function flattenScattered(graph: QuantisedGraph, scattered: readonly boolean[]): QuantisedGraph {
  const layers = graph.layers.map((layer, l): QuantisedLayer => {
    const branches = layer.branches.map((branch): QuantisedBranch =>
      isScattered(scattered, branch.source) ? { ...branch, pooled: [1, shapeSize(branch.pooled), 1] } : branch,
    );
    if (!scattered[l]!) return { ...layer, branches };
    return {
      ...layer,
      branches,
      shape: [1, shapeSize(layer.shape), 1],
      bias: perNeuron(layer, layer.bias),
      threshold: perNeuron(layer, layer.threshold),
      initial: perNeuron(layer, layer.initial),
    };
  });
  return { ...graph, layers };
}

export const isScattered = (scattered: readonly boolean[], layer: LayerIndex): boolean =>
  layer >= 0 && scattered[layer]!;

/** One value per neuron, or one in all where they are the same. */
function perNeuron({ shape }: QuantisedLayer, values: Int32Array): Int32Array {
  if (values.every((value) => value === values[0])) return values.slice(0, 1);
  const neurons = shapeSize(shape);
  if (values.length === neurons) return values;
  const area = shape[1] * shape[2];
  return Int32Array.from({ length: neurons }, (_, k) => values[Math.floor(k / area)]!);
}
