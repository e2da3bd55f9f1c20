/**
 * Gives every layer its window of T ticks.
 *
 * Rate modes: depth d counts from 0 at the first spiking layer, and the layer fires in ticks [d, d + T). A branch that
 * skips layers is delayed by the difference of depth, so every spike train equals that of the zero-delay model, shifted.
 *
 * `exact`: a layer starts to fire in the tick in which the last spike of its sources arrives (for the input: in which the
 * current has been added T times). Spikes are integrated as they come, one tick after they were sent, since the order does
 * not matter before the layer fires.
 */
import { failMisfit, type Target } from '../../isa/index.ts';
import { INPUT, type FloatGraph } from '../ir/layers.ts';
import type { ConversionMode } from '../ir/spiking.ts';

export interface Schedule {
  /** First tick of each layer's window. */
  readonly depths: readonly number[];
  /** First tick in which each layer adds the current from the input. */
  readonly currentStarts: readonly number[];
  /** Delay per layer and branch in ticks; 0 for the input. */
  readonly delays: readonly (readonly number[])[];
  /** Ticks of one inference. */
  readonly ticks: number;
}

/** @throws DiagnosticError E0313 where a delay needs more slots than the axon scheduler has */
export function scheduleTicks(graph: FloatGraph, mode: ConversionMode, window: number, target: Target): Schedule {
  const depths: number[] = [];
  const delays = graph.layers.map((layer, l) => {
    const sources = layer.branches.map((branch) => branch.source);
    depths.push(
      mode === 'exact' ? exactStart(sources, depths, window, l === graph.layers.length - 1) : depthOf(sources, depths),
    );
    return sources.map((source) => {
      if (source === INPUT) return 0;
      return mode === 'exact' ? 1 : depths[l]! - depths[source]!;
    });
  });
  checkDelays(graph, delays, target);
  const currentStarts = depths.map((depth) => (mode === 'exact' ? 0 : depth));
  return { depths, currentStarts, delays, ticks: depths.at(-1)! + window };
}

function depthOf(sources: readonly number[], depths: readonly number[]): number {
  return sources.reduce((depth, s) => (s === INPUT ? depth : Math.max(depth, depths[s]! + 1)), 0);
}

/** A read-out only accumulates: its window is that of its last source, one tick later. */
function exactStart(sources: readonly number[], depths: readonly number[], window: number, reads: boolean): number {
  const spiking = sources.filter((source) => source !== INPUT);
  if (spiking.length === 0) return reads ? 0 : window - 1;
  const last = Math.max(...spiking.map((source) => depths[source]!));
  return reads ? last + 1 : last + window;
}

function checkDelays({ layers }: FloatGraph, delays: readonly (readonly number[])[], target: Target): void {
  const slots = target.limits.delaySlots;
  const all = layers.flatMap((layer, l) =>
    layer.branches.map(({ source }, b) => ({ layer: layer.name, source, delay: delays[l]![b]! })),
  );
  const { layer, source, delay } = all.reduce((most, next) => (next.delay > most.delay ? next : most));
  if (delay + 1 <= slots) return;
  failMisfit(target, {
    code: 'E0313',
    message: `the branch from ${layers[source]!.name} needs a delay of ${delay} ticks, ${delay + 1} slots; ${target.name} has ${slots}, ${delay + 1 - slots} too few`,
    figure: 'limits.delaySlots',
    needed: delay + 1,
    place: { layer },
    remedy: `let the branch skip at most ${slots - 2} layers, or use --mode exact, where every delay is 1`,
  });
}
