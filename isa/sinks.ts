/** Which axon a packet means at a core. One rule, used by the loader's checks and by the emulator. */
import { NO_AXON, type SinkRow } from './chip.ts';

/**
 * Axon (relative to its group) of source index `index` under a sink row, or -1 where the packet is dropped.
 *
 * @param lists the core's sink lists
 */
export function sinkAxon(row: SinkRow, lists: Uint32Array, index: number): number {
  if (row.kind === 'list') {
    const axon = lists[row.list + index]!;
    return axon === NO_AXON ? -1 : axon;
  }
  const c = index % row.sourceChannels;
  const column = (index - c) / row.sourceChannels;
  const x = column % row.sourceWidth;
  const y = (column - x) / row.sourceWidth;
  const ay = Math.floor((y + row.offsetY) / row.divisorY);
  const ax = Math.floor((x + row.offsetX) / row.divisorX);
  const ac = c + row.offsetC;
  if (ay < 0 || ay >= row.sizeY || ax < 0 || ax >= row.sizeX || ac < 0 || ac >= row.sizeC) return -1;
  return row.base + (ay * row.sizeX + ax) * row.sizeC + ac;
}
