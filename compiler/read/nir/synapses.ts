/**
 * Synapses: states that never fire and that something else hears (I, LI, CubaLI, a lowpass of Nengo). They are linear, and so is
 * what lies behind them, so each of their hearers can keep the state itself, behind the weights: LI → Affine → LIF is a neuron with
 * a current. What stands behind a synapse is one linear map of what it hears, and the state that the hearer keeps of that.
 */
import { fail, MOST_PLANES, type Shape, shapeSize } from '../../../isa/index.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import { compose } from './compose.ts';
import type { NirNode } from './fields.ts';
import { withoutBias } from './links.ts';
import { biasesOf, stepsLate } from './late-constants.ts';
import { spread } from './numbers.ts';
import type { Connected, ReadGraph } from './populations.ts';
import type { Constant, Kept } from './state-planes.ts';
import type { Link } from './linear.ts';
import { imageOf, type Multiplications } from './products.ts';
import { shapeAlong } from './shape-behind.ts';

/** Ways and constants of a graph that lead through synapses: they multiply where several follow each other. */
const MOST_WAYS = 4096;

interface Way {
  readonly source: LayerIndex;
  readonly delay: number;
  readonly from: NirNode;
  readonly links: readonly Link[];
  /** From the source on, as the elements of the hearer have them. */
  readonly states: readonly Kept[];
}

interface Knowing {
  /** Shape of the input. */
  readonly input: Shape;
  /** What is read at the end; they stay, whoever hears them. */
  readonly outputs: readonly NirNode[];
  readonly isSynapse: (node: NirNode) => boolean;
  /** Counts what is multiplied. */
  readonly work: Multiplications;
  /** Length of a step. */
  readonly dt: number;
}

/**
 * The graph without the synapses that something hears.
 *
 * @throws DiagnosticError E0207 for a loop of synapses, E0209 where there are too many ways through them
 */
export function withoutSynapses(
  graph: Pick<ReadGraph, 'read' | 'connected'>,
  { input, outputs, isSynapse, work, dt }: Knowing,
): ReadGraph {
  const { read, connected } = graph;
  const heard = new Set(connected.map(({ source }) => source));
  const synapses = new Set([...read.keys()].filter((p) => heard.has(p) && isSynapse(read[p]!.node)));
  if (synapses.size === 0) return { ...graph, constants: [] };
  const kept = [...read.keys()].filter((p) => !synapses.has(p) || outputs.includes(read[p]!.node));
  const ways = new Ways(graph, synapses, { input, work, dt });
  const position = (source: LayerIndex): LayerIndex => (source < 0 ? source : kept.indexOf(source));
  const [made, constants]: [Connected[], Constant[]] = [[], []];
  const shapeOf = (source: LayerIndex): Shape => (source < 0 ? input : read[source]!.shape);
  const found = kept.map((p) => ways.into(p));
  work.plan(found.flatMap((into) => into.ways.map(({ source, links }) => ({ links, source: shapeOf(source) }))));
  kept.forEach((p, to) => {
    const into = found[to]!;
    for (const { source, delay, from, links, states } of into.ways) {
      const chain = { source: from, target: read[p]!.node, nodes: [], unbiased: 0 };
      const composed = compose(shapeOf(source), links, work);
      made.push({ source: position(source), to, delay, chain, links, composed, states });
    }
    constants.push(...into.constants.map((constant) => ({ ...constant, to })));
  });
  return { read: kept.map((p) => read[p]!), connected: made, constants };
}

interface Into {
  readonly ways: readonly Way[];
  readonly constants: readonly Omit<Constant, 'to'>[];
}

class Ways {
  readonly #graph: Pick<ReadGraph, 'read' | 'connected'>;
  readonly #synapses: ReadonlySet<number>;
  readonly #input: Shape;
  readonly #work: Multiplications;
  readonly #dt: number;
  /** undefined while it is looked for. */
  readonly #found = new Map<number, Into | undefined>();
  #count = 0;
  /** Synapses that are being looked at, each heard by the one before it. */
  #depth = 0;

  constructor(
    graph: Pick<ReadGraph, 'read' | 'connected'>,
    synapses: ReadonlySet<number>,
    { input, work, dt }: Pick<Knowing, 'input' | 'work' | 'dt'>,
  ) {
    this.#dt = dt;
    this.#work = work;
    this.#graph = graph;
    this.#synapses = synapses;
    this.#input = input;
  }

