/** Default routes: a router without an entry for a tree passes its packets straight on. */
import type { Route } from './chip.ts';
import { LINK_PORTS, neighbourTile } from './mesh.ts';
import type { Target } from './target.ts';

/**
 * The entries of the file and those that they imply: where a port leads to a router without an entry for the tree, the
 * packet leaves that router through the same port, and so on to the next router with an entry, or the edge of the mesh.
 * Implied entries follow those of the file. At most a side of the mesh per port, so the work is bounded.
 *
 * @param routes none twice; in any order
 */
export function completeRoutes(mesh: Target['mesh'], routes: readonly Route[]): Route[] {
  const complete = [...routes];
  const known = new Map<number, Set<number>>();
  for (const { tree, router } of routes) known.set(tree, (known.get(tree) ?? new Set()).add(router));
  for (const { tree, router, ports } of routes)
    for (const port of LINK_PORTS) {
      if (((ports >>> port) & 1) === 0) continue;
      const routers = known.get(tree)!;
      for (let at = neighbourTile(mesh, router, port); at >= 0 && !routers.has(at); at = neighbourTile(mesh, at, port))
        complete.push({ tree, router: at, ports: 1 << port });
    }
  return complete;
}
