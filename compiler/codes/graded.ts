/**
 * The graded code: a layer that has heard everything counts once how often its threshold is reached, and sends the count.
 *
 * n = min(T, ⌊V / Θ⌋) where V = V(0) + Σ w·n of the sources + T × the current from the input: COUNT is that formula, so the
 * counts are those of the mode `exact` by definition. A bias has been added T times before (see the quantisation).
 */
import { I, V } from '../../isa/index.ts';
import { type ConvertedLayer, INPUT, type QuantisedNeurons } from '../ir/layers.ts';
import { integratedValues } from './integrated.ts';
import { addTimes } from '../neurons/parts/add-times.ts';
import { programNeurons } from '../neurons/parts/program-code.ts';
import { countSpikes, emitPlane, READ } from '../populations/steps.ts';

/** Plane that holds the count: what came in by it has been added when a layer counts, so that neurons need no other state. */
const COUNTED = I;

/** @param window T. @throws Error for neurons that have not integrated their bias already */
export function gradedNeurons(layer: ConvertedLayer, window: number): QuantisedNeurons {
  const { initial, threshold } = integratedValues(layer);
  const currents = layer.branches.some(({ source }) => source === INPUT) ? addTimes(window, V, I) : [];
  const common = { planes: [], initial: [{ plane: V, parameter: 'initial' }] };
  if (threshold === undefined) return programNeurons({ ...common, steps: [...currents, READ] }, { initial });
  const sent = [countSpikes(COUNTED, window), emitPlane(COUNTED)];
  return programNeurons({ ...common, steps: [...currents, ...sent] }, { initial, threshold });
}
