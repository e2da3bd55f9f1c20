/** The verifier of the conventional network: what every pass may rely on. */
import { fail, namesFit } from '../../isa/index.ts';
import type { AnnGraph, AnnNode } from '../ann/ann.ts';
import { activationsOf, checkFinite, inferShape, LARGEST_NETWORK, parameterCount } from '../ann/infer-shape.ts';
import { formatShape, sameShape, sizeOf } from '../operators/shared/shapes.ts';

/**
 * Checks the invariants of {@link AnnGraph}: one input node, first; unique names; each node after its inputs; every
 * shape as inferred; weights of the right size and finite; `output` names the last node; nothing that does not reach it.
 *
 * @throws E0205 where shapes do not fit, E0208 for a number that is not finite, E0209 for a graph that is too large,
 *   E0901 where the structure itself is broken, which only a fault of a reader or pass can cause
 */
export function verifyAnn(graph: AnnGraph): void {
  const known = new Map<string, AnnNode>();
  let activations = 0;
  let parameters = 0;
  for (const [index, node] of graph.nodes.entries()) {
    if ((node.op === 'input') !== (index === 0)) broken(graph, `node ${index}, "${node.name}", is of type ${node.op}`);
    if (known.has(node.name)) broken(graph, `two nodes are called "${node.name}"`);
    activations += verifyNode(graph, node, known);
    known.set(node.name, node);
    parameters += parameterCount(node);
  }
  if (Math.max(activations, parameters) > LARGEST_NETWORK) {
    fail(
      'E0209',
      `"${graph.name}" has ${activations} activations and ${parameters} weights; the limit is ${LARGEST_NETWORK}`,
    );
  }
  verifyOutput(graph);
}

/** Returns the activations that the node keeps. */
function verifyNode(graph: AnnGraph, node: AnnNode, known: ReadonlyMap<string, AnnNode>): number {
  const inputs = node.inputs.map((name) => {
    const input = known.get(name);
    if (input === undefined) broken(graph, `"${node.name}" takes "${name}", which no earlier node is called`);
    return input.shape;
  });
  const shape = inferShape(node, inputs);
  if (!sameShape(shape, node.shape)) {
    fail('E0205', `"${node.name}" says ${formatShape(node.shape)}, but its inputs give ${formatShape(shape)}`, {
      layer: node.name,
    });
  }
  checkFinite(node);
  return activationsOf(node, inputs);
}

function verifyOutput(graph: AnnGraph): void {
  const last = graph.nodes.at(-1);
  if (last === undefined) broken(graph, 'there are no nodes');
  if (last.name !== graph.output) broken(graph, `the output is "${graph.output}", but the last node is "${last.name}"`);
  if (last.op === 'input') broken(graph, 'there is no node but the input');
  const taken = new Set(graph.nodes.flatMap((node) => node.inputs));
  const loose = graph.nodes.find((node) => node !== last && !taken.has(node.name));
  if (loose !== undefined) broken(graph, `nothing takes "${loose.name}"`);
  if (graph.labels !== undefined && !namesFit(graph.labels.length, sizeOf(last.shape))) {
    fail('E0205', `there are ${graph.labels.length} labels for the output ${formatShape(last.shape)}`);
  }
}

function broken(graph: AnnGraph, what: string): never {
  fail('E0901', `the network "${graph.name}" is broken: ${what}`);
}
