/** The state of a core before anything is executed. */
import { type CoreProgram, furtherPlanes, I, tickRow, V } from '../../isa/machine.ts';
import type { CoreState } from './execution.ts';
import { STATE_PADDING } from './kernels/packed.ts';
import { SynapseViews } from './synapses.ts';

/** What a core does not make of its image. */
type Given = Pick<CoreState, 'image' | 'map' | 'timing' | 'widths' | 'context' | 'activity' | 'spikes' | 'pathOf'>;

/** @param tick the instructions of the tick handler */
export function newCoreState(given: Given, tick: CoreProgram['tick']): CoreState {
  const { image } = given;
  const { neuronCount } = image;
  const newPlane = (): Int32Array => new Int32Array(neuronCount + STATE_PADDING);
  const v = newPlane();
  const current = newPlane();
  const planes: (Int32Array | undefined)[] = [];
  planes[V] = v;
  planes[I] = current;
  for (const plane of furtherPlanes(image)) planes[plane] = newPlane();
  const areas: Int32Array[] = [];
  // One by one, since every spike reads them: spread, they would lie outside of the object.
  return {
    image,
    v,
    current,
    planes,
    flags: new Uint8Array(usesFlags(tick) ? neuronCount : 0),
    previous: new Int32Array(neuronCount),
    synapses: new SynapseViews(image.synapses),
    map: given.map,
    timing: given.timing,
    widths: given.widths,
    context: given.context,
    activity: given.activity,
    spikes: given.spikes,
    scratch: (area) => (areas[area] ??= new Int32Array(neuronCount)),
    pathOf: given.pathOf,
  };
}

const usesFlags = (tick: CoreProgram['tick']): boolean =>
  tick.some(({ operation: { op, fields } }) => tickRow(op).usesFlags?.(fields) === true);
