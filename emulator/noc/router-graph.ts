/**
 * Routers and what is behind their ports. Ports are numbered densely here: NORTH, EAST, SOUTH, WEST, the local cores, then
 * the host. That is also the order of the round-robin arbiters.
 */
import { LINK_PORTS, PORT, type Target, type Topology, topologyOf } from '../../isa/machine.ts';

/** Links to neighbours come before the ports of the tile itself. */
export const LINKS = LINK_PORTS.length;
/** No router, entry or port. */
export const NONE = -1;

/** The routers of a target, one per tile, and who is behind their links. */
export class RouterGraph {
  readonly topology: Topology;
  readonly routers: number;
  readonly coresPerTile: number;
  /** Per router and link: the router behind it; -1 where the network ends. */
  readonly neighbours: Int32Array;
  /** Ports per router: four links, the local cores, the host. Only router 0 uses its host port. */
  readonly ports: number;

  constructor(target: Pick<Target, 'mesh' | 'chips' | 'coresPerTile'>) {
    this.topology = topologyOf(target);
    this.routers = this.topology.tiles;
    this.coresPerTile = target.coresPerTile;
    this.ports = LINKS + this.coresPerTile + 1;
    this.neighbours = new Int32Array(this.routers * LINKS);
    for (let router = 0; router < this.routers; router++)
      for (const port of LINK_PORTS) this.neighbours[router * LINKS + port] = this.topology.neighbour(router, port);
  }

  /** Dense number of a port of the tile itself; -1 where the router has no such port. */
  tilePort(router: number, port: number): number {
    if (port === PORT.HOST) return router === 0 ? this.ports - 1 : NONE;
    const core = port - PORT.LOCAL;
    return Number.isInteger(core) && core >= 0 && core < this.coresPerTile ? LINKS + core : NONE;
  }

  /** The port number of isa/ for a dense one. */
  externalPort(dense: number): number {
    return dense === this.ports - 1 ? PORT.HOST : dense;
  }
}
