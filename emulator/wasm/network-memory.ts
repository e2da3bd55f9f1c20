/** Lays a network out in a memory of its own, in the records of records/network.ts. */
import { Links } from '../noc/links.ts';
import { LINKS, type RouterGraph } from '../noc/router-graph.ts';
import type { RoutingTables } from '../noc/routing.ts';
import type { NetworkOptions, NetworkTarget } from '../noc/schedule.ts';
import * as N from './generated/network-records.ts';
import { type Fields, type KernelMemory, MemoryPlan } from './memory.ts';

/** Bytes of packets that all sources together hand over in advance, if that gives each a number within these limits. */
const WINDOWS_BYTES = 1 << 22;
const LEAST_WINDOW = 16;
const LARGEST_WINDOW = 1024;
/** Entries of the log beyond those of one cycle. */
const LOG_ENTRIES = 4096;

export interface NetworkLayout {
  readonly memory: KernelMemory;
  readonly net: number;
  readonly logAt: number;
  /** Packets that fit the window of a source. */
  readonly window: number;
  /** Cycles after the end of a phase until all credits are back and all links free. */
  readonly pauseCycles: number;
  /** Addresses. */
  readonly router: (router: number) => number;
  readonly source: (router: number, port: number) => number;
  /** Where the packets of a source lie that it has handed over. */
  readonly windowOf: (router: number, port: number) => number;
}

/** Where the records lie, and what they ask for. */
type Addresses = Pick<NetworkLayout, 'net' | 'logAt' | 'window' | 'router' | 'source' | 'windowOf'> & {
  readonly routersAt: number;
  readonly logEnd: number;
  readonly input: (router: number, port: number) => number;
  readonly output: (router: number, port: number) => number;
};

/**
 * @param tables undefined: packets are sent by coordinates
 * @throws E0705 where the memory cannot be had
 */
export function layOutNetwork(
  target: NetworkTarget,
  graph: RouterGraph,
  tables: RoutingTables | undefined,
  options: NetworkOptions,
): NetworkLayout {
  const plan = new MemoryPlan();
  const links = new Links(target, graph);
  const addresses = reserve(plan, graph);
  const { net, logAt, window, router, source, windowOf } = addresses;
  const order = options.routerOrder ?? [...Array(graph.routers).keys()];
  placeNetwork(plan, addresses, graph, target.timing, order);
  plan.record(net, tables === undefined ? [[N.NET_COORDINATES, 1]] : placeTables(plan, tables));
  new RouterPlanner(plan, addresses, graph, links, target.timing, order).place(options.creditedSinks === true);
  const memory = plan.build();
  memory.kernels.resetNetwork(net);
  return { memory, net, logAt, window, pauseCycles: pauseCycles(links, target.timing), router, source, windowOf };
}

/** Until the last flit is out, its credit is back, and the link that it took is free. */
function pauseCycles({ creditCycles, flitCycles }: Links, timing: NetworkTarget['timing']): number {
  const longest = (cycles: Float64Array): number => cycles.reduce((most, c) => Math.max(most, c), 0);
  return (
    1 + Math.max(longest(creditCycles), longest(flitCycles)) + timing.ejectionCycles.value + timing.creditCycles.value
  );
}

function reserve(plan: MemoryPlan, { routers, ports }: RouterGraph): Addresses {
  const net = plan.reserve(N.NET_BYTES);
  const routersAt = plan.reserve(routers * N.ROUTER_BYTES);
  const inputsAt = plan.reserve(routers * ports * N.INPUT_BYTES);
  const outputsAt = plan.reserve(routers * ports * N.OUT_BYTES);
  const sourcesAt = plan.reserve(routers * (ports - LINKS) * N.SOURCE_BYTES);
  // Only tile 0 uses its host port, so the windows of all tiles lie side by side and its own is the last one.
  const cores = ports - LINKS - 1;
  const fitting = Math.floor(WINDOWS_BYTES / (N.PACKET_BYTES * (routers * cores + 1)));
  const window = Math.max(LEAST_WINDOW, Math.min(LARGEST_WINDOW, fitting));
  const windowsAt = plan.reserve((routers * cores + 1) * window * N.PACKET_BYTES);
  const windowNumber = (r: number, port: number): number =>
    port === ports - 1 ? routers * cores : r * cores + port - LINKS;
  const logBytes = (routers * ports + LOG_ENTRIES) * N.LOG_BYTES;
  const logAt = plan.reserve(logBytes);
  return {
    net,
    routersAt,
    logAt,
    logEnd: logAt + logBytes,
    window,
    router: (r) => routersAt + r * N.ROUTER_BYTES,
    input: (r, port) => inputsAt + (r * ports + port) * N.INPUT_BYTES,
    output: (r, port) => outputsAt + (r * ports + port) * N.OUT_BYTES,
    source: (r, port) => sourcesAt + (r * (ports - LINKS) + port - LINKS) * N.SOURCE_BYTES,
    windowOf: (r, port) => windowsAt + windowNumber(r, port) * window * N.PACKET_BYTES,
  };
}

