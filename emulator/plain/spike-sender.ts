/** Spikes of neurons that an instruction has noted in the tally: counted, remembered, and handed to who hears them. */
import { NO_TREE } from '../../isa/machine.ts';
import type { TreePath } from '../machine/trees.ts';
import type { CoreState, UpdateTally } from './execution.ts';

export class SpikeSender {
  readonly #tree: number;
  readonly #core: CoreState;
  readonly #payloads: Int32Array | undefined;
  /** Whether somebody asks for the spikes of an inference later. */
  readonly #keeps: boolean;
  readonly #reachesHost: boolean;
  #path: TreePath | undefined;

  /** @param payloads of the packets, by neuron of the core; absent: 1 */
  constructor(tree: number, core: CoreState, payloads?: Int32Array) {
    this.#tree = tree;
    this.#core = core;
    this.#payloads = payloads;
    this.#keeps = core.spikes.ticks > 0;
    this.#reachesHost = core.context.hostTrees.has(tree);
  }

  /** Counts the spikes of the run, which are the packets of the tally from `before` on, and hands them to who hears them. */
  send(tick: number, tally: UpdateTally, before: number): void {
    const { context, map, spikes, activity } = this.#core;
    const { layer, index } = map;
    const { counters, layerSpikes, layerSpikePayload } = context;
    const tree = this.#tree;
    const path = (this.#path ??= this.#core.pathOf(tree));
    const payloads = this.#payloads;
    for (let s = before; s < tally.packets; s++) {
      const neuron = tally.neuron[s]!;
      const of = layer[neuron]!;
      if (of >= 0 && this.#keeps) spikes.add(of, index[neuron]!, tick);
      const payload = payloads === undefined ? 1 : payloads[neuron]!;
      const counted = of < 0 ? layerSpikes.length - 1 : of;
      layerSpikes[counted]! += 1;
      layerSpikePayload[counted]! += Math.abs(payload);
      counters.spikePayload += Math.abs(payload);
      path.deliver(tally.index[s]!, payload, tick);
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
