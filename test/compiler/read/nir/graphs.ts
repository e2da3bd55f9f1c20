/** Graphs of NIR of these tests, made with our own writer: nodes with their fields, and edges as "a b". */
import { readNetwork } from '../../../../compiler/index.ts';
import { PopulationRun } from '../../../../compiler/engines/population-run.ts';
import type { PopulationNetwork } from '../../../../compiler/ir/population.ts';
import type { NirOptions } from '../../../../compiler/read/nir/rules.ts';
import { type Hdf5Tree, type Hdf5Value, hdf5File } from '../../../../compiler/write/hdf5.ts';
import type { Diagnostic } from '../../../../isa/index.ts';

/** Numbers with a shape; without one a list. */
export type Values = readonly number[] | { readonly shape: readonly number[]; readonly data: readonly number[] };
export interface Node {
  readonly type: string;
  readonly [field: string]: string | Values;
}
export interface Graph {
  readonly nodes: Readonly<Record<string, Node | Graph>>;
  readonly edges: readonly string[];
}

const text = (values: readonly string[], shape: readonly number[]): Hdf5Value => ({ shape, texts: [...values] });

function fieldOf(value: string | Values): Hdf5Value {
  if (typeof value === 'string') return text([value], []);
  const { shape, data } = 'data' in value ? value : { shape: [value.length], data: value };
  return { shape, numbers: Float64Array.from(data) };
}

function treeOf({ nodes, edges }: Graph): Hdf5Tree {
  const members = Object.entries(nodes).map(([name, node]): [string, Hdf5Tree] => [
    name,
    'nodes' in node && typeof node.nodes === 'object' && 'edges' in node
      ? treeOf(node as Graph)
      : new Map(Object.entries(node as Node).map(([field, value]) => [field, fieldOf(value)])),
  ]);
  return new Map<string, Hdf5Value | Hdf5Tree>([
    ['type', text(['NIRGraph'], [])],
    ['nodes', new Map(members)],
    [
      'edges',
      text(
        edges.flatMap((edge) => edge.split(' ')),
        [edges.length, 2],
      ),
    ],
  ]);
}

export const graphFile = (graph: Graph): Uint8Array => hdf5File(new Map([['node', treeOf(graph)]]));

/** Nodes one after the other between an input and an output. */
export function chainOf(input: readonly number[], nodes: Readonly<Record<string, Node>>): Graph {
  const names = ['input', ...Object.keys(nodes), 'output'];
  return {
    nodes: { input: { type: 'Input', shape: input }, ...nodes, output: { type: 'Output', shape: [1] } },
    edges: names.slice(1).map((name, k) => `${names[k]!} ${name}`),
  };
}

export function readGraph(graph: Graph, steps: number, dt: number | undefined, rules: NirOptions = {}) {
  const warnings: Diagnostic[] = [];
  const network = readNetwork(graphFile(graph), {
    ...{ fileName: 'some.nir', readSideFile: () => new Uint8Array() },
    timing: { steps, dt, rules },
    warn: (warning) => warnings.push(warning),
  });
  if (network.kind !== 'populations') throw new Error('a NIR graph is one of populations');
  return { network, said: warnings.map(({ message }) => message) };
}

/** Spikes and potentials of the last population, by step. */
export function runOf(
  network: PopulationNetwork,
  input: readonly number[],
): { fired: number[][]; potentials: number[][] } {
  const run = new PopulationRun({ ...network, counts: true }, [0]);
  const last = network.populations.length - 1;
  const [channels, rows, columns] = network.populations[last]!.shape;
  const area = rows * columns;
  // The engine keeps the channels of a place side by side.
  const place = (_: unknown, k: number): number => (k % area) * channels + Math.floor(k / area);
  const places = Array.from({ length: channels * area }, place);
  const [fired, potentials]: [number[][], number[][]] = [[], []];
  run.run(Float64Array.from(input), (_step, view) => {
    fired.push([...view.fired(last)]);
    const found = view.potentials(last);
    potentials.push(places.map((k) => found[k]!));
  });
  return { fired, potentials };
}
