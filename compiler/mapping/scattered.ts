/**
 * Layers without any order in their connections. Columns of channels and boxes are no use to them: their neurons are
 * mapped one by one, and get numbers anew so that those of a core follow each other.
 */
import { shapeSize } from '../../isa/index.ts';
import { fires, isByEvent, moveParameters } from '../layer-neurons.ts';
import type { LayerIndex, QuantisedBranch, QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';

/** Lists with more than this part of all connections are as good as dense: their neurons have nearly all sources in common. */
const DENSE_PART = 0.5;
/** Renumbering packs a source and its weight into 32 bits. */
const MOST_NEURONS = 2 ** 24;

/**
 * Which layers are scattered: their neurons can get new numbers, and lists of few of all possible connections lead to or from
 * them. Lists in good order are among them: packing by number is one of the starts of the search.
 */
export function scatteredLayers(graph: QuantisedGraph): boolean[] {
  const irregular = graph.layers.map(() => false);
  graph.layers.forEach(({ branches, shape }, l) => {
    for (const { source, pooled, operator } of branches) {
      if (operator.kind !== 'sparse') continue;
      if (operator.pre.length > DENSE_PART * shapeSize(pooled) * shapeSize(shape)) continue;
      irregular[l] = true;
      if (source >= 0) irregular[source] = true;
    }
  });
  return renumberable(graph).map((can, l) => can && irregular[l]!);
}

/**
 * Which layers can get new numbers: they fire, only lists and dense rows lead to and from them, and nobody hears them event by
 * event, nor the host, who knows the outputs of a chip without an end by their numbers.
 */
export function renumberable(graph: QuantisedGraph): boolean[] {
  const output = graph.endless === true ? graph.layers.length - 1 : undefined;
  const can = graph.layers.map((layer, l) => fires(layer) && l !== output && shapeSize(layer.shape) <= MOST_NEURONS);
  graph.layers.forEach((layer, l) => {
    // The order of events is that of the numbers of their sources.
    if (isByEvent(layer)) for (const { source } of layer.branches) if (source >= 0) can[source] = false;
    for (const branch of layer.branches) {
      const { source, operator } = branch;
      const isListed = operator.kind === 'sparse' || operator.kind === 'dense';
      if (!isListed) can[l] = false;
      if (source >= 0 && (!isListed || isPooled(branch))) can[source] = false;
    }
  });
  return can;
}

const isPooled = ({ pool }: QuantisedBranch): boolean => pool[0] !== 1 || pool[1] !== 1;

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
      ...moveParameters(layer, (values) => perNeuron(layer, values)),
    };
  });
  return { ...graph, layers };
}

const isScattered = (scattered: readonly boolean[], layer: LayerIndex): boolean => layer >= 0 && scattered[layer]!;

/** One value per neuron, or one in all where they are the same. */
function perNeuron({ shape }: QuantisedLayer, values: Int32Array): Int32Array {
  if (values.every((value) => value === values[0])) return values.slice(0, 1);
  const neurons = shapeSize(shape);
  if (values.length === neurons) return values;
  const area = shape[1] * shape[2];
  return Int32Array.from({ length: neurons }, (_, k) => values[Math.floor(k / area)]!);
}
