/**
 * The network as the partitioner sees it: a directed hypergraph in flat arrays.
 *
 * A node is what stays together on a core (on the quotient graph: a column of channels). A hyperedge is one source and the
 * nodes that hear it. Its weight is the traffic that each further block costs (source neurons, or their measured spikes),
 * its axons are the distinct in-axons that a block needs to hear it.
 */

/** Source of a hyperedge that no node of the graph drives: the host input. */
export const NO_SOURCE = 0xffffffff;

export interface Hypergraph {
  readonly nodes: number;
  readonly edges: number;
  /** Kinds of additive load; the first is neurons by convention. */
  readonly resources: number;
  /** [node × resources + resource]: what a node adds to its block. */
  readonly nodeLoad: Float64Array;
  /** In-axons that a node brings to whichever block holds it; from hyperedges that lie within a contracted node. */
  readonly privateAxons: Float64Array;
  /** In-axons of a block that holds this node alone. */
  readonly axonsAlone: Float64Array;
  readonly edgeWeight: Float64Array;
  readonly edgeAxons: Float64Array;
  /** Node that drives the hyperedge, or NO_SOURCE. */
  readonly source: Uint32Array;
  /** 1 where the source is a target as well. */
  readonly hearsItself: Uint8Array;
  /** Targets of hyperedge e: targets[targetStart[e] .. targetStart[e + 1]), without repetition. */
  readonly targetStart: Uint32Array;
  readonly targets: Uint32Array;
  /** Hyperedges that node v hears: inEdges[inStart[v] .. inStart[v + 1]), ascending. */
  readonly inStart: Uint32Array;
  readonly inEdges: Uint32Array;
  /** Hyperedges that node v drives, likewise. */
  readonly outStart: Uint32Array;
  readonly outEdges: Uint32Array;
  /** Kernel classes of node v: classes[classStart[v] .. classStart[v + 1]), without repetition. */
  readonly classStart: Uint32Array;
  readonly classes: Uint32Array;
  readonly classCount: number;
  /** [class × resources + resource]: what a block pays once however many nodes of the class it holds. */
  readonly classLoad: Float64Array;
}

/** The parts of a hypergraph that are not derived. */
export interface HypergraphParts {
  readonly nodes: number;
  readonly resources: number;
  readonly nodeLoad: Float64Array;
  readonly source: Uint32Array;
  readonly targetStart: Uint32Array;
  readonly targets: Uint32Array;
  readonly edgeWeight: Float64Array;
  /** Default: the edge weights. */
  readonly edgeAxons?: Float64Array;
  readonly privateAxons?: Float64Array;
  /** Default: no classes. */
  readonly classStart?: Uint32Array;
  readonly classes?: Uint32Array;
  readonly classLoad?: Float64Array;
}

/**
 * Completes the lists that run from nodes to hyperedges. The arrays are taken over, not copied.
 *
 * @throws RangeError where lengths or indices contradict each other (a fault of the caller, not of an input)
 */
export function buildHypergraph(parts: HypergraphParts): Hypergraph {
  const { nodes, resources, source, targetStart, targets, edgeWeight } = parts;
  const edges = source.length;
  const classLoad = parts.classLoad ?? new Float64Array(0);
  const classStart = parts.classStart ?? new Uint32Array(nodes + 1);
  const classes = parts.classes ?? new Uint32Array(0);
  const classCount = resources === 0 ? 0 : classLoad.length / resources;
  requireConsistent(
    targetStart.length === edges + 1 && targetStart[edges] === targets.length && edgeWeight.length === edges,
    'hyperedges',
  );
  requireConsistent(parts.nodeLoad.length === nodes * resources, 'loads of the nodes');
  requireConsistent(classStart.length === nodes + 1 && classStart[nodes] === classes.length, 'classes');
  requireBelow(targets, nodes, 'target');
  requireBelow(classes, classCount, 'class');
  for (let e = 0; e < edges; e++) {
    requireConsistent(source[e]! < nodes || source[e] === NO_SOURCE, 'source');
    requireConsistent(targetStart[e]! <= targetStart[e + 1]!, 'hyperedges');
  }
  const privateAxons = parts.privateAxons ?? new Float64Array(nodes);
  const edgeAxons = parts.edgeAxons ?? edgeWeight;
  const [inStart, inEdges] = transpose(nodes, targetStart, targets);
  const [outStart, outEdges] = groupBySource(nodes, source);
  return {
    nodes,
    edges,
    resources,
    nodeLoad: parts.nodeLoad,
    privateAxons,
    axonsAlone: addHeardAxons(privateAxons, targetStart, targets, edgeAxons),
    edgeWeight,
    edgeAxons,
    source,
    hearsItself: markSelfTargets(source, targetStart, targets),
    targetStart,
    targets,
    inStart,
    inEdges,
    outStart,
    outEdges,
    classStart,
    classes,
    classCount,
    classLoad,
  };
}

function requireConsistent(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(`hypergraph: ${what} are inconsistent`);
}

function requireBelow(values: Uint32Array, bound: number, what: string): void {
  for (let k = 0; k < values.length; k++) {
    if (values[k]! >= bound) throw new RangeError(`hypergraph: ${what} ${values[k]} does not exist`);
  }
}

/** Lists of hyperedges per target node. */
function transpose(nodes: number, start: Uint32Array, targets: Uint32Array): readonly [Uint32Array, Uint32Array] {
  const nodeStart = new Uint32Array(nodes + 1);
  for (let k = 0; k < targets.length; k++) nodeStart[targets[k]! + 1]!++;
  for (let v = 0; v < nodes; v++) nodeStart[v + 1]! += nodeStart[v]!;
  const lists = new Uint32Array(targets.length);
  const next = nodeStart.slice(0, nodes);
  for (let e = 0; e + 1 < start.length; e++) {
    for (let k = start[e]!; k < start[e + 1]!; k++) lists[next[targets[k]!]!++] = e;
  }
  return [nodeStart, lists];
}

function groupBySource(nodes: number, source: Uint32Array): readonly [Uint32Array, Uint32Array] {
  const start = new Uint32Array(nodes + 1);
  for (let e = 0; e < source.length; e++) if (source[e] !== NO_SOURCE) start[source[e]! + 1]!++;
  for (let v = 0; v < nodes; v++) start[v + 1]! += start[v]!;
  const lists = new Uint32Array(start[nodes]!);
  const next = start.slice(0, nodes);
  for (let e = 0; e < source.length; e++) if (source[e] !== NO_SOURCE) lists[next[source[e]!]!++] = e;
  return [start, lists];
}

function addHeardAxons(
  privateAxons: Float64Array,
  start: Uint32Array,
  targets: Uint32Array,
  edgeAxons: Float64Array,
): Float64Array {
  const alone = privateAxons.slice();
  for (let e = 0; e < edgeAxons.length; e++) {
    for (let k = start[e]!; k < start[e + 1]!; k++) alone[targets[k]!]! += edgeAxons[e]!;
  }
  return alone;
}

function markSelfTargets(source: Uint32Array, start: Uint32Array, targets: Uint32Array): Uint8Array {
  const marks = new Uint8Array(source.length);
  for (let e = 0; e < source.length; e++) {
    const node = source[e]!;
    for (let k = start[e]!; k < start[e + 1]! && marks[e] === 0; k++) if (targets[k] === node) marks[e] = 1;
  }
  return marks;
}
