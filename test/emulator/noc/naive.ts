/**
 * The network a second time, written for nothing but plainness: objects, explicit credit counters, flits on links as
 * things of their own, every cycle visited. It shares no code with emulator/noc and checks the books in every cycle.
 */
import type { InjectionSchedule, NetworkTarget } from '../../../emulator/noc/index.ts';
import { PORT, type Route } from '../../../isa/index.ts';

interface Flit {
  readonly tree: number;
  readonly source: number;
  readonly item: number;
  eligible: number;
  remaining: number[];
}

interface Buffer {
  readonly flits: Flit[];
  arriving: { readonly cycle: number; readonly flit: Flit }[];
  credits: number;
  returning: number[];
}

export interface Delivery {
  readonly tree: number;
  readonly source: number;
  readonly item: number;
  readonly router: number;
  readonly port: number;
  readonly cycle: number;
}

export interface NaiveResult {
  readonly deliveries: Delivery[];
  /** Flits over links: from, to, cycle. */
  readonly sent: { readonly from: number; readonly to: number; readonly cycle: number }[];
  readonly sourceEnd: number[];
}

const isLink = (port: number) => port < 4;

export function runNaively(
  target: NetworkTarget,
  routes: readonly Route[],
  schedules: readonly InjectionSchedule[],
): NaiveResult {
  const { timing, mesh } = target;
  const tiles = mesh.width * mesh.height;
  const depth = timing.bufferFlits;
  const portOrder = [0, 1, 2, 3, ...Array.from({ length: target.coresPerTile }, (_, k) => PORT.LOCAL + k), PORT.HOST];
  const buffers = new Map<string, Buffer>();
  const buffer = (router: number, port: number): Buffer => {
    const key = `${router}/${port}`;
    if (!buffers.has(key)) buffers.set(key, { flits: [], arriving: [], credits: depth, returning: [] });
    return buffers.get(key)!;
  };
  const masks = new Map(routes.map((route) => [`${route.tree}/${route.router}`, route.ports]));
  const outputs = (tree: number, router: number) =>
    portOrder.filter((port) => ((masks.get(`${tree}/${router}`)! >> port) & 1) === 1);
  const beyond = (router: number, port: number) =>
    port === PORT.NORTH
      ? buffer(router - mesh.width, PORT.SOUTH)
      : port === PORT.SOUTH
        ? buffer(router + mesh.width, PORT.NORTH)
        : port === PORT.EAST
          ? buffer(router + 1, PORT.WEST)
          : buffer(router - 1, PORT.EAST);
  const routerBeyond = (router: number, port: number) =>
    router + (port === PORT.NORTH ? -mesh.width : port === PORT.SOUTH ? mesh.width : port === PORT.EAST ? 1 : -1);

  /** Chip of a tile, by its name. */
  const chip = (tile: number) => {
    const [across, down] = [mesh.width / (target.chips?.width ?? 1), mesh.height / (target.chips?.height ?? 1)];
    return `${Math.floor((tile % mesh.width) / across)}/${Math.floor(tile / mesh.width / down)}`;
  };
  /** The grid, where the link of a router crosses a border of it. */
  const border = (router: number, port: number) =>
    isLink(port) && chip(router) !== chip(routerBeyond(router, port)) ? target.chips : undefined;
  const sent: { from: number; to: number; cycle: number }[] = [];
  const busy = (router: number, port: number, cycle: number) => {
    const grid = border(router, port);
    if (grid === undefined) return false;
    const to = routerBeyond(router, port);
    return sent.some((s) => s.from === router && s.to === to && s.cycle > cycle - grid.flitCycles.value);
  };

  const pointers = new Map<string, number>();
  const deliveries: Delivery[] = [];
  const next = schedules.map(() => 0);
  const last = schedules.map(() => Number.NEGATIVE_INFINITY);
  let open = 0;
  for (let cycle = 0; open > 0 || schedules.some((s, k) => next[k]! < s.count); cycle++) {
    if (cycle > 1_000_000) throw new Error('the naive network does not end');
    for (const b of buffers.values()) {
      b.credits += b.returning.filter((c) => c <= cycle).length;
      b.returning = b.returning.filter((c) => c > cycle);
      b.flits.push(...b.arriving.filter((a) => a.cycle <= cycle).map((a) => a.flit));
      b.arriving = b.arriving.filter((a) => a.cycle > cycle);
      if (b.credits + b.flits.length + b.arriving.length + b.returning.length !== depth || b.credits < 0)
        throw new Error('credits, occupancy and flits on the way do not add up');
    }
    schedules.forEach((s, k) => {
      const item = next[k]!;
      if (item >= s.count) return;
      const gap = item === 0 ? 0 : s.cycles[item]! - s.cycles[item - 1]!;
      const wanted =
        item === 0 ? s.cycles[0]! : s.mode === 'queue' ? Math.max(s.cycles[item]!, last[k]! + 1) : last[k]! + gap;
      const into = buffer(s.router, s.port);
      if (wanted > cycle || into.credits === 0) return;
      const tree = s.trees[item]!;
      const eligible = cycle + timing.injectionCycles.value;
      into.credits--;
      into.flits.push({ tree, source: k, item, eligible, remaining: outputs(tree, s.router) });
      open++;
      next[k] = item + 1;
      last[k] = cycle;
    });
    const winners: { router: number; input: number; from: Buffer; flit: Flit; output: number }[] = [];
    for (let router = 0; router < tiles; router++)
      for (const output of portOrder) {
        const key = `${router}/${output}`;
        const start = pointers.get(key) ?? 0;
        for (let k = 0; k < portOrder.length; k++) {
          const index = (start + k) % portOrder.length;
          const from = buffer(router, portOrder[index]!);
          const flit = from.flits[0];
          if (flit === undefined || flit.eligible > cycle || !flit.remaining.includes(output)) continue;
          if (isLink(output) && (beyond(router, output).credits === 0 || busy(router, output, cycle))) continue;
          pointers.set(key, (index + 1) % portOrder.length);
          winners.push({ router, input: portOrder[index]!, from, flit, output });
          break;
        }
      }
    for (const { router, input, from, flit, output } of winners) {
      const { tree, source, item } = flit;
      if (isLink(output)) {
        const within = output % 2 === 1 ? timing.hopEastWestCycles : timing.hopNorthSouthCycles;
        const hop = (border(router, output)?.linkCycles ?? within).value;
        sent.push({ from: router, to: routerBeyond(router, output), cycle });
        const remaining = outputs(tree, routerBeyond(router, output));
        const to = beyond(router, output);
        to.credits--;
        to.arriving.push({ cycle: cycle + hop, flit: { tree, source, item, eligible: cycle + hop, remaining } });
        open++;
      } else deliveries.push({ tree, source, item, router, port: output, cycle: cycle + timing.ejectionCycles.value });
      flit.remaining = flit.remaining.filter((port) => port !== output);
      if (flit.remaining.length > 0) continue;
      from.flits.shift();
      from.returning.push(cycle + (border(router, input)?.creditCycles ?? timing.creditCycles).value);
      open--;
    }
  }
  const sourceEnd = schedules.map((s, k) => {
    if (s.count === 0) return s.endCycle;
    const stalled = last[k]! - s.cycles[s.count - 1]!;
    return s.mode === 'queue' ? Math.max(s.endCycle, last[k]! + 1) : s.endCycle + stalled;
  });
  return { deliveries, sent, sourceEnd };
}
