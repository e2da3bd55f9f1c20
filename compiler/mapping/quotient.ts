/**
 * The quotient of a quantised graph: a node is a column of channels of one layer, which stays together on a core, and a
 * hyperedge is a column of a source with all nodes that hear it. A convolution of 300,000 neurons becomes a few thousand
 * nodes, and what it shares stays visible: kernels are classes, which a core pays once.
 */
import { shapeSize, type Box, type Target } from '../../isa/index.ts';
import { INPUT, type LayerIndex, type QuantisedGraph, type QuantisedLayer } from '../ir/layers.ts';
import { branchAxons, synapseLayout, tileNeeds } from '../ir/tile.ts';
import { ColumnGrid } from './columns.ts';
import { hearingOf, type Hearing } from './hearing.ts';
import { buildHypergraph, NO_SOURCE, type Hypergraph } from './partition/hypergraph.ts';
import type { NodeCoordinates } from './partition/orders.ts';

/** What nodes and classes load a core with, in the order of the resources of the hypergraph. */
export const RESOURCES = ['neurons', 'synapseBits', 'parameters', 'programWords', 'axonGroups'] as const;
export type Resource = (typeof RESOURCES)[number];

export interface Quotient {
  readonly hypergraph: Hypergraph;
  readonly at: NodeCoordinates;
  /** The part of its layer that each node is. */
  readonly boxes: readonly Box[];
}

/** Packets per inference that a neuron of the layer (or an element of the input) is expected to send. */
export type PacketsPerNeuron = (layer: LayerIndex) => number;

/** Most channels of a column: few enough nodes, and no more in one piece than a core can well do without. */
const LARGEST_CHUNK = 64;

/** @returns undefined where a single neuron of some layer does not fit a core */
export function quotientOf(
  graph: QuantisedGraph,
  target: Target,
  packetsPerNeuron: PacketsPerNeuron,
): Quotient | undefined {
  const grids: ColumnGrid[] = [];
  let nodes = 0;
  for (const layer of graph.layers) {
    const chunk = largestChunk(graph, layer, target);
    if (chunk === undefined) return undefined;
    const grid = new ColumnGrid(nodes, layer.shape, chunk);
    grids.push(grid);
    nodes += grid.count;
  }
  const input = new ColumnGrid(nodes, graph.inputShape, LARGEST_CHUNK);
  const edges = hyperedges(graph, grids, input, packetsPerNeuron);
  const loads = new Loads(graph, grids);
  const boxes = grids.flatMap((grid) => Array.from({ length: grid.count }, (_, k) => grid.box(grid.first + k)));
  const layerOf = grids.flatMap((grid, l) => Array<number>(grid.count).fill(l));
  return {
    hypergraph: buildHypergraph({ nodes, resources: RESOURCES.length, ...edges, ...loads }),
    at: {
      layer: Uint32Array.from(layerOf),
      y: Uint32Array.from(boxes, ({ y0 }) => y0),
      x: Uint32Array.from(boxes, ({ x0 }) => x0),
    },
    boxes,
  };
}

/** Channels per column: the most that fit a core alone and do not cut channel groups. */
function largestChunk(graph: QuantisedGraph, layer: QuantisedLayer, target: Target): number | undefined {
  const [channels, height, width] = layer.shape;
  const middle = { c0: 0, y0: height >> 1, x0: width >> 1, height: 1, width: 1 };
  for (let chunk = Math.min(LARGEST_CHUNK, channels); chunk >= 1; chunk--) {
    if (!alignsWithGroups(layer, chunk)) continue;
    const needs = tileNeeds(graph, layer, { ...middle, channels: chunk });
    const { limits } = target;
    if (needs !== undefined && RESOURCES.every((r) => needs[r] <= limits[r]) && needs.axons <= limits.axons)
      return chunk;
  }
  return undefined;
}

/** Every chunk is a part of one channel group or several whole groups, in every branch. */
function alignsWithGroups(layer: QuantisedLayer, chunk: number): boolean {
  return layer.branches.every(({ operator }) => {
    if (operator.kind !== 'conv' || operator.groups === 1) return true;
    const group = layer.shape[0] / operator.groups;
    return group % chunk === 0 || chunk % group === 0;
  });
}

