/** The parts of a network that lie on cores of the target by hand, and the rest around them. */
import { boxElement, boxSize, shapeSize, type Box } from '../../../isa/index.ts';
import type { LayerIndex, QuantisedGraph } from '../../ir/layers.ts';
import type { Assigned, Tile } from '../../ir/mapped.ts';
import { without } from './without.ts';

export interface PinnedTile extends Tile {
  /** Of the target. */
  readonly core: number;
  /** Of the pin in its file. */
  readonly path: string;
}

/** A core that a pin names holds what is pinned to it and nothing else. */
export class Pinned {
  readonly tiles: readonly PinnedTile[];
  /** Cores of the target that pins name. */
  readonly cores: readonly number[];
  readonly #graph: QuantisedGraph;
  /** By layer: which neurons are pinned; undefined where none is. */
  readonly #held: (Uint8Array | undefined)[];
  readonly #left: readonly number[];

  /** @param tiles boxes that do not overlap */
  constructor(graph: QuantisedGraph, tiles: readonly PinnedTile[]) {
    this.#graph = graph;
    this.tiles = tiles;
    this.cores = [...new Set(tiles.map(({ core }) => core))];
    this.#held = graph.layers.map(() => undefined);
    const left = graph.layers.map(({ shape }) => shapeSize(shape));
    for (const { layer, box } of tiles) {
      const { shape } = graph.layers[layer]!;
      const held = (this.#held[layer] ??= new Uint8Array(shapeSize(shape)));
      for (let k = 0; k < boxSize(box); k++) held[boxElement(box, shape, k)] = 1;
      left[layer]! -= boxSize(box);
    }
    this.#left = left;
  }

  /** Whether nothing of a layer is left to be mapped. */
  holdsLayer(layer: LayerIndex): boolean {
    return this.#left[layer] === 0;
  }

  get holdsAll(): boolean {
    return this.#left.every((left) => left === 0);
  }

  /** Whether all neurons of a box are pinned. */
  holds(layer: LayerIndex, box: Box): boolean {
    const held = this.#held[layer];
    if (held === undefined) return false;
    for (let k = 0; k < boxSize(box); k++)
      if (held[boxElement(box, this.#graph.layers[layer]!.shape, k)] === 0) return false;
    return true;
  }

  /**
   * What is pinned, and a mapping of the rest around it: tiles by layer, of a layer those that are pinned first, in the order of the
   * file; cores in the order of their first tiles.
   *
   * @param rest a mapping in which what is pinned may be left out; where it is not, it is taken out
   */
  join(rest: Assigned = { tiles: [], coreOf: [], cores: 0 }): Assigned {
    const placed = this.tiles.map(({ layer, box, core }) => ({ tile: { layer, box }, at: `pinned ${core}` }));
    rest.tiles.forEach((tile, k) => {
      for (const left of this.#without(tile)) placed.push({ tile: left, at: String(rest.coreOf[k]!) });
    });
    placed.sort((a, b) => a.tile.layer - b.tile.layer);
    const numbers = new Map<string, number>();
    const coreOf = placed.map(({ at }) => {
      const number = numbers.get(at) ?? numbers.size;
      numbers.set(at, number);
      return number;
    });
    const pinnedTo = new Array<number | undefined>(numbers.size).fill(undefined);
    for (const core of this.cores) pinnedTo[numbers.get(`pinned ${core}`)!] = core;
    return { tiles: placed.map(({ tile }) => tile), coreOf, cores: numbers.size, pinnedTo };
  }

  /** What is left of a tile. */
  #without(tile: Tile): readonly Tile[] {
    const held = this.#held[tile.layer];
    if (held === undefined) return [tile];
    if (this.holdsLayer(tile.layer)) return [];
    const layer = this.#graph.layers[tile.layer]!;
    const { shape } = layer;
    return without(layer, tile.box, (c, y, x) => held[(c * shape[1] + y) * shape[2] + x] === 1).map((box) => ({
      layer: tile.layer,
      box,
    }));
  }
}
