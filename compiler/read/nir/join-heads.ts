/** Populations that are read out, as one: its neurons compute as those of each do. */
import { fail, option, type Shape, shapeSize } from '../../../isa/index.ts';
import type { Firing, Leak, NeuronRule, Reset } from '../../ir/neuron-rule.ts';
import { compose } from './compose.ts';
import type { NirNode } from './fields.ts';
import { FORGETS, type NirNeuron } from './neurons.ts';
import { spread } from './numbers.ts';
import type { Connected, Read, ReadGraph } from './populations.ts';
import type { Link } from './linear.ts';
import type { Multiplications } from './products.ts';
import { type Constant, type Kept, keyOf } from './state-planes.ts';

interface Joining {
  /** That stands for all of them. */
  readonly node: NirNode;
  /** Shape of the input. */
  readonly input: Shape;
  readonly work: Multiplications;
}

interface Place {
  readonly first: number;
  readonly total: number;
}

/** Puts all elements behind those of other heads. */
export function placing(node: NirNode, shape: Shape, { first, total }: Place): Link {
  const size = shapeSize(shape);
  const pre = Uint32Array.from({ length: size }, (_, k) => k);
  const post = pre.map((k) => first + k);
  const weight = new Float64Array(size).fill(1);
  const all: Shape = [total, 1, 1];
  return { node, part: { kind: 'matrix', shape: all, columns: size, pre, post, weight, bias: undefined } };
}

/**
 * The graph with these populations as its last one.
 *
 * @throws DiagnosticError E0207 where neurons of one rule cannot be what they are
 */
export function joinedReads(
  { read, connected, constants }: ReadGraph,
  heads: readonly number[],
  { node, input, work }: Joining,
): ReadGraph {
  const sizes = heads.map((p) => shapeSize(read[p]!.shape));
  const total = sizes.reduce((a, b) => a + b, 0);
  const firsts = sizes.map((_, k) => sizes.slice(0, k).reduce((a, b) => a + b, 0));
  const rules = heads.map((p) =>
    ruleOf(
      read[p]!,
      connected.filter(({ to }) => to === p),
    ),
  );
  const kept = [...read.keys()].filter((p) => !heads.includes(p));
  const position = (p: number): number => (p < 0 ? p : kept.indexOf(p));
  const statesOf = new JoinedStates(
    heads.map((p) => [...connected, ...constants].filter(({ to }) => to === p).map(({ states }) => states)),
    sizes,
  );
  const moved = connected.map((edge): Connected => {
    const source = position(edge.source);
    const h = heads.indexOf(edge.to);
    if (h < 0) return { ...edge, source, to: position(edge.to) };
    const links = [...edge.links, placing(node, read[edge.to]!.shape, { first: firsts[h]!, total })];
    const composed = compose(edge.source < 0 ? input : read[edge.source]!.shape, links, work);
    return { ...edge, source, to: kept.length, links, composed, states: statesOf.of(h, edge.states) };
  });
  const added = constants.map((constant): Constant => {
    const h = heads.indexOf(constant.to);
    if (h < 0) return { ...constant, to: position(constant.to) };
    const values = new Float64Array(total);
    values.set(constant.values, firsts[h]);
    return { ...constant, to: kept.length, values, states: statesOf.of(h, constant.states) };
  });
  const names = heads.map((p) => `"${read[p]!.node.name}"`).join(', ');
  const neuron: NirNeuron = {
    rule: joinedRule(rules, sizes, names),
    gain: joinedValues(
      heads.map((p) => read[p]!.neuron.gain),
      sizes,
    ),
    shape: [total],
  };
  return {
    read: [...kept.map((p) => read[p]!), { node, neuron, shape: [total, 1, 1] }],
    connected: moved,
    constants: added,
  };
}

/** Where states alone lead to an output, it is what they hold in a step, and not a sum over all steps. */
function ruleOf({ node, neuron: { rule } }: Read, connected: readonly Connected[]): NeuronRule {
  const isValue = node.type === 'Output' && connected.every(({ states }) => states.length > 0);
  return isValue ? { ...rule, leak: FORGETS } : rule;
}

const joinedValues = (lists: readonly Float64Array[], sizes: readonly number[]): Float64Array =>
  Float64Array.from(lists.flatMap((values, h) => [...spread(values, sizes[h]!)]));

