/** How often the axons of a branch are expected to have an event, from the packets that their sources send. */
import { INPUT, type LayerIndex, type QuantisedBranch, type QuantisedGraph } from '../../ir/layers.ts';
import type { PacketRates } from '../../ir/rates.ts';
import { sourceShape } from '../../layout/core-needs.ts';
import { rateOf } from '../../layout/packet-rates.ts';

/** Expected events of an axon in a tick in which its source sends: at places of the pooled source, in all its channels alike. */
export interface Activity {
  readonly height: number;
  readonly width: number;
  /** [y][x], flat. */
  readonly events: Float64Array;
}

/**
 * Packets of a neuron are taken to come evenly in the ticks in which it can send, and neurons not to know of each other: so an axon that
 * a window of k neurons shares has an event with probability 1 − Π (1 − r).
 *
 * @param ticks in which the source sends
 */
export function activityOf(
  graph: QuantisedGraph,
  { source, pool: [rows, columns], pooled: [, height, width] }: QuantisedBranch,
  rates: PacketRates,
  ticks: number,
): Activity {
  const [, , sourceWidth] = sourceShape(graph, source);
  const events = new Float64Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let silent = 1;
      for (let dy = 0; dy < rows; dy++)
        for (let dx = 0; dx < columns; dx++) {
          const place = (y * rows + dy) * sourceWidth + x * columns + dx;
          silent *= 1 - Math.min(1, placeRate(rates, source, place) / Math.max(1, ticks));
        }
      events[y * width + x] = 1 - silent;
    }
  return { height, width, events };
}

/** Packets per inference of a neuron at a place (y · width + x), averaged over its channels. */
const placeRate = (rates: PacketRates, source: LayerIndex, place: number): number =>
  rates.places?.[source - INPUT]?.[place] ?? rateOf(rates, source);
