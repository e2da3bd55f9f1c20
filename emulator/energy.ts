import { type Counts, ENERGY_EVENTS, type EnergyEvent, type RunRecord, type Target } from '../isa/index.ts';

/** Which count each energy figure is multiplied with. */
const COUNT_OF: Readonly<Record<EnergyEvent, (counts: Counts) => number | null>> = {
  synop: (counts) => counts.synops,
  mac: (counts) => counts.macs,
  synapseBitRead: (counts) => counts.synapseBitsRead,
  neuronUpdateActive: (counts) => counts.neuronUpdatesActive,
  neuronUpdateIdle: (counts) => counts.neuronUpdatesIdle,
  spike: (counts) => counts.spikes,
  packet: (counts) => counts.packets,
  delivery: (counts) => counts.deliveries,
  // A traversal is paid once: over a chip border as linkHopBetweenChips, else as a hop of its direction.
  linkHopEastWest: ({ linkHops }) => linkHops.east + linkHops.west - (linkHops.betweenChips?.eastWest ?? 0),
  linkHopNorthSouth: ({ linkHops }) => linkHops.north + linkHops.south - (linkHops.betweenChips?.northSouth ?? 0),
  linkHopBetweenChips: ({ linkHops: { betweenChips } }) =>
    betweenChips === undefined ? 0 : betweenChips.eastWest + betweenChips.northSouth,
  withinTile: (counts) => counts.withinTile,
  routerTraversal: (counts) => counts.routerTraversals,
  barrier: (counts) => counts.barriers,
  reset: (counts) => counts.resets,
  hostPacket: (counts) => counts.hostPackets,
  activeCoreCycle: (counts) => counts.activeCoreCycles,
  idleCoreCycle: (counts) => counts.idleCoreCycles,
};

/** Energy of `count` events; null where it is not known. Nothing happened or nothing is drawn: 0, whatever the other is. */
function partJoule(count: number | null, jouleEach: number | null): number | null {
  if (count === 0 || jouleEach === 0) return 0;
  return count === null || jouleEach === null ? null : count * jouleEach;
}

/**
 * Energy in joules: the sum of counts times the target's figures, with its parts (spec/energy.md). The sum is partial
 * where a figure that matters is unknown, or where core-cycles were not counted because timing was not computed.
 *
 * @param inferences that the counts are of
 */
export function computeEnergy(counts: Counts, inferences: number, target: Target): RunRecord['energy'] {
  const parts = ENERGY_EVENTS.flatMap((event) => {
    const figure = target.energy[event];
    if (figure === undefined) return [];
    const { value: jouleEach, kind, source } = figure;
    const count = COUNT_OF[event](counts);
    return [{ event, count, jouleEach, joule: partJoule(count, jouleEach), kind, source }];
  });
  const jouleTotal = parts.reduce((sum, { joule }) => sum + (joule ?? 0), 0);
  const named = (kind: string): string[] =>
    parts.filter((part) => part.kind === kind && part.count !== 0).map(({ event }) => event);
  return {
    jouleTotal,
    joulePerInference: inferences === 0 ? 0 : jouleTotal / inferences,
    partial: parts.some(({ joule }) => joule === null),
    parts,
    assumed: named('assumed'),
    unknown: named('unknown'),
  };
}

/** Energy of an 8-bit multiply-add in 45 nm: 0.2 pJ multiplication + 0.03 pJ addition. */
const MAC8_JOULE = 0.23e-12;

/** What the conventional network would spend on arithmetic alone, per inference. */
export function compareWithAnn(annMacs: number): RunRecord['comparison'] {
  return {
    annMacs,
    annJoule: annMacs * MAC8_JOULE,
    source: '8-bit multiply-add 0.23 pJ (0.2 + 0.03) in 45 nm, arithmetic alone: Horowitz, ISSCC 2014',
  };
}
