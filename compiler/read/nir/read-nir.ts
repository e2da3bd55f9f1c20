/** Reads NIR graphs: spiking networks in continuous time, as simulators exchange them (spec/nir.md). */
import { diagnostic, fail, option, type Shape, shapeSize } from '../../../isa/index.ts';
import { INPUT } from '../../ir/layers.ts';
import type { Population, PopulationNetwork } from '../../ir/population.ts';
import { livenessFaults } from '../../populations/liveness.ts';
import { withPlace } from '../faults.ts';
import type { Hdf5Group } from '../hdf5/file.ts';
import { networkName } from '../graph-builder.ts';
import type { ReadOptions } from '../options.ts';
import { type Chain, chainsInto } from './chains.ts';
import { compose } from './compose.ts';
import { Multiplications } from './products.ts';
import { type Discretised, discretised } from './discretise.ts';
import type { NirNode } from './fields.ts';
import { type NirGraph, readGraph } from './graph.ts';
import { type Idioms, resolved } from './idioms.ts';
import { withLateConstants } from './late-constants.ts';
import { ChainLinks } from './links.ts';
import { fires, isNeuron, READ_OUT } from './families.ts';
import { neuronOf } from './neurons.ts';
import { type Head, readHeads } from './heads.ts';
import { inputsText, joinedInput, type JoinedInput } from './inputs.ts';
import { readOut } from './output.ts';
import { type Connected, populationWith, type Read, type ReadGraph, requireRoom } from './populations.ts';
import { closingEdges } from '../../ir/recurrence.ts';
import { Shapes } from './shapes.ts';
import { withoutSynapses } from './synapses.ts';

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

/** The graph with one population that is read. */
interface ReadHeads extends ReadGraph {
  readonly output: PopulationNetwork['output'];
  /** For the record. */
  readonly taken: Readonly<Record<string, string>>;
}

class NirReader {
  readonly #graph: NirGraph;
  readonly #idioms: Idioms;
  readonly #options: ReadOptions;
  readonly #discretised: Discretised;
  readonly #links: ChainLinks;
  readonly #work = new Multiplications();

