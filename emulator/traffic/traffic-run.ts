/** The network under synthetic traffic: how much it carries, and how long that takes. */
import { type Axes, distance, fail, type Topology } from '../../isa/machine.ts';
import * as N from '../wasm/generated/network-records.ts';
import { type NetworkLayout, layOutNetwork } from '../wasm/network-memory.ts';
import { PacketWindow } from '../wasm/packets.ts';
import { LINKS, RouterGraph } from '../noc/router-graph.ts';
import type { NetworkOptions, NetworkTarget } from '../noc/schedule.ts';
import { checkTraffic, Gaps, LARGEST_CYCLE, type Traffic, TrafficStream } from './traffic.ts';

/** Cycles before the statistics begin. */
export const WARM_UP_CYCLES = 3000;

/** Longest measurement: the cycles in which packets can be created, without those of the warm-up. */
export const MOST_CYCLES = LARGEST_CYCLE - WARM_UP_CYCLES;

export interface TrafficStatistics {
  /** Packets per node and cycle. */
  readonly offeredRate: number;
  readonly acceptedRate: number;
  /** Cycles from creation to delivery, waiting at the source included; null where nothing was delivered. */
  readonly latencyMean: number | null;
  readonly latencyMin: number | null;
  readonly latencyMax: number | null;
  /** Links that a packet takes. */
  readonly hopsMean: number | null;
  /** Cycles of the measurement, without those of the warm-up. */
  readonly cycles: number;
  /** Flits over links in all cycles, those of the warm-up included. */
  readonly linkHops: number;
}

/** One node. */
class TrafficSource {
  readonly window: PacketWindow;
  readonly router: number;
  readonly routerAt: number;
  readonly #stream: TrafficStream;
  readonly #destinations: Int32Array;
  readonly #end: number;

  /** @param destinations what the network calls each node */
  constructor(layout: NetworkLayout, stream: TrafficStream, router: number, destinations: Int32Array, end: number) {
    this.window = new PacketWindow(layout, router, LINKS);
    this.router = router;
    this.routerAt = layout.router(router);
    this.#stream = stream;
    this.#destinations = destinations;
    this.#end = end;
    this.window.begin(router, true);
  }

