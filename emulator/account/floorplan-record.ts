/** What lies where on the chip, how full it is, and what it did: for the run record. */
import {
  type Chip,
  type FloorplanRecord,
  layersByCore,
  memoriesUsed,
  perMemory,
  tileOfCore,
} from '../../isa/machine.ts';
import type { ChipActivity } from '../machine/activity.ts';

/** @param activity of all inferences */
export function floorplanRecord(chip: Chip, activity: ChipActivity): FloorplanRecord {
  const { target } = chip;
  const layersOf = layersByCore(chip);
  const activityOf = new Map(activity.cores.map((one) => [one.core, one]));
  return {
    mesh: { ...target.mesh },
    ...(target.chips && { chips: { width: target.chips.width, height: target.chips.height } }),
    coresPerTile: target.coresPerTile,
    deadTiles: [...(target.deadTiles ?? [])],
    limits: perMemory((memory) => target.limits[memory]),
    cores: chip.cores
      .map((image) => {
        const { spikes, synops, macs, packets } = activityOf.get(image.core)!;
        return {
          core: image.core,
          tile: tileOfCore(target, image.core),
          layers: layersOf.get(image.core) ?? [],
          used: memoriesUsed(image),
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
