/** Reads NIR graphs: spiking networks in continuous time, as simulators exchange them (spec/nir.md). */
import { diagnostic, fail, option, type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import { INPUT } from '../../ir/layers.ts';
import type { Population, PopulationNetwork } from '../../ir/population.ts';
import { livenessFaults } from '../../populations/liveness.ts';
import { programOf } from '../../populations/rules.ts';
import { withPlace } from '../faults.ts';
import type { Hdf5Group } from '../hdf5/file.ts';
import { networkName } from '../graph-builder.ts';
import type { ReadOptions } from '../options.ts';
import { type Joined, populationOf } from '../populations/read-populations.ts';
import { type Chain, chainsInto } from './chains.ts';
import { compose, type Composed, type Link, withWeights } from './compose.ts';
import { type Discretised, discretised } from './discretise.ts';
import type { NirNode } from './fields.ts';
import { type NirGraph, readGraph } from './graph.ts';
import { type LinearPart, linearPart } from './linear.ts';
import { familyOf, fires, isNeuron } from './families.ts';
import { type NirNeuron, neuronOf } from './neurons.ts';
import { perChannel } from './numbers.ts';
import { closingEdges, type Edge } from '../../ir/recurrence.ts';
import { Shapes } from './shapes.ts';

/** Of a delay: a fraction of a step that is none but a rounding. */
const ROUNDING = 1e-6;
const MOST_DELAY = 2 ** 20;

/**
 * @throws DiagnosticError E0103 without steps; E0202 for a damaged file; E0203, E0204, E0207 for nodes and structures that
 *   are not read; E0205, E0208, E0209 for numbers that do not fit
 */
export function readNir(file: Hdf5Group, options: ReadOptions): PopulationNetwork {
  return withPlace({ file: options.fileName }, () => new NirReader(readGraph(file), options).network());
}

interface Read {
  readonly node: NirNode;
  readonly neuron: NirNeuron;
  readonly shape: Shape;
}

interface Connected extends Edge {
  readonly chain: Chain;
  readonly composed: Composed;
}

class NirReader {
  readonly #graph: NirGraph;
  readonly #options: ReadOptions;
  readonly #discretised: Discretised;
  readonly #parts = new Map<NirNode, LinearPart>();

  constructor(graph: NirGraph, options: ReadOptions) {
    this.#graph = graph;
    this.#options = options;
    const neurons = [...graph.nodes.values()].filter(isNeuron);
    this.#discretised = discretised(neurons, options.timing ?? { dt: undefined }, graph.metadata?.dt);
  }

  network(): PopulationNetwork {
    const { metadata } = this.#graph;
    const steps = this.#options.timing?.steps ?? metadata?.steps;
    const { dt, said, taken } = this.#discretised;
    if (steps === undefined)
      fail('E0103', 'a NIR graph does not say how many steps an inference has', {}, `say it with ${option('window')}`);
    for (const { message, remedy } of said) this.#assume(message, remedy);
    if (metadata !== undefined)
      this.#assume(
        `its metadata, which snnc wrote, say how it is run: ${steps} steps of ${metadata.dt}, payloads and output`,
      );
    const nodes = this.#ordered();
    const chains = chainsInto(this.#graph, nodes);
    const neurons = new Map(nodes.map((node) => [node, neuronOf(node, this.#discretised)]));
    const shapes = new Shapes({ input: this.#graph.input, neurons, chains, linksOf: (chain) => this.#linksOf(chain) });
    const read = nodes.map((node): Read => ({ node, neuron: neurons.get(node)!, shape: shapes.of(node) }));
    const input = shapes.of(this.#graph.input);
    const connected = this.#connected(chains, nodes, shapes);
    requireRoom(read, connected, input);
    const populations = read.map((each, p) =>
      populationWith(
        each,
        connected.filter(({ to }) => to === p),
      ),
    );
    const output = this.#outputOf(nodes);
    const labels = metadata?.labels;
    this.#warnOfDead(populations, read, steps);
    const zeros = new Array<number>(input[0]).fill(0);
    return {
      ...{
        kind: 'populations',
        name: networkName(this.#options.fileName),
        steps,
        populations,
        dt,
        taken: { dt, window: steps, ...taken, ...metadata?.payload },
      },
      encoding: {
        ...{ shape: input, scale: 1, mean: zeros, std: zeros.map(() => 1) },
        ...(metadata?.payload ?? { step: 1, payloadMin: 0, payloadMax: 1 }),
      },
      output,
      ...(labels?.length === shapeSize(populations[output.population]!.shape) && { labels }),
    };
  }

  /** Populations in the order in which they were written, or in which the input reaches them; those that it does not reach come last. */
  #ordered(): NirNode[] {
    const { nodes, before, input, metadata } = this.#graph;
    const after = new Map<string, string[]>();
    for (const [to, names] of before)
      for (const from of names) after.set(from, [...(after.get(from) ?? []), to].sort());
    const reached = new Set([input.name]);
    // Names are appended while they are gone through.
    for (const name of reached) for (const next of (after.get(name) ?? []).sort()) reached.add(next);
    const all = [...reached, ...[...nodes.keys()].sort()].map((name) => nodes.get(name)!);
    const found = [...new Set(all)].filter(isNeuron);
    const written = [...new Set(metadata?.order)].map((name) => found.find((node) => node.name === name));
    return written.length === found.length && written.every((node) => node !== undefined) ? written : found;
  }

  #linksOf({ nodes }: Chain): Link[] {
    return nodes.map((node) => {
      const part = this.#parts.get(node) ?? linearPart(node);
      this.#parts.set(node, part);
      return { node, part };
    });
  }

  /** What chains become, with delays in steps, where loops are closed too. */
  #connected(chains: readonly Chain[], nodes: readonly NirNode[], shapes: Shapes): Connected[] {
    const index = new Map(nodes.map((node, p) => [node, p]));
    const connected = chains.map((chain): Connected => {
      const composed = compose(shapes.of(chain.source), this.#linksOf(chain));
      const { delay: late, inputDelay } = this.#discretised;
      const own = chain.source === this.#graph.input ? inputDelay : late;
      const delay = own + this.#stepsOf(composed.delay, chain);
      return { source: index.get(chain.source) ?? INPUT, to: index.get(chain.target)!, delay, chain, composed };
    });
    const closing = closingEdges(connected, nodes.length);
    return connected.map((edge) => {
      if (!closing.has(edge)) return edge;
      const { source, target } = edge.chain;
      this.#assume(`what "${source.name}" sends to "${target.name}" closes a loop: it is heard a step later`);
      return { ...edge, delay: 1 };
    });
  }

  #stepsOf(delay: number, { target }: Chain): number {
    const { dt } = this.#discretised;
    const exact = delay / dt;
    const steps = Math.round(exact);
    if (steps > MOST_DELAY)
      target.fail('E0208', `what it hears comes ${steps} steps late, at most ${MOST_DELAY} are read`);
    if (Math.abs(exact - steps) > ROUNDING * Math.max(1, steps))
      this.#assume(`"${target.name}" hears what comes ${delay} late after ${steps} steps of ${dt}`);
    return steps;
  }

  /** The output is what one population sends, or its potentials. */
  #outputOf(nodes: readonly NirNode[]): PopulationNetwork['output'] {
    const { output } = this.#graph;
    const [chain, ...others] = chainsInto(this.#graph, [output]);
    const last = this.#linksOf(chain ?? output.fail('E0207', 'nothing leads to it')).find(
      ({ part }) => part.kind !== 'wire' && part.kind !== 'flatten',
    );
    if (last !== undefined || others.length > 0 || !isNeuron(chain!.source))
      (last?.node ?? output).fail(
        'E0207',
        'the output is not that of one population',
        'end the graph with neurons: LI or I where potentials are read, IF or LIF where spikes are counted',
      );
    const { source } = chain!;
    const written = this.#graph.metadata?.decode;
    const readsSpikes = written === 'count' || written === 'first';
    if (written !== undefined && readsSpikes === fires(source))
      return { population: nodes.indexOf(source), decoding: written };
    const decoding = fires(source) ? 'count' : 'last';
    const how = decoding === 'count' ? 'spikes of an inference are counted' : 'potentials of the last step are taken';
    this.#assume(`a NIR graph does not say how its output is read: of "${source.name}", the ${how}`);
    return { population: nodes.indexOf(source), decoding };
  }

  /** A tau in another unit than dt shows here. */
  #warnOfDead(populations: readonly Population[], read: readonly Read[], steps: number): void {
    const { dt, ruleOf } = this.#discretised;
    const spikesOf = (p: number): number => read[p]!.neuron.rule.firing?.spikesPerStep ?? 1;
    populations.forEach((population, p) => {
      const isEuler = ruleOf(familyOf(read[p]!.node)).decay === 'euler';
      for (const fault of livenessFaults(population, { dt, steps, isEuler, spikesOf }))
        this.#options.warn?.(
          diagnostic(
            'W0315',
            `"${population.name}": ${fault}`,
            { file: this.#options.fileName },
            `check ${option('dt')}, which is in the unit of tau (1 where tau is in steps), and ${option('nirGain')}`,
          ),
        );
    });
  }

  #assume(message: string, remedy?: string): void {
    this.#options.warn?.(diagnostic('W0308', message, { file: this.#options.fileName }, remedy));
  }
}

/** What is alike within channels takes a word for each of them, not for each neuron. */
const ofChannels = (values: Float64Array, shape: Shape): Float64Array =>
  (values.length === shapeSize(shape) && values.length > shape[0] ? perChannel(values, shape[0]) : undefined) ?? values;

/** Chains can share weights in the file, but not on the chip. @throws DiagnosticError E0209 */
function requireRoom(read: readonly Read[], connected: readonly Connected[], input: Shape): void {
  const neurons = read.reduce((sum, { shape }) => sum + shapeSize(shape), shapeSize(input));
  const weights = connected.reduce(
    (sum, { to, composed: { operator } }) => sum + (operator?.part.weight.length ?? shapeSize(read[to]!.shape)),
    0,
  );
  if (Math.max(neurons, weights) > LARGEST_NETWORK)
    fail('E0209', `the network has ${neurons} neurons and ${weights} weights; the limit is ${LARGEST_NETWORK} of each`);
}

function populationWith({ node, neuron, shape }: Read, connected: readonly Connected[]) {
  const size = shapeSize(shape);
  const { rule, gain } = neuron;
  const { program, parameters: given, fed } = programOf(rule);
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, { values, unit }]) => [name, { values: ofChannels(values, shape), unit }]),
  );
  for (const [name, { values }] of [...Object.entries(parameters), ['gain', { values: gain }] as const])
    if (![1, shape[0], size].includes(values.length))
      node.fail('E0205', `there are ${values.length} values of ${name} for ${size} neurons`);
  const area = size / shape[0];
  const gains =
    gain.length === 1 || gain.length === size
      ? gain
      : Float64Array.from({ length: size }, (_, k) => gain[Math.floor(k / area)]!);
  const joined = connected.map(({ chain, composed, source, delay }): Omit<Joined, 'to'> => {
    const { operator, bias } = withWeights(composed, shape, gains, node);
    const at = composed.operator === undefined ? -1 : chain.nodes.indexOf(composed.operator.node);
    const brings = at >= 0 && at < chain.nodes.length - chain.unbiased;
    const { pool, pooled } = composed;
    return {
      connection: { source, pool, pooled, operator, delay, plane: fed },
      bias: brings && bias ? ofChannels(bias, shape) : undefined,
    };
  });
  return populationOf(node.name, { shape, program, parameters, scale: 'channel', rule }, joined);
}
