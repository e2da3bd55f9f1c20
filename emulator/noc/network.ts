/**
 * The routers and links of the chip, cycle by cycle. spec/network.md is the model in words; this is its plain form, and the
 * twin of the WebAssembly one (../wasm/network.ts).
 *
 * Every cycle has two halves. First all routers arbitrate on the state at the start of the cycle; then all winners move.
 * So the result does not depend on the order in which routers are visited.
 */
import { completeRoutes, fail, type Route } from '../../isa/machine.ts';
import { InputBuffers, NEVER } from './fifos.ts';
import { Links } from './links.ts';
import { LINKS, RouterGraph } from './router-graph.ts';
import { RoutingTables } from './routing.ts';
import type {
  DeliveryListener,
  HopListener,
  InjectionSchedule,
  NetworkModel,
  NetworkOptions,
  NetworkTarget,
  PhaseTiming,
} from './schedule.ts';
import { Sources } from './sources.ts';

/** Number of the lowest bit that is set; local names spare the hot loop the look-up of a global. */
const { clz32 } = Math;
const lowestBit = (bits: number): number => 31 - clz32(bits & -bits);

export class Network implements NetworkModel {
  readonly #graph: RouterGraph;
  readonly #tables: RoutingTables;
  readonly #buffers: InputBuffers;
  /** Only where sinks return credits: their slots, which are free again as soon as the credit is back. */
  readonly #sinks: InputBuffers | undefined;
  readonly #links: Links;
  readonly #ejectionCycles: number;
  readonly #injectionCycles: number;
  readonly #creditCycles: number;

  readonly #routerOfRing: Int32Array;
  /** Per router and output: the input that is asked first. */
  readonly #pointer: Int32Array;
  /** Per router: mask of the inputs that hold flits. */
  readonly #filled: Int32Array;
  /** Routers with flits, as bits of their positions in the order of visits. */
  readonly #active: Int32Array;
  readonly #order: Int32Array;
  readonly #position: Int32Array;

  /** Winners of the current cycle: their ring and output port. */
  readonly #winnerRing: Int32Array;
  readonly #winnerPort: Int32Array;
  #winners = 0;
  /** Remaining ports of the head flits of the router that arbitrates. */
  readonly #wants: Int32Array;

  #flits = 0;
  #deliveries = 0;
  #lastDelivery = 0;
  #lastCredit = 0;
  #routerTraversals = 0;

  /**
   * @param routes of the chip; they need not be sorted. Routers without an entry pass packets straight on
   * @throws E0901 where a route is impossible in this mesh (the loader refuses such files before)
   */
  constructor(target: NetworkTarget, routes: readonly Route[], options: NetworkOptions = {}) {
    const { timing } = target;
    this.#graph = new RouterGraph(target);
    this.#tables = new RoutingTables(this.#graph, completeRoutes(this.#graph.topology, routes));
    const { routers, ports } = this.#graph;
    this.#buffers = new InputBuffers(routers * ports, timing.bufferFlits);
    this.#ejectionCycles = timing.ejectionCycles.value;
    this.#injectionCycles = timing.injectionCycles.value;
    this.#creditCycles = timing.creditCycles.value;
    if (options.creditedSinks === true) this.#sinks = new InputBuffers(routers * ports, timing.bufferFlits);
    this.#links = new Links(target, this.#graph);
    this.#routerOfRing = Int32Array.from({ length: routers * ports }, (_, ring) => Math.floor(ring / ports));
    this.#pointer = new Int32Array(routers * ports);
    this.#filled = new Int32Array(routers);
    this.#active = new Int32Array((routers + 31) >>> 5);
    this.#order = Int32Array.from(options.routerOrder ?? Array.from({ length: routers }, (_, r) => r));
    this.#position = new Int32Array(routers);
    this.#order.forEach((router, k) => (this.#position[router] = k));
    this.#winnerRing = new Int32Array(routers * ports);
    this.#winnerPort = new Int32Array(routers * ports);
    this.#wants = new Int32Array(ports);
  }