  constructor(read: NirGraph, options: ReadOptions) {
    this.#idioms = resolved(read, options.timing?.rules?.origin === 'none');
    const { graph } = this.#idioms;
    this.#graph = graph;
    this.#options = options;
    const neurons = [...graph.nodes.values()].filter(isNeuron);
    this.#discretised = discretised(neurons, options.timing ?? { dt: undefined }, {
      writtenStep: graph.metadata?.dt,
      drawnBy: this.#idioms.loops.length + this.#idioms.thresholds.size > 0 ? 'spyx' : undefined,
    });
    this.#links = new ChainLinks(this.#discretised);
  }

  network(): PopulationNetwork {
    const { metadata } = this.#graph;
    const steps = this.#options.timing?.steps ?? metadata?.steps;
    const { taken } = this.#discretised;
    if (steps === undefined)
      fail('E0103', 'a NIR graph does not say how many steps an inference has', {}, `say it with ${option('window')}`);
    this.#sayHowItRuns(steps);
    const { resolved, heads, joined } = this.#resolved();
    const { shape: input } = joined;
    const { dt } = this.#discretised;
    const { read, connected, constants, output: decoded, taken: heard } = this.#readOut(resolved, heads, input);
    requireRoom(read, connected, input);
    const populations = read.map((each, p) =>
      populationWith(
        each,
        connected.filter(({ to }) => to === p),
        constants.filter(({ to }) => to === p),
      ),
    );
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
        taken: {
          ...{ dt, window: steps, ...taken, nirOutput: decoded.decoding, ...heard },
          ...(inputsText(joined) !== undefined && { nirInputs: inputsText(joined)! }),
          ...metadata?.payload,
        },
      },
      encoding: {
        ...{ shape: input, scale: 1, mean: zeros, std: zeros.map(() => 1) },
        ...(metadata?.payload ?? { step: 1, payloadMin: 0, payloadMax: 1 }),
      },
      output: decoded,
      ...(labels?.length === shapeSize(populations[decoded.population]!.shape) && { labels }),
    };
  }

  /** Populations and connections, without states that others hear, and what is read of them. */
  #resolved(): { readonly resolved: ReadGraph; readonly heads: readonly Head[]; readonly joined: JoinedInput } {
    const ordered = this.#ordered();
    const heads = this.#heads();
    const ports = heads.flatMap(({ port, node }) => (node === port ? [port] : []));
    const nodes = [...ordered, ...ports];
    const chains = chainsInto(this.#graph, nodes);
    const neurons = new Map(
      nodes.map((node) => [node, neuronOf(node, this.#discretised, this.#idioms.thresholds.get(node))]),
    );
    const joined = joinedInput(this.#graph, chains, this.#links);
    this.#sayInputs(joined);
    const { shape: input } = joined;
    const shapes = new Shapes({
      ...{ input: this.#graph.input, inputShape: input, neurons, chains },
      linksOf: (chain) => this.#links.of(chain),
    });
    const found = nodes.map((node): Read => ({ node, neuron: neurons.get(node)!, shape: shapes.of(node) }));
    const { dt } = this.#discretised;
    const withStates = withoutSynapses(
      { read: found, connected: this.#connected(chains, nodes, shapes) },
      {
        ...{ input, outputs: heads.map(({ node }) => node), work: this.#work, dt },
        isSynapse: (node) => READ_OUT.includes(node.type) && !this.#fires(node),
      },
    );
    return { heads, joined, resolved: withLateConstants(withStates, { input, dt, work: this.#work }) };
  }

  /** What was taken because the file does not say it, before anything is read. */
  #sayHowItRuns(steps: number): void {
    const { metadata } = this.#graph;
    for (const { message, remedy } of this.#discretised.said) this.#assume(message, remedy);
    if (metadata !== undefined)
      this.#assume(
        `its metadata, which snnc wrote, say how it is run: ${steps} steps of ${metadata.dt}, payloads and output`,
      );
    for (const { name } of this.#idioms.loops)
      this.#assume(
        `"${name}" is a loop: what comes from outside goes to its neurons, though the graph, as Spyx writes it, leads it through the weights`,
      );
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

  /** What chains become, with delays in steps, where loops are closed too. */
  #connected(chains: readonly Chain[], nodes: readonly NirNode[], shapes: Shapes): Connected[] {
    const index = new Map(nodes.map((node, p) => [node, p]));
    const { delay: late, inputDelay, thresholdDelay, stateDelay } = this.#discretised;
    const ways = chains.map((chain) => ({ chain, lists: this.#links.byDelay(chain) }));
    this.#work.plan(
      ways.flatMap(({ chain, lists }) => lists.map((links) => ({ links, source: shapes.of(chain.source) }))),
    );
    const connected = ways.flatMap(({ chain, lists }): Connected[] => {
      const isState = READ_OUT.includes(chain.source.type);
      const neurons = isState ? thresholdDelay : late;
      const into = READ_OUT.includes(chain.target.type) ? stateDelay : 0;
      const own = into + (chain.source === this.#graph.input ? inputDelay : neurons);
      return lists.map((links) => {
        const composed = compose(shapes.of(chain.source), links, this.#work);
        const delay = own + this.#stepsOf(composed.delay, chain);
        const [source, to] = [index.get(chain.source) ?? INPUT, index.get(chain.target)!];
        return { source, to, delay, chain, links, composed, states: [] };
      });
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

  #fires(node: NirNode): boolean {
    return fires(node) || this.#idioms.thresholds.has(node);
  }

  /** What comes in front of what is heard, and how several inputs are one. */
  #sayInputs(joined: JoinedInput): void {
    const isOne = joined.inputs.length === 1;
    for (const { node, dropped } of joined.inputs)
      if (dropped.length > 0)
        this.#assume(
          `the input${isOne ? '' : ` "${node.name}"`} of the graph has ${dropped.join('×')} in front of what is heard of it, as of a batch or of steps: it is left out`,
          'export with a sample of one step, without a batch',
        );
    const text = inputsText(joined);
    if (text !== undefined) this.#assume(`the inputs of the graph are one, in this order: ${text}`);
  }

  /** How the output is read, or several are, and what the record says of that. */
  #readOut(resolved: ReadGraph, heads: readonly Head[], input: Shape): ReadHeads {
    const { metadata, output } = this.#graph;
    const asked = this.#options.timing?.rules?.output;
    const remedy = asked === undefined ? `say it with ${option('nirOutput')}` : undefined;
    const fires = (node: NirNode): boolean => this.#fires(node);
    const [{ node }] = heads as [Head];
    if (heads.length > 1) {
      const made = readHeads(resolved, { heads, output, fires, asked, input, work: this.#work });
      this.#assume(made.said, remedy);
      return { ...made, taken: { nirOutputs: made.list } };
    }
    const { graph, said, ...made } = readOut(resolved, { node, fires: fires(node), asked, written: metadata?.decode });
    if (said !== undefined) this.#assume(said, remedy);
    return { ...graph, ...made, taken: {} };
  }

  /** What is read of each output. A state that several are gives one of them; the others hear it. */
  #heads(): Head[] {
    const seen = new Set<NirNode>();
    return this.#graph.outputs.map((port) => {
      const found = this.#lastNeurons(port);
      const node = found === undefined || (seen.has(found) && !this.#fires(found)) ? port : found;
      seen.add(node);
      return { port, node };
    });
  }

  /** The neurons that an output is, with nothing but their shape between; undefined where it is something of its own. */
  #lastNeurons(port: NirNode): NirNode | undefined {
    const [chain, ...others] = chainsInto(this.#graph, [port]);
    if (chain === undefined) return port.fail('E0207', 'nothing leads to it');
    const isWire = this.#links.of(chain).every(({ part }) => part.kind === 'wire' || part.kind === 'flatten');
    return isWire && others.length === 0 && isNeuron(chain.source) ? chain.source : undefined;
  }

  /** A tau in another unit than dt shows here. */
  #warnOfDead(populations: readonly Population[], read: readonly Read[], steps: number): void {
    const { dt, ruleOf } = this.#discretised;
    const spikesOf = (p: number): number => read[p]!.neuron.rule.firing?.spikesPerStep ?? 1;
    populations.forEach((population, p) => {
      const { node } = read[p]!;
      const isEuler = ruleOf(node).decay === 'euler' || node.type.startsWith('Output') || node.type === 'Threshold';
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
