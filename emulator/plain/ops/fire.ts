/** FIRE on TypeScript kernels. */
import { NO_TREE, type OperationOf } from '../../../isa/machine.ts';
import type { PeriodicRun } from '../../machine/reset-run.ts';
import type { TreePath } from '../../machine/trees.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';

class FireTask implements TickTask {
  readonly packets: number;
  readonly #v: Int32Array;
  readonly #previous: Int32Array;
  readonly #run: FireRun;
  readonly #core: CoreState;
  #path: TreePath | undefined;

  constructor({ fields }: OperationOf<'FIRE'>, core: CoreState) {
    const { timing } = core;
    this.packets = fields.count;
    this.#v = core.v;
    this.#previous = core.previous;
    this.#core = core;
    this.#run = {
      first: fields.first,
      count: fields.count,
      address: fields.address,
      period: fields.period,
      tree: fields.tree,
      parameters: core.image.parameters,
      strict: fields.compare === 1,
      toValue: fields.reset === 1,
      resetValue: fields.resetValue,
      updateLanes: timing.updateLanes,
      activeCycles: timing.updateActiveCycles.value,
      idleCycles: timing.updateIdleCycles.value,
    };
  }

  execute(tick: number, tally: UpdateTally): void {
    const before = tally.packets;
    fireRun(this.#v, this.#previous, this.#run, tally);
    if (tally.packets > before) this.#send(tick, tally, before);
  }

  /** Counts the spikes of the run, which are the packets of the tally from `before` on, and hands them to who hears them. */
  #send(tick: number, tally: UpdateTally, before: number): void {
    const { context, map, spikes, activity } = this.#core;
    const { layer, index } = map;
    const { counters, layerSpikes } = context;
    const { tree } = this.#run;
    const path = (this.#path ??= this.#core.pathOf(tree));
    for (let s = before; s < tally.packets; s++) {
      const neuron = tally.neuron[s]!;
      const of = layer[neuron]!;
      if (of >= 0) spikes.add(of, index[neuron]!, tick);
      layerSpikes[of < 0 ? layerSpikes.length - 1 : of]! += 1;
      path.deliver(tally.index[s]!, 1, tick);
    }
    const fired = tally.packets - before;
    counters.spikes += fired;
    activity.spikes += fired;
    if (tree === NO_TREE) {
      // Nobody listens: the neurons fire, and their injection cycles pass unused.
      tally.packets = before;
      return;
    }
    counters.packets += fired;
    activity.packets += fired;
    path.count(counters, fired);
  }
}

export const fire: TickExecutor<'FIRE'> = { prepare: (operation, core) => new FireTask(operation, core) };

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
