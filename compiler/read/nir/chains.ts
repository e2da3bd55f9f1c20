/** Ways through a graph of NIR from one population, or the input, to the next: what lies on them is linear. */
import { fail } from '../../../isa/index.ts';
import type { NirNode } from './fields.ts';
import type { NirGraph } from './graph.ts';
import { isNeuron } from './families.ts';

export interface Chain {
  readonly source: NirNode;
  readonly target: NirNode;
  /** From source to target, without both. */
  readonly nodes: readonly NirNode[];
  /** How many of the last nodes have their biases brought by another chain that they lie on. */
  readonly unbiased: number;
}

/** Nodes of all chains together. */
const MOST_NODES = 100_000;

/**
 * All chains that end at the nodes given. What several edges bring to a node is added, so each edge begins a chain of its own.
 *
 * @throws DiagnosticError E0207 where nodes without neurons form a loop, or nothing leads to one; E0209 for too many chains
 */
export function chainsInto(graph: NirGraph, targets: readonly NirNode[]): Chain[] {
  const chains: Chain[] = [];
  let spent = 0;
  const follow = (target: NirNode, nodes: readonly NirNode[], unbiased: number): void => {
    spent += nodes.length + 1;
    if (spent > MOST_NODES) fail('E0209', `there are too many ways through the graph to "${target.name}"`);
    const [node = target] = nodes;
    const names = graph.before.get(node.name) ?? [];
    if (names.length === 0 && nodes.length > 0)
      node.fail('E0207', 'nothing leads to it', 'give it an edge, or leave it out');
    names.forEach((name, k) => {
      const before = graph.nodes.get(name)!;
      const brought = k === 0 ? unbiased : nodes.length;
      if (before === graph.input || isNeuron(before)) chains.push({ source: before, target, nodes, unbiased: brought });
      else if (nodes.includes(before))
        before.fail('E0207', 'it lies on a loop without neurons', 'put neurons on the loop');
      else follow(target, [before, ...nodes], brought);
    });
  };
  for (const target of targets) follow(target, [], 0);
  return chains;
}
