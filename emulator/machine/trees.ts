/** What a packet of a tree does, worked out once per tree: where it goes, which axons it means, what it counts. */
import {
  type Chip,
  completeRoutes,
  isEastWest,
  LINK_PORTS,
  PORT,
  type Route,
  type SinkRow,
  sinkAxon,
  type Target,
  tileOfCore,
  type Topology,
  topologyOf,
} from '../../isa/machine.ts';
import { type Counters, type NetworkCounts, newNetworkCounts } from './counts.ts';
import type { PayloadStore } from './scheduler.ts';

/** A core as the trees see it. */
export interface DeliveryTarget {
  readonly image: Chip['cores'][number];
  readonly scheduler: PayloadStore;
}

/** A sink row of a leaf core of a tree. */
export interface TreeSink<T extends DeliveryTarget> {
  readonly target: T;
  readonly row: SinkRow;
}

/** Entries of all axon tables together. Sinks beyond are worked out packet by packet: slower, with equal results. */
export const TABLE_BUDGET = 1 << 24;

interface Budget {
  left: number;
}

/** One sink row of one leaf core. */
class Delivery {
  readonly #scheduler: PayloadStore;
  readonly #row: SinkRow;
  readonly #lists: Uint32Array;
  readonly #firstAxon: number;
  readonly #budget: Budget;
  /** Axon of each source index, -1 = dropped; made when the first packet arrives. */
  #table: Int32Array | undefined;

  constructor(target: DeliveryTarget, row: SinkRow, budget: Budget) {
    this.#scheduler = target.scheduler;
    this.#row = row;
    this.#lists = target.image.sinkLists;
    this.#firstAxon = target.image.groups[row.group]!.firstAxon;
    this.#budget = budget;
  }

  deliver(index: number, payload: number, tick: number): void {
    const table = this.#table ?? this.#makeTable();
    const axon = table === undefined ? this.#axon(index) : table[index]!;
    if (axon >= 0) this.#scheduler.add((tick + this.#row.delay) % this.#scheduler.slots, axon, payload);
  }

  #axon(index: number): number {
    const relative = sinkAxon(this.#row, this.#lists, index);
    return relative < 0 ? -1 : this.#firstAxon + relative;
  }

  #makeTable(): Int32Array | undefined {
    if (this.#row.sourceCount > this.#budget.left) return undefined;
    this.#budget.left -= this.#row.sourceCount;
    this.#table = new Int32Array(this.#row.sourceCount);
    for (let index = 0; index < this.#table.length; index++) this.#table[index] = this.#axon(index);
    return this.#table;
  }
}

/** A tree as seen from the tile where its packets are injected. */
export class TreePath {
  readonly tree: number;
  /** Packets counted so far. */
  packets = 0;
  readonly #deliveries: readonly Delivery[];
  readonly #counts: NetworkCounts & Pick<Counters, 'withinTile'>;

  constructor(tree: number, counts: TreeCounts, sourceTile: number, deliveries: readonly Delivery[]) {
    this.tree = tree;
    this.#deliveries = deliveries;
    const { leavesOfTile, ...sums } = counts;
    this.#counts = { ...sums, withinTile: leavesOfTile.get(sourceTile) ?? 0 };
  }

  /** Hands a packet sent in `tick` to every leaf; heard `delay` ticks later. The host's leaf is not served here. */
  deliver(index: number, payload: number, tick: number): void {
    for (let d = 0; d < this.#deliveries.length; d++) this.#deliveries[d]!.deliver(index, payload, tick);
  }

  /** Counts what `packets` packets cause in the network. */
  count(counters: Counters, packets: number): void {
    const each = this.#counts;
    this.packets += packets;
    counters.deliveries += packets * each.deliveries;
    counters.east += packets * each.east;
    counters.west += packets * each.west;
    counters.north += packets * each.north;
    counters.south += packets * each.south;
    counters.betweenChipsEastWest += packets * each.betweenChipsEastWest;
    counters.betweenChipsNorthSouth += packets * each.betweenChipsNorthSouth;
    counters.withinTile += packets * each.withinTile;
    counters.routerTraversals += packets * each.routerTraversals;
  }
}

/** Per packet of a tree. */
interface TreeCounts extends NetworkCounts {
  /** Leaf cores by tile. */
  readonly leavesOfTile: Map<number, number>;
}

/** Packets that went from a tile to a neighbouring one. */
export interface LinkTraffic {
  readonly from: number;
  readonly to: number;
  readonly packets: number;
}

/** All trees of a chip. */
export class Trees<T extends DeliveryTarget> {
  readonly #target: Target;
  readonly #topology: Topology;
  readonly #counts = new Map<number, TreeCounts>();
  readonly #leaves = new Map<number, Set<number>>();
  readonly #sinks = new Map<number, TreeSink<T>[]>();
  readonly #budget: Budget = { left: TABLE_BUDGET };
  readonly #routes: readonly Route[];
  readonly #paths: TreePath[] = [];

