/** From the pins of a file to tiles on cores of the target; what is wrong with a pin is said with its place in the file. */
import {
  boxElement,
  boxSize,
  coreCount,
  fail,
  livingCoreCount,
  option,
  type Box,
  type Pin,
  type Place,
  type Shape,
  shapeSize,
  suggestion,
  type Target,
  tileOfCore,
} from '../../../isa/index.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import { isTile } from '../../layout/axons.ts';
import { coreNeeds, firstExcess } from '../../layout/core-needs.ts';
import { groupBy } from '../../layout/group-by.ts';
import type { CorePlanner } from '../../layout/plan-cores.ts';
import { Pinned, type PinnedTile } from '../../mapping/pins/pinned.ts';
import type { Sources } from '../../layout/sources.ts';
import { sourceNeeds } from '../../mapping/blocks.ts';
import type { PinOptions } from '../../options.ts';
import { cutBox } from './partition-layers.ts';

/** Layers that a message lists at most. */
const LAYERS_SHOWN = 12;

/** A pin, read: which part of which layer, on which cores. */
interface ReadPin {
  readonly layer: LayerIndex;
  readonly box: Box;
  readonly cores: readonly number[];
  readonly place: Place & { readonly path: string };
}

interface NamedLayer {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * What pins say of a network whose layers are known, and of nothing else.
 *
 * @throws DiagnosticError E0323, E0324
 */
export function readPins(layers: readonly NamedLayer[], target: Target, { file, pins }: PinOptions): ReadPin[] {
  const read = pins.map((pin, k) => readPin(layers, target, pin, { file, path: `pins[${k}]` }));
  refuseOverlaps(layers, read);
  return read;
}

/**
 * @throws DiagnosticError E0323, E0324; E0325 where a part cannot be cut so, E0326 where it does not fit its core whoever sends to it
 */
export function resolvePins(planner: CorePlanner, target: Target, options: PinOptions): Pinned {
  const read = readPins(planner.graph.layers, target, options);
  const tiles = read.flatMap((pin) => tilesOf(planner, target, pin));
  const pinned = new Pinned(planner.graph, tiles);
  if (!pinned.holdsAll && pinned.cores.length === livingCoreCount(target))
    fail(
      'E0326',
      `the pins name all ${pinned.cores.length} living cores of ${target.name}, and leave none for the rest of the network`,
      { file: options.file },
      'pin all of the network, or leave a core out',
    );
  for (const members of groupBy(tiles, ({ core }) => core).values())
    requireRoom(members, coreNeeds(planner.plan(members)), target, options.file);
  return pinned;
}

/** The same once it is known who sends to whom. @throws DiagnosticError E0326 */
export function requirePinnedFit(planner: CorePlanner, sources: Sources, target: Target, pinned: Pinned, file: string) {
  const needs = sourceNeeds(planner.graph, sources);
  sources.assigned.pinnedTo?.forEach((core, k) => {
    const members = pinned.tiles.filter((tile) => tile.core === core);
    if (core !== undefined) requireRoom(members, needs[k]!, target, file);
  });
}

/**
 * Beside pins a network with layers of lists is not mapped by traffic: that would be neuron by neuron, under new numbers.
 *
 * @throws DiagnosticError E0325
 */
export const refuseScattered = ({ file }: PinOptions): never =>
  fail(
    'E0325',
    'the connections of this network have no order (lists), so by traffic it is mapped neuron by neuron, and boxes cannot be pinned',
    { file },
    `map it otherwise, with ${option('assignment', 'work')} or ${option('assignment', 'layers')}, or pin all of it`,
  );

function requireRoom(
  members: readonly PinnedTile[],
  needs: ReturnType<typeof coreNeeds>,
  target: Target,
  file: string,
): void {
  const excess = firstExcess(needs, target);
  if (excess === undefined) return;
  const { what, needed, limit } = excess;
  const [{ core, path }] = members as readonly [PinnedTile, ...PinnedTile[]];
  const pins = new Set(members.map((each) => each.path)).size;
  fail(
    'E0326',
    `what ${pins === 1 ? 'this pin puts' : `this and ${pins - 1} other pin${pins === 2 ? '' : 's'} put`} on core ${core} needs ${needed} ${what}; a core of ${target.name} has ${limit}, ${needed - limit} too few`,
    { file, path, core },
    'pin less to the core, or give the part more cores',
  );
}

function readPin(
  layers: readonly NamedLayer[],
  target: Target,
  pin: Pin,
  place: { readonly file: string; readonly path: string },
): ReadPin {
  const layer = layers.findIndex(({ name }) => name === pin.layer);
  if (layer < 0) {
    const names = layers.map(({ name }) => name);
    const listed = names.slice(0, LAYERS_SHOWN).map((name) => JSON.stringify(name));
    fail(
      'E0323',
      `there is no layer ${JSON.stringify(pin.layer.slice(0, 64))}${suggestion(pin.layer.slice(0, 64), names)}`,
      { file: place.file, path: `${place.path}.layer` },
      `name one of ${listed.join(', ')}${names.length > LAYERS_SHOWN ? `, … (${names.length})` : ''}`,
    );
  }
  const { name, shape } = layers[layer]!;
  const along = (axis: 0 | 1 | 2, word: 'channels' | 'rows' | 'columns') =>
    rangeOf(pin[word], shape[axis], word, { ...place, path: `${place.path}.${word}`, layer: name });
  const [c0, channels] = along(0, 'channels');
  const [y0, height] = along(1, 'rows');
  const [x0, width] = along(2, 'columns');
  const cores = pin.cores.map((core, k) => coreOf(core, target, { ...place, path: `${place.path}.cores[${k}]` }));
  const twice = cores.findIndex((core, k) => cores.indexOf(core) < k);
  if (twice >= 0)
    fail(
      'E0324',
      `core ${cores[twice]!} is named twice`,
      { ...place, path: `${place.path}.cores[${twice}]`, layer: name },
      'each core of a pin gets a part of its own: name it once',
    );
  return { layer, box: { c0, y0, x0, channels, height, width }, cores, place: { ...place, layer: name } };
}

/** First and number of what a range names. @throws DiagnosticError E0323 */
function rangeOf(
  range: Pin['channels'],
  size: number,
  word: string,
  place: Place,
): readonly [first: number, count: number] {
  if (range === undefined) return [0, size];
  const [first, last = first] = String(range).split('-').map(Number) as [number, number?];
  if (first > last)
    fail('E0323', `the range ${range} runs backwards`, place, `write it as ${last}-${first}, both ends included`);
  if (last >= size)
    fail(
      'E0323',
      `the layer has no ${word} ${range}: it has ${size}`,
      place,
      size === 1 ? `name 0, or leave ${word} out` : `name a part of 0-${size - 1}, or leave ${word} out`,
    );
  return [first, last - first + 1];
}

/** @throws DiagnosticError E0323 for a core that is not there, or dead */
function coreOf(core: Pin['cores'][number], target: Target, place: Place): number {
  const { mesh, coresPerTile, deadTiles } = target;
  const cores = coreCount(target);
  const text = typeof core === 'number' ? `core ${core}` : `core [${core.join(', ')}]`;
  const isThere =
    typeof core === 'number'
      ? core < cores
      : core[0] < mesh.width && core[1] < mesh.height && (core[2] ?? 0) < coresPerTile;
  if (!isThere)
    fail(
      'E0323',
      `there is no ${text}: ${target.name} has ${mesh.width}×${mesh.height} tiles of ${coresPerTile === 1 ? 'a core' : `${coresPerTile} cores`} each`,
      place,
      `name a core of 0 to ${cores - 1}, or as [column, row] of its tile from 0${coresPerTile === 1 ? '' : ', and which of the tile'}`,
    );
  if (typeof core !== 'number' && core.length === 2 && coresPerTile > 1)
    fail(
      'E0323',
      `${text} is a tile with ${coresPerTile} cores`,
      place,
      `name one of them: [${core.join(', ')}, 0] to [${core.join(', ')}, ${coresPerTile - 1}]`,
    );
  const number = typeof core === 'number' ? core : (core[1] * mesh.width + core[0]) * coresPerTile + (core[2] ?? 0);
  const tile = tileOfCore(target, number);
  if (deadTiles?.includes(tile) === true)
    fail('E0323', `${text} is dead: tile ${tile} is among the deadTiles of ${target.name}`, place, 'name another core');
  return number;
}

/** @throws DiagnosticError E0324 naming both pins */
function refuseOverlaps(layers: readonly NamedLayer[], read: readonly ReadPin[]): void {
  const pinOf: (Int32Array | undefined)[] = layers.map(() => undefined);
  read.forEach(({ layer, box, place }, p) => {
    const { shape } = layers[layer]!;
    const owner = (pinOf[layer] ??= new Int32Array(shapeSize(shape)).fill(-1));
    for (let k = 0; k < boxSize(box); k++) {
      const element = boxElement(box, shape, k);
      const other = owner[element]!;
      if (other >= 0)
        fail(
          'E0324',
          `${neuronText(shape, element)} is pinned by ${read[other]!.place.path} already`,
          place,
          'name each part of a layer in one pin',
        );
      owner[element] = p;
    }
  });
}

function neuronText(shape: Shape, element: number): string {
  const area = shape[1] * shape[2];
  const channel = Math.floor(element / area);
  if (area === 1) return `channel ${channel}`;
  return `channel ${channel}, row ${Math.floor((element % area) / shape[2])}, column ${element % shape[2]}`;
}

/** @throws DiagnosticError E0325 where the part cannot be cut so */
function tilesOf(planner: CorePlanner, target: Target, { layer, box, cores, place }: ReadPin): PinnedTile[] {
  const boxes =
    cores.length > 1
      ? cutBox(planner, layer, box, target, cores.length)
      : isTile(planner.graph.layers[layer]!, box)
        ? [box]
        : undefined;
  if (boxes === undefined)
    fail(
      'E0325',
      cores.length > 1
        ? `${box.channels}×${box.height}×${box.width} neurons do not fall into ${cores.length} equal boxes that keep the channel groups whole`
        : 'the channels cut through channel groups of a convolution',
      place,
      cores.length > 1
        ? 'name another number of cores, or the parts one by one'
        : 'pin whole groups, or a part of a single one',
    );
  return boxes.map((part, k) => ({ layer, box: part, core: cores[k]!, path: place.path }));
}
