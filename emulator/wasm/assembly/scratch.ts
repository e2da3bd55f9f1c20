/** Areas that the kernels share, sized by the largest core of the chip. */

/** Axons, relative to their group, of the events at hand whose payload is 1, ascending. u32 each. */
export let spikesAt: usize = 0;
/** Axons of the other events, and their payloads (i32). */
export let gradedAt: usize = 0;
export let payloadsAt: usize = 0;
/** CONV: row of weights of each event, first event of each pixel, of each column; events by column. */
export let weightsOfEventAt: usize = 0;
export let pixelsAt: usize = 0;
export let columnsAt: usize = 0;
export let columnEventsAt: usize = 0;
/** CONV with a sliding window: words of channels per column, and the weights of the first bit of each of them. */
export let wordsAt: usize = 0;
export let wordBasesAt: usize = 0;
/** FIRE: which neurons of the run were active, a bit each; indices of those that fired. */
export let activeBitsAt: usize = 0;
export let firedAt: usize = 0;
/** Eight neurons in 32 ticks, a byte each. */
export let columnAt: usize = 0;
/** Parameters of sixteen neurons. */
export let parameterBlockAt: usize = 0;
/** SPARSE: entries of short lists, one after the other. */
export let shortEntriesAt: usize = 0;

/** Must be called once, before anything else. */
export function setScratch(
  spikes: usize,
  graded: usize,
  payloads: usize,
  weightsOfEvent: usize,
  pixels: usize,
  columns: usize,
  columnEvents: usize,
  words: usize,
  wordBases: usize,
  activeBits: usize,
  fired: usize,
  column: usize,
  parameterBlock: usize,
  shortEntries: usize,
): void {
  spikesAt = spikes;
  gradedAt = graded;
  payloadsAt = payloads;
  weightsOfEventAt = weightsOfEvent;
  pixelsAt = pixels;
  columnsAt = columns;
  columnEventsAt = columnEvents;
  wordsAt = words;
  wordBasesAt = wordBases;
  activeBitsAt = activeBits;
  firedAt = fired;
  columnAt = column;
  parameterBlockAt = parameterBlock;
  shortEntriesAt = shortEntries;
}
