import { z } from 'zod';
import { natural } from './numbers.ts';

const WHERE = 'absent where the target gives no energy for one, and in records of earlier versions';

/** Countable events of a run. spec/energy.md says what each one is. */
export const countsSchema = z.strictObject({
  synops: natural.describe('stored synapses visited by a spike with payload 1 (zero weights included)'),
  macs: natural.describe('stored synapses visited by an event with another payload'),
  neuronUpdatesActive: natural,
  neuronUpdatesIdle: natural,
  stateBitsRead: natural
    .optional()
    .describe(`bits of planes and flags that instructions on them read, beside those of neuron updates; ${WHERE}`),
  stateBitsWritten: natural.optional().describe(`the same of bits written; ${WHERE}`),
  parameterBitsRead: natural.optional().describe(`bits of parameters that these instructions read; ${WHERE}`),
  vectorAdds: natural.optional().describe(`additions and comparisons of these instructions; ${WHERE}`),
  multiplierBits: natural.optional().describe(`bits of factors that states were multiplied by; ${WHERE}`),
  lostEvents: natural
    .optional()
    .describe('events beyond what counters of cores in event mode hold; absent where no core is in it'),
  spikes: natural.describe('neurons that fired, once per tick, however many spikes they sent in it'),
  spikePayload: natural
    .optional()
    .describe(
      'sum of the magnitudes of the payloads that they sent: the number of spikes of neurons that may fire several times in a tick; absent in records of earlier versions',
    ),
  packets: natural.describe('packets injected by cores'),
  hostPackets: natural.describe('packets through the host port, in and out'),
  deliveries: natural.describe('packets handed to a core (or to the host), once per leaf of the tree'),
  linkHops: z.strictObject({
    east: natural,
    west: natural,
    north: natural,
    south: natural,
    betweenChips: z
      .strictObject({ eastWest: natural, northSouth: natural })
      .optional()
      .describe('how many of these crossed a chip border; absent where the target is one chip'),
  }),
  withinTile: natural.describe('deliveries to a core of the tile where the packet was injected'),
  routerTraversals: natural,
  synapseBitsRead: natural,
  barriers: natural,
  resets: natural.describe('neurons reset'),
  activeCoreCycles: natural.nullable().describe('null where timing was not computed'),
  idleCoreCycles: natural.nullable(),
});
export type Counts = z.infer<typeof countsSchema>;
