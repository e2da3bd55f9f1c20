/** Checks the multicast trees: where each starts, that its routes form an XY tree, and where its leaves are. */
import type { Bounds } from '../bounds.ts';
import { boxSize } from '../boxes.ts';
import { type Chip, NO_TREE, PORT, type Route } from '../chip.ts';
import { hostTrees, isEndless, ticksOfRun } from '../endless.ts';
import { topologyOf } from '../topology/of-target.ts';
import { LINK_PORTS, type LinkPort, localPort, tileOfCore } from '../topology/ports.ts';
import type { Topology } from '../topology/topology.ts';
import { oneTurn, type Recurrence, recurrenceOf } from '../recurrence.ts';
import { type OperationOf, type SendingMnemonic, sends, tickRow } from '../ops.ts';
import { mostEvents } from '../event-mode.ts';
import { isGraded } from '../ops/emit.ts';
import { tileCount } from '../target-size.ts';
import type { WindowedOperation } from '../program.ts';
import type { CheckedCore } from './core.ts';
import type { Findings } from './findings.ts';

/** Bounds the memory of whoever follows the trees: routers that pass a packet straight on take none of the file. */
const MAX_ROUTERS_PASSED = 2 ** 24;

/** Whatever sends the packets of a tree. */
export interface Source {
  readonly kind: 'input' | 'fire' | 'read';
  /** -1 for the host. */
  readonly core: number;
  readonly firstNeuron: number;
  /** Source indices run from 0 to count - 1. */
  readonly count: number;
  /** Ticks in which packets are sent. */
  readonly turns: Recurrence;
  /** Of all packets of an index in a tick together; undefined: the range proof finds what they carry. */
  readonly payloads: Bounds | undefined;
}

const SPIKES: Bounds = { min: 0, max: 1 };

const payloadsOf = (operation: OperationOf<SendingMnemonic>): Bounds | undefined =>
  operation.op === 'FIRES' || (operation.op === 'EMIT' && isGraded(operation.fields)) ? undefined : SPIKES;

/** Finds the source of every tree; a tree with two sources is a fault. */
export function findSources(chip: Chip, cores: readonly CheckedCore[], findings: Findings): Map<number, Source> {
  const sources = new Map<number, Source>();
  const add = (tree: number, source: Source): void => {
    const place = source.core >= 0 ? { core: source.core } : { section: 'input map' };
    const named = findings.expect(tree !== NO_TREE, `${source.kind} without a tree`, place);
    const single = findings.expect(!sources.has(tree), `tree ${tree} has more than one source`, place);
    if (named && single) sources.set(tree, source);
  };
  const { payloadMin, payloadMax, ticks = 1, stepTicks } = chip.input;
  for (const part of chip.input.parts)
    add(part.tree, {
      kind: 'input',
      core: -1,
      firstNeuron: 0,
      count: boxSize(part.box),
      turns:
        stepTicks === undefined
          ? oneTurn({ start: 0, length: isEndless(chip) ? ticksOfRun(chip) : ticks })
          : { start: 0, length: 1, period: stepTicks, times: ticks },
      payloads: { min: payloadMin, max: payloadMax },
    });
  for (const { image, tick, touch } of cores) {
    const touched = new Set<WindowedOperation>(touch);
    // A neuron can send behind every event of a tick.
    const behindEvents = touch.length === 0 ? undefined : { min: 0, max: mostEvents(image) };
    for (const placed of [...tick, ...touch]) {
      const { operation, window, every } = placed;
      if (!sends(operation)) continue;
      const { first, count, tree } = operation.fields;
      const kind = tickRow(operation.op).sends === 'spikes' ? 'fire' : 'read';
      if (kind === 'fire' && tree === NO_TREE) continue;
      add(tree, {
        kind,
        core: image.core,
        firstNeuron: first,
        count,
        turns: recurrenceOf({ window, every }, ticksOfRun(chip)),
        payloads: touched.has(placed) ? behindEvents : payloadsOf(operation),
      });
    }
  }
  return sources;
}

