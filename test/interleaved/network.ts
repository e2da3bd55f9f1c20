/** The mesh of routers of spec/network.md, one cycle at a time. Flits carry their packets. */
import { PORT, type Route } from '../../isa/chip.ts';
import type { Target } from '../../isa/target.ts';
import type { Counters } from './counters.ts';

export interface Packet {
  readonly tree: number;
  /** Source index. */
  readonly index: number;
  readonly payload: number;
}

interface Flit {
  readonly packet: Packet;
  readonly injectedAt: number;
  /** First cycle in which it takes part in arbitration. */
  readonly eligible: number;
  /** Output ports that it has not yet won; undefined until it first asks. */
  waiting: number | undefined;
}

export interface Delivery {
  readonly cycle: number;
  readonly tile: number;
  readonly port: number;
  readonly packet: Packet;
  readonly injectedAt: number;
}

/** What happened on the way, for the statistics of a test. */
export interface TrafficEvents {
  /** A flit that left a router by several ports. */
  forks: number;
  /** Cycles of head flits that asked for an output and saw it granted to another input. */
  conflicts: number;
  /** Cycles of head flits that asked for a link without credit, or for one over a border that was not yet free again. */
  blocked: number;
}

const PORTS = 16;
/** Link ports in the order of their bits, with the step to the neighbour. */
const LINKS = [
  { port: PORT.NORTH, dx: 0, dy: -1, direction: 'north' },
  { port: PORT.EAST, dx: 1, dy: 0, direction: 'east' },
  { port: PORT.SOUTH, dx: 0, dy: 1, direction: 'south' },
  { port: PORT.WEST, dx: -1, dy: 0, direction: 'west' },
] as const;
const opposite = (port: number): number => (port + 2) % LINKS.length;

interface ChannelFigures {
  readonly travelCycles: number;
  readonly creditCycles: number;
  readonly flitCycles: number;
}

/** The way to an input port, the buffer behind it, and the sender's credits for its slots. */
class Channel {
  readonly slots: Flit[] = [];
  readonly router: Router;
  readonly #figures: ChannelFigures;
  readonly #size: number;
  #credits: number;
  /** Cycles in which credits on their way back arrive, ascending. */
  readonly #returning: number[] = [];
  #freeAgain = 0;

  constructor(router: Router, size: number, figures: ChannelFigures) {
    this.router = router;
    this.#size = size;
    this.#figures = figures;
    this.#credits = size;
  }

  /** Whether a flit can be sent in cycle t: step 1 of the cycle, then the question of step 2 or 3. */
  canSend(t: number): boolean {
    while (this.#returning.length > 0 && this.#returning[0]! <= t) {
      this.#returning.shift();
      this.#credits++;
    }
    return this.#credits > 0 && t >= this.#freeAgain;
  }

