/** A network of populations in floating point, step by step: what was trained, against which rounding is measured. */
import { MOST_PLANES, shapeSize, V } from '../../isa/index.ts';
import { INPUT } from '../ir/layers.ts';
import type { ProgramStep } from '../ir/program.ts';
import { ticksOf } from '../ir/program-time.ts';
import { isTouched } from '../neurons/parts/program-code.ts';
import type { Connection, Population, PopulationGraph } from '../ir/population.ts';
import { KernelMemory, type KernelArray } from './kernels/memory.ts';
import { PopulationEvents } from './population-events.ts';
import { type FloatNeurons, floatStep } from './population-steps.ts';
import { channelLastOrder, prepareScatter, type Scatter, spreadChannelLast } from './scatter.ts';

/** Elements that sent in one step, ascending. */
interface Sent {
  readonly elements: Uint32Array;
  /** What they sent, by element. */
  readonly payloads: Float64Array;
  count: number;
}

/** Where the population is looked at behind every event, events take the place of the scatter. */
type RunningConnection = { readonly connection: Connection } & (
  | { readonly scatter: Scatter; readonly events?: undefined }
  | { readonly events: PopulationEvents; readonly scatter?: undefined }
);

interface RunningPopulation extends FloatNeurons {
  readonly population: Population;
  readonly connections: readonly RunningConnection[];
  /** Spikes of the last steps, a ring indexed by step modulo its length. */
  readonly history: readonly Sent[];
}

/** What can be looked at after a step. */
export interface PopulationView {
  /** Elements that fired in this step, channel-last, ascending. */
  fired(population: number): Uint32Array;
  /** V, channel-last. */
  potentials(population: number): Float64Array;
  /** What each element sent in this step, 0 where it did not fire, channel-last. */
  sent(population: number): Float64Array;
}

/** Runs samples one after the other; memory is allocated once. */
export class PopulationRun {
  readonly #graph: PopulationGraph;
  readonly #populations: readonly RunningPopulation[];
  /** So that what is heard in the same step has run before. */
  readonly #order: readonly number[];
  readonly #inputOrder: Uint32Array;
  /** What came in the last steps. */
  readonly #inputs: readonly Float64Array[];
  readonly #elements: KernelArray<Uint32Array>;
  readonly #values: KernelArray<Float64Array>;

