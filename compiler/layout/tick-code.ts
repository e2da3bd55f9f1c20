/** The instructions of the tick handler of a layer in its network, each with the ticks in which it is executed. */
import { I, V } from '../../isa/index.ts';
import { INPUT, type QuantisedGraph, type QuantisedLayer } from '../ir/layers.ts';
import type { TickInstruction } from '../ir/neuron.ts';
import type { ProgramTime } from '../ir/program-time.ts';
import { codeOf } from '../layer-neurons.ts';
import { addTimes } from '../neurons/parts/add-times.ts';
import { tickInstruction } from '../neurons/parts/program-code.ts';

/** An instruction whose time is known; what begins before tick 0 is executed from tick 0 on. */
export type TimedInstruction = TickInstruction & { readonly when: ProgramTime };

/**
 * What a layer executes, in order. The current is added in ticks of its own where the layer has one: what falls before tick 0 is
 * added in tick 0 at once, as a sum of shifts, and comes before what else begins there.
 */
export function tickCode(
  layer: QuantisedLayer,
  { window }: Pick<QuantisedGraph, 'window'>,
): readonly TimedInstruction[] {
  const { currentStart: start, branches } = layer;
  return codeOf(layer).tick.flatMap((instruction): readonly TimedInstruction[] => {
    const { when } = instruction;
    if (when !== 'current') return [{ ...instruction, when }];
    if (!branches.some(({ source }) => source === INPUT)) return [];
    if (start >= 0) return [{ ...instruction, when: { start, length: window } }];
    const ahead = Math.min(window, 1 - start);
    const atOnce = addTimes(ahead, V, I).map((step) => ({
      ...tickInstruction(step),
      when: { start, length: 1 - start },
    }));
    if (ahead === window) return atOnce;
    return [...atOnce, { ...instruction, when: { start: 1, length: window - ahead } }];
  });
}