  into(p: number): Into {
    const made = this.#graph.connected
      .filter(({ to }) => to === p)
      .map((edge): Into => {
        const { source, delay, links, chain } = edge;
        if (!this.#synapses.has(source))
          return { ways: [{ source, delay, links, from: chain.source, states: [] }], constants: [] };
        return this.#through(edge);
      });
    return { ways: made.flatMap(({ ways }) => ways), constants: made.flatMap(({ constants }) => constants) };
  }

  /** What a synapse brings. */
  #through({ source, delay, links }: Connected): Into {
    const { node, neuron, shape } = this.#graph.read[source]!;
    const { leak, current, bias, initial } = neuron.rule;
    const behind = links.map((link) => ({ ...link, part: withoutBias(link.part) }));
    const before = this.#before(source);
    const held = stepsLate(links, this.#dt);
    const inner = current === undefined ? [leak] : [current.leak, leak];
    const gains = spread(neuron.gain, shapeSize(shape));
    const ways = before.ways.flatMap(({ links: first, states, ...way }) => {
      const given = shapeAlong(this.#shapeOf(way.source), first);
      const scaled = [
        ...first,
        ...reshaped(given, shape, node),
        { node, part: { kind: 'scale', values: gains } as const },
      ];
      return apart([...states, ...inner], behind, shape, node).map(({ states: found, mask }): Way => {
        this.#spend(node);
        return { ...way, delay: way.delay + delay, links: [...scaled, ...mask, ...behind], states: found };
      });
    });
    const own = [
      { values: bias, states: [leak], isInitial: false, delay: 0 },
      { values: initial, states: [leak], isInitial: true, delay: 0 },
    ].flatMap(({ values, ...rest }) =>
      values === undefined ? [] : [{ ...rest, values: spread(values, shapeSize(shape)) }],
    );
    const gained = before.constants.map(({ values, states, isInitial, delay: late }) => ({
      values: values.map((value, k) => value * gains[k]!),
      ...{ states: [...states, ...inner], isInitial, delay: late },
    }));
    const constants = [...own, ...gained]
      .filter(({ values }) => values.some((value) => value !== 0))
      .flatMap(({ values, states, isInitial, delay: late }) =>
        apart(states, behind, shape, node).map(({ states: found, mask }): Omit<Constant, 'to'> => {
          this.#spend(node);
          return {
            ...{ states: found, isInitial, delay: late + held },
            values: imageOf([...mask, ...behind], shape, values, this.#work),
          };
        }),
      );
    constants.push(
      ...biasesOf(links, shape, { work: this.#work, dt: this.#dt }).map((each) => ({ ...each, states: [] })),
    );
    return { ways, constants };
  }

  #before(synapse: number): Into {
    const { node } = this.#graph.read[synapse]!;
    if (this.#found.has(synapse))
      return (
        this.#found.get(synapse) ??
        node.fail('E0207', 'it lies on a loop of states that never fire', 'put neurons that fire on the loop')
      );
    this.#found.set(synapse, undefined);
    if (++this.#depth > MOST_PLANES)
      node.fail(
        'E0207',
        `more than ${MOST_PLANES} states that never fire lie one after the other, and who hears the last one has no planes for them all`,
        'put neurons that fire between them',
      );
    const found = this.into(synapse);
    this.#depth--;
    this.#found.set(synapse, found);
    return found;
  }

  #shapeOf(source: LayerIndex): Shape {
    return source < 0 ? this.#input : this.#graph.read[source]!.shape;
  }

  #spend(node: NirNode): void {
    if (++this.#count > MOST_WAYS)
      fail('E0209', `there are more than ${MOST_WAYS} ways through states that never fire`, { path: node.name });
  }
}

/** The same elements with other sides. */
function reshaped(given: Shape, shape: Shape, node: NirNode): Link[] {
  if (String(given) === String(shape)) return [];
  const columns = shapeSize(shape);
  const each = Uint32Array.from({ length: columns }, (_, k) => k);
  const weight = new Float64Array(columns).fill(1);
  return [{ node, part: { kind: 'matrix', shape, columns, pre: each, post: each, weight, bias: undefined } }];
}

const isElementwise = ({ part: { kind } }: Link): boolean =>
  kind === 'wire' || kind === 'flatten' || kind === 'scale' || kind === 'delay';

interface Apart {
  readonly states: readonly Kept[];
  /** Lets through what has these states. */
  readonly mask: readonly Link[];
}

/** Elements that are kept differently go apart where what lies behind adds them up. */
function apart(states: readonly Kept[], behind: readonly Link[], shape: Shape, node: NirNode): Apart[] {
  const lists = states.map((state) => state && { ...state, values: spread(state.values, shapeSize(shape)) });
  if (states.every((state) => state === undefined || state.values.length === 1)) return [{ states, mask: [] }];
  if (behind.every(isElementwise)) return [{ states: lists, mask: [] }];
  const groups = new Map<string, { readonly first: number; readonly mask: Float64Array }>();
  for (let k = 0; k < shapeSize(shape); k++) {
    const key = lists.map((list) => list?.values[k]).join();
    const group = groups.get(key) ?? { first: k, mask: new Float64Array(shapeSize(shape)) };
    group.mask[k] = 1;
    groups.set(key, group);
    if (groups.size > MOST_PLANES)
      node.fail(
        'E0207',
        `its neurons have more than ${MOST_PLANES} values of tau, and what hears it adds them up`,
        'give the neurons of one node the same tau',
      );
  }
  return [...groups.values()].map(({ first, mask }) => ({
    states: lists.map((list) => list && { ...list, values: list.values.slice(first, first + 1) }),
    mask: [{ node, part: { kind: 'scale', values: mask } }],
  }));
}
