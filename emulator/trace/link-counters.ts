/** Flits over each link in a phase, told where there are any or where there no longer are. */
import { LINK_PORTS, type Topology } from '../../isa/machine.ts';

export const PORT_NAMES = ['north', 'east', 'south', 'west'] as const;

export class LinkCounters {
  /** By router and port; 0 or more. */
  readonly #flits: Float64Array;
  /** What was told last. */
  readonly #before: Float64Array;
  readonly #links: readonly { readonly link: number; readonly name: string }[];

  /** @param routers whose links are counted */
  constructor(topology: Topology, routers: readonly number[]) {
    const count = topology.tiles * LINK_PORTS.length;
    this.#flits = new Float64Array(count);
    this.#before = new Float64Array(count);
    this.#links = routers.flatMap((router) =>
      LINK_PORTS.filter((port) => topology.neighbour(router, port) >= 0).map((port) => ({
        link: router * LINK_PORTS.length + port,
        name: `tile ${topology.column(router)},${topology.row(router)} ${PORT_NAMES[port]}`,
      })),
    );
  }

  add(router: number, port: number): void {
    this.#flits[router * LINK_PORTS.length + port]!++;
  }

  /** Tells what was added since the last call, and forgets it; 0 is told once. */
  take(told: (name: string, flits: number) => void): void {
    for (const { link, name } of this.#links) {
      const flits = this.#flits[link]!;
      if (flits > 0 || this.#before[link]! > 0) told(name, flits);
      this.#before[link] = flits;
    }
    this.#flits.fill(0);
  }
}