/**
 * Two kinds of hyperedges per source column: one that carries its packets to whoever hears it, and for every branch that
 * hears it one of weight 0 that counts the axons, since branches have axons of their own.
 */
function hyperedges(
  graph: QuantisedGraph,
  grids: readonly ColumnGrid[],
  input: ColumnGrid,
  packetsPerNeuron: PacketsPerNeuron,
) {
  const lists = new EdgeLists();
  const hearings = graph.layers.map((layer, l) =>
    layer.branches.map((branch) => ({
      branch,
      hear: hearingOf(layer, branch, grids[l]!, branch.source === INPUT ? input : grids[branch.source]!),
    })),
  );
  const addSource = (source: LayerIndex, grid: ColumnGrid) => {
    const listeners: { readonly targets: ColumnGrid; readonly hear: Hearing; readonly windowSize: number }[] = [];
    graph.layers.forEach((_, l) => {
      for (const { branch, hear } of hearings[l]!)
        if (branch.source === source)
          listeners.push({ targets: grids[l]!, hear, windowSize: branch.pool[0] * branch.pool[1] });
    });
    const rate = packetsPerNeuron(source);
    const driver = (k: number) => (source === INPUT ? NO_SOURCE : grid.first + k);
    const channels = (k: number) => grid.box(grid.first + k).channels;
    const alone = listeners.length === 1;
    for (const { targets, hear, windowSize } of listeners)
      lists.add(
        grid,
        [{ targets, hear }],
        driver,
        (k) => (alone ? rate * channels(k) : 0),
        (k) => channels(k) / windowSize,
      );
    if (listeners.length > 1)
      lists.add(
        grid,
        listeners,
        driver,
        (k) => rate * channels(k),
        () => 0,
      );
  };
  addSource(INPUT, input);
  grids.forEach((grid, l) => addSource(l, grid));
  return lists.finish();
}

interface Listener {
  readonly targets: ColumnGrid;
  readonly hear: Hearing;
}

/** Gathers hyperedges with their targets, ascending and without repetition. */
class EdgeLists {
  private readonly source: number[] = [];
  private readonly weight: number[] = [];
  private readonly axons: number[] = [];
  private readonly parts: Uint32Array[] = [];
  private readonly counts: number[] = [];

  /** One hyperedge per column of `grid` that somebody hears. */
  add(
    grid: ColumnGrid,
    listeners: readonly Listener[],
    driver: (k: number) => number,
    weight: (k: number) => number,
    axons: (k: number) => number,
  ): void {
    const start = new Uint32Array(grid.count + 1);
    this.walk(grid, listeners, (k) => start[k + 1]!++);
    for (let k = 0; k < grid.count; k++) start[k + 1]! += start[k]!;
    const targets = new Uint32Array(start[grid.count]!);
    const next = start.slice();
    this.walk(grid, listeners, (k, target) => (targets[next[k]!++] = target));
    this.parts.push(targets);
    for (let k = 0; k < grid.count; k++) {
      const count = start[k + 1]! - start[k]!;
      if (count === 0) continue;
      this.source.push(driver(k));
      this.weight.push(weight(k));
      this.axons.push(axons(k));
      this.counts.push(count);
    }
  }

  private walk(grid: ColumnGrid, listeners: readonly Listener[], visit: (k: number, target: number) => void): void {
    const last = new Uint32Array(grid.count);
    for (const { targets, hear } of listeners.toSorted((a, b) => a.targets.first - b.targets.first))
      for (let target = targets.first; target < targets.first + targets.count; target++)
        hear(target, (source) => {
          const k = source - grid.first;
          if (last[k] === target + 1) return;
          last[k] = target + 1;
          visit(k, target);
        });
  }

