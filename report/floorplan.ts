/** What lies where on the mesh, and how full it is: the facts that the drawing in the terminal and others are made of. */
import {
  type Chip,
  type CoreImage,
  type CoreLayer,
  type CorePlan,
  type Floorplan,
  layersByCore,
  livingCoreCount,
  type Load,
  memoriesUsed,
  perMemory,
  type Target,
  tightestMemory,
  topologyOf,
  tileOfCore,
} from '../isa/index.ts';

/**
 * The floorplan of a chip, from its logical map and the images of its cores: a core may hold parts of several layers, and
 * a layer may lie on many cores.
 */
export function floorplan(chip: Chip): Floorplan {
  const { target, layers, placements, routes } = chip;
  const topology = topologyOf(target);
  const layersOf = layersByCore(chip);
  const cores = new Map<number, CorePlan[]>();
  for (const image of chip.cores) {
    const plan = corePlan(image, layersOf.get(image.core) ?? [], target);
    cores.set(plan.tile, [...(cores.get(plan.tile) ?? []), plan]);
  }
  const dead = new Set(target.deadTiles);
  const entries = new Uint32Array(topology.tiles);
  for (const { router } of routes) entries[router]!++;
  return {
    format: 'snn-floorplan/1',
    network: chip.provenance.network,
    target: target.name,
    mesh: target.mesh,
    coresPerTile: target.coresPerTile,
    coresAvailable: livingCoreCount(target),
    coresUsed: chip.cores.length,
    layers: layers.map(({ name, shape, fires }, index) => ({
      name,
      neurons: shape[0] * shape[1] * shape[2],
      cores: new Set(placements.filter(({ layer }) => layer === index).map(({ core }) => core)).size,
      fires,
    })),
    tiles: Array.from({ length: topology.tiles }, (_, tile) => ({
      tile,
      x: topology.column(tile),
      y: topology.row(tile),
      dead: dead.has(tile),
      cores: cores.get(tile) ?? [],
      routeEntries: load(entries[tile]!, target.limits.routeEntries),
    })),
  };
}

function corePlan(image: CoreImage, layers: CoreLayer[], target: Target): CorePlan {
  const used = memoriesUsed(image);
  const loads = perMemory((memory) => load(used[memory], target.limits[memory]));
  return {
    core: image.core,
    tile: tileOfCore(target, image.core),
    layers,
    neurons: image.neuronCount,
    loads,
    tightest: tightestMemory((memory) => loads[memory].share),
  };
}

const load = (used: number, available: number): Load => ({
  used,
  available,
  share: available === 0 ? 0 : used / available,
});
