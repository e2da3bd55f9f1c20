/**
 * Cuts every layer into the fewest tiles that fit a core of the target each: channel tiles and space tiles, shared kernels
 * stored once per core, halos counted as axons.
 */
import { shapeSize, livingCoreCount, fail, failMisfit, wholeBox, type Box, type Target } from '../../../isa/index.ts';
import { isTile } from '../../layout/axons.ts';
import { coreNeeds, firstExcess, type CoreNeeds } from '../../layout/core-needs.ts';
import type { LayerIndex, QuantisedLayer } from '../../ir/layers.ts';
import type { CorePlanner } from '../../layout/plan-cores.ts';
import { neediestNeuron } from '../../layout/neediest-neuron.ts';

/** Tiles that a layer may be cut into beyond the cores of the target, so that a message can say how many would do. */
const MOST_TILES_TRIED = 4096;

/** Boxes of every layer. */
export type LayerCuts = readonly (readonly Box[])[];

/**
 * @param isLeft whether a layer is cut; others have no boxes
 * @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess
 */
export function partitionLayers(
  planner: CorePlanner,
  target: Target,
  isLeft: (layer: LayerIndex) => boolean = () => true,
): LayerCuts {
  return planner.graph.layers.map((layer, l) => {
    if (!isLeft(l)) return [];
    const fewest = Math.ceil(shapeSize(layer.shape) / target.limits.neurons);
    const most = Math.min(shapeSize(layer.shape), Math.max(livingCoreCount(target), MOST_TILES_TRIED));
    requireNeuron(planner, l, target);
    return smallestCut(planner, l, target, fewest, most) ?? noCut(layer, most, target);
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
  const box = wholeBox(planner.graph.layers[index]!.shape);
  for (let tiles = fewest; tiles <= most; tiles++) {
    const best = bestCut({ planner, index, box, fits: fitsAlone(target) }, tiles);
    if (best !== undefined) return best;
  }
  return undefined;
}

/** What is cut, and what each of its parts must keep. */
interface CutSubject {
  readonly planner: CorePlanner;
  readonly index: LayerIndex;
  /** A part of the layer, or all of it. */
  readonly box: Box;
  readonly fits: (needs: CoreNeeds) => boolean;
}

const fitsAlone =
  (target: Target) =>
  (needs: CoreNeeds): boolean =>
    firstExcess(needs, target) === undefined;

/** The cut of a box into just so many about equal ones with the fewest axons; undefined where no such cut fits. */
function bestCut(subject: CutSubject, tiles: number): readonly Box[] | undefined {
  const { channels, height, width } = subject.box;
  let best: Cut | undefined;
  for (let rows = 1; rows <= Math.min(height, tiles); rows++) {
    if (tiles % rows !== 0) continue;
    const rest = tiles / rows;
    for (let columns = 1; columns <= Math.min(width, rest); columns++) {
      if (rest % columns !== 0 || rest / columns > channels) continue;
      const cut = tryCut(subject, [rest / columns, rows, columns]);
      if (cut !== undefined && (best === undefined || cut.axons < best.axons)) best = cut;
    }
  }
  return best?.boxes;
}

/**
 * A box of a layer in so many about equal parts that tiles may be: those with the fewest axons, of cuts whose parts fit a core each
 * where there are some.
 *
 * @returns by rows, columns and channels; undefined where no cut into so many keeps the channel groups whole
 */
export const cutBox = (
  planner: CorePlanner,
  index: LayerIndex,
  box: Box,
  target: Target,
  parts: number,
): readonly Box[] | undefined =>
  bestCut({ planner, index, box, fits: fitsAlone(target) }, parts) ??
  bestCut({ planner, index, box, fits: () => true }, parts);

function tryCut(
  { planner, index, box: all, fits }: CutSubject,
  parts: readonly [channels: number, rows: number, columns: number],
): Cut | undefined {
  const layer = planner.graph.layers[index]!;
  const channelCuts = evenCuts(all.c0, all.channels, parts[0]);
  const rowCuts = evenCuts(all.y0, all.height, parts[1]);
  const columnCuts = evenCuts(all.x0, all.width, parts[2]);
  const boxes: Box[] = [];
  let axons = 0;
  for (const [y0, height] of rowCuts)
    for (const [x0, width] of columnCuts)
      for (const [c0, channels] of channelCuts) {
        const box = { c0, y0, x0, channels, height, width };
        if (!isTile(layer, box)) return undefined;
        const needs = tileNeeds(planner, index, box);
        if (!fits(needs)) return undefined;
        axons += needs.axons;
        boxes.push(box);
      }
  return { boxes, axons };
}

const tileNeeds = (planner: CorePlanner, layer: LayerIndex, box: Box): CoreNeeds =>
  coreNeeds(planner.plan([{ layer, box }]));

function evenCuts(start: number, size: number, parts: number): readonly (readonly [first: number, count: number])[] {
  return Array.from({ length: parts }, (_, k) => {
    const first = Math.floor((k * size) / parts);
    return [start + first, Math.floor(((k + 1) * size) / parts) - first] as const;
  });
}

/**
 * Says what a core lacks for a single neuron: no cut can help then.
 *
 * @throws DiagnosticError E0306..E0309, E0314, E0316
 */
export function requireNeuron(planner: CorePlanner, index: LayerIndex, target: Target): void {
  const layer = planner.graph.layers[index]!;
  const excess = firstExcess(tileNeeds(planner, index, neediestNeuron(layer)), target);
  if (excess === undefined) return;
  const { what, needed, limit } = excess;
  failMisfit(target, {
    ...excess,
    message: `one neuron needs ${needed} ${what}; a core of ${target.name} has ${limit}, ${needed - limit} too few`,
    place: { layer: layer.name },
  });
}

/** @throws DiagnosticError E0305 */
function noCut({ name, shape }: QuantisedLayer, most: number, target: Target): never {
  fail(
    'E0305',
    `the layer of ${shapeSize(shape)} neurons fits no cut into up to ${most} cores; ${target.name} has ${livingCoreCount(target)}`,
    { layer: name },
    'use a smaller layer or larger cores',
  );
}