  /**
   * @param skews of the populations: connections without delay lead from smaller to larger ones
   * @param activations of conventional layers: `trained` as these were, else in levels as the chip has them
   */
  constructor(graph: PopulationGraph, skews: readonly number[], activations: 'trained' | 'levels' = 'levels') {
    this.#graph = graph;
    const memory = new KernelMemory();
    const connections = graph.populations.flatMap((each) => each.connections);
    const slots = 1 + connections.reduce((most, { delay }) => Math.max(most, delay), 0);
    const planned = graph.populations.map((population) => plan(population, graph, slots, memory));
    this.#order = [...skews.keys()].sort((a, b) => skews[a]! - skews[b]!);
    const { shape } = graph.encoding;
    this.#inputOrder = channelLastOrder(shape);
    this.#inputs = Array.from({ length: slots }, () => new Float64Array(shapeSize(shape)));
    const largest = Math.max(shapeSize(shape), ...graph.populations.map((each) => shapeSize(each.shape)));
    this.#elements = memory.u32(largest);
    this.#values = memory.f64(largest);
    memory.build();
    this.#populations = planned.map((each) => {
      const { activation } = each.population;
      const isContinuous = activations === 'trained' && activation?.isStaircase === false;
      const planes = each.planes.map(({ array }) => array);
      return { ...each, planes, limit: isContinuous ? activation.limit : undefined };
    });
  }

  /**
   * One sample.
   *
   * @param x values of every step, NCHW, one step after the other
   * @param onStep called after every step
   * @returns V of the read-out, channel-last; a view that the next sample overwrites
   */
  run(x: ArrayLike<number>, onStep?: (step: number, view: PopulationView) => void): Float64Array {
    const { steps } = this.#graph;
    for (const population of this.#populations) reset(population);
    for (const input of this.#inputs) input.fill(0);
    const view = (step: number): PopulationView => ({
      fired: (p) => listed(sentIn(this.#populations[p]!.history, step)),
      potentials: (p) => this.#populations[p]!.planes[V]!,
      sent: (p) => sentIn(this.#populations[p]!.history, step).payloads,
    });
    for (let step = 0; step < steps; step++) {
      this.#takeInput(x, step);
      for (const p of this.#order) this.#runStep(this.#populations[p]!, step);
      onStep?.(step, view(step));
    }
    return this.#populations.at(-1)!.planes[V]!;
  }

  #takeInput(x: ArrayLike<number>, step: number): void {
    const input = sentIn(this.#inputs, step);
    const from = step * input.length;
    for (let k = 0; k < input.length; k++) input[this.#inputOrder[k]!] = x[from + k]!;
  }

  #runStep(running: RunningPopulation, step: number): void {
    const { population, connections, planes, history } = running;
    const sent = sentIn(history, step);
    forget(sent);
    const fired = (neuron: number, payload: number): void => {
      if (sent.payloads[neuron] === 0) sent.elements[sent.count++] = neuron;
      sent.payloads[neuron]! += payload;
    };
    const reached = (neurons: Uint32Array): void => {
      for (let k = 0; k < neurons.length; k++) running.flags[neurons[k]!] = 0;
      for (const each of population.program.steps)
        if (each.when === 'touched') floatStep(each, running, step, fired, neurons);
    };
    for (const { connection, scatter, events } of connections) {
      const { source, delay, plane } = connection;
      if (step < delay) continue;
      const count = source === INPUT ? this.#listInput(step - delay) : this.#listSpikes(source, step - delay);
      const into = planes[plane]!;
      if (events === undefined) scatter.add(this.#elements.array, this.#values.array, count, into);
      else events.add(this.#elements.array, this.#values.array, count, into, reached);
    }
    running.flags.fill(0);
    for (const each of population.program.steps)
      if (this.#isExecuted(each, step)) floatStep(each, running, step, fired);
    listed(sent).sort();
  }

  #isExecuted({ when }: ProgramStep, step: number): boolean {
    if (when === 'touched') return false;
    const { steps } = this.#graph;
    const { start, length } = ticksOf(when, { depth: 0, window: steps, ticks: steps });
    return step >= start && step < start + length;
  }

  #listInput(step: number): number {
    const input = sentIn(this.#inputs, step);
    let count = 0;
    for (let k = 0; k < input.length; k++) {
      if (input[k] === 0) continue;
      this.#elements.array[count] = k;
      this.#values.array[count++] = input[k]!;
    }
    return count;
  }

  #listSpikes(source: number, step: number): number {
    const sent = sentIn(this.#populations[source]!.history, step);
    this.#elements.array.set(listed(sent));
    for (let k = 0; k < sent.count; k++) this.#values.array[k] = sent.payloads[sent.elements[k]!]!;
    return sent.count;
  }
}

function forget(sent: Sent): void {
  for (let k = 0; k < sent.count; k++) sent.payloads[sent.elements[k]!] = 0;
  sent.count = 0;
}

const sentIn = <T>(ring: readonly T[], step: number): T => ring[step % ring.length]!;

const listed = ({ elements, count }: Sent): Uint32Array => elements.subarray(0, count);

/** A population before its memory is made. */
function plan(
  population: Population,
  { populations, encoding }: PopulationGraph,
  slots: number,
  memory: KernelMemory,
): Omit<RunningPopulation, 'planes'> & { readonly planes: readonly KernelArray<Float64Array>[] } {
  const { shape, connections } = population;
  const size = shapeSize(shape);
  // The kernels add to memory of their own.
  const planes = Array.from({ length: MOST_PLANES }, () => memory.f64(size));
  const parameters = Object.entries(population.parameters).map(([name, { values }]) => {
    const perChannel = values.length === 1 ? new Float64Array(shape[0]).fill(values[0]!) : values;
    return [name, spreadChannelLast(perChannel, shape)] as const;
  });
  const isOrdered = isTouched(population.program);
  return {
    population,
    connections: connections.map((connection) => {
      const source = connection.source === INPUT ? encoding.shape : populations[connection.source]!.shape;
      if (!isOrdered) return { connection, scatter: prepareScatter(connection, source, shape, memory) };
      const unit = connection.source === INPUT ? encoding.step : 1;
      return { connection, events: new PopulationEvents(connection, source, shape, unit) };
    }),
    planes,
    flags: new Uint8Array(size),
    parameters: Object.fromEntries(parameters),
    history: Array.from({ length: slots }, () => ({
      elements: new Uint32Array(size),
      payloads: new Float64Array(size),
      count: 0,
    })),
  };
}

function reset({ planes, population, parameters, history }: RunningPopulation): void {
  for (const plane of planes) plane.fill(0);
  for (const { plane, parameter } of population.program.initial) planes[plane]!.set(parameters[parameter]!);
  for (const sent of history) forget(sent);
}
