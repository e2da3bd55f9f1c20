/**
 * Cuts every layer into the fewest tiles that fit a core of the target: channel tiles and space tiles, shared kernels
 * stored once per core, halos counted as axons. One tile, one core.
 */
import {
  shapeSize,
  livingCoreCount,
  fail,
  type Box,
  type DiagnosticCode,
  type Shape,
  type Target,
} from '../../isa/index.ts';
import type { QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';
import type { Tile } from '../ir/mapped.ts';
import { branchAxons, tileNeeds, type TileNeeds } from '../ir/tile.ts';

/** A message names no more layers than this. */
const LAYERS_SHOWN = 8;

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function partitionLayers(graph: QuantisedGraph, target: Target): readonly Tile[] {
  const available = livingCoreCount(target);
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
 * @throws DiagnosticError E0305
 */
export function requireNeurons(graph: Layers, target: Target): void {
  const cores = graph.layers.map(({ shape }) => Math.ceil(shapeSize(shape) / target.limits.neurons));
  const large = graph.layers.findIndex((_, l) => cores[l]! > livingCoreCount(target));
  if (large >= 0) layerTooLarge(graph.layers[large]!, cores[large]!, target);
  const needed = sumOf(cores);
  if (needed > livingCoreCount(target))
    tooManyCores(graph, cores, `the network needs at least ${needed} cores`, target);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

function tooManyCores(graph: Layers, cores: readonly number[], what: string, target: Target): never {
  const available = livingCoreCount(target);
  fail(
    'E0305',
    `${what}; ${target.name} has ${available}, ${sumOf(cores) - available} too few (${largestLayers(graph, cores)})`,
    undefined,
    'use a smaller network or a target with more or larger cores',
  );
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
  const cores = livingCoreCount(target);
  const fewest = Math.ceil(shapeSize(layer.shape) / target.limits.neurons);
  for (let tiles = fewest; tiles <= cores; tiles++) {
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
  return doesNotFit(graph, layer, target, fewest);
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
  readonly what: string;
  readonly needed: number;
  readonly limit: number;
  readonly remedy: string;
}

function firstExcess(needs: TileNeeds, target: Target): Excess | undefined {
  const { limits } = target;
  const rows: readonly Excess[] = [
    { code: 'E0305', what: 'neurons', needed: needs.neurons, limit: limits.neurons, remedy: '' },
    {
      code: 'E0306',
      what: 'distinct in-axons',
      needed: needs.axons,
      limit: limits.axons,
      remedy:
        'reduce the fan-in (pool before the layer, or fewer input channels), or use a target with more axons per core',
    },
    {
      code: 'E0307',
      what: 'bits of synapse memory',
      needed: needs.synapseBits,
      limit: limits.synapseBits,
      remedy: 'use narrower weights (--weight-bits), a smaller fan-in, or a target with more synapse memory per core',
    },
    {
      code: 'E0309',
      what: 'parameters',
      needed: needs.parameters,
      limit: limits.parameters,
      remedy: 'use a target with more parameter memory per core',
    },
    {
      code: 'E0308',
      what: 'program words',
      needed: needs.programWords,
      limit: limits.programWords,
      remedy: 'use fewer branches into the layer, or a target with more program memory per core',
    },
    {
      code: 'E0314',
      what: 'axon groups',
      needed: needs.axonGroups,
      limit: limits.axonGroups,
      remedy: 'use fewer branches into the layer, or a target with more axon groups per core',
    },
  ];
  return rows.find((row) => row.needed > row.limit);
}

/** Says why no cut fits: what the smallest tile lacks, or how many cores would do. */
function doesNotFit(graph: QuantisedGraph, layer: QuantisedLayer, target: Target, fewest: number): never {
  const single: Box = { c0: 0, y0: layer.shape[1] >> 1, x0: layer.shape[2] >> 1, channels: 1, height: 1, width: 1 };
  const needs = tileNeeds(graph, layer, single);
  const excess = needs === undefined ? undefined : firstExcess(needs, target);
  if (excess !== undefined)
    fail(
      excess.code,
      `one neuron needs ${excess.needed} ${excess.what}; a core of ${target.name} has ${excess.limit}, ${excess.needed - excess.limit} too few`,
      { layer: layer.name },
      excess.remedy,
    );
  return layerTooLarge(layer, Math.max(fewest, livingCoreCount(target) + 1), target);
}

function layerTooLarge(layer: LayerSize, atLeast: number, target: Target): never {
  const cores = livingCoreCount(target);
  fail(
    'E0305',
    `the layer of ${shapeSize(layer.shape)} neurons needs at least ${atLeast} cores; ${target.name} has ${cores}, ${atLeast - cores} too few`,
    { layer: layer.name },
    'use a smaller layer or a target with more or larger cores',
  );
}
