/** Random mappings: boxes cut anywhere, any of them together in a core, cores anywhere on a mesh. */
import fc from 'fast-check';
import { emitChip, type Emitted } from '../../compiler/passes/emit-chip.ts';
import { findSources } from '../../compiler/layout/sources.ts';
import { routeTrees, type Routed } from '../../compiler/passes/route-trees.ts';
import { isTile } from '../../compiler/layout/axons.ts';
import { coreNeeds, coreTraffic, type CoreNeeds } from '../../compiler/layout/core-needs.ts';
import { INPUT, type QuantisedGraph, type QuantisedLayer } from '../../compiler/ir/layers.ts';
import type { Placed, Tile } from '../../compiler/ir/mapped.ts';
import { CorePlanner } from '../../compiler/layout/plan-cores.ts';
import { renumber } from '../../compiler/mapping/renumber.ts';
import { flattenScattered, renumberable } from '../../compiler/mapping/scattered.ts';
import { boxSize, stateBits, wholeBox, type Box, type Chip, type Target } from '../../isa/index.ts';
import { seededRandom } from './random.ts';

export interface MappingRecipe {
  /** Cuts tried per layer. */
  readonly cuts: number;
  /** Cores wanted; fewer where there are fewer tiles. */
  readonly cores: number;
  readonly width: number;
  readonly height: number;
  readonly coresPerTile: number;
  readonly lanes: number;
  readonly bufferFlits: number;
  /** Layers that can get new numbers get some. */
  readonly renumbers: boolean;
  /** Most source runs of a tile. */
  readonly mostRuns: number;
  readonly seed: number;
}

export const arbitraryMapping: fc.Arbitrary<MappingRecipe> = fc.record({
  cuts: fc.integer({ min: 0, max: 12 }),
  cores: fc.integer({ min: 1, max: 20 }),
  width: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 5 }),
  coresPerTile: fc.integer({ min: 1, max: 4 }),
  lanes: fc.integer({ min: 1, max: 16 }),
  bufferFlits: fc.integer({ min: 1, max: 8 }),
  renumbers: fc.boolean(),
  mostRuns: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer(),
});

export interface RandomMapping {
  readonly placed: Placed;
  readonly routed: Routed;
  readonly chip: Chip;
  /** Per core of the chip. */
  readonly needs: readonly CoreNeeds[];
}

/** The same network as `chip`, mapped anew to a target whose limits are exactly what the fullest cores need. */
export function remap(chip: Chip, original: QuantisedGraph, recipe: MappingRecipe): RandomMapping {
  const random = seededRandom(recipe.seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const { graph, orders } = recipe.renumbers ? renumbered(original, below) : { graph: original, orders: [] };
  const { width, height, coresPerTile } = recipe;
  const roomy: Target = {
    ...chip.target,
    mesh: { width, height },
    coresPerTile,
    timing: { ...chip.target.timing, lanes: recipe.lanes, bufferFlits: recipe.bufferFlits },
  };
  const tiles = shuffled(
    graph.layers.flatMap((layer, l) => randomCut(layer, recipe.cuts, below).map((box): Tile => ({ layer: l, box }))),
    below,
  );
  const places = shuffled([...new Array(width * height * coresPerTile).keys()], below);
  const cores = Math.min(recipe.cores, places.length);
  const coreOf = tiles.map(() => below(cores));
  const used = [...new Set(coreOf)];
  const assigned = {
    tiles,
    coreOf: coreOf.map((core) => used.indexOf(core)),
    cores: used.length,
    mostRuns: recipe.mostRuns,
  };
  const placeOf = used.map((core) => places[core]!);
  const placed: Placed = { tiles, coreOf: coreOf.map((core) => places[core]!), placeOf };
  const routed = routeTrees(findSources(new CorePlanner(graph), assigned), placed, roomy);
  const needs = routed.cores.map(({ core, plan, tiles: held }) => {
    const sent = routed.runs.filter((run) => run.layer !== INPUT && held.includes(run.tile));
    const heard = routed.runs.filter((run) => run.listeners.includes(core));
    return coreNeeds(plan, coreTraffic(graph, plan, sent, heard));
  });
  const most = (name: keyof CoreNeeds): number => Math.max(1, ...needs.map((each) => each[name]));
  const names = Object.keys(needs[0]!) as (keyof CoreNeeds)[];
  const limits = { ...roomy.limits, ...Object.fromEntries(names.map((name) => [name, most(name)])) };
  const target = { ...roomy, limits };
  const { shape, scale, mean, std, step, payloadMin, payloadMax } = chip.input;
  const shapes = original.layers.map((layer) => layer.shape);
  const emitted: Emitted = emitChip({ graph, orders, shapes }, placed, routed, {
    target,
    encoding: { shape, scale, mean, std, step, payloadMin, payloadMax },
    outputStep: chip.output.step,
    labels: chip.output.labels,
    after: chip.output.after ?? [],
  });
  // Neurons may have planes beside V and I; none of what is converted has flags.
  const states = emitted.cores.map((image) => stateBits(image, false, target));
  const held = { ...target, limits: { ...limits, stateBits: Math.max(1, ...states) } };
  return { placed, routed, chip: { ...chip, ...emitted, target: held }, needs };
}

/** New numbers, at random, for all layers that can have some. */
function renumbered(original: QuantisedGraph, below: (limit: number) => number) {
  const flat = flattenScattered(original, renumberable(original));
  const orders = flat.layers.map(({ shape }, l) =>
    renumberable(original)[l]! ? Uint32Array.from(shuffled([...new Array(shape[1]).keys()], below)) : undefined,
  );
  return { graph: renumber(flat, orders), orders };
}

/** Boxes that cover a layer, by cuts through whole boxes at any place where no channel group is cut unevenly. */
function randomCut(layer: QuantisedLayer, cuts: number, below: (limit: number) => number): Box[] {
  const boxes = [wholeBox(layer.shape)];
  for (let k = 0; k < cuts; k++) {
    const at = below(boxes.length);
    const halves = halve(boxes[at]!, below(3), below);
    if (halves.every((box) => boxSize(box) > 0 && isTile(layer, box))) boxes.splice(at, 1, ...halves);
  }
  return boxes;
}

function halve(box: Box, axis: number, below: (limit: number) => number): [Box, Box] {
  const [start, size] = (
    [
      ['c0', 'channels'],
      ['y0', 'height'],
      ['x0', 'width'],
    ] as const
  )[axis]!;
  const first = below(box[size] + 1);
  return [
    { ...box, [size]: first },
    { ...box, [start]: box[start] + first, [size]: box[size] - first },
  ];
}

function shuffled<T>(list: readonly T[], below: (limit: number) => number): T[] {
  const copy = [...list];
  for (let k = copy.length - 1; k > 0; k--) {
    const other = below(k + 1);
    [copy[k], copy[other]] = [copy[other]!, copy[k]!];
  }
  return copy;
}