  constructor(chip: Chip, targets: readonly T[]) {
    this.#target = chip.target;
    this.#topology = topologyOf(chip.target);
    this.#routes = completeRoutes(this.#topology, chip.routes);
    for (const { tree, router, ports } of this.#routes) this.#addRoute(tree, router, ports);
    for (const target of targets)
      for (const row of target.image.sinks) {
        if (this.#leaves.get(row.tree)?.has(target.image.core) !== true) continue;
        const sinks = this.#sinks.get(row.tree) ?? [];
        sinks.push({ target, row });
        this.#sinks.set(row.tree, sinks);
      }
  }

  /** Who hears a tree: the sink rows of its leaf cores. */
  sinks(tree: number): readonly TreeSink<T>[] {
    return this.#sinks.get(tree) ?? [];
  }

  /** @param sourceCore where the packets are injected; 'host' = the host port of tile 0 */
  path(tree: number, sourceCore: number | 'host'): TreePath {
    const tile = sourceCore === 'host' ? 0 : tileOfCore(this.#target, sourceCore);
    const deliveries = this.sinks(tree).map(({ target, row }) => new Delivery(target, row, this.#budget));
    const path = new TreePath(tree, this.#counts.get(tree) ?? noCounts(), tile, deliveries);
    this.#paths.push(path);
    return path;
  }

  /** The links that the packets counted so far took, ascending by tile, then by port. */
  links(): LinkTraffic[] {
    const packets = new Map<number, number>();
    for (const path of this.#paths) packets.set(path.tree, (packets.get(path.tree) ?? 0) + path.packets);
    const { tiles } = this.#topology;
    const traffic = new Float64Array(LINK_PORTS.length * tiles);
    for (const { tree, router, ports } of this.#routes)
      for (const port of LINK_PORTS)
        if (((ports >>> port) & 1) === 1) traffic[LINK_PORTS.length * router + port]! += packets.get(tree) ?? 0;
    return Array.from({ length: tiles }, (_, from) =>
      LINK_PORTS.map((port) => ({
        from,
        to: this.#topology.neighbour(from, port),
        packets: traffic[LINK_PORTS.length * from + port]!,
      })),
    )
      .flat()
      .filter((link) => link.packets > 0)
      .sort((a, b) => a.from - b.from || a.to - b.to);
  }

  #addRoute(tree: number, router: number, ports: number): void {
    const counts = this.#counts.get(tree) ?? noCounts();
    this.#counts.set(tree, counts);
    counts.routerTraversals++;
    counts.north += (ports >>> PORT.NORTH) & 1;
    counts.east += (ports >>> PORT.EAST) & 1;
    counts.south += (ports >>> PORT.SOUTH) & 1;
    counts.west += (ports >>> PORT.WEST) & 1;
    for (const port of LINK_PORTS) {
      if (((ports >>> port) & 1) === 0 || !this.#topology.crossesBorder(router, port)) continue;
      if (isEastWest(port)) counts.betweenChipsEastWest++;
      else counts.betweenChipsNorthSouth++;
    }
    counts.deliveries += (ports >>> PORT.HOST) & 1;
    const leaves = this.#leaves.get(tree) ?? new Set<number>();
    this.#leaves.set(tree, leaves);
    for (let k = 0; k < this.#target.coresPerTile; k++) {
      if (((ports >>> (PORT.LOCAL + k)) & 1) === 0) continue;
      counts.deliveries++;
      counts.leavesOfTile.set(router, (counts.leavesOfTile.get(router) ?? 0) + 1);
      leaves.add(router * this.#target.coresPerTile + k);
    }
  }
}

const noCounts = (): TreeCounts => ({ ...newNetworkCounts(), leavesOfTile: new Map() });