  finish() {
    const targetStart = new Uint32Array(this.counts.length + 1);
    this.counts.forEach((count, e) => (targetStart[e + 1] = targetStart[e]! + count));
    const targets = new Uint32Array(targetStart[this.counts.length]!);
    let at = 0;
    for (const part of this.parts) {
      targets.set(part, at);
      at += part.length;
    }
    return {
      source: Uint32Array.from(this.source),
      edgeWeight: Float64Array.from(this.weight),
      edgeAxons: Float64Array.from(this.axons),
      targetStart,
      targets,
    };
  }
}

/** What nodes cost each, and what the nodes of a layer with the same channels cost once per core. */
class Loads {
  readonly nodeLoad: Float64Array;
  readonly classStart: Uint32Array;
  readonly classes: Uint32Array;
  readonly classLoad: Float64Array;

  constructor(graph: QuantisedGraph, grids: readonly ColumnGrid[]) {
    const nodes = grids.reduce((sum, grid) => sum + grid.count, 0);
    const classes = grids.reduce((sum, grid) => sum + grid.chunks, 0);
    this.nodeLoad = new Float64Array(nodes * RESOURCES.length);
    this.classLoad = new Float64Array(classes * RESOURCES.length);
    this.classes = new Uint32Array(nodes);
    this.classStart = Uint32Array.from({ length: nodes + 1 }, (_, v) => v);
    let firstClass = 0;
    grids.forEach((grid, l) => {
      this.addLayer(graph, graph.layers[l]!, grid, firstClass);
      firstClass += grid.chunks;
    });
  }

  private addLayer(graph: QuantisedGraph, layer: QuantisedLayer, grid: ColumnGrid, firstClass: number): void {
    const [, height, width] = layer.shape;
    const middle = grid.at(0, height >> 1, width >> 1);
    for (let part = 0; part < grid.chunks; part++) {
      const needs = tileNeeds(graph, layer, grid.box(middle + part))!;
      const shared = this.classLoad.subarray((firstClass + part) * RESOURCES.length);
      shared.set([0, sharedBits(graph, layer, grid.box(middle + part)), 0, needs.programWords, needs.axonGroups]);
      shared[2] = perNeuron(layer) ? 0 : needs.parameters;
    }
    for (let node = grid.first; node < grid.first + grid.count; node++) {
      const box = grid.box(node);
      const own = this.nodeLoad.subarray(node * RESOURCES.length);
      own.set([
        box.channels,
        ownBits(graph, layer, box),
        perNeuron(layer) ? PARAMETERS_PER_NEURON * box.channels : 0,
        0,
        0,
      ]);
      this.classes[node] = firstClass + ((node - grid.first) % grid.chunks);
    }
  }
}

/** Whether some parameter has a value for every neuron of a layer that is larger than a column. */
const perNeuron = (layer: QuantisedLayer): boolean =>
  [layer.bias, layer.initial].some(({ length }) => length !== layer.shape[0]);

/** Bias, threshold and initial potential. */
const PARAMETERS_PER_NEURON = 3;

const isShared = (kind: string): boolean => kind === 'conv' || kind === 'diagonal';

function bitsOf(graph: QuantisedGraph, layer: QuantisedLayer, box: Box, counts: (kind: string) => boolean): number {
  let bytes = 0;
  for (const branch of layer.branches) {
    if (!counts(branch.operator.kind)) continue;
    const axons = branchAxons(branch, layer.shape, box);
    if (axons !== undefined) bytes += synapseLayout(branch, layer.shape, box, axons, graph.weightBits).bytes;
  }
  return 8 * bytes;
}

/** Kernels, which all nodes of the class on a core share. */
const sharedBits = (graph: QuantisedGraph, layer: QuantisedLayer, box: Box): number =>
  bitsOf(graph, layer, box, isShared);

/** Rows and lists of the node itself. */
const ownBits = (graph: QuantisedGraph, layer: QuantisedLayer, box: Box): number =>
  layer.branches.some(({ operator }) => !isShared(operator.kind))
    ? bitsOf(graph, layer, box, (kind) => !isShared(kind))
    : 0;

/** Neurons of the whole graph, for the least number of cores. */
export const neuronsOf = (graph: QuantisedGraph): number =>
  graph.layers.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
