/** Areas that the kernels share; made by scripts/records.mjs from records/scratch.ts. */
/** Axons, relative to their group, of the events at hand whose payload is 1, ascending. u32 each. */
export let spikesAt: usize = 0;
/** Axons of the other events. */
export let gradedAt: usize = 0;
/** Payloads of those (i32). */
export let payloadsAt: usize = 0;
/** CONV: row of weights of each event. */
export let weightsOfEventAt: usize = 0;
/** CONV: first event of each pixel. */
export let pixelsAt: usize = 0;
/** CONV: first event of each column. */
export let columnsAt: usize = 0;
/** CONV: events by column. */
export let columnEventsAt: usize = 0;
/** CONV with a sliding window: words of channels per column. */
export let wordsAt: usize = 0;
/** The weights of the first bit of each of those words. */
export let wordBasesAt: usize = 0;
/** FIRE: indices of the neurons of the run that fired. */
export let firedAt: usize = 0;
/** Eight neurons in 32 ticks, a byte each. */
export let columnAt: usize = 0;
/** Parameters of sixteen neurons. */
export let parameterBlockAt: usize = 0;
/** SPARSE: entries of 256 short lists of up to four, one after the other, and a vector written behind them. */
export let shortEntriesAt: usize = 0;
/** FIRE: which neurons of the run were active, a bit each. */
export let activeBitsAt: usize = 0;
/** ALU: the shifted source of the run. EMIT, FIRES: the payloads of their packets. */
export let operandsAt: usize = 0;
/** Results of the run, where not all of them are stored as they are. */
export let resultsAt: usize = 0;

/** Must be called once, before anything else. @param addresses of the areas, u32 each, in their order */
export function setScratch(addresses: usize): void {
  spikesAt = load<u32>(addresses, 0);
  gradedAt = load<u32>(addresses, 4);
  payloadsAt = load<u32>(addresses, 8);
  weightsOfEventAt = load<u32>(addresses, 12);
  pixelsAt = load<u32>(addresses, 16);
  columnsAt = load<u32>(addresses, 20);
  columnEventsAt = load<u32>(addresses, 24);
  wordsAt = load<u32>(addresses, 28);
  wordBasesAt = load<u32>(addresses, 32);
  firedAt = load<u32>(addresses, 36);
  columnAt = load<u32>(addresses, 40);
  parameterBlockAt = load<u32>(addresses, 44);
  shortEntriesAt = load<u32>(addresses, 48);
  activeBitsAt = load<u32>(addresses, 52);
  operandsAt = load<u32>(addresses, 56);
  resultsAt = load<u32>(addresses, 60);
}
