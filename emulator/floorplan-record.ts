/** What lies where on the chip, how full it is, and what it did: for the run record. */
import { boxSize, type Chip, type FloorplanRecord, tileOfCore } from '../isa/machine.ts';
import type { ChipActivity } from './emulator.ts';

/** @param activity of all inferences */
export function floorplanRecord(chip: Chip, activity: ChipActivity): FloorplanRecord {
  const { target, placements } = chip;
  const { limits } = target;
  const layersOf = new Map<number, Map<number, number>>();
  for (const { core, layer, box } of placements) {
    const layers = layersOf.get(core) ?? new Map<number, number>();
    layersOf.set(core, layers.set(layer, (layers.get(layer) ?? 0) + boxSize(box)));
  }
  const activityOf = new Map(activity.cores.map((one) => [one.core, one]));
  return {
    mesh: { ...target.mesh },
    ...(target.chips && { chips: { width: target.chips.width, height: target.chips.height } }),
    coresPerTile: target.coresPerTile,
    deadTiles: [...(target.deadTiles ?? [])],
    limits: {
      neurons: limits.neurons,
      axons: limits.axons,
      axonGroups: limits.axonGroups,
      synapseBits: limits.synapseBits,
      programWords: limits.programWords,
      parameters: limits.parameters,
      sinkRows: limits.sinkRows,
      sinkListWords: limits.sinkListWords,
    },
    cores: chip.cores
      .map((image) => {
        const { spikes, synops, macs, packets } = activityOf.get(image.core)!;
        return {
          core: image.core,
          tile: tileOfCore(target, image.core),
          layers: [...(layersOf.get(image.core) ?? [])]
            .map(([layer, neurons]) => ({ layer, neurons }))
            .sort((a, b) => a.layer - b.layer),
          used: {
            neurons: image.neuronCount,
            axons: image.axonCount,
            axonGroups: image.groups.length,
            synapseBits: 8 * image.synapses.length,
            programWords: image.program.length,
            parameters: image.parameters.length,
            sinkRows: image.sinks.length,
            sinkListWords: image.sinkLists.length,
          },
          spikes,
          synops,
          macs,
          packets,
        };
      })
      .sort((a, b) => a.core - b.core),
    links: activity.links.map((link) => ({ ...link })),
  };
}
