/** Axon groups of a core: instructions that hear the same source with the same pooling and delay share axons. */
import { boxSize, type Box } from '../../isa/index.ts';
import { axonCount, type BranchAxons } from './axons.ts';
import type { LayerIndex, QuantisedBranch, QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';
import { isByEvent } from '../layer-neurons.ts';
import type { PlannedGroup, SynapticUnit } from './core-plan.ts';

interface OpenGroup {
  axons: BranchAxons;
  readonly units: SynapticUnit[];
}

/**
 * Groups of the units, in the order of their first units. Regions are joined into the box around both where that takes no
 * more axons than both have, so a region that several units hear, and halos that overlap, are stored once.
 */
export function joinGroups(units: readonly SynapticUnit[], { layers }: Pick<QuantisedGraph, 'layers'>): PlannedGroup[] {
  const kinds = new Map<string, OpenGroup[]>();
  const groups: OpenGroup[] = [];
  units.forEach((unit, u) => {
    const key = shareKey(unit, u, layers[unit.layer]!);
    const candidates = kinds.get(key) ?? [];
    kinds.set(key, candidates);
    const group = bestGroup(candidates, unit.axons);
    if (group === undefined) {
      const opened = { axons: unit.axons, units: [unit] };
      candidates.push(opened);
      groups.push(opened);
    } else {
      group.axons = around(group.axons, unit.axons);
      group.units.push(unit);
    }
  });
  const merged = new Set<OpenGroup>();
  for (const candidates of kinds.values()) mergeAll(candidates, merged);
  let firstAxon = 0;
  return groups
    .filter((group) => !merged.has(group))
    .map(({ axons, units: members }) => {
      const group = { firstAxon, axons, units: members };
      firstAxon += axonCount(axons);
      return group;
    });
}

/**
 * What units must have in common to share a group. A convolution's kernel counts its input channels from those of the
 * group; a diagonal has an axon per neuron; a list is that of its own connections.
 */
function shareKey({ layer, branch, axons }: SynapticUnit, index: number, of: QuantisedLayer): string {
  if (axons.kind === 'list' || branch.operator.kind === 'diagonal') return String(index);
  return regionKey(layer, of, branch, axons.region);
}

/** What branches have in common whose axons can be shared: whom they hear, and how. */
export function hearingKey(l: LayerIndex, layer: QuantisedLayer, branch: QuantisedBranch): string {
  const heard = [branch.source, ...branch.pool, branch.delay].join(' ');
  // Where the order of events matters it is that of the branches, whatever else the core holds.
  return isByEvent(layer) ? `${l} ${layer.branches.indexOf(branch)} ${heard}` : heard;
}

/** What regions have in common that can become one: that, and the channels. */
export const regionKey = (
  l: LayerIndex,
  layer: QuantisedLayer,
  branch: QuantisedBranch,
  { c0, channels }: Pick<Box, 'c0' | 'channels'>,
): string => `${hearingKey(l, layer, branch)} ${c0} ${channels}`;

/** The group that grows least, the first of equals; undefined where each would waste axons. */
function bestGroup(groups: readonly OpenGroup[], axons: BranchAxons): OpenGroup | undefined {
  let best: OpenGroup | undefined;
  let least = axonCount(axons) + 1;
  for (const group of groups) {
    const growth = axonCount(around(group.axons, axons)) - axonCount(group.axons);
    if (growth >= least) continue;
    best = group;
    least = growth;
  }
  return best;
}

/** A group that has grown can have come to overlap another: joins until none do. */
function mergeAll(groups: OpenGroup[], merged: Set<OpenGroup>): void {
  for (let a = 0; a < groups.length; a++)
    for (let b = a + 1; b < groups.length; b++) {
      const [one, other] = [groups[a]!, groups[b]!];
      const joined = around(one.axons, other.axons);
      if (axonCount(joined) > axonCount(one.axons) + axonCount(other.axons)) continue;
      one.axons = joined;
      one.units.push(...other.units);
      merged.add(other);
      groups.splice(b, 1);
      // The box has grown, so every pair with it is a new one.
      a = -1;
      break;
    }
}

function around(one: BranchAxons, other: BranchAxons): BranchAxons {
  if (one.kind === 'list' || other.kind === 'list') throw new Error('lists are not joined');
  return { kind: 'region', region: boxAround(one.region, other.region) };
}

/** The smallest box that holds both; an empty one holds nothing. */
export function boxAround(a: Box, b: Box): Box {
  if (boxSize(a) === 0) return b;
  const c0 = Math.min(a.c0, b.c0);
  const y0 = Math.min(a.y0, b.y0);
  const x0 = Math.min(a.x0, b.x0);
  return {
    c0,
    y0,
    x0,
    channels: Math.max(a.c0 + a.channels, b.c0 + b.channels) - c0,
    height: Math.max(a.y0 + a.height, b.y0 + b.height) - y0,
    width: Math.max(a.x0 + a.width, b.x0 + b.width) - x0,
  };
}
