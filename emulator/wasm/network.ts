/** The network on the WebAssembly kernels: hands over packets a window at a time, and hears what became of them. */
import { completeRoutes, fail, type Route } from '../../isa/machine.ts';
import { linkTraversals } from '../noc/links.ts';
import { LINKS, RouterGraph } from '../noc/router-graph.ts';
import { RoutingTables } from '../noc/routing.ts';
import type {
  DeliveryListener,
  HopListener,
  InjectionSchedule,
  NetworkModel,
  NetworkOptions,
  NetworkTarget,
  PhaseTiming,
} from '../noc/schedule.ts';
import { actualEnd, checkBounds, faultIn, firstEntry, gapBefore, sourcePort } from '../noc/sources.ts';
import * as N from './generated/network-records.ts';
import { type NetworkLayout, layOutNetwork } from './network-memory.ts';
import { PacketWindow } from './packets.ts';

/** The schedule of a source during a phase. */
class ScheduledSource {
  readonly window: PacketWindow;
  readonly router: number;
  readonly port: number;
  readonly routerAt: number;
  /** Deliveries that the packets handed over so far will make. */
  expected = 0;
  /** Phase in which the source was used last. */
  phase = 0;
  readonly #tables: RoutingTables;
  #schedule: InjectionSchedule | undefined;
  #position = 0;

  constructor(layout: NetworkLayout, tables: RoutingTables, router: number, port: number) {
    this.window = new PacketWindow(layout, router, port);
    this.#tables = tables;
    this.router = router;
    this.port = port;
    this.routerAt = layout.router(router);
  }

  begin(schedule: InjectionSchedule, index: number): void {
    this.#schedule = schedule;
    this.#position = 0;
    this.expected = 0;
    this.window.begin(index, schedule.mode === 'queue');
  }

