/**
 * The routing tables of the chip as a linked structure: every entry knows the entry of the same tree in each
 * neighbour, so that a flit carries an entry and never looks anything up on its way.
 */
import { fail, type Route } from '../../isa/machine.ts';
import { LINKS, NONE, type RouterGraph } from './router-graph.ts';

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
  constructor(graph: RouterGraph, routes: readonly Route[]) {
    const sorted = [...routes].sort((a, b) => a.router - b.router || a.tree - b.tree);
    const count = sorted.length;
    this.masks = new Uint16Array(count);
    this.next = new Int32Array(count * LINKS).fill(NONE);
    this.#trees = new Float64Array(count);
    this.#routerOf = new Int32Array(count);
    this.#firstOfRouter = new Int32Array(graph.routers + 1);
    this.#leaves = new Int32Array(count);
    this.#stack = new Int32Array(graph.routers + 1);
    this.#visited = new Int32Array(graph.routers);
    sorted.forEach((route, entry) => {
      const before = sorted[entry - 1];
      if (before?.router === route.router && before.tree === route.tree) fault(route, 'has two entries');
      this.masks[entry] = denseMask(graph, route);
      this.#trees[entry] = route.tree;
      this.#routerOf[entry] = route.router;
      this.#firstOfRouter[route.router + 1]!++;
    });
    for (let r = 0; r < graph.routers; r++) this.#firstOfRouter[r + 1]! += this.#firstOfRouter[r]!;
    for (let entry = 0; entry < count; entry++) {
      for (let port = 0; port < LINKS; port++) {
        if (((this.masks[entry]! >> port) & 1) === 0) continue;
        const neighbour = graph.neighbours[this.#routerOf[entry]! * LINKS + port]!;
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

function denseMask(graph: RouterGraph, route: Route): number {
  if (!Number.isInteger(route.router) || route.router < 0 || route.router >= graph.routers)
    fault(route, 'names a router outside of the mesh');
  if (!Number.isInteger(route.ports) || route.ports <= 0 || route.ports > 0xffff) fault(route, 'has no valid ports');
  let mask = 0;
  for (let port = 0; port < 16; port++) {
    if (((route.ports >> port) & 1) === 0) continue;
    const isLink = port < LINKS;
    if (isLink && graph.neighbours[route.router * LINKS + port]! < 0) fault(route, `leaves the mesh at port ${port}`);
    const dense = isLink ? port : graph.tilePort(route.router, port);
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
