/**
 * Several outputs of a NIR graph as heads of one read-out, one behind the other in the order of their names. Where all of them
 * fire and their spikes are read, one population sends them on; else what they hold becomes one population that is read.
 */
import { fail, option, type Shape, shapeSize } from '../../../isa/index.ts';
import type { Firing } from '../../ir/neuron-rule.ts';
import type { Decoding, PopulationNetwork } from '../../ir/population.ts';
import { compose } from './compose.ts';
import type { NirNode } from './fields.ts';
import { joinedReads, placing } from './join-heads.ts';
import { neverFires, readsSpikes, twiceText, withPotentials, WORDS } from './output.ts';
import type { Connected, Read, ReadGraph } from './populations.ts';
import type { Multiplications } from './products.ts';

/** An output of the graph. */
export interface Head {
  readonly port: NirNode;
  /** What it is: neurons with nothing but their shape before it, or itself. */
  readonly node: NirNode;
}

interface Asking {
  readonly heads: readonly Head[];
  /** That stands for all of them. */
  readonly output: NirNode;
  readonly fires: (node: NirNode) => boolean;
  readonly asked: Decoding | undefined;
  /** Shape of the input. */
  readonly input: Shape;
  /** Counts what is multiplied. */
  readonly work: Multiplications;
}

interface ReadHeads extends ReadGraph {
  readonly output: PopulationNetwork['output'];
  /** The heads with their sizes, and how each is read, for the user and the record. */
  readonly said: string;
  readonly list: string;
}

const one = Float64Array.of(1);
const SUM: Read['neuron'] = {
  rule: {
    ...{ leak: undefined, current: undefined, firing: undefined, floor: undefined, bias: undefined },
    initial: Float64Array.of(0),
  },
  ...{ gain: one, shape: [] },
};

/**
 * The graph with one population that is read.
 *
 * @throws DiagnosticError E0204 where spikes are asked for of what never fires; E0207 where potentials are of neurons that compute
 *   in different ways
 */
export function readHeads(graph: ReadGraph, { heads, output, fires, asked, input, work }: Asking): ReadHeads {
  const still = heads.find(({ node }) => !fires(node));
  const decoding = asked ?? (still === undefined ? 'count' : 'last');
  if (readsSpikes(decoding) && still !== undefined) neverFires(decoding, still.node);
  const indexOf = (node: NirNode): number => graph.read.findIndex((each) => each.node === node);
  const sizes = heads.map(({ node }) => shapeSize(graph.read[indexOf(node)]!.shape));
  const list = heads.map(({ port }, k) => `${port.name} (${sizes[k]})`).join(', ');
  const words = heads.map(({ node }) => {
    if (asked !== undefined || fires(node)) return WORDS[asked ?? 'count'](`"${node.name}"`);
    if (node.type !== 'Output') return WORDS.last(`"${node.name}"`);
    return `of "${node.name}", what comes there (added up over the steps, where it comes from neurons that fire or the input)`;
  });
  const said = `the outputs are heads of one read-out, in this order: ${list}; snnemu eval tells classes apart in each where its heads are ${sizes.join(',')}. A NIR graph does not say how they are read: ${[...new Set(words)].join('; ')}${asked === undefined ? '' : ' (asked for)'}`;
  if (readsSpikes(decoding)) {
    const sent = relayed(
      graph,
      heads.map(({ node }) => indexOf(node)),
      output,
    );
    return { ...sent, said, list, output: { population: graph.read.length, decoding } };
  }
  const prepared =
    asked === undefined ? counted(graph, heads, { indexOf, fires }) : silenced(graph, heads, { indexOf, fires });
  const made = joinedReads(prepared.graph, prepared.positions, { node: output, input, work });
  const twice = heads.filter(
    ({ node }, h) => asked !== undefined && fires(node) && prepared.positions[h] !== indexOf(node),
  );
  return {
    ...made,
    said: `${said}${twice.map(({ node }) => twiceText(node.name)).join('')}`,
    list,
    output: { population: made.read.length - 1, decoding },
  };
}

/** A population whose neurons fire where those of the heads do, as often, in the same step. */
function relayed(graph: ReadGraph, sources: readonly number[], node: NirNode): ReadGraph {
  const { read, connected, constants } = graph;
  const most = Math.max(...sources.map((p) => read[p]!.neuron.rule.firing?.spikesPerStep ?? 1));
  const total = sources.reduce((sum, p) => sum + shapeSize(read[p]!.shape), 0);
  const firing: Firing = {
    refractory: 0,
    ...(most === 1
      ? { threshold: Float64Array.of(0.5), comparison: 'gt', reset: { kind: 'value', values: Float64Array.of(0) } }
      : { threshold: one, comparison: 'ge', reset: { kind: 'subtract', time: 'before decay' }, spikesPerStep: most }),
  };
  const relay: Read = { node, neuron: { ...SUM, rule: { ...SUM.rule, firing } }, shape: [total, 1, 1] };
  let first = 0;
  const heard = sources.map((source) => {
    const { shape } = read[source]!;
    const place = placing(node, shape, { first, total });
    first += shapeSize(shape);
    return straight(read, { source, to: read.length, node, links: [place] });
  });
  return { read: [...read, relay], connected: [...connected, ...heard], constants };
}

interface Straight extends Pick<Connected, 'source' | 'to' | 'links'> {
  readonly node: NirNode;
}

/** Spikes as they are, in the step in which they come. */
function straight(read: readonly Read[], { source, to, node, links }: Straight): Connected {
  const from = read[source]!;
  const chain = { source: from.node, target: node, nodes: [], unbiased: 0 };
  return { source, to, delay: 0, chain, links, composed: compose(from.shape, links), states: [] };
}

interface Knowing {
  readonly indexOf: (node: NirNode) => number;
  readonly fires: (node: NirNode) => boolean;
}

interface Prepared {
  readonly graph: ReadGraph;
  /** Populations of the heads. */
  readonly positions: readonly number[];
}

/** Heads that fire are read through sums of their spikes. */
function counted(graph: ReadGraph, heads: readonly Head[], { indexOf, fires }: Knowing): Prepared {
  const [read, connected] = [[...graph.read], [...graph.connected]];
  const positions = heads.map(({ node, port }) => {
    const source = indexOf(node);
    if (!fires(node)) return source;
    const to = read.push({ node: port, neuron: SUM, shape: graph.read[source]!.shape }) - 1;
    connected.push(straight(read, { source, to, node: port, links: [] }));
    return to;
  });
  return { graph: { ...graph, read, connected }, positions };
}

/** Heads that fire are read by their potentials. */
function silenced(given: ReadGraph, heads: readonly Head[], { indexOf, fires }: Knowing): Prepared {
  let graph = given;
  const seen = new Set<NirNode>();
  const positions = heads.map(({ node, port }) => {
    if (!fires(node)) return indexOf(node);
    if (seen.has(node))
      fail(
        'E0207',
        `the potentials of "${node.name}" are to be read for several outputs, "${port.name}" among them`,
        { layer: node.name },
        `give the graph one Output for it, or read its spikes: ${option('nirOutput', 'count')}`,
      );
    seen.add(node);
    const made = withPotentials(graph, indexOf(node));
    ({ graph } = made);
    return made.read;
  });
  return { graph, positions };
}
