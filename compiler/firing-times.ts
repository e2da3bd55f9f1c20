/** When the layers of a network integrate and fire, as the mode orders them. */
import { CONVERSIONS, type ConversionMode } from './conversions.ts';
import { type Heard, INPUT } from './ir/layers.ts';
import { windowOf } from './ir/spiking.ts';
import type { Schedule } from './ir/schedule.ts';

/** What decides it, beside who hears whom. */
export interface Firing {
  readonly mode: ConversionMode;
  /** T in ticks. */
  readonly window: number;
  /** T per layer; absent: all have that. */
  readonly windows?: readonly number[] | undefined;
  /** Ticks by which a layer fires behind those that it hears; undefined: what the mode takes for such a window. */
  readonly lead?: number | undefined;
}

/** @param layers in their order: each hears such that come before it; the last one is the read-out */
export function firingTimes(layers: readonly Heard[], firing: Firing): Schedule {
  const { mode, window } = firing;
  const { order } = CONVERSIONS[mode];
  const lead = firing.lead ?? order.lead(window);
  const depths: number[] = [];
  const delays = layers.map(({ branches }, l) => {
    const sources = branches.map(({ source }) => source);
    const heard = sources
      .filter((source) => source !== INPUT)
      .map((source) => ({ start: depths[source]!, window: windowOf(firing, source) }));
    const ticks = { window: windowOf(firing, l), lead };
    const depth = order.start(heard, ticks, l === layers.length - 1);
    depths.push(depth);
    return sources.map((source) => (source === INPUT ? 0 : order.delay(depths[source]!, depth)));
  });
  const currentStarts = depths.map((depth, l) => order.currentStart(depth, windowOf(firing, l)));
  return { depths, currentStarts, delays, ticks: depths.at(-1)! + window };
}