  runPhase(schedules: readonly InjectionSchedule[], onDelivery?: DeliveryListener, onHop?: HopListener): PhaseTiming {
    this.#startPhase();
    const sources = new Sources(this.#graph, this.#tables, schedules);
    const touched = (ring: number): void => {
      this.#flits++;
      this.#markFilled(ring);
    };
    let cycle = sources.nextCycle;
    while (sources.live > 0 || this.#flits > 0) {
      if (sources.waiting || sources.nextCycle <= cycle)
        sources.inject(cycle, this.#injectionCycles, this.#buffers, touched);
      const wake = this.#arbitrate(cycle);
      if (this.#winners > 0) {
        this.#move(cycle, onDelivery, onHop);
        cycle++;
        continue;
      }
      cycle = Math.min(wake, sources.nextCycle);
      if (cycle === NEVER) this.#deadlock(sources.live);
    }
    return this.#finishPhase(schedules, sources);
  }

  isIdle(): boolean {
    return this.#flits === 0 && this.#filled.every((mask) => mask === 0) && this.#buffers.isIdle(this.#lastCredit);
  }

  #startPhase(): void {
    this.#buffers.clear();
    this.#sinks?.clear();
    this.#pointer.fill(0);
    this.#filled.fill(0);
    this.#active.fill(0);
    this.#links.clear();
    this.#flits = 0;
    this.#winners = 0;
    this.#deliveries = 0;
    this.#lastDelivery = 0;
    this.#lastCredit = 0;
    this.#routerTraversals = 0;
  }

  #markFilled(ring: number): void {
    const router = this.#routerOfRing[ring]!;
    this.#filled[router]! |= 1 << (ring - router * this.#graph.ports);
    const position = this.#position[router]!;
    this.#active[position >>> 5]! |= 1 << (position & 31);
  }