  send(t: number, packet: Packet, injectedAt: number): void {
    this.#credits--;
    this.#freeAgain = t + this.#figures.flitCycles;
    this.slots.push({ packet, injectedAt, eligible: t + this.#figures.travelCycles, waiting: undefined });
    this.router.flits++;
    if (this.#credits + this.slots.length + this.#returning.length !== this.#size) throw new Error('a credit is lost');
  }

  /** The head leaves its slot in cycle t. */
  leave(t: number): void {
    this.slots.shift();
    this.#returning.push(t + this.#figures.creditCycles);
    this.router.flits--;
  }

  restart(): void {
    this.#credits = this.#size;
    this.#returning.length = 0;
    this.#freeAgain = 0;
  }
}

class Router {
  readonly tile: number;
  /** Per input port. */
  readonly inputs: (Channel | undefined)[] = new Array<undefined>(PORTS).fill(undefined);
  /** Per link port, the channel to the neighbour and whether it crosses a chip border. */
  readonly links: (Channel | undefined)[] = new Array<undefined>(LINKS.length).fill(undefined);
  readonly crosses: boolean[] = [];
  /** Mask of output ports by tree. */
  readonly table = new Map<number, number>();
  /** Per output port, the input port that is first in turn. */
  readonly pointers = new Uint8Array(PORTS);
  /** In the buffers of this router, those that are still on their way to them included. */
  flits = 0;

  constructor(tile: number) {
    this.tile = tile;
  }

  /** Ports through which a flit leaves that came in by `input`. */
  outputs(tree: number, input: number): number {
    const entry = this.table.get(tree);
    if (entry !== undefined) return entry;
    if (input >= LINKS.length) throw new Error(`tree ${tree} starts at tile ${this.tile} without an entry`);
    return 1 << opposite(input);
  }
}

export class Mesh {
  /** The cycle of the phase. */
  cycle = 0;
  readonly events: TrafficEvents = { forks: 0, conflicts: 0, blocked: 0 };
  readonly #routers: readonly Router[];
  readonly #ejectionCycles: number;
  readonly #counters: Counters;
  readonly #deliveries: Delivery[] = [];

  constructor(target: Target, routes: readonly Route[], counters: Counters) {
    const { mesh, timing, coresPerTile } = target;
    this.#counters = counters;
    this.#ejectionCycles = timing.ejectionCycles.value;
    this.#routers = Array.from({ length: mesh.width * mesh.height }, (_, tile) => new Router(tile));
    for (const { tree, router, ports } of routes) this.#routers[router]!.table.set(tree, ports);
    const injection = {
      travelCycles: timing.injectionCycles.value,
      creditCycles: timing.creditCycles.value,
      flitCycles: 1,
    };
    for (const router of this.#routers) {
      for (let k = 0; k < coresPerTile; k++)
        router.inputs[PORT.LOCAL + k] = new Channel(router, timing.bufferFlits, injection);
      if (router.tile === 0) router.inputs[PORT.HOST] = new Channel(router, timing.bufferFlits, injection);
      this.#connect(router, target);
    }
  }

  /** The links from a router to its neighbours. */
  #connect(router: Router, { mesh, chips, timing }: Target): void {
    const x = router.tile % mesh.width;
    const y = Math.floor(router.tile / mesh.width);
    for (const { port, dx, dy } of LINKS) {
      const toX = x + dx;
      const toY = y + dy;
      if (toX < 0 || toX >= mesh.width || toY < 0 || toY >= mesh.height) continue;
      const neighbour = this.#routers[toY * mesh.width + toX]!;
      const crosses =
        chips !== undefined &&
        (Math.floor(x / (mesh.width / chips.width)) !== Math.floor(toX / (mesh.width / chips.width)) ||
          Math.floor(y / (mesh.height / chips.height)) !== Math.floor(toY / (mesh.height / chips.height)));
      const figures = crosses
        ? {
            travelCycles: chips.linkCycles.value,
            creditCycles: chips.creditCycles.value,
            flitCycles: chips.flitCycles.value,
          }
        : {
            travelCycles: (dx === 0 ? timing.hopNorthSouthCycles : timing.hopEastWestCycles).value,
            creditCycles: timing.creditCycles.value,
            flitCycles: 1,
          };
      const channel = new Channel(neighbour, timing.bufferFlits, figures);
      router.links[port] = channel;
      router.crosses[port] = crosses;
      neighbour.inputs[opposite(port)] = channel;
    }
  }

  /** A phase begins: cycle 0, all credits, all pointers at NORTH. */
  startPhase(): void {
    if (!this.isEmpty()) throw new Error('a phase began with packets under way');
    this.cycle = 0;
    for (const router of this.#routers) {
      router.pointers.fill(0);
      for (const input of router.inputs) input?.restart();
    }
  }

  /** Nothing in a buffer, on a link or on its way to a leaf. */
  isEmpty(): boolean {
    return this.#deliveries.length === 0 && this.#routers.every(({ flits }) => flits === 0);
  }

  canInject(tile: number, port: number): boolean {
    return this.#routers[tile]!.inputs[port]!.canSend(this.cycle);
  }

  inject(tile: number, port: number, packet: Packet): void {
    this.#routers[tile]!.inputs[port]!.send(this.cycle, packet, tile);
  }

  /** Takes the packets that are delivered in this cycle. */
  delivered(): Delivery[] {
    let due = 0;
    while (due < this.#deliveries.length && this.#deliveries[due]!.cycle <= this.cycle) due++;
    return this.#deliveries.splice(0, due);
  }

  /** Steps 3 and 4 of the cycle. No router sees in this cycle what another one moves in it. */
  arbitrate(): void {
    for (const router of this.#routers) if (router.flits > 0) this.#arbitrate(router);
  }

  #arbitrate(router: Router): void {
    const asking = new Map<number, Flit>();
    for (let input = 0; input < PORTS; input++) {
      const head = router.inputs[input]?.slots[0];
      if (head === undefined || head.eligible > this.cycle) continue;
      if (head.waiting === undefined) {
        head.waiting = router.outputs(head.packet.tree, input);
        if ((head.waiting & (head.waiting - 1)) !== 0) this.events.forks++;
      }
      asking.set(input, head);
    }
    if (asking.size === 0) return;
    for (let output = 0; output < PORTS; output++) this.#grant(router, output, asking);
    for (const [input, head] of asking) {
      if (head.waiting !== 0) continue;
      router.inputs[input]!.leave(this.cycle);
      this.#counters.routerTraversals++;
    }
  }

  #grant(router: Router, output: number, asking: ReadonlyMap<number, Flit>): void {
    let askers = 0;
    let winner = -1;
    for (let k = 0; k < PORTS; k++) {
      const input = (router.pointers[output]! + k) % PORTS;
      if (((asking.get(input)?.waiting ?? 0) & (1 << output)) === 0) continue;
      if (askers++ === 0) winner = input;
    }
    if (winner < 0) return;
    const flit = asking.get(winner)!;
    if (output < LINKS.length) {
      const link = router.links[output];
      if (link === undefined) throw new Error(`tree ${flit.packet.tree} leaves the mesh at tile ${router.tile}`);
      if (!link.canSend(this.cycle)) {
        this.events.blocked += askers;
        return;
      }
      link.send(this.cycle, flit.packet, flit.injectedAt);
      this.#countHop(output, router.crosses[output]!);
    } else {
      const { packet, injectedAt } = flit;
      const cycle = this.cycle + this.#ejectionCycles;
      this.#deliveries.push({ cycle, tile: router.tile, port: output, packet, injectedAt });
    }
    this.events.conflicts += askers - 1;
    flit.waiting! &= ~(1 << output);
    router.pointers[output] = (winner + 1) % PORTS;
  }

  #countHop(port: number, crosses: boolean): void {
    const { direction, dx } = LINKS[port]!;
    this.#counters.linkHops[direction]++;
    if (crosses) this.#counters.linkHops.betweenChips[dx === 0 ? 'northSouth' : 'eastWest']++;
  }
}
