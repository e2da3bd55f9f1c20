/** Default routes: a router without an entry for a tree passes its packets straight on. */
import type { Route } from '../chip.ts';
import { LINK_PORTS } from './ports.ts';
import type { Topology } from './topology.ts';

/**
 * The entries of the file and those that they imply: where a port leads to a router without an entry for the tree, the
 * packet goes straight on from there, and so on to the next router with an entry, or the end of the network. Implied
 * entries follow those of the file. At most a side of the network per port, so the work is bounded.
 *
 * @param routes none twice; in any order
 */
export function completeRoutes(topology: Topology, routes: readonly Route[]): Route[] {
  const complete = [...routes];
  const known = new Map<number, Set<number>>();
  for (const { tree, router } of routes) known.set(tree, (known.get(tree) ?? new Set()).add(router));
  for (const { tree, router, ports } of routes)
    for (const first of LINK_PORTS) {
      if (((ports >>> first) & 1) === 0) continue;
      const routers = known.get(tree)!;
      let port = first;
      let at = topology.neighbour(router, port);
      while (at >= 0 && !routers.has(at)) {
        port = topology.straightOn(port);
        complete.push({ tree, router: at, ports: 1 << port });
        at = topology.neighbour(at, port);
      }
    }
  return complete;
}
