/** An instruction of the tick handler that sends spikes. */
import { NO_TREE } from '../../isa/machine.ts';
import type { TreePath } from '../machine/trees.ts';
import type { CoreState, TickTask, UpdateTally } from './execution.ts';
import { type FireRun, fireRun } from './kernels/fire.ts';

/** Which neurons of the run fire, and what becomes of them. */
type Firing = Omit<FireRun, 'updateLanes' | 'activeCycles' | 'idleCycles'>;

export class FireTask implements TickTask {
  readonly packets: number;
  readonly #states: Int32Array;
  readonly #previous: Int32Array;
  readonly #payloads: Int32Array | undefined;
  readonly #run: FireRun;
  readonly #core: CoreState;
  /** Whether somebody asks for the spikes of an inference later. */
  readonly #keeps: boolean;
  readonly #reachesHost: boolean;
  #path: TreePath | undefined;

  /**
   * @param states V, or what stands for it, and what they were at the end of each neuron's last update
   * @param payloads of the packets, by neuron of the core; absent: 1
   */
  constructor(
    firing: Firing,
    core: CoreState,
    states = core.v,
    previous = core.previous,
    payloads: Int32Array | undefined = undefined,
  ) {
    const { timing } = core;
    this.packets = firing.count;
    this.#states = states;
    this.#previous = previous;
    this.#payloads = payloads;
    this.#core = core;
    this.#keeps = core.spikes.ticks > 0;
    this.#reachesHost = core.context.hostTrees.has(firing.tree);
    // One by one, since hot loops read them: spread, they would lie outside of the object.
    this.#run = {
      first: firing.first,
      count: firing.count,
      tree: firing.tree,
      parameters: firing.parameters,
      address: firing.address,
      period: firing.period,
      strict: firing.strict,
      subtracts: firing.subtracts,
      resets: firing.resets,
      updateLanes: timing.updateLanes,
      activeCycles: timing.updateActiveCycles.value,
      idleCycles: timing.updateIdleCycles.value,
    };
  }

  execute(tick: number, tally: UpdateTally): void {
    const before = tally.packets;
    fireRun(this.#states, this.#previous, this.#run, tally);
    if (tally.packets > before) this.#send(tick, tally, before);
  }

  /** Counts the spikes of the run, which are the packets of the tally from `before` on, and hands them to who hears them. */
  #send(tick: number, tally: UpdateTally, before: number): void {
    const { context, map, spikes, activity } = this.#core;
    const { layer, index } = map;
    const { counters, layerSpikes } = context;
    const { tree } = this.#run;
    const path = (this.#path ??= this.#core.pathOf(tree));
    const payloads = this.#payloads;
    for (let s = before; s < tally.packets; s++) {
      const neuron = tally.neuron[s]!;
      const of = layer[neuron]!;
      if (of >= 0 && this.#keeps) spikes.add(of, index[neuron]!, tick);
      layerSpikes[of < 0 ? layerSpikes.length - 1 : of]! += 1;
      path.deliver(tally.index[s]!, payloads === undefined ? 1 : payloads[neuron]!, tick);
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
    if (this.#reachesHost) {
      counters.hostPackets += fired;
      for (let s = before; s < tally.packets; s++) context.reachHost(tree, tally.index[s]!);
    }
    activity.packets += fired;
    path.count(counters, fired);
  }
}
