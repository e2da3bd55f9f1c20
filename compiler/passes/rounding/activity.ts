/** Runs of a network of populations, floating-point and whole, in one form. */
import { predictedClass } from '../../../isa/index.ts';
import { ReferenceInterpreter } from '../../engines/interpret.ts';
import type { PopulationRun } from '../../engines/population-run.ts';
import { channelLastOrder } from '../../engines/scatter.ts';
import type { Population, PopulationGraph } from '../../ir/population.ts';
import type { QuantisedPopulations } from '../quantise-populations.ts';
import type { Activity } from './difference.ts';

/** From which on an activation is counted, in levels. */
const LEAST_COUNT = 0.5;

/** What is compared of a population in a step. */
interface StepActivity {
  readonly fired: Uint32Array;
  readonly potentials: Float64Array;
}

/**
 * Of a conventional layer: elements that reach a level, and activations in the place of a V that begins anew in each step.
 *
 * @param sent counts, or what they would be without levels; channel-last
 */
function layerActivity({ parameters, shape: [channels] }: Population, sent: ArrayLike<number>): StepActivity {
  const level = parameters.threshold!.values;
  const fired: number[] = [];
  const potentials = Float64Array.from(sent, (count, k) => {
    if (count >= LEAST_COUNT) fired.push(k);
    return count * level[k % channels]!;
  });
  return { fired: Uint32Array.from(fired), potentials };
}

/** @param x values of every step, NCHW */
export function activityOf(run: PopulationRun, x: ArrayLike<number>, { populations }: PopulationGraph): Activity {
  const fired: Uint32Array[][] = populations.map(() => []);
  const potentials: Float64Array[][] = populations.map(() => []);
  const outputs = run.run(x, (_, view) => {
    populations.forEach((population, p) => {
      const activity =
        population.activation === undefined
          ? { fired: view.fired(p).slice(), potentials: view.potentials(p).slice() }
          : layerActivity(population, view.sent(p));
      fired[p]!.push(activity.fired);
      potentials[p]!.push(activity.potentials);
    });
  });
  const order = channelLastOrder(populations.at(-1)!.shape);
  return { fired, potentials, answer: predictedClass(Float64Array.from(order, (at) => outputs[at]!)) };
}

/** The integers, seen as the network was trained: without the skews, channel-last, in its units. */
export class IntegerRun {
  readonly #interpreter: ReferenceInterpreter;
  readonly #graph: QuantisedPopulations['graph'];
  readonly #populations: readonly Population[];
  readonly #scales: readonly Float64Array[];
  readonly #skews: readonly number[];
  readonly #orders: readonly Uint32Array[];

  /** @param populations as they were trained @param skews in ticks */
  constructor(
    { graph, scales }: Pick<QuantisedPopulations, 'graph' | 'scales'>,
    { populations }: PopulationGraph,
    skews: readonly number[],
  ) {
    this.#interpreter = new ReferenceInterpreter(graph);
    this.#graph = graph;
    this.#populations = populations;
    this.#scales = scales;
    this.#skews = skews;
    this.#orders = graph.layers.map(({ shape }) => channelLastOrder(shape));
  }

  activity(payloads: Int16Array): Activity {
    const { layers, window, stepTicks = 1 } = this.#graph;
    const fired: Uint32Array[][] = layers.map(() => []);
    const potentials: Float64Array[][] = layers.map(() => []);
    const { predicted } = this.#interpreter.run(payloads, (tick, view) => {
      layers.forEach(({ shape }, p) => {
        const step = (tick - this.#skews[p]!) / stepTicks;
        if (step < 0 || step >= window || !Number.isInteger(step)) return;
        const order = this.#orders[p]!;
        const scale = this.#scales[p]!;
        const [spikes, integers] = [view.spikes(p), view.potentials(p)];
        const values = new Float64Array(order.length);
        const sent = new Float64Array(order.length);
        const elements: number[] = [];
        for (let k = 0; k < order.length; k++) {
          values[order[k]!] = integers[k]! / scale[Math.floor(k / (shape[1] * shape[2]))]!;
          sent[order[k]!] = spikes[k]!;
          if (spikes[k] !== 0) elements.push(order[k]!);
        }
        const population = this.#populations[p]!;
        const activity =
          population.activation === undefined
            ? { fired: Uint32Array.from(elements).sort(), potentials: values }
            : layerActivity(population, sent);
        fired[p]!.push(activity.fired);
        potentials[p]!.push(activity.potentials);
      });
    });
    return { fired, potentials, answer: predicted };
  }
}
