/** A mapping as pins: from them a build makes the same chip again. */
import { type Pin, type Pins, pins } from '../isa/index.ts';
import type { Placed } from './ir/mapped.ts';
import type { Mapped } from './mapping/map-network.ts';

/** A pin for every tile, in their order. @returns undefined where layers have new numbers, of which nothing outside knows */
export function pinsOf({ mapped, placed }: { readonly mapped: Mapped; readonly placed: Placed }): Pins | undefined {
  const { orders, planner } = mapped;
  if (orders.some((order) => order !== undefined)) return undefined;
  const listed = placed.tiles.map(({ layer, box }, k): Pin => {
    const { name, shape } = planner.graph.layers[layer]!;
    const [channels, rows, columns] = [
      rangeText(box.c0, box.channels, shape[0]),
      rangeText(box.y0, box.height, shape[1]),
      rangeText(box.x0, box.width, shape[2]),
    ];
    return {
      layer: name,
      ...(channels !== undefined && { channels }),
      ...(rows !== undefined && { rows }),
      ...(columns !== undefined && { columns }),
      cores: [placed.coreOf[k]!],
    };
  });
  return { format: pins.format, pins: listed };
}

/** undefined: all there are. */
function rangeText(first: number, count: number, size: number): string | number | undefined {
  if (count === size) return undefined;
  return count === 1 ? first : `${first}-${first + count - 1}`;
}
