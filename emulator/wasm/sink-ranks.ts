/** Sink lists as bits and ranks: an eighth of the memory of a list, and spikes to nowhere cost nothing. */
import { NO_AXON } from '../../isa/machine.ts';
import { SINK_RANKED_BYTES } from './generated/records.ts';

/** Source indices of a block. */
export const BLOCK = 64;
export const BLOCK_WORDS = SINK_RANKED_BYTES / 4;
const HALF = 32;

/**
 * Blocks of 64 source indices, four words each: which of them mean an axon (a bit each, two words), the axon of the first
 * of those, and nothing. Their axons follow each other.
 *
 * @param axons of the sources: NO_AXON, or an axon
 * @returns undefined where the axons of some block do not ascend by one
 */
export function ranksOf(axons: Uint32Array): Uint32Array | undefined {
  const blocks = new Uint32Array(BLOCK_WORDS * Math.ceil(axons.length / BLOCK));
  let next = NO_AXON;
  for (let source = 0; source < axons.length; source++) {
    if (source % BLOCK === 0) next = NO_AXON;
    const axon = axons[source]!;
    if (axon === NO_AXON) continue;
    const at = BLOCK_WORDS * Math.floor(source / BLOCK);
    if (next === NO_AXON) blocks[at + 2] = axon;
    else if (axon !== next) return undefined;
    next = axon + 1;
    blocks[at + (source % BLOCK < HALF ? 0 : 1)]! |= 1 << (source % HALF);
  }
  return blocks;
}
