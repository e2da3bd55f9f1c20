/**
 * The run record `snn-run/1`: everything that reports are made from. `runRecordSchema` is published as
 * spec/run-record.schema.json.
 */
import { z } from 'zod';
import { perMemory } from './core-memories.ts';
import { FIGURE_KINDS } from './target.ts';

const natural = z.number().int().nonnegative();

/** Countable events of a run. spec/energy.md says what each one is. */
export const countsSchema = z.strictObject({
  synops: natural.describe('stored synapses visited by a spike with payload 1 (zero weights included)'),
  macs: natural.describe('stored synapses visited by an event with another payload'),
  neuronUpdatesActive: natural,
  neuronUpdatesIdle: natural,
  spikes: natural,
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

const summary = z.strictObject({ median: z.number(), p99: z.number(), max: z.number() });

const boundSchema = z.strictObject({
  integrate: natural,
  update: natural,
  network: natural,
  barrier: natural,
  wait: natural.default(0).describe('until a tick of fixed length is over'),
  host: natural,
});

/** Cycles in which the critical cores of ticks integrate and update. */
const criticalCycles = { integrateCycles: natural, updateCycles: natural };

const tickSchema = summary.extend({
  bound: boundSchema.omit({ host: true }).optional().describe('cycles of this tick in all inferences'),
  critical: z
    .strictObject({ core: natural, inferences: natural })
    .optional()
    .describe('the core that was critical most often in this tick, and in how many inferences'),
});

const criticalCoreSchema = z.strictObject({
  core: natural,
  tile: natural,
  ticks: natural.describe('ticks of all inferences in which it was the critical core'),
  ...criticalCycles,
  layers: z.array(z.strictObject({ name: z.string(), ...criticalCycles })).describe('what of it was for which layer'),
});

const worstSchema = z.strictObject({
  index: natural.describe('of the sample; the lowest one of equals'),
  cycles: natural,
  seconds: z.number(),
  bound: boundSchema,
  critical: z
    .strictObject({ core: natural, tile: natural, layer: z.string(), cycles: natural })
    .optional()
    .describe('the core with the most cycles as the critical one, and the layer that took most of them'),
});

/** Fields that are optional are missing in records of earlier versions. */
export const latencySchema = z.strictObject({
  cyclesPerInference: summary,
  secondsPerInference: summary,
  perTick: z.array(tickSchema).describe('cycles of each tick over the inferences'),
  bound: boundSchema.describe('cycles of all inferences by what bound them; host = reset, input and read-out phases'),
  worst: worstSchema.optional().describe('the longest inference'),
  critical: z
    .array(criticalCoreSchema)
    .optional()
    .describe('the cores with the most cycles as the critical one, those first; at most 10'),
  perLayer: z
    .array(z.strictObject({ name: z.string(), ...criticalCycles }))
    .optional()
    .describe('cycles of critical cores by layer; they add up to bound.integrate and bound.update'),
  fixedTick: z
    .strictObject({
      cycles: natural,
      overrunTicks: natural.describe('ticks of all inferences that took longer'),
      overrunCycles: natural.describe('by how much, in all'),
    })
    .optional()
    .describe('only where ticks of the target have a fixed length'),
  inferencesPerSecond: z.number(),
});

/** One product of an energy: a count times a sourced figure. */
const energyPart = z.strictObject({
  event: z.string(),
  count: natural.nullable(),
  jouleEach: z.number().nullable(),
  joule: z.number().nullable(),
  kind: z.enum(FIGURE_KINDS),
  source: z.string(),
  relativeUncertainty: z
    .number()
    .nonnegative()
    .optional()
    .describe('u: jouleEach lies between jouleEach / (1 + u) and jouleEach * (1 + u); absent where it is unknown'),
});
export type EnergyPart = z.infer<typeof energyPart>;

const jouleRange = { lowJoulePerInference: z.number(), highJoulePerInference: z.number() };

const sensitivitySchema = z
  .strictObject({
    formula: z.string(),
    deciding: z
      .array(
        z.strictObject({
          event: z.string(),
          kind: z.enum(FIGURE_KINDS),
          share: z.number().describe('of the known sum'),
          relativeUncertainty: z.number().nonnegative(),
          influence: z.number().describe('share * relativeUncertainty'),
        }),
      )
      .describe('at most three, the largest influence first; of equal ones the largest share'),
    range: z.strictObject(jouleRange).describe('every uncertain figure at its low end, and every one at its high end'),
    oneAtATime: z
      .array(z.strictObject({ event: z.string(), ...jouleRange }))
      .describe('one uncertain figure at its ends, all others as they are; the widest range first'),
  })
  .describe('how far the energy follows figures that are not certain; a range of what is known where it is partial');
export type Sensitivity = z.infer<typeof sensitivitySchema>;

const baselineSchema = z.strictObject({
  name: z.enum(['arithmetic', 'sram', 'dram']),
  assumption: z.string(),
  parts: z.array(energyPart),
  joulePerInference: z.number(),
  larger: z
    .enum(['chip', 'conventional', 'equal', 'undecided'])
    .describe('which draws more; undecided: what is known of the chip is less, and something is unknown'),
  factor: z.number().nullable().describe("chip / conventional, of the chip's known sum; null where the latter is 0"),
  robust: z.boolean().describe("the same is larger at both ends of the range of the chip's energy"),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Neurons whose traces a record holds at most. */
export const MOST_RECORDED_PROBES = 16;

const probeSchema = z.strictObject({
  layer: z.string(),
  channel: natural,
  y: natural,
  x: natural,
  threshold: z.number().int().nullable().describe('null where the neuron does not fire'),
  potential: z.array(z.number().int()).describe('after each tick of the inference'),
  spikes: z.array(z.union([z.literal(0), z.literal(1)])).describe('1 where it fired, by tick'),
});
export type ProbeRecord = z.infer<typeof probeSchema>;
/** In the units of the target's limits. */
const coreMemories = perMemory(() => natural);

const floorplanSchema = z.strictObject({
  mesh: z.strictObject({ width: natural, height: natural }).describe('tiles; tile = y * width + x'),
  chips: z.strictObject({ width: natural, height: natural }).optional().describe('absent where the target is one chip'),
  coresPerTile: natural,
  deadTiles: z.array(natural),
  limits: z.strictObject(coreMemories).describe('of one core'),
  cores: z
    .array(
      z.strictObject({
        core: natural,
        tile: natural,
        layers: z.array(z.strictObject({ layer: natural.describe('index into perLayer'), neurons: natural })),
        used: z.strictObject(coreMemories),
        spikes: natural,
        synops: natural,
        macs: natural,
        packets: natural.describe('injected by the core'),
      }),
    )
    .describe('cores in use, ascending, with what they did in all inferences'),
  links: z
    .array(z.strictObject({ from: natural, to: natural, packets: natural }))
    .describe('links between neighbouring tiles that carried packets; they add up to counts.linkHops'),
});
export type FloorplanRecord = z.infer<typeof floorplanSchema>;

const rasterSchema = z
  .strictObject({
    index: natural.describe('of the sample'),
    ticks: natural.describe('ticks of the chip that are shown, from 0 on'),
    layers: z.array(
      z.strictObject({
        name: z.string(),
        neurons: natural,
        spikes: natural.describe('of all its neurons, in all ticks'),
        firstTick: natural.describe('of its window'),
        shown: z
          .array(z.strictObject({ neuron: natural, ticks: z.array(natural) }))
          .describe('neurons at even distances by NCHW index, with the ticks in which they fired'),
      }),
    ),
  })
  .describe('spikes of one sample; at most 20,000 of them');
export type RasterRecord = z.infer<typeof rasterSchema>;

export const runRecordSchema = z.strictObject({
  format: z.literal('snn-run/1'),
  tool: z.string(),
  chip: z.strictObject({
    sha256: z.string(),
    file: z.string(),
    network: z.string(),
    target: z.string(),
    process: z.string(),
    cores: natural,
    coresTotal: natural,
    neurons: natural,
    window: natural,
    bytes: natural,
  }),
  ticks: natural.describe('ticks of one inference'),
  inferences: natural,
  outputs: z.array(
    z.strictObject({
      index: natural,
      predicted: natural,
      name: z.string().optional(),
      label: natural.optional(),
      readout: z.array(z.number().int()).optional(),
    }),
  ),
  accuracy: z
    .strictObject({
      correct: natural,
      total: natural,
      top1: z.number(),
      ci95: z.tuple([z.number(), z.number()]).describe('Wilson score interval'),
      floatTop1: z.number().optional().describe('the conventional network on the same samples'),
      byT: z
        .array(z.strictObject({ T: natural, top1: z.number(), ci95: z.tuple([z.number(), z.number()]) }))
        .optional()
        .describe("accuracy after T ticks of the read-out's window, T = 1, 2, …, window; the last equals top1"),
    })
    .optional(),
  selfTest: z.strictObject({ samples: natural, exact: z.boolean() }).optional(),
  spikeDigest: z.string(),
  counts: countsSchema,
  perLayer: z.array(
    z.strictObject({
      name: z.string(),
      neurons: natural,
      cores: natural,
      spikes: natural,
      synops: natural,
      macs: natural,
      synapseBitsRead: natural.optional().describe('absent in records of earlier versions'),
      rate: z.number().describe('spikes per neuron and tick of the window'),
    }),
  ),
  floorplan: floorplanSchema.optional().describe('what lies where, and what it did'),
  raster: rasterSchema.optional().describe('only where one was asked for'),
  timing: z.enum(['cycle', 'none']),
  latency: latencySchema.optional(),
  deadline: z
    .strictObject({
      seconds: z.number(),
      cycles: natural.describe('whole cycles within the deadline'),
      missed: natural.describe('inferences that took longer'),
      worst: z
        .strictObject({ index: natural, cycles: natural, excessCycles: natural })
        .optional()
        .describe('the one that took longest, where any took too long'),
    })
    .optional()
    .describe('only where one was set'),
  energy: z.strictObject({
    jouleTotal: z.number(),
    joulePerInference: z.number(),
    partial: z.boolean().describe('true where a figure is unknown, or timing was not computed'),
    parts: z.array(energyPart),
    assumed: z.array(z.string()),
    unknown: z.array(z.string()),
    sensitivity: sensitivitySchema.optional(),
  }),
  comparison: z.strictObject({
    annMacs: natural,
    annJoule: z.number().describe('arithmetic alone'),
    source: z.string(),
    annWeights: natural.optional().describe('weights and biases; absent where the chip file does not tell them'),
    annActivations: natural.optional().describe('activations written plus activations read'),
    baselines: z.array(baselineSchema).optional(),
  }),
  host: z.strictObject({
    seconds: z.number(),
    synopsPerSecond: z.number(),
    peakRssBytes: natural,
  }),
  probes: z
    .array(probeSchema)
    .max(MOST_RECORDED_PROBES)
    .optional()
    .describe(
      'the first inference, as probed neurons saw it: those named first, then those of probed layers; the file of --probe-out has all',
    ),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
export type BoundRecord = z.infer<typeof boundSchema>;
export type LatencyRecord = z.infer<typeof latencySchema>;
