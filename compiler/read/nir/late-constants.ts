/**
 * Constants that come late: biases in front of a Delay, and v_leak of states that are heard through one. A neuron that fires in
 * every step sends them on their way, so they come when the steps before them have gone by, and not from the first one on.
 */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import type { Firing } from '../../ir/neuron-rule.ts';
import { compose } from './compose.ts';
import type { NirNode } from './fields.ts';
import { withoutBias } from './links.ts';
import { madeUpNode } from './made-up.ts';
import type { Connected, Read, ReadGraph } from './populations.ts';
import type { Link } from './linear.ts';
import { imageOf, type Multiplications } from './products.ts';
import { shapeAlong } from './shape-behind.ts';
import { type Constant, keyOf } from './state-planes.ts';

interface Knowing {
  /** Shape of the input. */
  readonly input: Shape;
  /** Length of a step. */
  readonly dt: number;
  readonly work: Multiplications;
}

/** Steps that Delay nodes take together. */
export const stepsLate = (links: readonly Link[], dt: number): number =>
  Math.round(links.reduce((sum, { part }) => sum + (part.kind === 'delay' ? part.values[0]! : 0), 0) / dt);

const hasBias = ({ part }: Link): boolean => 'bias' in part && part.bias !== undefined;

/** What each bias of a chain makes at its end, and how late that comes. @throws DiagnosticError E0209 where one is too large */
export function biasesOf(
  links: readonly Link[],
  source: Shape,
  { work, dt }: Pick<Knowing, 'work' | 'dt'>,
): Pick<Constant, 'values' | 'isInitial' | 'delay'>[] {
  return links.flatMap((link, k) => {
    if (!hasBias(link)) return [];
    const rest = [link, ...links.slice(k + 1).map((each) => ({ ...each, part: withoutBias(each.part) }))];
    const given = shapeAlong(source, links.slice(0, k));
    const values = imageOf(rest, given, new Float64Array(shapeSize(given)), work);
    return [{ values, isInitial: false, delay: stepsLate(rest, dt) }];
  });
}

/** The graph with all constants in the steps in which they come. @throws DiagnosticError E0209 where products are too large */
export function withLateConstants(graph: ReadGraph, knowing: Knowing): ReadGraph {
  const { read } = graph;
  const constants = [...graph.constants];
  const connected = graph.connected.map((edge) => {
    const late = edge.links.map((link, k) => hasBias(link) && stepsLate(edge.links.slice(k + 1), knowing.dt) > 0);
    if (!late.includes(true)) return edge;
    const source = edge.source < 0 ? knowing.input : read[edge.source]!.shape;
    const biases = biasesOf(edge.links, source, knowing).filter(({ delay }) => delay > 0);
    constants.push(...biases.map((each) => ({ ...each, to: edge.to, states: edge.states })));
    const links = edge.links.map((link, k) => (late[k]! ? { ...link, part: withoutBias(link.part) } : link));
    return { ...edge, links, composed: compose(source, links, knowing.work) };
  });
  return sent({ read, connected, constants });
}

const one = Float64Array.of(1);

/** A neuron that fires in every step, or in the first one alone. */
function senderOf(node: NirNode, isFirst: boolean): Read {
  const firing: Firing = {
    ...{ threshold: Float64Array.of(0.5), comparison: 'gt', refractory: 0 },
    reset: { kind: 'value', values: Float64Array.of(0) },
  };
  const rule = {
    ...{ leak: undefined, current: undefined, floor: undefined, firing },
    ...{ bias: isFirst ? undefined : one, initial: Float64Array.of(isFirst ? 1 : 0) },
  };
  return { node, neuron: { rule, gain: one, shape: [] }, shape: [1, 1, 1] };
}

/** Late constants as connections from such neurons. */
function sent({ read, connected, constants }: ReadGraph): ReadGraph {
  const late = constants.filter(({ delay }) => delay > 0);
  if (late.length === 0) return { read, connected, constants };
  const made: Read[] = [];
  const senders = [false, true].map((isFirst) => {
    if (!late.some(({ isInitial }) => isInitial === isFirst)) return undefined;
    const name = isFirst ? 'first step' : 'every step';
    const node = madeUpNode(name, 'IF', (each) => read.some((other) => other.node.name === each));
    return read.length + made.push(senderOf(node, isFirst)) - 1;
  });
  const heard = together(late).map(({ to, states, values, isInitial, delay }): Connected => {
    const source = senders[isInitial ? 1 : 0]!;
    const { node } = read[to]!;
    const links: Link[] = [
      { node, part: { kind: 'dense', rows: values.length, columns: 1, weight: values, bias: undefined } },
    ];
    const chain = { source: made[source - read.length]!.node, target: node, nodes: [], unbiased: 0 };
    return { source, to, delay, chain, links, composed: compose([1, 1, 1], links), states };
  });
  return {
    read: [...read, ...made],
    connected: [...connected, ...heard],
    constants: constants.filter(({ delay }) => delay === 0),
  };
}

/** Those that come to the same states of the same neurons as late as each other, added up. */
function together(constants: readonly Constant[]): Constant[] {
  const sums = new Map<string, Constant>();
  for (const constant of constants) {
    const { to, states, delay, isInitial, values } = constant;
    const key = [to, delay, isInitial, keyOf(states)].join(' ');
    const sum = sums.get(key)?.values;
    sums.set(key, { ...constant, values: sum === undefined ? values : values.map((value, k) => value + sum[k]!) });
  }
  return [...sums.values()].filter(({ values }) => values.some((value) => value !== 0));
}
