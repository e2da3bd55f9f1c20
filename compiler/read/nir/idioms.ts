/** What exporters draw otherwise than they compute it, or in two nodes: loops of Spyx, and thresholds behind states. */
import { isNeuron, READ_OUT } from './families.ts';
import type { NirNode } from './fields.ts';
import type { NirGraph } from './graph.ts';

export interface Idioms {
  readonly graph: NirGraph;
  /** States that fire where the node behind them says so: without a reset. */
  readonly thresholds: ReadonlyMap<NirNode, NirNode>;
  /** Weights of loops that the input of the loop was drawn through. */
  readonly loops: readonly NirNode[];
}

/** The graph as it is computed. @param isLiteral whether its edges mean what they say, whoever wrote it */
export function resolved(graph: NirGraph, isLiteral = false): Idioms {
  const before = new Map(graph.before);
  const loops = isLiteral ? [] : redrawLoops(graph, before);
  const thresholds = joinThresholds({ ...graph, before }, before);
  const gone = new Set([...thresholds.values()].map(({ name }) => name));
  const nodes = new Map([...graph.nodes].filter(([name]) => !gone.has(name)));
  return { graph: { ...graph, nodes, before }, thresholds, loops };
}

/** Spyx adds what a layer gets to what its loop brings, but draws it through the weights of the loop. */
function redrawLoops({ nodes, inputs }: NirGraph, before: Map<string, readonly string[]>): NirNode[] {
  const found: NirNode[] = [];
  for (const [name, node] of nodes) {
    const [first, second, ...others] = (before.get(name) ?? []).map((each) => nodes.get(each)!);
    if (!['Linear', 'Affine'].includes(node.type) || second === undefined || others.length > 0) continue;
    const [port, neurons] = first!.type === 'Input' ? [first!, second] : [second, first!];
    if (port.type !== 'Input' || inputs.includes(port) || !isNeuron(neurons)) continue;
    if (String(before.get(neurons.name)) !== name) continue;
    before.set(name, [neurons.name]);
    before.set(neurons.name, [name, port.name].sort());
    found.push(node);
  }
  return found;
}

/** A state that goes to a Threshold alone fires there. */
function joinThresholds({ nodes, outputs }: NirGraph, before: Map<string, readonly string[]>): Map<NirNode, NirNode> {
  const heardBy = new Map<string, string[]>();
  for (const [to, names] of before) for (const from of names) heardBy.set(from, [...(heardBy.get(from) ?? []), to]);
  const joined = new Map<NirNode, NirNode>();
  for (const [name, node] of nodes) {
    if (node.type !== 'Threshold') continue;
    const [source, ...others] = (before.get(name) ?? []).map((each) => nodes.get(each)!);
    if (source === undefined || others.length > 0 || outputs.includes(source) || !READ_OUT.includes(source.type))
      continue;
    if (heardBy.get(source.name)!.length > 1) continue;
    joined.set(source, node);
    before.delete(name);
    for (const to of heardBy.get(name) ?? [])
      before.set(
        to,
        before
          .get(to)!
          .map((each) => (each === name ? source.name : each))
          .sort(),
      );
  }
  return joined;
}
