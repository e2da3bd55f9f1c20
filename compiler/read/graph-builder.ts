/** Builds the graph that both readers deliver: names, shapes, finite numbers and size are checked node by node. */
import { fail, type Shape } from '../../isa/index.ts';
import { type AnnGraph, type AnnNode, neededNodes, type NodeDraft } from '../ann/ann.ts';
import { activationsOf, checkFinite, inferShape, LARGEST_NETWORK, parameterCount } from '../ann/infer-shape.ts';
import { flattenedFrom } from '../operators/flatten.ts';
import { verifyAnn } from '../verify/verify-ann.ts';
import { splitChannels } from './split-channels.ts';

export class GraphBuilder {
  readonly #nodes = new Map<string, AnnNode>();
  /** Per name: the last number that was appended to it. */
  readonly #repetitions = new Map<string, number>();
  /** Names of the nodes that others take. */
  readonly #taken = new Set<string>();
  #activations = 0;
  #parameters = 0;

  /** The name itself, or, where it is taken, the name with `_2`, `_3`, … */
  uniqueName(name: string): string {
    let count = this.#repetitions.get(name) ?? 1;
    let unique = name;
    while (this.#nodes.has(unique)) unique = `${name}_${++count}`;
    this.#repetitions.set(name, count);
    return unique;
  }

  has(name: string): boolean {
    return this.#nodes.has(name);
  }

  node(name: string): AnnNode {
    return this.#nodes.get(name) ?? fail('E0901', `the reader refers to "${name}", which it has not made`);
  }

  shape(name: string): Shape {
    return this.node(name).shape;
  }

  /** Adds a node whose inputs are there already. @throws E0205, E0208, E0209 as in infer-shape.ts */
  add(draft: NodeDraft): AnnNode {
    if (this.#nodes.has(draft.name)) fail('E0901', `the reader makes two nodes called "${draft.name}"`);
    const node = this.#complete(draft);
    const inputs = node.inputs.map((input) => this.shape(input));
    this.#activations += activationsOf(node, inputs);
    this.#parameters += parameterCount(node);
    if (Math.max(this.#activations, this.#parameters) > LARGEST_NETWORK) {
      fail(
        'E0209',
        `up to "${node.name}" the network has ${this.#activations} activations and ${this.#parameters} weights; the limit is ${LARGEST_NETWORK} of each`,
        { layer: node.name },
      );
    }
    checkFinite(node);
    for (const input of node.inputs) this.#taken.add(input);
    this.#nodes.set(node.name, node);
    return node;
  }

  /** Whether another node takes the output of this one. */
  isTaken(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Gives an input that no node takes yet another shape of as many elements. */
  shapeInput(name: string, shape: Shape): void {
    const node = this.node(name);
    if (node.op !== 'input' || this.#taken.has(name)) fail('E0901', `the reader gives "${name}" another shape`);
    this.#nodes.set(name, { ...node, shape });
  }

  /** Puts a node of the same name and shape in the place of one that is there. */
  replace(draft: NodeDraft): AnnNode {
    this.node(draft.name);
    const node = this.#complete(draft);
    checkFinite(node);
    this.#nodes.set(node.name, node);
    return node;
  }

  #complete(draft: NodeDraft): AnnNode {
    const shape = inferShape(
      draft,
      draft.inputs.map((input) => this.shape(input)),
    );
    return { ...draft, shape };
  }

  /**
   * The node for the outputs of a network: where the one named flattens an image, the image itself, since that is what neurons
   * have; where it does so in another order, the elements one by one.
   */
  asOutput(name: string): string {
    const node = this.node(name);
    const [source] = node.inputs;
    if (node.op !== 'flatten' || source === undefined || this.node(source).op === 'input') return name;
    const pre = flattenedFrom(node.order, this.shape(source));
    return pre.every((from, k) => from === k) ? this.asOutput(source) : this.asElements(name);
  }

  /** A node of the elements of a flattening one by one, in the place of it; any other node is left as it is. */
  asElements(name: string): string {
    const node = this.node(name);
    const [source] = node.inputs;
    if (node.op !== 'flatten' || source === undefined) return name;
    const pre = flattenedFrom(node.order, this.shape(source));
    const post = pre.map((_, k) => k);
    const weight = new Float32Array(pre.length).fill(1);
    const own = this.uniqueName(`${name}/elements`);
    return this.add({ op: 'sparse', name: own, inputs: [source], pre, post, weight, shape: node.shape }).name;
  }

  /** The graph of all nodes that `output` depends on, verified. @throws E0207 where it does not depend on the input */
  finish(graph: Omit<AnnGraph, 'nodes'>): AnnGraph {
    if (this.node(graph.output).op === 'input') fail('E0207', 'the network has no layers: its output is its input');
    const nodes = neededNodes(splitChannels([...this.#nodes.values()], graph.output), graph.output);
    const complete = { ...graph, nodes };
    verifyAnn(complete);
    return complete;
  }
}

/** The last part of a file name, without its extension: the name of a network that has none of its own. */
export function networkName(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? '';
  return last.replace(/\.(net\.json|json|onnx|nir|net)$/i, '') || 'network';
}
