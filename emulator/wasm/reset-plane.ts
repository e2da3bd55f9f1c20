/** What reset handlers do beside the kernels, once per inference. */
import { type CoreImage, planeRows, stored } from '../../isa/machine.ts';
import type { PeriodicRun } from '../machine/reset-run.ts';
import type { PlaneValues } from './states.ts';

/** plane[first + k] = parameters[address + k mod period], as each neuron holds the plane. */
export function resetPlane(planes: PlaneValues, plane: number, run: PeriodicRun, image: CoreImage): void {
  const values = planes[plane];
  if (values === undefined) throw new Error(`no neuron of core ${image.core} has plane ${plane}`);
  const { first, count, address, period } = run;
  const end = first + count;
  let phase = 0;
  for (let n = first; n < end; n++) {
    values[n] = image.parameters[address + phase]!;
    if (++phase === period) phase = 0;
  }
  for (const row of planeRows(image))
    if (row.plane === plane)
      for (let n = Math.max(first, row.first); n < Math.min(end, row.first + row.count); n++)
        values[n] = stored(values[n]!, row);
}
