/** Which axon a packet means (spec/image-format.md). */
import { NO_AXON, type SinkRow } from '../../isa/chip.ts';

/** Axon of the row's group that a source index means; undefined where the packet is dropped. */
export function axonOf(row: SinkRow, lists: Uint32Array, i: number): number | undefined {
  if (row.kind === 'list') return lists[row.list + i] === NO_AXON ? undefined : lists[row.list + i];
  const y = Math.floor(i / (row.sourceWidth * row.sourceChannels));
  const x = Math.floor(i / row.sourceChannels) % row.sourceWidth;
  const c = i % row.sourceChannels;
  const ay = Math.floor((y + row.offsetY) / row.divisorY);
  const ax = Math.floor((x + row.offsetX) / row.divisorX);
  const ac = c + row.offsetC;
  const inside = (value: number, size: number): boolean => 0 <= value && value < size;
  if (!inside(ay, row.sizeY) || !inside(ax, row.sizeX) || !inside(ac, row.sizeC)) return undefined;
  return row.base + (ay * row.sizeX + ax) * row.sizeC + ac;
}