  /**
   * Chooses the winners of a cycle without changing any buffer.
   *
   * @returns the next cycle in which a flit becomes eligible, a credit usable or a link free; Infinity where none is on
   *   its way
   */
  #arbitrate(cycle: number): number {
    let wake = NEVER;
    this.#winners = 0;
    for (let word = 0; word < this.#active.length; word++) {
      for (let bits = this.#active[word]!; bits !== 0; bits &= bits - 1) {
        const next = this.#arbitrateRouter(this.#order[word * 32 + lowestBit(bits)]!, cycle);
        if (next < wake) wake = next;
      }
    }
    return wake;
  }

  #arbitrateRouter(router: number, cycle: number): number {
    const buffers = this.#buffers;
    const links = this.#links;
    const wants = this.#wants;
    const firstRing = router * this.#graph.ports;
    let wake = NEVER;
    let ready = 0;
    let requested = 0;
    for (let bits = this.#filled[router]!; bits !== 0; bits &= bits - 1) {
      const input = lowestBit(bits);
      const slot = buffers.headSlot(firstRing + input);
      const eligible = buffers.eligible[slot]!;
      if (eligible > cycle) {
        if (eligible < wake) wake = eligible;
        continue;
      }
      wants[input] = buffers.remaining[slot]!;
      ready |= 1 << input;
      requested |= wants[input];
    }
    for (let bits = requested; bits !== 0; bits &= bits - 1) {
      const output = lowestBit(bits);
      const link = router * LINKS + output;
      let open =
        output < LINKS
          ? buffers.creditCycle(links.downstream[link]!)
          : (this.#sinks?.creditCycle(firstRing + output) ?? 0);
      if (links.free !== undefined && output < LINKS && links.free[link]! > open) open = links.free[link]!;
      if (open <= cycle) this.#grant(firstRing, output, ready);
      else if (open < wake) wake = open;
    }
    return wake;
  }

  /** Round robin: the first input from the pointer on that is ready and wants this output; the pointer moves past it. */
  #grant(firstRing: number, output: number, ready: number): void {
    const ports = this.#graph.ports;
    let input = this.#pointer[firstRing + output]!;
    while (((ready >> input) & 1) === 0 || ((this.#wants[input]! >> output) & 1) === 0)
      input = input + 1 === ports ? 0 : input + 1;
    this.#pointer[firstRing + output] = input + 1 === ports ? 0 : input + 1;
    this.#winnerRing[this.#winners] = firstRing + input;
    this.#winnerPort[this.#winners] = output;
    this.#winners++;
  }

  /** Moves the winners of the cycle; a flit whose last branch won frees its slot. */
  #move(cycle: number, onDelivery: DeliveryListener | undefined, onHop: HopListener | undefined): void {
    const buffers = this.#buffers;
    for (let k = 0; k < this.#winners; k++) {
      const ring = this.#winnerRing[k]!;
      const output = this.#winnerPort[k]!;
      const router = this.#routerOfRing[ring]!;
      const slot = buffers.headSlot(ring);
      if (output < LINKS) {
        this.#forward(router, output, slot, cycle);
        onHop?.(router, output, cycle, buffers.schedule[slot]!, buffers.item[slot]!);
      } else this.#eject(router, output, slot, cycle, onDelivery);
      const remaining = buffers.remaining[slot]! & ~(1 << output);
      buffers.remaining[slot] = remaining;
      if (remaining === 0) this.#release(router, ring, cycle);
    }
  }

  #forward(router: number, output: number, slot: number, cycle: number): void {
    const buffers = this.#buffers;
    const links = this.#links;
    const link = router * LINKS + output;
    const ring = links.downstream[link]!;
    const entry = this.#tables.next[buffers.entry[slot]! * LINKS + output]!;
    const eligible = cycle + links.hopCycles[link]!;
    buffers.push(ring, entry, this.#tables.masks[entry]!, eligible, buffers.schedule[slot]!, buffers.item[slot]!);
    links.send(link, cycle);
    this.#flits++;
    this.#markFilled(ring);
  }

  #eject(router: number, output: number, slot: number, cycle: number, onDelivery: DeliveryListener | undefined): void {
    const buffers = this.#buffers;
    const delivered = cycle + this.#ejectionCycles;
    this.#deliveries++;
    this.#lastDelivery = delivered;
    this.#sinks?.passThrough(router * this.#graph.ports + output, delivered + this.#creditCycles);
    if (onDelivery === undefined) return;
    const tree = this.#tables.tree(buffers.entry[slot]!);
    onDelivery(tree, buffers.schedule[slot]!, buffers.item[slot]!, router, this.#graph.externalPort(output), delivered);
  }

  #release(router: number, ring: number, cycle: number): void {
    const credit = cycle + this.#links.creditCycles[ring]!;
    if (credit > this.#lastCredit) this.#lastCredit = credit;
    this.#buffers.pop(ring, credit);
    this.#flits--;
    this.#routerTraversals++;
    if (this.#buffers.occupancy[ring] !== 0) return;
    this.#filled[router]! &= ~(1 << (ring - router * this.#graph.ports));
    if (this.#filled[router] !== 0) return;
    const position = this.#position[router]!;
    this.#active[position >>> 5]! &= ~(1 << (position & 31));
  }

  #deadlock(liveSources: number): never {
    return fail('E0901', `network: ${this.#flits} flits and ${liveSources} sources wait for each other for ever`);
  }

  #finishPhase(schedules: readonly InjectionSchedule[], sources: Sources): PhaseTiming {
    if (this.#deliveries !== sources.expectedDeliveries)
      fail('E0901', `network: ${sources.expectedDeliveries} deliveries expected, ${this.#deliveries} made`);
    if (!this.isIdle()) fail('E0901', 'network: not empty at the end of a phase');
    const sourceEnd = Float64Array.from(schedules, (_, s) => sources.end(s));
    const stallCycles = sourceEnd.reduce((sum, end, s) => sum + end - schedules[s]!.endCycle, 0);
    return {
      endCycles: sourceEnd.reduce((latest, end) => Math.max(latest, end), this.#lastDelivery),
      lastDelivery: this.#lastDelivery,
      stallCycles,
      sourceEnd,
      packets: sources.packets,
      deliveries: this.#deliveries,
      ...this.#links.traversals(),
      routerTraversals: this.#routerTraversals,
    };
  }
}
