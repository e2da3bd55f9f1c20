/**
 * Cuts every layer into the fewest tiles that fit a core of the target: channel tiles and space tiles, shared kernels
 * stored once per core, halos counted as axons. One tile, one core.
 */
import {
  shapeSize,
  coreCount,
  fail,
  failMisfit,
  type Box,
  type DiagnosticCode,
  type Shape,
  type Target,
  type TargetFigure,
} from '../../isa/index.ts';
import type { QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';
import type { Tile } from '../ir/mapped.ts';
import { neediestNeuron } from '../ir/neediest-neuron.ts';
import { branchAxons, tileNeeds, type TileNeeds } from '../ir/tile.ts';

/** A message names no more layers than this. */
const LAYERS_SHOWN = 8;

/** Cores that a layer may be cut into beyond those of the target, so that a message can say how many would do. */
const MOST_CORES_TRIED = 4096;

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function partitionLayers(graph: QuantisedGraph, target: Target): readonly Tile[] {
  const available = coreCount(target);
  const perLayer = graph.layers.map((layer) => smallestCut(graph, layer, target));
  const cores = perLayer.map((boxes) => boxes.length);
  const needed = sumOf(cores);
  if (needed > available) tooManyCores(graph, cores, `the network needs ${needed} cores`, target);
  return perLayer.flatMap((boxes, l) => {
    const layer = graph.layers[l]!;
    return boxes.map((box) => ({
      layer: l,
      box,
      axons: layer.branches.map((branch) => branchAxons(branch, layer.shape, box)!),
    }));
  });
}

type Layers = { readonly layers: readonly LayerSize[] };
type LayerSize = { readonly name: string; readonly shape: Shape };

/**
 * What no cut can help is said before the network is calibrated: that it has more neurons than the target.
 *
 * @throws DiagnosticError E0305, E0316
 */
export function requireNeurons(graph: Layers, target: Target): void {
  const available = coreCount(target);
  const sizes = graph.layers.map(({ shape }) => shapeSize(shape));
  const coresOf = (perCore: number) => sizes.map((size) => Math.ceil(size / perCore));
  const cores = coresOf(target.limits.neurons);
  const needed = sumOf(cores);
  if (needed <= available) return;
  const room = available * target.limits.neurons;
  const excess = sumOf(sizes) - room;
  // With fewer cores than layers, larger cores are no help.
  if (excess <= 0 || sizes.length > available)
    tooManyCores(graph, cores, `the network needs at least ${needed} cores`, target);
  let perCore = Math.ceil(sumOf(sizes) / available);
  while (sumOf(coresOf(perCore)) > available) perCore++;
  const alone = graph.layers.find((_, l) => sizes[l]! > room);
  failMisfit(target, {
    code: 'E0316',
    message: `the network has ${sumOf(sizes)} neurons; the ${available} cores of ${target.name} have ${room}, ${excess} too few (cores needed: ${largestLayers(graph, cores)})`,
    figure: 'limits.neurons',
    needed: perCore,
    ...(alone !== undefined && { place: { layer: alone.name } }),
    remedy: `use a smaller network, or a target with ${needed} cores`,
  });
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

function tooManyCores(graph: Layers, cores: readonly number[], what: string, target: Target): never {
  const available = coreCount(target);
  const needed = sumOf(cores);
  const alone = graph.layers.find((_, l) => cores[l]! > available);
  failMisfit(target, {
    code: 'E0305',
    message: `${what}; ${target.name} has ${available}, ${needed - available} too few (${largestLayers(graph, cores)})`,
    figure: 'mesh',
    needed,
    ...(alone !== undefined && { place: { layer: alone.name } }),
    remedy: 'use a smaller network or larger cores',
  });
}

/** The layers that need most cores, each with their number. */
function largestLayers(graph: Layers, perLayer: readonly number[]): string {
  const all = graph.layers.map(({ name }, l) => ({ name, cores: perLayer[l]! }));
  const shown = all.toSorted((a, b) => b.cores - a.cores).slice(0, LAYERS_SHOWN);
  const rest = all.length - shown.length;
  return shown.map(({ name, cores }) => `${name} ${cores}`).join(', ') + (rest > 0 ? ` and ${rest} more layers` : '');
}

interface Cut {
  readonly boxes: readonly Box[];
  readonly axons: number;
}

/** The cut with the fewest tiles; among those the one with the fewest axons. */
function smallestCut(graph: QuantisedGraph, layer: QuantisedLayer, target: Target): readonly Box[] {
  const [channels, height, width] = layer.shape;
  const neurons = shapeSize(layer.shape);
  const most = Math.min(neurons, Math.max(coreCount(target), MOST_CORES_TRIED));
  requireNeuron(graph, layer, target);
  for (let tiles = Math.ceil(neurons / target.limits.neurons); tiles <= most; tiles++) {
    let best: Cut | undefined;
    for (let rows = 1; rows <= Math.min(height, tiles); rows++) {
      if (tiles % rows !== 0) continue;
      const rest = tiles / rows;
      for (let columns = 1; columns <= Math.min(width, rest); columns++) {
        if (rest % columns !== 0 || rest / columns > channels) continue;
        const cut = tryCut(graph, layer, target, [rest / columns, rows, columns]);
        if (cut !== undefined && (best === undefined || cut.axons < best.axons)) best = cut;
      }
    }
    if (best !== undefined) return best.boxes;
  }
  return fail(
    'E0305',
    `the layer of ${neurons} neurons fits no cut into up to ${most} cores; ${target.name} has ${coreCount(target)}`,
    { layer: layer.name },
    'use a smaller layer or larger cores',
  );
}

function tryCut(
  graph: QuantisedGraph,
  layer: QuantisedLayer,
  target: Target,
  parts: readonly [channels: number, rows: number, columns: number],
): Cut | undefined {
  const [channelCuts, rowCuts, columnCuts] = parts.map((n, axis) => evenCuts(layer.shape[axis]!, n));
  const boxes: Box[] = [];
  let axons = 0;
  for (const [y0, height] of rowCuts!)
    for (const [x0, width] of columnCuts!)
      for (const [c0, channels] of channelCuts!) {
        const box = { c0, y0, x0, channels, height, width };
        const needs = tileNeeds(graph, layer, box);
        if (needs === undefined || firstExcess(needs, target) !== undefined) return undefined;
        axons += needs.axons;
        boxes.push(box);
      }
  return { boxes, axons };
}

function evenCuts(size: number, parts: number): readonly (readonly [first: number, count: number])[] {
  return Array.from({ length: parts }, (_, k) => {
    const first = Math.floor((k * size) / parts);
    return [first, Math.floor(((k + 1) * size) / parts) - first] as const;
  });
}

interface Excess {
  readonly code: DiagnosticCode;
  readonly figure: TargetFigure;
  readonly what: string;
  readonly needed: number;
  readonly limit: number;
  readonly remedy: string;
}

function firstExcess(needs: TileNeeds, { limits }: Target): Excess | undefined {
  const row = (
    code: DiagnosticCode,
    name: Exclude<keyof TileNeeds, 'neurons'>,
    what: string,
    remedy: string,
  ): Excess => ({ code, figure: `limits.${name}`, what, needed: needs[name], limit: limits[name], remedy });
  const rows: readonly Excess[] = [
    {
      code: 'E0316',
      figure: 'limits.neurons',
      what: 'neurons',
      needed: needs.neurons,
      limit: limits.neurons,
      remedy: '',
    },
    row('E0306', 'axons', 'distinct in-axons', 'reduce the fan-in (pool before the layer, or fewer input channels)'),
    row('E0307', 'synapseBits', 'bits of synapse memory', 'use narrower weights (--weight-bits) or a smaller fan-in'),
    row('E0309', 'parameters', 'parameters', 'leave out the bias'),
    row('E0308', 'programWords', 'program words', 'use fewer branches into the layer'),
    row('E0314', 'axonGroups', 'axon groups', 'use fewer branches into the layer'),
  ];
  return rows.find(({ needed, limit }) => needed > limit);
}

/** Says what a core lacks for a single neuron: no cut can help then. */
function requireNeuron(graph: QuantisedGraph, layer: QuantisedLayer, target: Target): void {
  const needs = tileNeeds(graph, layer, neediestNeuron(layer));
  const excess = needs === undefined ? undefined : firstExcess(needs, target);
  if (excess === undefined) return;
  const { what, needed, limit } = excess;
  failMisfit(target, {
    ...excess,
    message: `one neuron needs ${needed} ${what}; a core of ${target.name} has ${limit}, ${needed - limit} too few`,
    place: { layer: layer.name },
  });
}
