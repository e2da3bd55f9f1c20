/** Runs of a network of populations, floating-point and whole, in one form. */
import { predictedClass } from '../../../isa/index.ts';
import { ReferenceInterpreter } from '../../engines/interpret.ts';
import type { PopulationRun } from '../../engines/population-run.ts';
import { channelLastOrder } from '../../engines/scatter.ts';
import type { Population, PopulationGraph } from '../../ir/population.ts';
import type { QuantisedPopulations } from '../quantise-populations.ts';
import type { Activity } from './difference.ts';

/** Of a conventional layer: its activation, in place of a V that begins anew in each step. @param sent counts, channel-last */
function levelsOf(
  { activation, parameters, shape: [channels] }: Population,
  sent: ArrayLike<number>,
): Float64Array | undefined {
  if (activation === undefined) return undefined;
  const level = parameters.threshold!.values;
  return Float64Array.from(sent, (count, k) => count * level[k % channels]!);
}

/** @param x values of every step, NCHW */
export function activityOf(run: PopulationRun, x: ArrayLike<number>, { populations }: PopulationGraph): Activity {
  const fired: Uint32Array[][] = populations.map(() => []);
  const potentials: Float64Array[][] = populations.map(() => []);
  const outputs = run.run(x, (_, view) => {
    populations.forEach((population, p) => {
      fired[p]!.push(view.fired(p).slice());
      potentials[p]!.push(levelsOf(population, view.sent(p)) ?? view.potentials(p).slice());
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
        fired[p]!.push(Uint32Array.from(elements).sort());
        potentials[p]!.push(levelsOf(this.#populations[p]!, sent) ?? values);
      });
    });
    return { fired, potentials, answer: predicted };
  }
}