  /** @returns whether there is a packet at all */
  fill(): boolean {
    const stream = this.#stream;
    const destinations = this.#destinations;
    let room = this.window.room();
    let any = false;
    for (; room > 0 && stream.created < this.#end; room--) {
      this.window.add(stream.created, destinations[stream.destination]!, stream.created);
      stream.advance();
      any = true;
    }
    this.window.close(stream.created < this.#end);
    return any;
  }
}

/** Work between two looks at the outside: node-cycles. */
const STEP = 1 << 18;

/**
 * Runs traffic for the warm-up and then for `cycles`. The packets that count are those delivered in the latter, whenever they
 * were created: where the network carries what is offered, these are as many and as late as those created in this time; where it
 * does not, queues grow, and latencies say how long the measurement was. Memory does not depend on rate or time.
 *
 * @param target its mesh is that of the traffic, with one core a tile
 * @param cycles 1..MOST_CYCLES
 * @returns a generator that hands out the cycles done after every step, and the statistics at the end
 * @throws E0103 where the traffic cannot be, E0705 where there is not enough memory
 */
export function* runTraffic(
  target: NetworkTarget,
  traffic: Traffic,
  cycles: number,
  options: NetworkOptions = {},
): Generator<number, TrafficStatistics, void> {
  checkTraffic(traffic);
  const loaded = { ...target, mesh: traffic.mesh, coresPerTile: 1 };
  const graph = new RouterGraph(loaded);
  const end = WARM_UP_CYCLES + cycles;
  const layout = layOutNetwork(loaded, graph, undefined, options);
  const { net, memory } = layout;
  const { kernels, view } = memory;
  const gaps = new Gaps(traffic.rate);
  const destinations = destinationsOf(graph.topology);
  const sources = Array.from(destinations, (_, r) => {
    const stream = new TrafficStream(traffic, r, gaps);
    return new TrafficSource(layout, stream, r, destinations, end);
  });
  const tally = new DeliveryTally(layout, graph.topology, WARM_UP_CYCLES, end);
  view.setUint32(net + N.NET_LOG, N.LOG_DELIVERIES, true);
  kernels.beginPhase(net, layout.pauseCycles);
  for (const source of sources) if (source.fill()) kernels.beginSource(net, source.routerAt, LINKS);
  const step = Math.max(1, Math.floor(STEP / graph.routers));
  for (let until = Math.min(step, end); ; until = Math.min(until + step, end)) {
    for (let stop: number = N.STOP_HUNGRY; stop === N.STOP_HUNGRY || stop === N.STOP_LOG;) {
      stop = kernels.runNetwork(net, until - 1);
      tally.take();
      if (stop === N.STOP_STUCK) fail('E0901', 'network: unicasts wait for each other for ever');
      if (stop === N.STOP_HUNGRY) refill(layout, sources);
    }
    if (until === end) break;
    yield until;
  }
  const hops = new Float64Array(memory.bytes.buffer, net + N.NET_HOPS, N.NET_HOPS_COUNT);
  const linkHops = hops.reduce((sum, count) => sum + count, 0);
  return { offeredRate: traffic.rate, ...tally.statistics(graph.routers), cycles, linkHops };
}

/** Row and column of each node, as packets that are sent by coordinates name them. */
const destinationsOf = (topology: Topology): Int32Array =>
  Int32Array.from({ length: topology.tiles }, (_, node) => (topology.row(node) << 16) | topology.column(node));

function refill({ memory, net }: NetworkLayout, sources: readonly TrafficSource[]): void {
  for (const source of sources) {
    if (!source.window.wantsMore()) continue;
    source.fill();
    memory.kernels.continueSource(net, source.routerAt, LINKS);
  }
}

/** Adds up the deliveries of a stretch of time. */
class DeliveryTally {
  readonly #layout: NetworkLayout;
  readonly #topology: Topology;
  /** In hops. */
  readonly #axes: Axes;
  readonly #from: number;
  readonly #to: number;
  #packets = 0;
  #latencies = 0;
  #least = Infinity;
  #most = 0;
  #hops = 0;

  constructor(layout: NetworkLayout, topology: Topology, from: number, to: number) {
    this.#layout = layout;
    this.#topology = topology;
    this.#axes = topology.axes({ eastWest: 0, northSouth: 0 }, 1);
    this.#from = from;
    this.#to = to;
  }

  /** Takes what the log holds. */
  take(): void {
    const { memory, net, logAt } = this.#layout;
    const { view } = memory;
    const end = view.getUint32(net + N.NET_LOG_NEXT, true);
    for (let at = logAt; at < end; at += N.LOG_BYTES) {
      const cycle = view.getFloat64(at + N.LOG_CYCLE, true);
      if (cycle < this.#from || cycle >= this.#to) continue;
      const latency = cycle - view.getUint32(at + N.LOG_TAG, true);
      const source = view.getUint32(at + N.LOG_SOURCE, true);
      const router = view.getUint32(at + N.LOG_ROUTER, true);
      this.#packets++;
      this.#latencies += latency;
      if (latency < this.#least) this.#least = latency;
      if (latency > this.#most) this.#most = latency;
      this.#hops += distance(this.#topology, this.#axes, source, router);
    }
    view.setUint32(net + N.NET_LOG_NEXT, logAt, true);
  }

  statistics(nodes: number): Omit<TrafficStatistics, 'offeredRate' | 'cycles' | 'linkHops'> {
    const packets = this.#packets;
    const acceptedRate = packets / (nodes * (this.#to - this.#from));
    if (packets === 0) return { acceptedRate, latencyMean: null, latencyMin: null, latencyMax: null, hopsMean: null };
    return {
      acceptedRate,
      latencyMean: this.#latencies / packets,
      latencyMin: this.#least,
      latencyMax: this.#most,
      hopsMean: this.#hops / packets,
    };
  }
}
