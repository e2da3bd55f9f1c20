/**
 * The graded code: a layer that has heard everything counts once how often its threshold is reached, and sends the count.
 *
 * n = min(T, ⌊V / Θ⌋) where V = V(0) + Σ w·n of the sources + T × the current from the input: COUNT is that formula, so the
 * counts are those of the mode `exact` by definition. A bias has been added T times before (see the quantisation).
 */
import { I, V } from '../../isa/index.ts';
import { type ConvertedLayer, INPUT, type QuantisedNeurons } from '../ir/layers.ts';
import type { ProgramStep } from '../ir/program.ts';
import { integratedValues } from './integrated.ts';
import { programNeurons } from '../neurons/parts/program-code.ts';
import { countSpikes, emitPlane, READ, withShifted } from '../populations/steps.ts';

/** Plane that holds the count: what came in by it has been added when a layer counts, so that neurons need no other state. */
const COUNTED = I;

/** @param window T. @throws Error for neurons that have not integrated their bias already */
export function gradedNeurons(layer: ConvertedLayer, window: number): QuantisedNeurons {
  const { initial, threshold } = integratedValues(layer);
  const currents = layer.branches.some(({ source }) => source === INPUT) ? addCurrents(window) : [];
  const common = { planes: [], initial: [{ plane: V, parameter: 'initial' }] };
  if (threshold === undefined) return programNeurons({ ...common, steps: [...currents, READ] }, { initial });
  const sent = [countSpikes(COUNTED, window), emitPlane(COUNTED)];
  return programNeurons({ ...common, steps: [...currents, ...sent] }, { initial, threshold });
}

/** V += T × I, as a sum of shifts: every partial sum lies between 0 and the whole, so none of them is wider. */
function addCurrents(window: number): ProgramStep[] {
  const steps: ProgramStep[] = [];
  for (let shift = 0; window >> shift > 0; shift++)
    if (((window >> shift) & 1) === 1) steps.push(withShifted('add', V, I, shift));
  return steps;
}
