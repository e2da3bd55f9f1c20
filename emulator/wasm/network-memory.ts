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
  const { routers, ports, topology } = graph;
  const plan = new MemoryPlan();
  const net = plan.reserve(N.NET_BYTES);
  const links = new Links(target, graph);
  const order = options.routerOrder ?? Array.from({ length: routers }, (_, router) => router);
  const position = new Int32Array(routers);
  order.forEach((router, k) => (position[router] = k));

  const routersAt = plan.reserve(routers * N.ROUTER_BYTES);
  const inputsAt = plan.reserve(routers * ports * N.INPUT_BYTES);
  const outputsAt = plan.reserve(routers * ports * N.OUT_BYTES);
  const sourcesAt = plan.reserve(routers * (ports - LINKS) * N.SOURCE_BYTES);
  const router = (r: number): number => routersAt + r * N.ROUTER_BYTES;
  const input = (ring: number): number => inputsAt + ring * N.INPUT_BYTES;
  const source = (r: number, port: number): number => sourcesAt + (r * (ports - LINKS) + port - LINKS) * N.SOURCE_BYTES;

  // Only tile 0 uses its host port, so the windows of all tiles lie side by side and its own is the last one.
  const cores = ports - LINKS - 1;
  const fitting = Math.floor(WINDOWS_BYTES / (N.PACKET_BYTES * (routers * cores + 1)));
  const window = Math.max(LEAST_WINDOW, Math.min(LARGEST_WINDOW, fitting));
  const windowsAt = plan.reserve((routers * cores + 1) * window * N.PACKET_BYTES);
  const windowOf = (r: number, port: number): number =>
    windowsAt + (port === ports - 1 ? routers * cores : r * cores + port - LINKS) * window * N.PACKET_BYTES;

  const wheelWords = Math.ceil(routers / 64);
  const logBytes = (routers * ports + LOG_ENTRIES) * N.LOG_BYTES;
  const logAt = plan.reserve(logBytes);
  const { timing } = target;
  plan.record(net, [
    [N.NET_ROUTERS, routers],
    [N.NET_PORTS, ports],
    [N.NET_ROUTERS_AT, routersAt],
    [N.NET_ORDER_AT, plan.place(Uint32Array.from(order, router))],
    [N.NET_FAR_AT, plan.reserve(8 * routers)],
    [N.NET_WHEEL_AT, plan.reserve(64 * 8 * wheelWords)],
    [N.NET_WHEEL_WORDS, wheelWords],
    [N.NET_COORDINATES, tables === undefined ? 1 : 0],
    [N.NET_INJECTION_CYCLES, timing.injectionCycles.value],
    [N.NET_EJECTION_CYCLES, timing.ejectionCycles.value],
    [N.NET_SINK_CREDIT_CYCLES, timing.creditCycles.value],
    [N.NET_LOG_AT, logAt],
    [N.NET_LOG_NEXT, logAt],
    [N.NET_LOG_END, logAt + logBytes],
    ...(tables === undefined ? [] : placeTables(plan, tables)),
  ]);
  for (let r = 0; r < routers; r++)
    plan.record(router(r), [
      [N.ROUTER_NUMBER, r],
      [N.ROUTER_INPUTS_AT, input(r * ports)],
      [N.ROUTER_OUTPUTS_AT, outputsAt + r * ports * N.OUT_BYTES],
      [N.ROUTER_SOURCES_AT, source(r, LINKS)],
      [N.ROUTER_POSITION, position[r]!],
      [N.ROUTER_X, topology.column(r)],
      [N.ROUTER_Y, topology.row(r)],
    ]);

  /** A ring of slots; its credits go to the router `sender`. */
  const ring = (at: number, port: number, credit: number, owner: number, sender: number): void => {
    const bytes = timing.bufferFlits * N.SLOT_BYTES;
    const first = plan.reserve(bytes, 8);
    plan.record(at, [
      [N.INPUT_FIRST, first],
      [N.INPUT_END, first + bytes],
      [N.INPUT_CREDIT_CYCLES, credit],
      [N.INPUT_ROUTER_AT, router(owner)],
      [N.INPUT_BIT, 1 << port],
      [N.INPUT_SENDER, position[sender]!],
    ]);
  };
  const credited = options.creditedSinks === true;
  const sinksAt = credited ? plan.reserve(routers * (ports - LINKS) * N.INPUT_BYTES) : 0;
  for (let r = 0; r < routers; r++)
    for (let port = 0; port < ports; port++) {
      const sender = port < LINKS ? graph.neighbours[r * LINKS + port]! : r;
      ring(input(r * ports + port), port, links.creditCycles[r * ports + port]!, r, Math.max(0, sender));
      const out = outputsAt + (r * ports + port) * N.OUT_BYTES;
      if (port >= LINKS) {
        if (!credited) continue;
        const sink = sinksAt + (r * (ports - LINKS) + port - LINKS) * N.INPUT_BYTES;
        ring(sink, port, timing.creditCycles.value, r, r);
        plan.record(out, [[N.OUT_INPUT_AT, sink]]);
      } else if (links.downstream[r * LINKS + port]! >= 0)
        plan.record(out, [
          [N.OUT_INPUT_AT, input(links.downstream[r * LINKS + port]!)],
          [N.OUT_HOP_CYCLES, links.hopCycles[r * LINKS + port]!],
          [N.OUT_FLIT_CYCLES, links.flitCycles[r * LINKS + port]!],
          [N.OUT_COUNTER_AT, net + N.NET_HOPS + 8 * links.counter[r * LINKS + port]!],
        ]);
    }
  const memory = plan.build();
  memory.kernels.resetNetwork(net);
  const longest = (cycles: Float64Array): number => cycles.reduce((most, c) => Math.max(most, c), 0);
  const pauseCycles =
    1 +
    Math.max(longest(links.creditCycles), longest(links.flitCycles)) +
    timing.ejectionCycles.value +
    timing.creditCycles.value;
  return { memory, net, logAt, window, pauseCycles, router, source, windowOf };
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
