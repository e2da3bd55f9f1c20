/** Writes spiking networks as NIR graphs (spec/nir.md), and says what no node of NIR can say. */
import { fail } from '../../../isa/index.ts';
import { closingEdges, type Edge } from '../../ir/recurrence.ts';
import { INPUT } from '../../ir/layers.ts';
import type { Population, PopulationNetwork } from '../../ir/population.ts';
import { hdf5File } from '../hdf5.ts';
import { connectionNodes, sidesOf } from './connection-nodes.ts';
import { USUAL_STEP } from '../../read/nir/rules.ts';
import { neuronNode } from './neuron-node.ts';
import { bringerOf, broughtBias, KEEPING, saidOf, stateNodes } from './state-nodes.ts';
import { NirGraphWriter, type NirFields, whole } from './nodes.ts';

/** Of the standard whose nodes are written. */
const NIR_VERSION = '1.0.7';

export interface WrittenNir {
  readonly file: Uint8Array;
  /** What the graph does not say, with the population or connection that it is of. */
  readonly lost: readonly string[];
}

/**
 * Steps are as long as the network says, or 0.0001 s; gains divide out, as snnTorch writes them. How the graph is run stands in its metadata, where
 * `snnc` finds it again and other libraries leave it alone.
 *
 * @throws DiagnosticError E0204, E0207, E0209 for what cannot be written at all
 */
export function writeNir(network: PopulationNetwork): WrittenNir {
  const { encoding, populations, output, dt = USUAL_STEP } = network;
  const graph = new NirGraphWriter();
  const lost: string[] = [];
  const input = graph.add('input', 'Input', { shape: whole(...sidesOf(encoding.shape)) });
  const brought = populations.map(bringerOf);
  const names = populations.map((population, p) => {
    const { node, losses } = nodeOf(population, brought[p], dt);
    const { name } = population;
    const written = graph.add(name, node.type, node.fields);
    if (written !== name) lost.push(`the name of "${name}": it is called "${written}"`);
    lost.push(...[...losses, ...node.lost].map((loss) => `of "${name}" ${loss}`));
    return written;
  });
  const states = populations.map((population, p) =>
    stateNodes(graph, population, { neurons: names[p]!, dt, hasBringer: brought[p] !== undefined }),
  );
  lost.push(...states.flatMap((each) => each.lost));
  lost.push(...hurriedLoops(populations));
  const implied = impliedDelays(populations);
  populations.forEach((population, p) => {
    population.connections.forEach((connection, k) => {
      const { source, delay } = connection;
      const from = source === INPUT ? input : names[source]!;
      const prefix = `${names[p]!}.${String(k).padStart(4, '0')}`;
      const state = states[p]!.names.get(connection.plane);
      const steps = implied.has(connection) && state === undefined ? 0 : delay;
      const biases = broughtBias(population, k, brought[p]);
      const place = { from, to: state ?? names[p]!, prefix, delay: steps * dt, target: population.shape };
      lost.push(...connectionNodes(graph, connection, biases, place));
    });
  });
  const { shape } = populations[output.population]!;
  graph.join(names[output.population]!, graph.add('output', 'Output', { shape: whole(...sidesOf(shape)) }));
  return {
    file: hdf5File(graph.tree(NIR_VERSION, metadataOf(network, [...names, ...states.flatMap((each) => each.nodes)]))),
    lost,
  };
}

/** The neurons as a node, and what is lost beside what neurons of their rule lose. @throws DiagnosticError E0207 for a program of its own */
function nodeOf(population: Population, bringer: number | undefined, dt: number) {
  const { name, shape, scale, biases } = population;
  const { rule } = saidOf(population);
  if (rule === undefined)
    fail(
      'E0207',
      `"${name}" is a program of its own`,
      { layer: name },
      'NIR has IF, LIF, CubaLIF, I, LI and CubaLI: give it such neurons',
    );
  const { leak, bias } = rule;
  const isUnsaid = leak === undefined && bias !== undefined;
  const isAlone = isUnsaid && bringer === undefined;
  const losses = [
    typeof scale === 'number' && `the integer rule: ${scale} units of V for 1`,
    isUnsaid &&
      bringer !== undefined &&
      biases.some((each) => each !== undefined) &&
      'that the bias and those of connections are added one after the other: the graph has their sum',
    isAlone &&
      'that V does not leak: no connection can bring the bias of each neuron, so it stands in the node of a leak that keeps all',
  ].filter((loss) => loss !== false);
  return { node: neuronNode(isAlone ? { ...rule, leak: KEEPING } : rule, shape, sidesOf(shape), dt), losses };
}

/** Loops without any delay: a reader hears them a step later. */
function hurriedLoops(populations: readonly Population[]): string[] {
  const edges = populations.flatMap(({ connections }, to) =>
    connections.map(({ source, delay }): Edge => ({ source, to, delay })),
  );
  return [...closingEdges(edges, populations.length)].map(
    ({ source, to }) =>
      `that "${populations[to]!.name}" hears "${populations[source]!.name}" in the same step, which closes a loop: in the graph it does a step later`,
  );
}

/** Connections of one step that a loop has anyway: a reader closes it there, so no Delay node says it again. */
function impliedDelays(populations: readonly Population[]): ReadonlySet<unknown> {
  const edges = populations.flatMap(({ connections }, to) =>
    connections.map((connection): Edge & { readonly connection: unknown } => {
      const { source, delay } = connection;
      return { source, to, delay: source === to && delay === 1 ? 0 : delay, connection };
    }),
  );
  const closing = closingEdges(edges, populations.length);
  return new Set(
    edges.filter((edge) => edge.source === edge.to && closing.has(edge)).map(({ connection }) => connection),
  );
}

function metadataOf(
  { encoding, steps, output, labels, dt = USUAL_STEP }: PopulationNetwork,
  names: readonly string[],
): NirFields {
  const { step, payloadMin, payloadMax } = encoding;
  return {
    snnc_dt: { shape: [], numbers: Float64Array.of(dt) },
    snnc_steps: whole(steps),
    snnc_payload: whole(payloadMin, payloadMax),
    snnc_payload_step: { shape: [], numbers: Float64Array.of(step) },
    snnc_decode: { shape: [], texts: [output.decoding] },
    snnc_order: { shape: [names.length], texts: names },
    ...(labels && { snnc_labels: { shape: [labels.length], texts: labels } }),
  };
}
