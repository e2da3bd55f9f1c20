import {
  type Counts,
  ENERGY_EVENTS,
  type EnergyEvent,
  type EnergyFigure,
  type EnergyPart,
  livingCoreCount,
  type RunRecord,
  type Target,
} from '../../isa/index.ts';
import { sensitivityOf, sumOfParts } from './sensitivity.ts';

type Figure = Pick<EnergyFigure, 'value' | 'kind' | 'source' | 'relativeUncertainty'>;

/** Which count each energy figure is multiplied with. */
const COUNT_OF: Readonly<Record<EnergyEvent, (counts: Counts) => number | null>> = {
  synop: (counts) => counts.synops,
  mac: (counts) => counts.macs,
  synapseBitRead: (counts) => counts.synapseBitsRead,
  neuronUpdateActive: (counts) => counts.neuronUpdatesActive,
  neuronUpdateIdle: (counts) => counts.neuronUpdatesIdle,
  stateBitRead: (counts) => counts.stateBitsRead ?? null,
  stateBitWritten: (counts) => counts.stateBitsWritten ?? null,
  parameterBitRead: (counts) => counts.parameterBitsRead ?? null,
  vectorAdd: (counts) => counts.vectorAdds ?? null,
  multiplierBit: (counts) => counts.multiplierBits ?? null,
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

/** Of a figure that states none: an assumed one may be half or twice its value; others are taken as they are. */
const UNCERTAINTY_OF = { assumed: 1, derived: 0, published: 0 } as const;

/** @param scale of the figure's unit to joules per event */
function partOf(event: string, count: number | null, figure: Figure, scale = 1): EnergyPart {
  const { value, kind, source } = figure;
  const jouleEach = value === null ? null : value * scale;
  const part = { event, count, jouleEach, joule: partJoule(count, jouleEach), kind, source };
  if (kind === 'unknown') return part;
  return { ...part, relativeUncertainty: figure.relativeUncertainty ?? UNCERTAINTY_OF[kind] };
}

/** Static power is paid per cycle of the chip, at the target's clock. */
function staticPart({ staticPower, timing }: Target, cycles: number | null): EnergyPart[] {
  if (staticPower === undefined) return [];
  const { value: clockHz } = timing.clockHz;
  const source = `${staticPower.value === null ? '' : `${staticPower.value} W / ${clockHz} Hz per cycle; `}${staticPower.source}`;
  return [partOf('staticPower', cycles, { ...staticPower, source }, 1 / clockHz)];
}

/** Leakage of cores that hold nothing, where the target does not switch them off. */
function emptyPart(target: Target, cycles: number | null, coresInUse: number | null): EnergyPart[] {
  if (target.emptyCores !== 'idle') return [];
  const empty = coresInUse === null ? null : livingCoreCount(target) - coresInUse;
  const count = empty === 0 ? 0 : cycles === null || empty === null ? null : empty * cycles;
  const figure = target.energy.idleCoreCycle;
  return [partOf('emptyCoreCycle', count, { ...figure, source: `as idleCoreCycle: ${figure.source}` })];
}

/**
 * Energy in joules: the sum of counts times the target's figures, with its parts (spec/energy.md). The sum is partial
 * where a figure that matters is unknown, or where cycles were not counted because timing was not computed.
 *
 * @param inferences that the counts are of
 * @param cycles of all inferences, null where timing was not computed; they matter where the target has a static power, or
 *   does not switch off cores that hold nothing
 * @param coresInUse by the chip; matters in the last case alone, null where it is not known
 */
export function computeEnergy(
  counts: Counts,
  inferences: number,
  target: Target,
  cycles: number | null = null,
  coresInUse: number | null = null,
): RunRecord['energy'] {
  const parts = ENERGY_EVENTS.flatMap((event) => {
    const figure = target.energy[event];
    return figure === undefined ? [] : [partOf(event, COUNT_OF[event](counts), figure)];
  });
  parts.push(...emptyPart(target, cycles, coresInUse), ...staticPart(target, cycles));
  const jouleTotal = sumOfParts(parts);
  const named = (kind: string): string[] =>
    parts.filter((part) => part.kind === kind && part.count !== 0).map(({ event }) => event);
  return {
    jouleTotal,
    joulePerInference: inferences === 0 ? 0 : jouleTotal / inferences,
    partial: parts.some(({ joule }) => joule === null),
    parts,
    assumed: named('assumed'),
    unknown: named('unknown'),
    sensitivity: sensitivityOf(parts, inferences),
  };
}
