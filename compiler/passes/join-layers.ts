/**
 * Of a network of populations with conventional layers: these become populations among the others, in front of them and behind
 * the one that they read. From there on there is one network.
 */
import { fail } from '../../isa/index.ts';
import type { AnnGraph } from '../ann/ann.ts';
import type { TrainedNetwork } from '../ann/network.ts';
import { type FloatLayer, INPUT, type LayerIndex } from '../ir/layers.ts';
import { type Connection, FRONT, type Population, type PopulationNetwork } from '../ir/population.ts';
import { sendsSpikes } from '../neurons/parts/program-code.ts';
import type { BuildOptions } from '../options.ts';
import { optionalPass, type PassTools } from '../pass.ts';
import { activationPopulation, type LayerPlace, scaledBySource, sumPopulation } from '../populations/activations.ts';
import { must } from '../verify/rules.ts';
import { formLayers } from './form-layers.ts';
import { mergeLinear } from './merge-linear.ts';

type Warn = PassTools['warn'];

/** A part as layers: those that count, and what comes out of them at the end. */
interface Part {
  readonly layers: readonly FloatLayer[];
  readonly last: FloatLayer;
}

function partOf(ann: AnnGraph, warn: Warn): Part {
  const merged = mergeLinear(ann);
  const formed = formLayers(merged.ann);
  [...merged.warnings, ...formed.warnings].forEach(warn);
  if (formed.after.length > 0)
    fail(
      'E0207',
      `the layer "${ann.output}" is an activation, and the outputs are read before one`,
      { layer: ann.output },
      'leave it out, or let a layer with weights follow it',
    );
  return { layers: formed.graph.layers.slice(0, -1), last: formed.graph.layers.at(-1)! };
}

/** The part with what is heard of it as its last layer, whatever that is. */
function frontOf(ann: AnnGraph, warn: Warn): Part {
  const heard = ann.nodes.find(({ name }) => name === ann.output)!;
  const [channels] = heard.shape;
  let name = `${ann.output}/heard`;
  while (ann.nodes.some((node) => node.name === name)) name += '_';
  const asItIs = { scale: new Float32Array(channels).fill(1), shift: new Float32Array(channels) };
  const node = { op: 'affine', name, inputs: [ann.output], shape: heard.shape, ...asItIs } as const;
  return partOf({ ...ann, nodes: [...ann.nodes, node], output: name }, warn);
}

/** Where the last of the front is a layer, or the sums of its windows: which, and with what factors per channel. */
function heardOf(
  { last }: Part,
  name: string,
): Pick<Connection, 'source' | 'pool'> & { readonly factors: Float64Array } {
  const [branch, ...others] = last.branches;
  const isView = branch?.operator.kind === 'diagonal' && others.length === 0 && branch.source !== INPUT;
  if (!isView || last.bias.some((value) => value !== 0))
    fail(
      'E0207',
      `"${name}", which populations hear, is not an activation: what it gives can be negative, or is a sum`,
      { layer: name },
      'end the layers of the input with "relu", or a "relu" and "averagePool" in windows that do not overlap; what is linear behind it belongs in the connection',
    );
  return { source: branch.source, pool: branch.pool, factors: branch.operator.weight };
}

/**
 * @param levels L of layers that were trained without
 * @throws DiagnosticError E0207, E0204 for layers that cannot stand where they do
 */
export function joinLayers(network: TrainedNetwork, levels: number, warn: Warn = () => undefined): PopulationNetwork {
  const { layers: parts, ...spiking } = network;
  if (parts === undefined) return network;
  const front = parts.front && frontOf(parts.front, warn);
  const head = parts.head && partOf(parts.head.ann, warn);
  const { steps } = network;
  const first = front?.layers.length ?? 0;
  const moved = (source: LayerIndex): LayerIndex => (source === INPUT ? INPUT : source + first);
  const place = (indexOf: LayerPlace['indexOf'], time: LayerPlace['time']): LayerPlace => ({
    indexOf,
    time,
    levels,
    steps,
  });
  const heard = front && heardOf(front, parts.front.output);
  const populations = network.populations.map((population): Population => {
    const connections = population.connections.map((connection): Connection => {
      if (connection.source !== FRONT) return { ...connection, source: moved(connection.source) };
      const { source, pool, factors } = heard!;
      const whole = [connection.pool[0] * pool[0], connection.pool[1] * pool[1]] as const;
      return { ...scaledBySource(connection, population.shape, factors), source, pool: whole };
    });
    return { ...population, connections };
  });
  const before = (front?.layers ?? []).map((layer) =>
    counting(
      layer,
      place((source) => source, 'step'),
    ),
  );
  if (head === undefined)
    return {
      ...spiking,
      populations: [...before, ...populations],
      output: { ...network.output, population: moved(network.output.population) },
    };
  const read = parts.head!.reads;
  requireSpikes(network.populations[read]!);
  const begin = first + populations.length;
  const behind = place((source) => (source === INPUT ? moved(read) : begin + source), 'end');
  const after = [...head.layers.map((layer) => counting(layer, behind)), sumPopulation(head.last, behind)];
  return {
    ...spiking,
    populations: [...before, ...populations, ...after],
    output: { population: begin + head.layers.length, decoding: 'last' },
  };
}

function counting(layer: FloatLayer, place: LayerPlace): Population {
  const { activation } = layer;
  if (activation.kind === 'none') throw new Error(`${layer.name} does not end in an activation`);
  return activationPopulation(layer, activation, place);
}

function requireSpikes({ name, program }: Population): void {
  if (!sendsSpikes(program))
    fail(
      'E0207',
      `layers read the spikes of "${name}", which never fires`,
      { layer: name },
      'a layer without an activation is linear: let it be weights of the connections into the population, or read one that fires',
    );
}

interface Needs {
  readonly network: TrainedNetwork;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0207, E0204 for layers that cannot stand where they do */
export const joinLayersPass = optionalPass({
  name: 'join-layers',
  says: 'of populations with conventional layers: the layers become populations that count levels',
  when: ({ network }: Needs) => network.layers !== undefined,
  run: ({ network, options }, { warn }): { network: TrainedNetwork } => ({
    network: joinLayers(network, options.window, warn),
  }),
  print: ({ network }) =>
    network.populations
      .map(({ name, shape, activation }) =>
        activation === undefined
          ? `${name}  ${shape.join('×')}`
          : `${name}  ${shape.join('×')}: ${activation.levels} levels, ${activation.time === 'step' ? 'in every step' : 'at the end'}`,
      )
      .join('\n'),
  verify: ({ network: { populations, layers } }) => {
    must(layers === undefined, 'no layer is left');
    for (const { name, connections } of populations)
      must(
        connections.every(({ source }) => source >= INPUT && source < populations.length),
        'connections come from populations or the input',
        name,
      );
  },
});
