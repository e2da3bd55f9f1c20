/** What a core in event mode takes of memory before it runs: as much as its neurons ask for, not as its program is long. */
import { describe, expect, it } from '@jest/globals';
import { Core } from '../../../emulator/plain/core.ts';
import type { CoreImage } from '../../../isa/chip.ts';
import { SpikeSet } from '../../../isa/machine.ts';
import { CoreBuilder, tinyTarget } from '../../isa/chips.ts';
import { newContext, rowOfAll } from './plane-core.ts';

const NEURONS = 8192;
/** Many times less than a plane for each of the groups or instructions below takes. */
const MOST_BYTES = 2 ** 21;

/** Groups of one axon, all with the same handler, and instructions behind every event, all on V. */
function coreOf(groups: number, instructions: number): CoreImage {
  const builder = new CoreBuilder(0, NEURONS);
  const weights = builder.weights(8, [1]);
  const address = builder.parameters(1);
  builder.group(1, 0, 3, `DIAG destination=V width=w8 shift=0 first=0 count=1 period=1 reserved=0 weights=${weights}`);
  const touchHandler = builder.handler(
    ...Array.from(
      { length: instructions },
      () => `ALUP function=add plane=V when=always first=0 count=${NEURONS} address=${address} period=1`,
    ),
  );
  const image = builder.build([], []);
  const [group] = image.groups;
  return {
    ...image,
    touchHandler,
    axonCount: groups,
    groups: Array.from({ length: groups }, (_, firstAxon) => ({ ...group!, firstAxon })),
    planes: [rowOfAll(NEURONS, { plane: 0, policy: 'saturate', bits: 16 })],
  };
}

function coreRunning(image: CoreImage): Core {
  const map = { layer: new Int32Array(NEURONS), index: Uint32Array.from({ length: NEURONS }, (_, n) => n) };
  const spikes = new SpikeSet([{ name: 'all', shape: [NEURONS, 1, 1], depth: 0, fires: true }], 1);
  return new Core(image, map, tinyTarget(), 1, newContext(), spikes);
}

/** Bytes of all areas that are not on the heap of JavaScript. */
const areas = (): number => process.memoryUsage().arrayBuffers;

describe('a core in event mode', () => {
  it.each([
    ['groups that share a handler', 1000, 1],
    ['instructions behind every event', 1, 1000],
  ])('takes no plane for each of many %s', (_, groups, instructions) => {
    const image = coreOf(groups, instructions);
    const before = areas();
    const core = coreRunning(image);
    expect(areas() - before).toBeLessThan(MOST_BYTES);
    core.reset();
    core.scheduler.add(0, groups - 1, 2);
    core.integrate(0);
    expect(core.v[0]).toBe(2 * (1 + instructions));
    expect(core.v[1]).toBe(0);
  });
});
