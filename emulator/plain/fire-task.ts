/** An instruction of the tick handler that sends spikes. */
import type { CoreState, TickTask, UpdateTally } from './execution.ts';
import { type FireRun, fireRun } from './kernels/fire.ts';
import { SpikeSender } from './spike-sender.ts';

/** Which neurons of the run fire, and what becomes of them. */
type Firing = Omit<FireRun, 'updateLanes' | 'activeCycles' | 'idleCycles'>;

export class FireTask implements TickTask {
  readonly packets: number;
  readonly #states: Int32Array;
  readonly #previous: Int32Array;
  readonly #run: FireRun;
  readonly #sender: SpikeSender;

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
    this.#sender = new SpikeSender(firing.tree, core, payloads);
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
    if (tally.packets > before) this.#sender.send(tick, tally, before);
  }
}