  /** Hands over as many packets as there is room for. */
  fill(): void {
    const schedule = this.#schedule!;
    const { window } = this;
    const tables = this.#tables;
    const { cycles, trees, count } = schedule;
    const end = Math.min(count, this.#position + window.room());
    let tree = -1;
    let entry = 0;
    let leaves = 0;
    for (let item = this.#position; item < end; item++) {
      if (trees[item] !== tree) {
        tree = trees[item]!;
        entry = firstEntry(tables, schedule, tree);
        leaves = tables.leafCount(entry);
      }
      if (item > 0) gapBefore(schedule, item);
      window.add(cycles[item]!, entry, item);
      this.expected += leaves;
    }
    this.#position = end;
    window.close(end < count);
  }

  end(lastInjection: number): number {
    return actualEnd(this.#schedule!, lastInjection);
  }
}

/** The same as `Network` of ../noc, in everything but speed. */
export class KernelNetwork implements NetworkModel {
  readonly #graph: RouterGraph;
  readonly #tables: RoutingTables;
  readonly #layout: NetworkLayout;
  readonly #hops: Float64Array;
  readonly #counts: Float64Array;
  /** Per ring; made when it is first used. */
  readonly #sources: (ScheduledSource | undefined)[];
  #active: ScheduledSource[] = [];
  #phase = 0;
  #finished = true;

  /**
   * @param routes of the chip; they need not be sorted. Routers without an entry pass packets straight on
   * @throws E0901 where a route is impossible in this mesh (the loader refuses such files before), E0705 where the kernels
   *   cannot have their memory
   */
  constructor(target: NetworkTarget, routes: readonly Route[], options: NetworkOptions = {}) {
    this.#graph = new RouterGraph(target);
    this.#tables = new RoutingTables(this.#graph, completeRoutes(this.#graph.topology, routes));
    this.#layout = layOutNetwork(target, this.#graph, this.#tables, options);
    const { memory, net } = this.#layout;
    this.#hops = new Float64Array(memory.bytes.buffer, net + N.NET_HOPS, N.NET_HOPS_COUNT);
    this.#counts = new Float64Array(memory.bytes.buffer, net + N.NET_DELIVERIES, 2);
    this.#sources = Array.from({ length: this.#graph.routers * this.#graph.ports });
  }

  runPhase(schedules: readonly InjectionSchedule[], onDelivery?: DeliveryListener, onHop?: HopListener): PhaseTiming {
    const { memory, net } = this.#layout;
    const { kernels } = memory;
    if (!this.#finished) kernels.resetNetwork(net);
    this.#finished = false;
    kernels.beginPhase(net, this.#layout.pauseCycles);
    const logging = onHop !== undefined ? N.LOG_ALL : onDelivery !== undefined ? N.LOG_DELIVERIES : N.LOG_NOTHING;
    memory.view.setUint32(net + N.NET_LOG, logging, true);
    memory.view.setUint32(net + N.NET_LOG_NEXT, this.#layout.logAt, true);
    this.#begin(schedules);
    for (;;) {
      const stop = kernels.runNetwork(net, Infinity);
      if (logging !== N.LOG_NOTHING) this.#tell(schedules, onDelivery, onHop);
      if (stop === N.STOP_DONE) break;
      if (stop === N.STOP_HUNGRY) this.#refill();
      else if (stop === N.STOP_STUCK) this.#deadlock();
    }
    return this.#finish(schedules);
  }

  isIdle(): boolean {
    const { memory, net } = this.#layout;
    return memory.kernels.networkIsEmpty(net) !== 0;
  }

  #begin(schedules: readonly InjectionSchedule[]): void {
    const { memory, net } = this.#layout;
    this.#phase++;
    this.#active = [];
    schedules.forEach((schedule, s) => {
      const port = sourcePort(this.#graph, schedule);
      const ring = schedule.router * this.#graph.ports + port;
      const source = (this.#sources[ring] ??= new ScheduledSource(this.#layout, this.#tables, schedule.router, port));
      if (source.phase === this.#phase) faultIn(schedule, 'is the second one of its port');
      source.phase = this.#phase;
      checkBounds(schedule);
      source.begin(schedule, s);
      this.#active.push(source);
      if (schedule.count === 0) return;
      source.fill();
      memory.kernels.beginSource(net, source.routerAt, port);
    });
  }

  #refill(): void {
    const { memory, net } = this.#layout;
    for (const source of this.#active) {
      if (!source.window.wantsMore()) continue;
      source.fill();
      memory.kernels.continueSource(net, source.routerAt, source.port);
    }
  }

  /** Empties the log. */
  #tell(
    schedules: readonly InjectionSchedule[],
    onDelivery: DeliveryListener | undefined,
    onHop: HopListener | undefined,
  ): void {
    const { memory, net, logAt } = this.#layout;
    const { view } = memory;
    const end = view.getUint32(net + N.NET_LOG_NEXT, true);
    for (let at = logAt; at < end; at += N.LOG_BYTES) {
      const output = view.getUint32(at + N.LOG_OUTPUT, true);
      const router = view.getUint32(at + N.LOG_ROUTER, true);
      const cycle = view.getFloat64(at + N.LOG_CYCLE, true);
      const source = view.getUint32(at + N.LOG_SOURCE, true);
      const item = view.getUint32(at + N.LOG_TAG, true);
      if (output < LINKS) onHop?.(router, output, cycle, source, item);
      else if (onDelivery !== undefined) {
        const tree = schedules[source]!.trees[item]!;
        onDelivery(tree, source, item, router, this.#graph.externalPort(output), cycle);
      }
    }
    view.setUint32(net + N.NET_LOG_NEXT, logAt, true);
  }

  #deadlock(): never {
    const { memory, net } = this.#layout;
    const [flits, live] = [N.NET_FLITS, N.NET_LIVE].map((field) => memory.view.getUint32(net + field, true));
    return fail('E0901', `network: ${flits} flits and ${live} sources wait for each other for ever`);
  }

  #finish(schedules: readonly InjectionSchedule[]): PhaseTiming {
    const { memory, net } = this.#layout;
    const [deliveries, routerTraversals] = [this.#counts[0]!, this.#counts[1]!];
    let expected = 0;
    let packets = 0;
    let stallCycles = 0;
    const lastDelivery = deliveries === 0 ? 0 : memory.kernels.lastDelivery(net);
    let endCycles = lastDelivery;
    const sourceEnd = new Float64Array(schedules.length);
    for (let s = 0; s < schedules.length; s++) {
      const source = this.#active[s]!;
      const end = source.end(memory.kernels.lastInjection(source.window.at));
      expected += source.expected;
      packets += schedules[s]!.count;
      stallCycles += end - schedules[s]!.endCycle;
      sourceEnd[s] = end;
      if (end > endCycles) endCycles = end;
    }
    if (deliveries !== expected) fail('E0901', `network: ${expected} deliveries expected, ${deliveries} made`);
    if (!this.isIdle()) fail('E0901', 'network: not empty at the end of a phase');
    this.#finished = true;
    return {
      endCycles,
      lastDelivery,
      stallCycles,
      sourceEnd,
      packets,
      deliveries,
      ...linkTraversals(this.#hops),
      routerTraversals,
    };
  }
}
