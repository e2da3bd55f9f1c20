/**
 * The first-spike code: a neuron that counted n of T spikes sends one, in tick T − n of its window.
 *
 * When its window begins, V = Θ/2 + S, and in tick k it fires where V + k·Θ ≥ T·Θ: first where k = T − ⌊V/Θ⌋, at once where
 * n = T, never where n = 0. Behind a spike V = 0, which the ramp lifts to (T − 1)·Θ at most, so that no second one follows. Who hears
 * it adds the weight to I when it comes, and I to V in every tick from then to the end of the source's window, n times: the sum
 * is Σ w·n, that of the mode `exact`. Before another window begins, I is cleared; the input is added T times in tick 0.
 */
import { I, type TickWindow, V } from '../../isa/index.ts';
import type { ConvertedLayer, QuantisedNeurons } from '../ir/layers.ts';
import type { ProgramStep } from '../ir/program.ts';
import { integratedValues } from './integrated.ts';
import { addTimes } from '../neurons/parts/add-times.ts';
import { programNeurons } from '../neurons/parts/program-code.ts';
import { bias, CURRENT, fireToFixed, READ, withParameter, within } from '../populations/steps.ts';

/** Highest potential that a neuron reaches by its ramp: it has not reached T·Θ before the last step of Θ. */
export const rampEnd = (threshold: number, window: number): number => (window + 1) * threshold - 1;

/**
 * @param window T
 * @param heard windows in which the sources are heard, of T ticks each: ascending, apart, and all before the layer fires; that
 *   of the input begins before tick 0
 * @throws Error for neurons that have not integrated their bias already
 */
export function firstSpikeNeurons(
  layer: ConvertedLayer,
  window: number,
  heard: readonly TickWindow[],
): QuantisedNeurons {
  const { initial, threshold } = integratedValues(layer);
  const integrated = heard.flatMap((ticks, k) => addHeard(ticks, k === heard.length - 1));
  const zero = new Int32Array(layer.shape[0]);
  const common = { planes: [], initial: [{ plane: V, parameter: 'initial' }] };
  if (threshold === undefined) return programNeurons({ ...common, steps: [...integrated, READ] }, { initial, zero });
  const steps = [...integrated, fireToFixed(0, 'ge', 'goal'), within('carrying', bias('threshold'))];
  const goal = threshold.map((value) => window * value);
  return programNeurons({ ...common, steps }, { initial, threshold, goal, zero });
}

/** V += I in all ticks of a window, then I = 0 for the next one: its events come before the program of its first tick runs. */
function addHeard(ticks: TickWindow, isLast: boolean): ProgramStep[] {
  const isInput = ticks.start < 0;
  const added = (isInput ? addTimes(ticks.length, V, I) : [CURRENT]).map((step) => within(ticks, step));
  if (isLast) return added;
  const end = { start: ticks.start + ticks.length - 1, length: 1 };
  return [...added, within(end, withParameter('set', I, 'zero'))];
}
