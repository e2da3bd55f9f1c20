/** What was read of NIR as populations with their connections. */
import { fail, type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import type { Population } from '../../ir/population.ts';
import type { Edge } from '../../ir/recurrence.ts';
import { type Joined, populationOf } from '../populations/read-populations.ts';
import type { Chain } from './chains.ts';
import { type Composed, withWeights } from './compose.ts';
import type { NirNode } from './fields.ts';
import type { NirNeuron } from './neurons.ts';
import { perChannel, spread } from './numbers.ts';
import type { Link } from './linear.ts';
import { type Constant, type Kept, StatePlanes } from './state-planes.ts';

export interface Read {
  readonly node: NirNode;
  readonly neuron: NirNeuron;
  readonly shape: Shape;
}

export interface Connected extends Edge {
  readonly chain: Chain;
  readonly links: readonly Link[];
  readonly composed: Composed;
  /** That what is heard goes through on its way to the neuron, from the source on. */
  readonly states: readonly Kept[];
}

/** Populations with all that they hear: spikes, and what comes in every step or at the start. */
export interface ReadGraph {
  readonly read: readonly Read[];
  readonly connected: readonly Connected[];
  readonly constants: readonly Constant[];
}

/** What is alike within channels takes a word for each of them, not for each neuron. */
const ofChannels = (values: Float64Array, shape: Shape): Float64Array =>
  (values.length === shapeSize(shape) && values.length > shape[0] ? perChannel(values, shape[0]) : undefined) ?? values;

/** Chains can share weights in the file, but not on the chip. @throws DiagnosticError E0209 */
export function requireRoom(read: readonly Read[], connected: readonly Connected[], input: Shape): void {
  const neurons = read.reduce((sum, { shape }) => sum + shapeSize(shape), shapeSize(input));
  const weights = connected.reduce(
    (sum, { to, composed: { operator } }) => sum + (operator?.part.weight.length ?? shapeSize(read[to]!.shape)),
    0,
  );
  if (Math.max(neurons, weights) > LARGEST_NETWORK)
    fail('E0209', `the network has ${neurons} neurons and ${weights} weights; the limit is ${LARGEST_NETWORK} of each`);
}

/**
 * @throws DiagnosticError E0205 for parameters that do not fit, E0207 for more states than a neuron has planes, E0209 for connections
 *   that are too large
 */
export function populationWith(
  { node, neuron, shape }: Read,
  connected: readonly Connected[],
  constants: readonly Constant[],
): Population {
  const size = shapeSize(shape);
  const { gain } = neuron;
  const gains = gain.length === 1 || gain.length === size ? gain : spread(gain, size);
  const states = new StatePlanes(node, neuron.rule, { connected, constants, gains, shape });
  const { program, parameters: given } = states;
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, { values, unit }]) => [name, { values: ofChannels(values, shape), unit }]),
  );
  for (const [name, { values }] of [...Object.entries(parameters), ['gain', { values: gain }] as const])
    if (![1, shape[0], size].includes(values.length))
      node.fail('E0205', `there are ${values.length} values of ${name} for ${size} neurons`);
  const joined = connected.map(({ composed, source, delay, states: through }): Omit<Joined, 'to'> => {
    const { operator, bias } = withWeights(composed, shape, gains);
    const { pool, pooled } = composed;
    return {
      connection: { source, pool, pooled, operator, delay, plane: states.planeOf(through) },
      bias: bias && ofChannels(bias, shape),
    };
  });
  const { rule, synaptic } = states;
  const made = populationOf(node.name, { shape, program, parameters, scale: 'channel', ...(rule && { rule }) }, joined);
  return synaptic === undefined ? made : { ...made, synaptic };
}
