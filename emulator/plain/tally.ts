/** What a core notes of the packets of a tick. */
import { fail } from '../../isa/machine.ts';
import type { UpdateTally } from './execution.ts';

/** More packets of a core in a tick are not noted: they would take more memory than a machine can be asked for. */
const MOST_PACKETS = 2 ** 24;

/** @param packets of a tick that there is room for */
export const newTally = (packets: number): UpdateTally => ({
  cycles: 0,
  active: 0,
  idle: 0,
  packets: 0,
  index: new Uint32Array(packets),
  neuron: new Uint32Array(packets),
  cycle: new Int32Array(packets),
  tree: new Uint32Array(packets),
});

/**
 * Makes room for more packets of this tick.
 *
 * @throws E0705 beyond what a core may send in a tick
 */
export function makeRoom(tally: UpdateTally, more: number, core: number): void {
  const needed = tally.packets + more;
  if (needed <= tally.index.length) return;
  if (needed > MOST_PACKETS)
    fail(
      'E0705',
      `the core sends more than ${MOST_PACKETS} packets in a tick`,
      { core },
      'let the neurons of cores in event mode fire less often: higher thresholds, fewer events',
    );
  const larger = newTally(Math.min(MOST_PACKETS, 2 * needed));
  for (const name of ['index', 'neuron', 'cycle', 'tree'] as const) larger[name].set(tally[name]);
  Object.assign(tally, { index: larger.index, neuron: larger.neuron, cycle: larger.cycle, tree: larger.tree });
}
