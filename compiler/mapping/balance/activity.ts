/** How often the axons of a branch are expected to have an event, from the packets that their sources send. */
import { INPUT, type LayerIndex, type QuantisedBranch } from '../../ir/layers.ts';
import type { PacketRates } from '../../ir/rates.ts';
import { rateOf } from '../../layout/packet-rates.ts';

/** Expected events of an axon in a tick in which its source sends: at places of the pooled source, in all its channels alike. */
export interface Activity {
  readonly height: number;
  readonly width: number;
  /** [y][x], flat. */
  readonly events: Float64Array;
}

/**
 * Packets of a neuron are taken to come evenly in the ticks in which it can send. An axon that a window of neurons shares is taken to
 * hear either none that sends at all, or only such: with a share a of these, it has an event with probability a · (1 − Π (1 − r / a)).
 *
 * @param ticks in which the source sends
 */
export function activityOf(
  { source, pool: [rows, columns], pooled: [, height, width] }: QuantisedBranch,
  rates: PacketRates,
  ticks: number,
): Activity {
  const events = new Float64Array(height * width);
  const least = rateOf(rates, source) / Math.max(1, ticks);
  const active = Math.min(1, Math.max(rates.profiles?.[source - INPUT]?.active ?? 1, least, Number.MIN_VALUE));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let silent = 1;
      for (let dy = 0; dy < rows; dy++)
        for (let dx = 0; dx < columns; dx++) {
          const rate = placeRate(rates, source, y * rows + dy, x * columns + dx);
          silent *= 1 - Math.min(1, rate / active / Math.max(1, ticks));
        }
      events[y * width + x] = active * (1 - silent);
    }
  return { height, width, events };
}

/** Packets per inference of a neuron at a place. */
function placeRate(rates: PacketRates, source: LayerIndex, y: number, x: number): number {
  const profile = rates.profiles?.[source - INPUT];
  const rate = rateOf(rates, source);
  return profile === undefined ? rate : rate * profile.rows[y]! * profile.columns[x]!;
}
