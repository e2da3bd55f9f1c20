/**
 * Cuts tiles between columns that different cores hear. A tree leads rows of a tile to all who hear anything of them, so a wide tile
 * whose last column alone is a neighbour's halo would send that neighbour everything.
 */
import { intersectBoxes, type Box } from '../../../isa/index.ts';
import { INPUT, type LayerIndex, type QuantisedGraph } from '../../ir/layers.ts';
import type { Assigned, Tile } from '../../ir/mapped.ts';
import { beforePooling, branchAxons, isTile } from '../../layout/axons.ts';

interface Ear {
  readonly core: number;
  readonly box: Box;
}

/** The same cores, with tiles of their own for columns that other cores hear. */
export function splitColumns(graph: QuantisedGraph, assigned: Assigned): Assigned {
  const { tiles, coreOf } = assigned;
  const ears = earsOf(graph, tiles, coreOf);
  const cut = tiles.map((tile) => splitTile(graph, tile, ears[tile.layer]!));
  return { ...assigned, tiles: cut.flat(), coreOf: cut.flatMap((parts, k) => parts.map(() => coreOf[k]!)) };
}

/** By layer: who hears which part of it. */
function earsOf(graph: QuantisedGraph, tiles: readonly Tile[], coreOf: readonly number[]): Ear[][] {
  const ears = graph.layers.map((): Ear[] => []);
  tiles.forEach(({ layer, box }, k) => {
    const { branches, shape } = graph.layers[layer]!;
    for (const branch of branches) {
      if (branch.source === INPUT) continue;
      const axons = branchAxons(branch, shape, [box]);
      if (axons?.kind !== 'region') continue;
      ears[branch.source]!.push({ core: coreOf[k]!, box: beforePooling(axons.region, branch) });
    }
  });
  return ears;
}

function splitTile(graph: QuantisedGraph, { layer, box }: Tile, ears: readonly Ear[]): Tile[] {
  const near = ears.filter((ear) => intersectBoxes(ear.box, box) !== undefined);
  const heardBy = (x: number): string => {
    const column = { ...box, x0: x, width: 1 };
    const cores = near.filter((ear) => intersectBoxes(ear.box, column) !== undefined).map(({ core }) => core);
    return [...new Set(cores)].sort((a, b) => a - b).join(' ');
  };
  const parts: Tile[] = [];
  let first = box.x0;
  const end = box.x0 + box.width;
  for (let x = box.x0 + 1; x <= end; x++) {
    if (x < end && heardBy(x) === heardBy(x - 1)) continue;
    parts.push(tileOf(layer, { ...box, x0: first, width: x - first }));
    first = x;
  }
  return parts.every((part) => isTile(graph.layers[layer]!, part.box)) ? parts : [{ layer, box }];
}

const tileOf = (layer: LayerIndex, box: Box): Tile => ({ layer, box });