interface Hearers {
  /** Cores of the file. */
  readonly present: ReadonlySet<number>;
  /** Cores with a sink row for the tree. */
  readonly hearing: ReadonlySet<number>;
}

/** The routing entries of one tree: router → mask. */
type TreeEntries = Map<number, number>;

/** What the walks along the trees share. */
interface Walks {
  readonly chip: Chip;
  readonly topology: Topology;
  readonly findings: Findings;
  /** Routers passed by all trees so far. */
  routers: number;
}

/** Checks all routes against the sources and the sinks of the cores. */
export function checkRoutes(chip: Chip, sources: ReadonlyMap<number, Source>, findings: Findings): void {
  const trees = collectEntries(chip, findings);
  const hearers = collectHearers(chip);
  const walks: Walks = { chip, topology: topologyOf(chip.target), findings, routers: 0 };
  const present = new Set(chip.cores.map((image) => image.core));
  for (const [tree, source] of sources) {
    const entries = trees.get(tree);
    if (findings.expect(entries !== undefined, `tree ${tree} has no route from its source`, { section: 'routes' }))
      checkTree(walks, tree, source, entries!, { present, hearing: hearers.get(tree) ?? new Set() });
    if (walks.routers > MAX_ROUTERS_PASSED) break;
  }
  findings.expect(
    walks.routers <= MAX_ROUTERS_PASSED,
    `the trees pass more than ${MAX_ROUTERS_PASSED} routers in all`,
    {
      section: 'routes',
    },
  );
  for (const tree of trees.keys())
    findings.expect(sources.has(tree), `tree ${tree} has routes, but no source`, { section: 'routes' });
  for (const [tree, cores] of hearers) {
    const [core] = cores;
    findings.expect(sources.has(tree), `tree ${tree} has a sink row, but no source`, { core: core! });
  }
}

function collectEntries(chip: Chip, findings: Findings): Map<number, TreeEntries> {
  const trees = new Map<number, TreeEntries>();
  const used = new Map<number, number>();
  const { routeEntries } = chip.target.limits;
  const lastRouter = tileCount(chip.target) - 1;
  let last: Route | undefined;
  chip.routes.forEach((route, k) => {
    const place = { path: `routes[${k}]` };
    const sorted =
      last === undefined || route.tree > last.tree || (route.tree === last.tree && route.router > last.router);
    findings.expect(sorted, 'routes do not ascend by tree, then router', place);
    last = route;
    findings.whole(route.tree, 0, 0xffff_ffff, 'tree', place);
    if (!findings.whole(route.router, 0, lastRouter, 'router', place)) return;
    if (!findings.whole(route.ports, 1, 0xffff, 'port mask', place)) return;
    const count = (used.get(route.router) ?? 0) + 1;
    used.set(route.router, count);
    if (count === routeEntries + 1)
      findings.inconsistent(`router ${route.router} has more than the ${routeEntries} entries of the target`, place);
    const entries = trees.get(route.tree) ?? new Map<number, number>();
    trees.set(route.tree, entries.set(route.router, route.ports));
  });
  return trees;
}

/** Per tree, the cores with a sink row for it. */
function collectHearers(chip: Chip): Map<number, Set<number>> {
  const hearers = new Map<number, Set<number>>();
  for (const { core, sinks } of chip.cores)
    for (const { tree } of sinks) {
      const cores = hearers.get(tree) ?? new Set<number>();
      hearers.set(tree, cores.add(core));
    }
  return hearers;
}

