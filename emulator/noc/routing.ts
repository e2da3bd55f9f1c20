/**
 * The routing tables of the chip as a linked structure: every entry knows the entry of the same tree in each
 * neighbour, so that a flit carries an entry and never looks anything up on its way.
 *
 * Ports are numbered densely here: NORTH, EAST, SOUTH, WEST, the local cores, then the host. That is also the order of
 * the round-robin arbiters.
 */
import { fail, LINK_PORTS, neighbourTile, PORT, type Route, type Target } from '../../isa/machine.ts';

/** Links to neighbours come before the ports of the tile itself. */
export const LINKS = LINK_PORTS.length;
const NONE = -1;

/** The shape of the mesh and of its routers, in the geometry of isa/mesh.ts. One router per tile. */
export class Mesh {
  readonly routers: number;
  readonly coresPerTile: number;
  /** Per router and link: the router behind it; -1 at the edge of the mesh. */
  readonly neighbours: Int32Array;
  /** Ports per router: four links, the local cores, the host. Only router 0 uses its host port. */
  readonly ports: number;

  constructor(target: Pick<Target, 'mesh' | 'coresPerTile'>) {
    this.routers = target.mesh.width * target.mesh.height;
    this.coresPerTile = target.coresPerTile;
    this.ports = LINKS + this.coresPerTile + 1;
    this.neighbours = new Int32Array(this.routers * LINKS);
    for (let router = 0; router < this.routers; router++)
      for (const port of LINK_PORTS) this.neighbours[router * LINKS + port] = neighbourTile(target.mesh, router, port);
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

/** All routing entries of a chip, default routes included, sorted by router, then tree. */
export class RoutingTables {
  /** Per entry: mask of dense output ports. */
  readonly masks: Uint16Array;
  /** Per entry and link: the entry of the same tree in the neighbour; -1 where there is none. */
  readonly next: Int32Array;
  readonly #trees: Float64Array;
  readonly #routerOf: Int32Array;
  readonly #firstOfRouter: Int32Array;
  /** Per entry: leaves below it, 0 until it was the root of a checked tree. */
  readonly #leaves: Int32Array;
  readonly #stack: Int32Array;
  /** Per router: the root whose walk was here last, plus one. */
  readonly #visited: Int32Array;

  /**
   * @throws E0901 where an entry names a router or port that does not exist, is empty, or is there twice; the loader
   *   refuses such files, so this is a fault of the program
   */
  constructor(mesh: Mesh, routes: readonly Route[]) {
    const sorted = [...routes].sort((a, b) => a.router - b.router || a.tree - b.tree);
    const count = sorted.length;
    this.masks = new Uint16Array(count);
    this.next = new Int32Array(count * LINKS).fill(NONE);
    this.#trees = new Float64Array(count);
    this.#routerOf = new Int32Array(count);
    this.#firstOfRouter = new Int32Array(mesh.routers + 1);
    this.#leaves = new Int32Array(count);
    this.#stack = new Int32Array(mesh.routers + 1);
    this.#visited = new Int32Array(mesh.routers);
    sorted.forEach((route, entry) => {
      const before = sorted[entry - 1];
      if (before?.router === route.router && before.tree === route.tree) fault(route, 'has two entries');
      this.masks[entry] = denseMask(mesh, route);
      this.#trees[entry] = route.tree;
      this.#routerOf[entry] = route.router;
      this.#firstOfRouter[route.router + 1]!++;
    });
    for (let r = 0; r < mesh.routers; r++) this.#firstOfRouter[r + 1]! += this.#firstOfRouter[r]!;
    for (let entry = 0; entry < count; entry++) {
      for (let port = 0; port < LINKS; port++) {
        if (((this.masks[entry]! >> port) & 1) === 0) continue;
        const neighbour = mesh.neighbours[this.#routerOf[entry]! * LINKS + port]!;
        this.next[entry * LINKS + port] = this.find(this.#trees[entry]!, neighbour);
      }
    }
  }

  tree(entry: number): number {
    return this.#trees[entry]!;
  }

  /** The entry of a tree in a router, by bisection; -1 where there is none. */
  find(tree: number, router: number): number {
    let low = this.#firstOfRouter[router]!;
    let high = this.#firstOfRouter[router + 1]!;
    const end = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#trees[middle]! < tree) low = middle + 1;
      else high = middle;
    }
    return low < end && this.#trees[low] === tree ? low : NONE;
  }

  /**
   * Leaves that a packet injected at `root` reaches. The first call for a root walks its tree and proves that it is one:
   * every router is reached once. Hence a packet makes a bounded number of hops.
   *
   * @throws E0901 where that does not hold
   */
  leafCount(root: number): number {
    const known = this.#leaves[root]!;
    if (known > 0) return known;
    const stack = this.#stack;
    const visited = this.#visited;
    let depth = 0;
    let leaves = 0;
    stack[depth++] = root;
    visited[this.#routerOf[root]!] = root + 1;
    while (depth > 0) {
      const entry = stack[--depth]!;
      leaves += bitCount(this.masks[entry]! >>> LINKS);
      for (let port = 0; port < LINKS; port++) {
        if (((this.masks[entry]! >> port) & 1) === 0) continue;
        const below = this.next[entry * LINKS + port]!;
        const router = this.#routerOf[below]!;
        if (visited[router] === root + 1) this.#faultAt(entry, `reaches router ${router} twice`);
        visited[router] = root + 1;
        stack[depth++] = below;
      }
    }
    if (leaves === 0) this.#faultAt(root, 'has no leaf');
    this.#leaves[root] = leaves;
    return leaves;
  }

  #faultAt(entry: number, what: string): never {
    return fault({ tree: this.#trees[entry]!, router: this.#routerOf[entry]! }, what);
  }
}

function denseMask(mesh: Mesh, route: Route): number {
  if (!Number.isInteger(route.router) || route.router < 0 || route.router >= mesh.routers)
    fault(route, 'names a router outside of the mesh');
  if (!Number.isInteger(route.ports) || route.ports <= 0 || route.ports > 0xffff) fault(route, 'has no valid ports');
  let mask = 0;
  for (let port = 0; port < 16; port++) {
    if (((route.ports >> port) & 1) === 0) continue;
    const isLink = port < LINKS;
    if (isLink && mesh.neighbours[route.router * LINKS + port]! < 0) fault(route, `leaves the mesh at port ${port}`);
    const dense = isLink ? port : mesh.tilePort(route.router, port);
    if (dense < 0) fault(route, `names port ${port}, which the router does not have`);
    mask |= 1 << dense;
  }
  return mask;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function fault(route: Pick<Route, 'tree' | 'router'>, what: string): never {
  return fail('E0901', `routing: tree ${route.tree} in router ${route.router} ${what}`);
}
