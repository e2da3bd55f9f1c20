/**
 * Gives every layer its window: layer depth d counts from 0 at the first spiking layer, and the layer fires in ticks
 * [d, d + T). A branch that skips layers is delayed by the difference of depth, so every spike train equals that of the
 * zero-delay model, shifted.
 */
import { fail, type Target } from '../../isa/index.ts';
import { INPUT, type FloatGraph } from '../ir/layers.ts';

export interface Schedule {
  /** Depth per layer in ticks. */
  readonly depths: readonly number[];
  /** Delay per layer and branch in ticks; 0 for the input. */
  readonly delays: readonly (readonly number[])[];
  /** Ticks of one inference. */
  readonly ticks: number;
}

/** @throws DiagnosticError E0313 where a delay needs more slots than the axon scheduler has */
export function scheduleTicks(graph: FloatGraph, window: number, target: Target): Schedule {
  const depths: number[] = [];
  const delays = graph.layers.map((layer) => {
    const sources = layer.branches.map((branch) => branch.source);
    const depth = sources.reduce((d, s) => (s === INPUT ? d : Math.max(d, depths[s]! + 1)), 0);
    depths.push(depth);
    return sources.map((source) => {
      const delay = source === INPUT ? 0 : depth - depths[source]!;
      const slots = target.limits.delaySlots;
      if (delay + 1 > slots)
        fail(
          'E0313',
          `the branch from ${graph.layers[source]!.name} needs a delay of ${delay} ticks, ${delay + 1} slots; ${target.name} has ${slots}, ${delay + 1 - slots} too few`,
          { layer: layer.name },
          'shorten the skip connection, or choose a target with more delay slots',
        );
      return delay;
    });
  });
  return { depths, delays, ticks: depths.at(-1)! + window };
}
