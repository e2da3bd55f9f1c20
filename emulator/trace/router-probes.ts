/** What the ports of some routers do: which outputs carry a flit, and how many slots of each input buffer are taken. */
import {
  type Chip,
  LINK_PORTS,
  localPort,
  oppositePort,
  PORT,
  type Target,
  type Topology,
  topologyOf,
} from '../../isa/machine.ts';
import type { InjectionSchedule } from '../noc/index.ts';
import type { Forks } from './injections.ts';
import { PORT_NAMES } from './link-counters.ts';
import type { Changes, Signals } from './vcd-signals.ts';

/** A router and its signals, by port of isa/. */
interface Probe {
  readonly valid: Map<number, number>;
  readonly slots: Map<number, number>;
  /** Flits in its buffers or on their way there, by number: input port and outputs that are not won yet. */
  readonly flits: Map<number, { readonly input: number; left: number }>;
}

/** Ports that a router has, with their names. */
function portsOf(topology: Topology, { coresPerTile }: Target, router: number): [number, string][] {
  const links = LINK_PORTS.filter((port) => topology.neighbour(router, port) >= 0);
  const ports = links.map((port): [number, string] => [port, PORT_NAMES[port]]);
  for (let k = 0; k < coresPerTile; k++)
    ports.push([localPort({ coresPerTile }, router * coresPerTile + k), `local${k}`]);
  if (router === 0) ports.push([PORT.HOST, 'host']);
  return ports;
}

export class RouterProbes {
  readonly #topology: Topology;
  readonly #forks: Forks;
  readonly #changes: Changes;
  readonly #probes = new Map<number, Probe>();
  #sources: readonly InjectionSchedule[] = [];

  /** Declares the signals of the routers. */
  constructor({ target }: Chip, routers: readonly number[], forks: Forks, signals: Signals, changes: Changes) {
    this.#topology = topologyOf(target);
    this.#forks = forks;
    this.#changes = changes;
    const bits = 32 - Math.clz32(target.timing.bufferFlits);
    for (const router of routers) {
      signals.scope(`router_${router}`);
      const ports = portsOf(this.#topology, target, router);
      const valid = new Map(ports.map(([port, name]) => [port, signals.declare(`valid_${name}`, 1)]));
      const slots = new Map(ports.map(([port, name]) => [port, signals.declare(`slots_${name}`, bits)]));
      this.#probes.set(router, { valid, slots, flits: new Map() });
    }
  }

  has(router: number): boolean {
    return this.#probes.has(router);
  }

  begin(sources: readonly InjectionSchedule[]): void {
    this.#sources = sources;
    for (const { flits } of this.#probes.values()) flits.clear();
  }

  /** A flit wins an output of a router. */
  won(router: number, port: number, cycle: number, source: number, item: number): void {
    const flit = item * this.#sources.length + source;
    const { trees, port: sourcePort } = this.#sources[source]!;
    const tree = trees[item]!;
    const probe = this.#probes.get(router);
    if (probe !== undefined) {
      this.#changes.pulse(cycle, probe.valid.get(port)!);
      // What no neighbour has sent was injected here.
      const held = probe.flits.get(flit) ?? { input: sourcePort, left: this.#forks.of(tree, router) };
      held.left--;
      if (held.left > 0) probe.flits.set(flit, held);
      else {
        probe.flits.delete(flit);
        this.#changes.add(cycle, probe.slots.get(held.input)!, -1);
      }
    }
    const link = LINK_PORTS.find((candidate) => candidate === port);
    if (link === undefined) return;
    const neighbour = this.#topology.neighbour(router, link);
    const next = this.#probes.get(neighbour);
    if (next === undefined) return;
    const input = oppositePort(link);
    next.flits.set(flit, { input, left: this.#forks.of(tree, neighbour) });
    this.#changes.add(cycle, next.slots.get(input)!, 1);
  }

  /** A source injects a packet. */
  injected(source: number, cycle: number): void {
    const { router, port } = this.#sources[source]!;
    const probe = this.#probes.get(router);
    if (probe !== undefined) this.#changes.add(cycle, probe.slots.get(port)!, 1);
  }
}
