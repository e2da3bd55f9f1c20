/** The graph of a NIR file, with nested graphs put in their places. */
import { fail } from '../../../isa/index.ts';
import type { Hdf5Group } from '../hdf5/file.ts';
import { TypedGroup } from '../hdf5/typed-group.ts';
import type { NirNode } from './fields.ts';
import { madeUpNode } from './made-up.ts';
import { type NirMetadata, readMetadata } from './metadata.ts';

/** Trained graphs have some dozens. */
const MOST_NODES = 2000;
const MOST_EDGES = 20_000;
const DEEPEST = 8;
const SUBGRAPH = 'NIRGraph';

export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  /** Names of the nodes before each one, in the order of the alphabet: the order of edges means nothing in NIR. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Of the root, in the order of their names. */
  readonly inputs: readonly NirNode[];
  readonly outputs: readonly NirNode[];
  /** The only one, or one in front of all of them. */
  readonly input: NirNode;
  /** The only one, or what several are read as. */
  readonly output: NirNode;
  /** Of a graph that was written here. */
  readonly metadata: NirMetadata | undefined;
}

/** @throws DiagnosticError E0202, E0207, E0209 for a file that is damaged, no NIR graph, or larger than what is read */
export function readGraph(file: Hdf5Group): NirGraph {
  const root = file.get('node');
  if (root?.kind !== 'group')
    return fail(
      'E0202',
      'the HDF5 file has neither a group "node" (NIR) nor "layer" (lava-dl)',
      {},
      'write the graph with nir.write; a Keras model (.h5, .keras) goes through ONNX: tf2onnx writes one',
    );
  const flat = new Flattened();
  const ports = flat.add(root, '', 0);
  const nodesOf = (names: readonly string[], type: string): NirNode[] => {
    if (names.length === 0) refusePorts(0, type);
    return [...names].sort().map((name) => flat.nodes.get(name)!);
  };
  const [inputs, outputs] = [nodesOf(ports.inputs, 'Input'), nodesOf(ports.outputs, 'Output')];
  const input = flat.joined(inputs, 'inputs');
  if (inputs.length > 1) for (const { name } of inputs) flat.edges.push([input.name, name]);
  const before = new Map<string, Set<string>>();
  for (const [from, to] of flat.edges) {
    const names = before.get(to) ?? new Set();
    before.set(to, names.add(from));
  }
  return {
    nodes: flat.nodes,
    before: new Map([...before].map(([to, names]) => [to, [...names].sort()])),
    ...{ inputs, outputs, input, output: flat.joined(outputs, 'outputs') },
    metadata: readMetadata(root),
  };
}

const refusePorts = (count: number, type: string, path?: string): never =>
  fail(
    'E0207',
    `the graph has ${count} nodes of type ${type}; ${path === undefined ? 'at least one is needed' : 'an edge to a graph tells one only'}`,
    path === undefined ? {} : { path },
    `give the graph ${path === undefined ? 'an' : 'one'} ${type}${path === undefined ? '' : ', or put its nodes into the outer graph'}`,
  );

function single(names: readonly string[], type: string, path: string): string {
  const [first] = names;
  return first === undefined || names.length > 1 ? refusePorts(names.length, type, path) : first;
}

/** Ports of a graph. */
interface Ports {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

class Flattened {
  readonly nodes = new Map<string, NirNode>();
  readonly edges: [from: string, to: string][] = [];

  add(group: Hdf5Group, prefix: string, depth: number): Ports {
    if (depth > DEEPEST) fail('E0209', `graphs are nested deeper than ${DEEPEST} levels`, { path: prefix });
    const members = group.get('nodes');
    const edges = group.get('edges');
    if (members?.kind !== 'group' || edges?.kind !== 'dataset')
      return fail('E0202', 'a graph needs a group "nodes" and a dataset "edges"', { path: prefix });
    const nested = new Map<string, Ports>();
    const [inputs, outputs]: [string[], string[]] = [[], []];
    for (const name of members.names) {
      const path = `${prefix}${name}`;
      const member = members.get(name);
      if (member?.kind !== 'group') return fail('E0202', 'a node is expected', { path });
      const node = new TypedGroup(path, member);
      if (node.type === SUBGRAPH) {
        nested.set(path, this.add(member, `${path}/`, depth + 1));
        continue;
      }
      this.nodes.set(path, node);
      if (node.type === 'Input') inputs.push(path);
      if (node.type === 'Output') outputs.push(path);
      if (this.nodes.size > MOST_NODES) fail('E0209', `the graph has more than ${MOST_NODES} nodes`);
    }
    this.#addEdges(edges.texts(), prefix, nested);
    return { inputs, outputs };
  }

  /** The only one, or a node of its own, which is in no file, that stands for all of them. */
  joined(ports: readonly NirNode[], name: string): NirNode {
    if (ports.length === 1) return ports[0]!;
    const node = madeUpNode(name, `${ports[0]!.type}s`, (each) => this.nodes.has(each));
    this.nodes.set(node.name, node);
    return node;
  }

  #addEdges(texts: readonly string[], prefix: string, nested: ReadonlyMap<string, Ports>): void {
    const end = (name: string, side: keyof Ports): string => {
      const path = `${prefix}${name}`;
      const ports = nested.get(path);
      if (ports !== undefined) return single(ports[side], side === 'inputs' ? 'Input' : 'Output', path);
      if (!this.nodes.has(path)) fail('E0202', `an edge names "${path.slice(0, 80)}", which is no node`);
      return path;
    };
    for (let k = 0; k + 1 < texts.length; k += 2)
      this.edges.push([end(texts[k]!, 'outputs'), end(texts[k + 1]!, 'inputs')]);
    if (this.edges.length > MOST_EDGES) fail('E0209', `the graph has more than ${MOST_EDGES} edges`);
  }
}
