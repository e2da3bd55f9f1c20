/** How a network lies on the cores, and what its packets cost there. */
import { z } from 'zod';
import { natural } from './numbers.ts';

const amount = z.number().nonnegative();
const meanAndMax = z.strictObject({ mean: amount, max: amount });

const placementSchema = z.strictObject({
  method: z.string(),
  jinEnergy: amount.describe('Σ packets · (hops + 1 + hops / 10) over all pairs of sender and listener'),
  hops: meanAndMax.describe('links from sender to listener, over the deliveries'),
  latencyCycles: meanAndMax.describe('of a packet that waits for no other, over the deliveries'),
  linkHops: z.strictObject({
    east: amount,
    west: amount,
    north: amount,
    south: amount,
    betweenChips: z
      .strictObject({ eastWest: amount, northSouth: amount })
      .optional()
      .describe('how many of them cross a chip border; absent where there is one chip'),
  }),
  multicastHops: amount.describe('links that packets traverse, each once per packet'),
  leastMulticastHops: amount.describe('a link for every tile that listens, the sender’s own apart'),
  routerTraversals: amount,
  deliveries: amount,
  largestLinkLoad: amount,
  largestRouterLoad: amount,
  routeEntries: z.strictObject({ total: natural, largest: natural.describe('in one router') }),
  seconds: amount,
});

export const mappingSchema = z.strictObject({
  cores: natural,
  tiles: natural.describe('boxes of layers that the cores hold'),
  assignment: z
    .string()
    .describe(
      'what decided which neurons share a core: traffic, layers or work; pins: all of it lies where a file says',
    ),
  fellBackFrom: z.string().optional().describe('what should have decided it, where no such mapping fits'),
  objective: z.string().optional().describe('what the mapping was chosen by; absent where there was no choice'),
  candidates: z
    .array(
      z.strictObject({
        assignment: z.string(),
        cores: natural,
        cycles: amount.describe('predicted, of an inference'),
        energyJ: amount.describe('predicted, of an inference'),
        verdict: z.enum(['taken', 'misses the deadline', 'exceeds the energy budget', 'not better']),
      }),
    )
    .optional()
    .describe('mappings that were searched, where one was to be chosen'),
  pinned: z
    .strictObject({
      file: z.string(),
      sha256: z.string(),
      pins: natural,
      cores: z.array(natural).describe('that hold what is pinned, and nothing else'),
      neurons: natural.describe('that are pinned'),
    })
    .optional()
    .describe('what lies where a file says (snnc build --pin)'),
  coresAvailable: natural,
  trees: natural,
  perCore: z.strictObject({ neurons: meanAndMax, axons: meanAndMax, synapseBits: meanAndMax }),
  limits: z.record(z.string(), natural),
  km1: natural.describe('Σ neurons · (cores that their packets touch − 1); the host counts as the core of the input'),
  seed: natural,
  rateSamples: natural.describe('samples that the packets are a mean of; 0: one packet per neuron is assumed'),
  placements: z
    .array(placementSchema)
    .describe(
      "the build's own, then others to compare with, of what is not pinned; alone, and called pins, where all is; traffic in packets per inference",
    ),
});
export type MappingRecord = z.infer<typeof mappingSchema>;
