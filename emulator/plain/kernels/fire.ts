/** The loop of FIRE, FIREV, FIRES and EMIT. */
import type { PeriodicRun } from '../../machine/reset-run.ts';
import type { UpdateTally } from '../execution.ts';
import type { Operand } from '../planes.ts';

/** A run of neurons that may send a spike each, with what its steps cost. */
export interface FireRun extends PeriodicRun {
  readonly tree: number;
  /** The thresholds are among them. */
  readonly parameters: Int32Array;
  /** `gt` instead of `ge`. */
  readonly strict: boolean;
  /** V loses the threshold with a spike. */
  readonly subtracts: boolean;
  /** Otherwise: V behind a spike; undefined: as before. */
  readonly resets: Operand | undefined;
  /** Neurons of a step. */
  readonly updateLanes: number;
  readonly activeCycles: number;
  readonly idleCycles: number;
}

/**
 * Compares, resets and notes packets. A neuron is active where its V differs from `previous` (V at the end of its last
 * update, or after the reset) or it fires. The j-th spike of a step is injected j cycles after the step's start.
 *
 * @param previous updated to V
 */
export function fireRun(v: Int32Array, previous: Int32Array, run: FireRun, tally: UpdateTally): void {
  const { first, count, parameters, address, period, strict, subtracts, resets, updateLanes, tree } = run;
  let cycles = tally.cycles;
  let packets = tally.packets;
  let active = 0;
  let phase = 0;
  for (let start = 0; start < count; start += updateLanes) {
    const end = Math.min(count, start + updateLanes);
    const packetsBefore = packets;
    const activeBefore = active;
    for (let k = start; k < end; k++) {
      const n = first + k;
      const potential = v[n]!;
      const threshold = parameters[address + phase]!;
      if (++phase === period) phase = 0;
      const fires = strict ? potential > threshold : potential >= threshold;
      if (!fires) {
        if (potential === previous[n]) continue;
        active++;
        previous[n] = potential;
        continue;
      }
      active++;
      const after = subtracts ? (potential - threshold) | 0 : resets === undefined ? potential : valueOf(resets, k);
      v[n] = after;
      previous[n] = after;
      tally.index[packets] = k;
      tally.neuron[packets] = n;
      tally.cycle[packets] = cycles + (packets - packetsBefore);
      tally.tree[packets] = tree;
      packets++;
    }
    cycles += Math.max(active > activeBefore ? run.activeCycles : run.idleCycles, packets - packetsBefore);
  }
  tally.cycles = cycles;
  tally.packets = packets;
  tally.active += active;
  tally.idle += count - active;
}

/** Of neuron k of a run. Few neurons fire, so that nothing is kept from one to the next. */
const valueOf = ({ values, address, period }: Operand, k: number): number => values[address + (k % period)]!;
