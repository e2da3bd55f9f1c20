/** Writes spiking networks as NIR graphs (spec/nir.md), and says what no node of NIR can say. */
import { fail, shapeSize } from '../../../isa/index.ts';
import { closingEdges, type Edge } from '../../ir/recurrence.ts';
import { INPUT } from '../../ir/layers.ts';
import type { Population, PopulationNetwork } from '../../ir/population.ts';
import { hdf5File } from '../hdf5.ts';
import { connectionNodes, sidesOf } from './connection-nodes.ts';
import { USUAL_STEP } from '../../read/nir/rules.ts';
import { neuronNode } from './neuron-node.ts';
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
  const names = populations.map((population) => {
    const { rule, name, shape } = population;
    if (rule === undefined)
      fail(
        'E0207',
        `"${name}" is a program of its own`,
        { layer: name },
        'NIR has IF, LIF, CubaLIF, I, LI and CubaLI: give it such neurons',
      );
    const node = neuronNode(rule, shape, sidesOf(shape), dt);
    const written = graph.add(name, node.type, node.fields);
    if (written !== name) lost.push(`the name of "${name}": it is called "${written}"`);
    if (typeof population.scale === 'number')
      lost.push(`of "${name}" the integer rule: ${population.scale} units of V for 1`);
    if (rule.leak === undefined && rule.bias !== undefined && population.biases[0] !== undefined)
      lost.push(`that "${name}" adds its bias and that of a connection one after the other: the graph has their sum`);
    lost.push(...node.lost.map((loss) => `of "${name}" ${loss}`));
    return written;
  });
  const implied = impliedDelays(populations);
  populations.forEach((population, p) => {
    population.connections.forEach((connection, k) => {
      const { source, delay } = connection;
      const from = source === INPUT ? input : names[source]!;
      const prefix = `${names[p]!}.${String(k).padStart(4, '0')}`;
      const steps = implied.has(connection) ? 0 : delay;
      const biases = broughtBias(population, k);
      const place = { from, to: names[p]!, prefix, delay: steps * dt, target: population.shape };
      lost.push(...connectionNodes(graph, connection, biases, place));
    });
  });
  const { shape } = populations[output.population]!;
  graph.join(names[output.population]!, graph.add('output', 'Output', { shape: whole(...sidesOf(shape)) }));
  return { file: hdf5File(graph.tree(NIR_VERSION, metadataOf(network, names))), lost };
}

/** That of the connection, and with the first one that of neurons whose node has none. */
function broughtBias({ biases, rule, shape }: Population, k: number): Float64Array | undefined {
  const own = rule?.leak === undefined && k === 0 ? rule?.bias : undefined;
  const brought = biases[k];
  if (own === undefined || brought === undefined) return brought ?? own;
  const size = shapeSize(shape);
  const at = (values: Float64Array, n: number): number =>
    values[values.length === size ? n : values.length === 1 ? 0 : Math.floor((n * shape[0]) / size)]!;
  return Float64Array.from({ length: size }, (_, n) => at(own, n) + at(brought, n));
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
