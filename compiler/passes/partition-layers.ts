/**
 * Cuts every layer into the fewest tiles that fit a core of the target each: channel tiles and space tiles, shared kernels
 * stored once per core, halos counted as axons.
 */
import { shapeSize, livingCoreCount, fail, type Box, type Target } from '../../isa/index.ts';
import { isTile } from '../ir/axons.ts';
import { coreNeeds, firstExcess, type CoreNeeds } from '../ir/core-needs.ts';
import type { LayerIndex, QuantisedLayer } from '../ir/layers.ts';
import type { CorePlanner } from '../ir/plan-cores.ts';
import { layerTooLarge } from './too-many-cores.ts';

/** Boxes of every layer. */
export type LayerCuts = readonly (readonly Box[])[];

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function partitionLayers(planner: CorePlanner, target: Target): LayerCuts {
  return planner.graph.layers.map((layer, l) => {
    const fewest = Math.ceil(shapeSize(layer.shape) / target.limits.neurons);
    return smallestCut(planner, l, target, fewest, livingCoreCount(target)) ?? doesNotFit(planner, l, target, fewest);
  });
}

/** Cuts the layers of a partition into at least `factor` times as many tiles, where they can be cut so far. */
export function refineCuts(planner: CorePlanner, cuts: LayerCuts, target: Target, factor: number): LayerCuts {
  return cuts.map((boxes, l) => {
    const most = Math.min(2 * factor * boxes.length, shapeSize(planner.graph.layers[l]!.shape));
    return smallestCut(planner, l, target, factor * boxes.length, most) ?? boxes;
  });
}

interface Cut {
  readonly boxes: readonly Box[];
  readonly axons: number;
}

/** The cut with the fewest tiles in a range; among those the one with the fewest axons. */
function smallestCut(
  planner: CorePlanner,
  index: LayerIndex,
  target: Target,
  fewest: number,
  most: number,
): readonly Box[] | undefined {
  const [channels, height, width] = planner.graph.layers[index]!.shape;
  for (let tiles = fewest; tiles <= most; tiles++) {
    let best: Cut | undefined;
    for (let rows = 1; rows <= Math.min(height, tiles); rows++) {
      if (tiles % rows !== 0) continue;
      const rest = tiles / rows;
      for (let columns = 1; columns <= Math.min(width, rest); columns++) {
        if (rest % columns !== 0 || rest / columns > channels) continue;
        const cut = tryCut(planner, index, target, [rest / columns, rows, columns]);
        if (cut !== undefined && (best === undefined || cut.axons < best.axons)) best = cut;
      }
    }
    if (best !== undefined) return best.boxes;
  }
  return undefined;
}

function tryCut(
  planner: CorePlanner,
  index: LayerIndex,
  target: Target,
  parts: readonly [channels: number, rows: number, columns: number],
): Cut | undefined {
  const layer = planner.graph.layers[index]!;
  const [channelCuts, rowCuts, columnCuts] = parts.map((n, axis) => evenCuts(layer.shape[axis]!, n));
  const boxes: Box[] = [];
  let axons = 0;
  for (const [y0, height] of rowCuts!)
    for (const [x0, width] of columnCuts!)
      for (const [c0, channels] of channelCuts!) {
        const box = { c0, y0, x0, channels, height, width };
        if (!isTile(layer, box)) return undefined;
        const needs = tileNeeds(planner, index, box);
        if (firstExcess(needs, target) !== undefined) return undefined;
        axons += needs.axons;
        boxes.push(box);
      }
  return { boxes, axons };
}

const tileNeeds = (planner: CorePlanner, layer: LayerIndex, box: Box): CoreNeeds =>
  coreNeeds(planner.plan([{ layer, box }]));

function evenCuts(size: number, parts: number): readonly (readonly [first: number, count: number])[] {
  return Array.from({ length: parts }, (_, k) => {
    const first = Math.floor((k * size) / parts);
    return [first, Math.floor(((k + 1) * size) / parts) - first] as const;
  });
}

/** Says why no cut fits: what the smallest tile lacks, or how many cores would do. */
function doesNotFit(planner: CorePlanner, index: LayerIndex, target: Target, fewest: number): never {
  const layer: QuantisedLayer = planner.graph.layers[index]!;
  const single: Box = { c0: 0, y0: layer.shape[1] >> 1, x0: layer.shape[2] >> 1, channels: 1, height: 1, width: 1 };
  const excess = isTile(layer, single) ? firstExcess(tileNeeds(planner, index, single), target) : undefined;
  if (excess !== undefined)
    fail(
      excess.code,
      `one neuron needs ${excess.needed} ${excess.what}; a core of ${target.name} has ${excess.limit}, ${excess.needed - excess.limit} too few`,
      { layer: layer.name },
      excess.remedy,
    );
  return layerTooLarge(layer, Math.max(fewest, livingCoreCount(target) + 1), target);
}
