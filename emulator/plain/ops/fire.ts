/** FIRE on TypeScript kernels. */
import { NO_TREE } from '../../../isa/machine.ts';
import type { PeriodicRun } from '../../machine/reset-run.ts';
import type { TreePath } from '../../machine/trees.ts';
import type { CoreState, TickExecutor, UpdateTally } from '../execution.ts';

export const fire: TickExecutor<'FIRE'> = {
  prepare({ fields }, core) {
    const { timing } = core;
    const { tree, count } = fields;
    const run: FireRun = {
      ...fields,
      parameters: core.image.parameters,
      strict: fields.compare === 1,
      toValue: fields.reset === 1,
      updateLanes: timing.updateLanes,
      activeCycles: timing.updateActiveCycles.value,
      idleCycles: timing.updateIdleCycles.value,
    };
    return {
      packets: count,
      execute: (tick, tally) => {
        const before = tally.packets;
        fireRun(core.v, core.previous, run, tally);
        const fired = tally.packets - before;
        const path = core.pathOf(tree);
        deliver(core, path, tick, tally, before);
        if (tree === NO_TREE) {
          // Nobody listens: the neurons fire, and their injection cycles pass unused.
          tally.packets = before;
          return;
        }
        core.context.counters.packets += fired;
        core.activity.packets += fired;
        path.count(core.context.counters, fired);
      },
    };
  },
};

/** Counts the spikes of a run, which are the packets of the tally from `before` on, and hands them to who hears them. */
function deliver(core: CoreState, path: TreePath, tick: number, tally: UpdateTally, before: number): void {
  const { layer, index } = core.map;
  const { layerSpikes, counters } = core.context;
  for (let s = before; s < tally.packets; s++) {
    const neuron = tally.neuron[s]!;
    const of = layer[neuron]!;
    if (of >= 0) core.spikes.add(of, index[neuron]!, tick);
    layerSpikes[of < 0 ? layerSpikes.length - 1 : of]! += 1;
    path.deliver(tally.index[s]!, 1, tick);
  }
  counters.spikes += tally.packets - before;
  core.activity.spikes += tally.packets - before;
}

/** A FIRE instruction with what its steps cost. */
export interface FireRun extends PeriodicRun {
  readonly tree: number;
  /** The thresholds are among them. */
  readonly parameters: Int32Array;
  /** `gt` instead of `ge`. */
  readonly strict: boolean;
  /** Reset to `resetValue` instead of by subtraction. */
  readonly toValue: boolean;
  readonly resetValue: number;
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
  const { first, count, parameters, address, period, strict, toValue, resetValue, updateLanes, tree } = run;
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
      const after = toValue ? resetValue : (potential - threshold) | 0;
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