/** Walks a tree from its source. Each router is met once at most. */
function checkTree(walks: Walks, tree: number, source: Source, entries: TreeEntries, hearers: Hearers): void {
  const { chip, topology, findings } = walks;
  const root = source.kind === 'input' ? 0 : tileOfCore(chip.target, source.core);
  const met = new Set<number>([root]);
  const pending: { router: number; through?: LinkPort }[] = [{ router: root }];
  const leaves = new Set<number>();
  let host = false;
  for (let hop = pending.pop(); hop !== undefined; hop = pending.pop()) {
    const { router, through } = hop;
    const place = { path: `route of tree ${tree} at router ${router}` };
    // Without an entry, the packet goes straight on.
    const ports = entries.get(router) ?? (through === undefined ? undefined : 1 << topology.straightOn(through));
    if (
      !findings.expect(ports !== undefined, `tree ${tree} starts at router ${router}, which has no entry for it`, place)
    )
      continue;
    const known = checkPorts(chip, router, ports!, place, findings);
    host ||= (known & (1 << PORT.HOST)) !== 0;
    for (let local = 0; local < chip.target.coresPerTile; local++)
      if ((known & (1 << (PORT.LOCAL + local))) !== 0) leaves.add(router * chip.target.coresPerTile + local);
    for (const port of LINK_PORTS) {
      if ((known & (1 << port)) === 0) continue;
      const next = topology.neighbour(router, port);
      const how = entries.has(router) ? '' : `: router ${router} has no entry for it, and passes it straight on`;
      if (!findings.expect(next >= 0, `tree ${tree} leaves the mesh${how}`, place)) continue;
      const turns = through !== undefined && !topology.mayTurn(through, port);
      if (!findings.expect(!turns, `tree ${tree} turns from the Y to the X direction`, place)) continue;
      if (!findings.expect(!met.has(next), `tree ${tree} reaches router ${next} twice`, place)) continue;
      met.add(next);
      pending.push({ router: next, through: port });
    }
  }
  walks.routers += met.size;
  for (const router of entries.keys())
    if (!findings.expect(met.has(router), `the entry of tree ${tree} at router ${router} is never reached`)) return;
  checkLeaves(walks, tree, source, { leaves, host }, hearers);
}

/** Reports ports that the router does not have; returns the mask of those that it has. */
function checkPorts(chip: Chip, router: number, ports: number, place: { path: string }, findings: Findings): number {
  const local = (2 ** chip.target.coresPerTile - 1) << PORT.LOCAL;
  const known = 0b1111 | local | (router === 0 ? 1 << PORT.HOST : 0);
  const others = ports & ~known;
  findings.expect(others === 0, `router ${router} has no ports of mask 0x${others.toString(16)}`, place);
  return ports & known;
}

/** Where a tree ends: cores, and whether at the host. */
interface Ends {
  readonly leaves: ReadonlySet<number>;
  readonly host: boolean;
}

function checkLeaves(
  { chip, findings }: Walks,
  tree: number,
  source: Source,
  { leaves, host }: Ends,
  hearers: Hearers,
): void {
  const place = { section: 'routes' };
  if (source.kind === 'read') {
    const good = host && leaves.size === 0 && hearers.hearing.size === 0;
    findings.expect(good, `the read-out tree ${tree} does not end at the host port alone`, place);
    return;
  }
  // Without a read-out, spikes are the output.
  const wanted = hostTrees(chip).has(tree);
  const fault = wanted ? 'is in the output map, but does not reach' : 'carries events, but goes to';
  findings.expect(host === wanted, `tree ${tree} ${fault} the host port`, place);
  findings.expect(
    !wanted || source.payloads !== undefined,
    `tree ${tree} is in the output map, but its packets carry a plane; the host takes spikes`,
    place,
  );
  for (const core of leaves)
    findings.expect(
      hearers.hearing.has(core),
      hearers.present.has(core)
        ? `tree ${tree} has a leaf at core ${core}, which has no sink row for it`
        : `tree ${tree} has a leaf at core ${core}, which is not in the file`,
      { core },
    );
  for (const core of hearers.hearing)
    findings.expect(
      leaves.has(core),
      `core ${core} has a sink row for tree ${tree}, but is not a leaf of it (port ${localPort(chip.target, core)} of router ${tileOfCore(chip.target, core)})`,
      { core },
    );
}