/** Of states that a head lacks the factor is the one given; undefined where all lack it. */
function joinedLeak(leaks: readonly (Leak | undefined)[], sizes: readonly number[], lacking: number): Leak | undefined {
  const found = leaks.filter((leak) => leak !== undefined);
  if (found.length === 0) return undefined;
  const values = leaks.map((leak) => leak?.values ?? Float64Array.of(lacking));
  return {
    ...{ kind: 'mul', rounding: 0, bits: Math.max(...found.map(({ bits }) => bits)) },
    values: joinedValues(values, sizes),
  };
}

/** @param names of the heads, for the message */
function joinedRule(rules: readonly NeuronRule[], sizes: readonly number[], names: string): NeuronRule {
  const biases = rules.map(({ bias }) => bias);
  // A neuron without a current is one whose current forgets at once; one without a leak keeps all of V.
  const current = joinedLeak(
    rules.map((rule) => rule.current?.leak),
    sizes,
    0,
  );
  const floors = rules.flatMap(({ floor }) => (floor === undefined ? [] : [floor]));
  if (floors.length > 0 && floors.length < rules.length) refuse(names);
  return {
    leak: joinedLeak(
      rules.map(({ leak }) => leak),
      sizes,
      1,
    ),
    current: current && { leak: current },
    firing: joinedFiring(
      rules.map(({ firing }) => firing),
      sizes,
      names,
    ),
    floor: floors.length > 0 ? joinedValues(floors, sizes) : undefined,
    bias: biases.some((bias) => bias !== undefined)
      ? joinedValues(
          biases.map((bias) => bias ?? Float64Array.of(0)),
          sizes,
        )
      : undefined,
    initial: joinedValues(
      rules.map(({ initial }) => initial),
      sizes,
    ),
  };
}

function joinedFiring(all: readonly (Firing | undefined)[], sizes: readonly number[], names: string) {
  const [first] = all;
  const found = all.flatMap((firing) => (firing === undefined ? [] : [firing]));
  if (first === undefined || found.length < all.length) return found.length === 0 ? undefined : refuse(names);
  const isAlike = found.every((firing) => String(kindOf(firing)) === String(kindOf(first)));
  if (!isAlike) refuse(names);
  const threshold = joinedValues(
    found.map((firing) => firing.threshold),
    sizes,
  );
  const resets = found.flatMap(({ reset }) => (reset.kind === 'value' ? [reset.values] : []));
  const reset: Reset = resets.length > 0 ? { kind: 'value', values: joinedValues(resets, sizes) } : first.reset;
  return { ...first, threshold, reset };
}

/** What neurons of one program have in common. */
const kindOf = ({ comparison, reset, refractory, spikesPerStep, isSilent }: Firing) => [
  ...[comparison, reset.kind, reset.kind === 'subtract' ? reset.time : ''],
  ...[refractory, spikesPerStep, isSilent],
];

const refuse = (names: string): never =>
  fail(
    'E0207',
    `the potentials of ${names} are to be read together, and their neurons fire by different rules, or some of them never`,
    {},
    `leave out ${option('nirOutput')}: then spikes are counted where there are any, and potentials are read of the others`,
  );

/** Of each head the states that are as many, and come as early, share planes with those of the others. */
class JoinedStates {
  readonly #slots: readonly ReadonlyMap<string, string>[];
  readonly #lists = new Map<string, readonly Kept[]>();

  constructor(heads: readonly (readonly (readonly Kept[])[])[], sizes: readonly number[]) {
    const found = heads.map((lists) => {
      const counts = new Map<number, number>();
      const slots = new Map<string, { readonly slot: string; readonly states: readonly Kept[] }>();
      for (const states of lists) {
        if (slots.has(keyOf(states))) continue;
        const ordinal = counts.get(states.length) ?? 0;
        counts.set(states.length, ordinal + 1);
        slots.set(keyOf(states), { slot: `${states.length} ${ordinal}`, states });
      }
      return slots;
    });
    this.#slots = found.map((slots) => new Map([...slots].map(([key, { slot }]) => [key, slot])));
    for (const slot of new Set(this.#slots.flatMap((slots) => [...slots.values()]))) {
      const held = found.map((slots) => [...slots.values()].find((each) => each.slot === slot)?.states);
      const depth = held.find((states) => states !== undefined)!.length;
      this.#lists.set(
        slot,
        Array.from({ length: depth }, (_, k) =>
          joinedLeak(
            held.map((states) => (states === undefined ? NOTHING : states[k])),
            sizes,
            1,
          ),
        ),
      );
    }
  }

  of(head: number, states: readonly Kept[]): readonly Kept[] {
    return this.#lists.get(this.#slots[head]!.get(keyOf(states))!)!;
  }
}

/** Of a head that has no such state. */
const NOTHING: Leak = { ...FORGETS, values: Float64Array.of(0) };
