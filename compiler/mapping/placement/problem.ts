/** What is placed where: blocks that send packets to each other, on the living cores of a mesh. */
import { axisDistance, tileOfCore, topologyOf, type Axes, type Target } from '../../../isa/index.ts';

/** Packets from block to block. Pairs may repeat and come in any order; a block's packets to itself cost nothing. */
export interface Flows {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Packets per inference (or any unit of traffic), at least 0. */
  readonly weight: ArrayLike<number>;
}

/** Energy of one packet, part by part, in any unit. */
export interface HopCosts {
  readonly router: number;
  readonly linkEastWest: number;
  readonly linkNorthSouth: number;
  /** In place of a link within a chip, where the target is a grid of chips; absent: as much as a link within one. */
  readonly linkBetweenChips?: number;
}

/** Jin et al., ASPLOS 2023: a packet over d links costs (d + 1)·EN_r + d·EN_w with EN_r = 1, EN_w = 0.1. */
export const JIN_COSTS: HopCosts = { router: 1, linkEastWest: 0.1, linkNorthSouth: 0.1 };

export interface MeshTarget extends Pick<Target, 'mesh' | 'coresPerTile' | 'deadTiles' | 'chips'> {
  /** Cores that hold what is not placed. */
  readonly takenCores?: readonly number[];
}

/**
 * Nodes 0..blocks − 1 are placed, one on a core. The nodes after them are ports with a fixed tile (the host port), which
 * occupy no core.
 */
export interface PlacementProblem {
  readonly blocks: number;
  /** Tile of node blocks + k. */
  readonly ports: readonly number[];
  readonly flows: Flows;
  readonly target: MeshTarget;
  readonly costs: HopCosts;
}

/** Core of every block; no two share one. */
export type CoreOf = readonly number[];

/** Flows of both directions added up: hops cost the same there and back. */
export interface Adjacency {
  /** Neighbours of node n: entries start[n]..start[n + 1] − 1, ascending, none twice, never n itself. */
  readonly start: Uint32Array;
  readonly neighbour: Uint32Array;
  readonly weight: Float64Array;
}

/** Gathers the flows of each node; sums in the order of the flows, so the weights are the same on every machine. */
export function adjacencyOf({ from, to, weight }: Flows, nodes: number): Adjacency {
  const raw = bucketFlows(from, to, nodes);
  const start = new Uint32Array(nodes + 1);
  const neighbour = new Uint32Array(raw.flow.length);
  const weights = new Float64Array(raw.flow.length);
  const sum = new Float64Array(nodes);
  const seen = new Uint8Array(nodes);
  let used = 0;
  for (let node = 0; node < nodes; node++) {
    const first = used;
    for (let k = raw.start[node]!; k < raw.start[node + 1]!; k++) {
      const flow = raw.flow[k]!;
      const [source, target] = [from[flow]!, to[flow]!];
      const other = source === node ? target : source;
      if (seen[other] === 0) neighbour[used++] = other;
      seen[other] = 1;
      sum[other]! += weight[flow]!;
    }
    neighbour.subarray(first, used).sort();
    for (let k = first; k < used; k++) {
      const other = neighbour[k]!;
      weights[k] = sum[other]!;
      sum[other] = 0;
      seen[other] = 0;
    }
    start[node + 1] = used;
  }
  return { start, neighbour: neighbour.slice(0, used), weight: weights.slice(0, used) };
}

/** Indices of the flows that touch each node, in order. */
function bucketFlows(from: ArrayLike<number>, to: ArrayLike<number>, nodes: number) {
  const start = new Uint32Array(nodes + 1);
  for (let k = 0; k < from.length; k++) {
    if (from[k] === to[k]) continue;
    start[from[k]! + 1]!++;
    start[to[k]! + 1]!++;
  }
  for (let node = 0; node < nodes; node++) start[node + 1]! += start[node]!;
  const next = start.slice();
  const flow = new Uint32Array(start[nodes]!);
  for (let k = 0; k < from.length; k++) {
    if (from[k] === to[k]) continue;
    flow[next[from[k]!]!++] = k;
    flow[next[to[k]!]!++] = k;
  }
  return { start, flow };
}

/** Cores whose tile is not dead and that are not taken, ascending. */
export function livingCores(target: MeshTarget): number[] {
  return livingCoresOf(target, [...Array(topologyOf(target).tiles).keys()]);
}

/** The same in the order of the given tiles. */
export function livingCoresOf({ coresPerTile, deadTiles, takenCores }: MeshTarget, tiles: readonly number[]): number[] {
  const dead = new Set(deadTiles);
  const taken = new Set(takenCores);
  return tiles
    .filter((tile) => !dead.has(tile))
    .flatMap((tile) => Array.from({ length: coresPerTile }, (_, k) => tile * coresPerTile + k))
    .filter((core) => !taken.has(core));
}

/** Where the columns and rows of the target lie if lengths are costs of hops, routers and links. */
export function axesOf(target: MeshTarget, costs: HopCosts): Axes {
  const { router, linkEastWest: eastWest, linkNorthSouth: northSouth, linkBetweenChips: betweenChips } = costs;
  return topologyOf(target).axes({ eastWest, northSouth, betweenChips }, router);
}

/** Σ w · (router·(d + 1) + links), d = hops between the tiles: with Jin's costs, Jin's energy. */
export function placementEnergy({ ports, flows, target, costs }: PlacementProblem, coreOf: CoreOf): number {
  const topology = topologyOf(target);
  const { columns, rows } = axesOf(target, costs);
  const tileOf = (node: number): number =>
    node < coreOf.length ? tileOfCore(target, coreOf[node]!) : ports[node - coreOf.length]!;
  let energy = 0;
  for (let k = 0; k < flows.from.length; k++) {
    if (flows.from[k] === flows.to[k]) continue;
    const [a, b] = [tileOf(flows.from[k]!), tileOf(flows.to[k]!)];
    const across = axisDistance(columns, topology.column(a), topology.column(b));
    const down = axisDistance(rows, topology.row(a), topology.row(b));
    energy += flows.weight[k]! * (costs.router + across + down);
  }
  return energy;
}

/** What a hop costs on the target, where all its energies are known; Jin's costs elsewhere. */
export function hopCosts({ energy }: Pick<Target, 'energy'>): HopCosts {
  const router = energy.routerTraversal.value;
  const linkEastWest = energy.linkHopEastWest.value;
  const linkNorthSouth = energy.linkHopNorthSouth.value;
  const border = energy.linkHopBetweenChips?.value;
  const known = router !== null && linkEastWest !== null && linkNorthSouth !== null && border !== null;
  // In units of a hop, so that rounding is the same for every unit of energy.
  const hop = known ? router + (linkEastWest + linkNorthSouth) / 2 : 0;
  return known && hop > 0
    ? {
        router: router / hop,
        linkEastWest: linkEastWest / hop,
        linkNorthSouth: linkNorthSouth / hop,
        ...(border !== undefined && { linkBetweenChips: border / hop }),
      }
    : JIN_COSTS;
}