/** The record of the network, but for its tables. */
function placeNetwork(
  plan: MemoryPlan,
  { net, routersAt, logAt, logEnd, router }: Addresses,
  { routers, ports }: RouterGraph,
  timing: NetworkTarget['timing'],
  order: readonly number[],
): void {
  const wheelWords = Math.ceil(routers / 64);
  plan.record(net, [
    [N.NET_ROUTERS, routers],
    [N.NET_PORTS, ports],
    [N.NET_ROUTERS_AT, routersAt],
    [N.NET_ORDER_AT, plan.place(Uint32Array.from(order, router))],
    [N.NET_FAR_AT, plan.reserve(8 * routers)],
    [N.NET_WHEEL_AT, plan.reserve(64 * 8 * wheelWords)],
    [N.NET_WHEEL_WORDS, wheelWords],
    [N.NET_INJECTION_CYCLES, timing.injectionCycles.value],
    [N.NET_EJECTION_CYCLES, timing.ejectionCycles.value],
    [N.NET_SINK_CREDIT_CYCLES, timing.creditCycles.value],
    [N.NET_LOG_AT, logAt],
    [N.NET_LOG_NEXT, logAt],
    [N.NET_LOG_END, logEnd],
  ]);
}

/** Writes the records of the routers, their buffers and their outputs. */
class RouterPlanner {
  readonly #plan: MemoryPlan;
  readonly #at: Addresses;
  readonly #graph: RouterGraph;
  readonly #links: Links;
  readonly #timing: NetworkTarget['timing'];
  /** Of each router in the order of visits. */
  readonly #position: Int32Array;

  constructor(
    plan: MemoryPlan,
    addresses: Addresses,
    graph: RouterGraph,
    links: Links,
    timing: NetworkTarget['timing'],
    order: readonly number[],
  ) {
    this.#plan = plan;
    this.#at = addresses;
    this.#graph = graph;
    this.#links = links;
    this.#timing = timing;
    this.#position = new Int32Array(order.length);
    order.forEach((router, k) => (this.#position[router] = k));
  }

  /** @param creditedSinks whether leaves return credits, too */
  place(creditedSinks: boolean): void {
    const { routers, ports } = this.#graph;
    const leaves = ports - LINKS;
    const sinksAt = creditedSinks ? this.#plan.reserve(routers * leaves * N.INPUT_BYTES) : 0;
    for (let r = 0; r < routers; r++) {
      this.#placeRouter(r);
      for (let port = 0; port < ports; port++) {
        this.#placeInput(r, port);
        if (port < LINKS) this.#placeLink(r, port);
        else if (creditedSinks) this.#placeSink(r, port, sinksAt + (r * leaves + port - LINKS) * N.INPUT_BYTES);
      }
    }
  }

  #placeRouter(r: number): void {
    const { router, input, output, source } = this.#at;
    const { topology } = this.#graph;
    this.#plan.record(router(r), [
      [N.ROUTER_NUMBER, r],
      [N.ROUTER_INPUTS_AT, input(r, 0)],
      [N.ROUTER_OUTPUTS_AT, output(r, 0)],
      [N.ROUTER_SOURCES_AT, source(r, LINKS)],
      [N.ROUTER_POSITION, this.#position[r]!],
      [N.ROUTER_X, topology.column(r)],
      [N.ROUTER_Y, topology.row(r)],
    ]);
  }

  #placeInput(r: number, port: number): void {
    const { ports, neighbours } = this.#graph;
    const sender = port < LINKS ? Math.max(0, neighbours[r * LINKS + port]!) : r;
    this.#placeRing(this.#at.input(r, port), port, this.#links.creditCycles[r * ports + port]!, r, sender);
  }

  #placeLink(r: number, port: number): void {
    const { ports } = this.#graph;
    const { downstream, hopCycles, flitCycles, counter } = this.#links;
    const link = r * LINKS + port;
    const ring = downstream[link]!;
    if (ring < 0) return;
    this.#plan.record(this.#at.output(r, port), [
      [N.OUT_INPUT_AT, this.#at.input(Math.floor(ring / ports), ring % ports)],
      [N.OUT_HOP_CYCLES, hopCycles[link]!],
      [N.OUT_FLIT_CYCLES, flitCycles[link]!],
      [N.OUT_COUNTER_AT, this.#at.net + N.NET_HOPS + 8 * counter[link]!],
    ]);
  }

  #placeSink(r: number, port: number, at: number): void {
    this.#placeRing(at, port, this.#timing.creditCycles.value, r, r);
    this.#plan.record(this.#at.output(r, port), [[N.OUT_INPUT_AT, at]]);
  }

  /** A ring of slots; its credits go to the router `sender`. */
  #placeRing(at: number, port: number, creditCycles: number, owner: number, sender: number): void {
    const bytes = this.#timing.bufferFlits * N.SLOT_BYTES;
    const first = this.#plan.reserve(bytes, 8);
    this.#plan.record(at, [
      [N.INPUT_FIRST, first],
      [N.INPUT_END, first + bytes],
      [N.INPUT_CREDIT_CYCLES, creditCycles],
      [N.INPUT_ROUTER_AT, this.#at.router(owner)],
      [N.INPUT_BIT, 1 << port],
      [N.INPUT_SENDER, this.#position[sender]!],
    ]);
  }
}

function placeTables(plan: MemoryPlan, { masks, next }: RoutingTables): Fields {
  const masksAt = plan.reserve(2 * masks.length);
  plan.whenBuilt(({ bytes }) => {
    bytes.set(new Uint8Array(masks.buffer, masks.byteOffset, masks.byteLength), masksAt);
  });
  return [
    [N.NET_MASKS_AT, masksAt],
    [N.NET_NEXT_AT, plan.place(next)],
  ];
}
