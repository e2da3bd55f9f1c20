/** Events of a connection one by one in floating point: what a population that is looked at behind every event hears of a step. */
import { type Shape, shapeSize } from '../../isa/index.ts';
import type { Connection } from '../ir/population.ts';
import { orderedSources } from './event-order.ts';
import { channelLastOrder, pooledElements } from './scatter.ts';

/** Neurons that a source reaches, channel-last, and by how much. */
interface FloatSource {
  /** NCHW index in the pooled source. */
  readonly source: number;
  readonly neurons: Uint32Array;
  readonly terms: Float64Array;
}

export class PopulationEvents {
  /** Per element of the source, channel-last: its NCHW index in the pooled source; −1 for those that no window covers. */
  readonly #pooled: Int32Array;
  readonly #sources: readonly FloatSource[];
  /** By NCHW index of the pooled source. */
  readonly #counts: Float64Array;
  readonly #unit: number;

  /**
   * @param source shape of the source before pooling @param shape of the population
   * @param unit what an event stands for in the values of the source
   */
  constructor(connection: Connection, source: Shape, shape: Shape, unit: number) {
    this.#pooled = pooledElements(connection, source);
    this.#unit = unit;
    this.#counts = new Float64Array(shapeSize(connection.pooled));
    const order = channelLastOrder(shape);
    const { weight } = connection.operator;
    this.#sources = orderedSources(connection, shape).map(({ source: from, neurons, weights }) => ({
      source: from,
      neurons: neurons.map((neuron) => order[neuron]!),
      terms: Float64Array.from(weights, (position) => weight[position]! * unit),
    }));
  }

  /**
   * Adds what was sent, event by event.
   *
   * @param elements of the source, channel-last; the valid length is `count`
   * @param values of the elements, in the same order
   * @param reached called behind every event
   */
  add(
    elements: Uint32Array,
    values: Float64Array,
    count: number,
    into: Float64Array,
    reached: (neurons: Uint32Array) => void,
  ): void {
    this.#counts.fill(0);
    for (let k = 0; k < count; k++) {
      const at = this.#pooled[elements[k]!]!;
      if (at >= 0) this.#counts[at]! += values[k]!;
    }
    for (const { source, neurons, terms } of this.#sources) {
      const events = Math.round(this.#counts[source]! / this.#unit);
      for (let event = 0; event < events; event++) {
        for (let k = 0; k < neurons.length; k++) into[neurons[k]!]! += terms[k]!;
        reached(neurons);
      }
    }
  }
}
