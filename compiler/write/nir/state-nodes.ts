/** Neurons with states between them and what they hear, as nodes of NIR; and who brings what no node says of them. */
import type { NeuronRule } from '../../ir/neuron-rule.ts';
import type { Population, SynapticState } from '../../ir/population.ts';
import { WRITTEN_LEAK_BITS } from '../../read/nir/rules.ts';
import { neuronNode, spread } from './neuron-node.ts';
import type { NirGraphWriter } from './nodes.ts';
import { sidesOf } from './connection-nodes.ts';

/** A leak that keeps all. */
export const KEEPING = { kind: 'mul', bits: WRITTEN_LEAK_BITS, rounding: 0, values: Float64Array.of(1) } as const;
const FORGETTING = { ...KEEPING, values: Float64Array.of(0) } as const;
const NO_RULE = { leak: undefined, current: undefined, firing: undefined, floor: undefined, bias: undefined };

interface Said {
  /** Of the neurons alone; undefined of a program of its own. */
  readonly rule: NeuronRule | undefined;
  readonly states: readonly SynapticState[];
  /** What neurons with a current get in every step. */
  readonly constant: Float64Array | undefined;
}

/** A current of neurons that do not leak stands in no node: it is a state of its own. */
export function saidOf({ rule, synaptic }: Population): Said {
  const isSaid = rule !== undefined && (rule.current === undefined || rule.leak !== undefined);
  return isSaid || synaptic === undefined ? { rule, states: [], constant: undefined } : synaptic;
}

interface Place {
  /** Name of the neurons. */
  readonly neurons: string;
  /** Length of a step. */
  readonly dt: number;
  /** Whether a connection brings the constant. */
  readonly hasBringer: boolean;
}

/** States that connections go through, as nodes in front of the neurons: by plane, and what no node says. */
export function stateNodes(graph: NirGraphWriter, population: Population, { neurons, dt, hasBringer }: Place) {
  const { name, shape } = population;
  const { states, constant } = saidOf(population);
  const names = new Map<number, string>();
  const lost = states.flatMap(({ plane, leak, constant: bias, initial }) => {
    const kept = leak ?? (bias === undefined ? undefined : KEEPING);
    const rule = { ...NO_RULE, leak: kept, bias, initial: initial ?? Float64Array.of(0) };
    const node = neuronNode(rule, shape, sidesOf(shape), dt);
    names.set(plane, graph.add(`${name}.state ${plane}`, node.type, node.fields));
    return node.lost.map((loss) => `of the state ${plane} that "${name}" hears through ${loss}`);
  });
  for (const { plane, into } of states) graph.join(names.get(plane)!, names.get(into) ?? neurons);
  const nodes = [...names.values()];
  if (constant !== undefined && !hasBringer) {
    const rule = { ...NO_RULE, leak: FORGETTING, bias: constant, initial: Float64Array.of(0) };
    const { type, fields } = neuronNode(rule, shape, sidesOf(shape), dt);
    const node = graph.add(`${name}.constant`, type, fields);
    nodes.push(node);
    graph.join(node, neurons);
  }
  return { names, lost, nodes };
}

/** What the node of the neurons has no field for, in every step. */
function unsaidOf(population: Population): Float64Array | undefined {
  const { rule, constant } = saidOf(population);
  return constant ?? (rule?.leak === undefined ? rule?.bias : undefined);
}

/** The connection that brings what the node of the neurons does not say: of a convolution it is one number for a channel. */
export function bringerOf(population: Population): number | undefined {
  const unsaid = unsaidOf(population);
  if (unsaid === undefined) return undefined;
  const { shape, connections } = population;
  const { states } = saidOf(population);
  const each = spread(unsaid, shape);
  const area = shape[1] * shape[2];
  const isOfChannels = each.every((value, n) => value === each[n - (n % area)]);
  const found = connections.findIndex(
    ({ operator, plane }) =>
      (isOfChannels || operator.kind !== 'conv') && states.every((state) => state.plane !== plane),
  );
  return found < 0 ? undefined : found;
}

/** That of the connection, and that of neurons which it brings; of a convolution one for a channel. */
export function broughtBias(population: Population, k: number, bringer: number | undefined) {
  const { biases, shape, connections } = population;
  const own = k === bringer ? unsaidOf(population) : undefined;
  const brought = biases[k];
  if (own === undefined && brought === undefined) return undefined;
  const sum = Float64Array.from(spread(own ?? Float64Array.of(0), shape));
  if (brought !== undefined) spread(brought, shape).forEach((value, n) => (sum[n]! += value));
  const area = shape[1] * shape[2];
  return connections[k]!.operator.kind === 'conv' ? sum.filter((_, n) => n % area === 0) : sum;
}
