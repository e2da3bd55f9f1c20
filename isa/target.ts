/**
 * A target: all limits, widths, times and energies of a chip, as data. Figures carry their unit and source.
 */
import { z } from 'zod';
import { energySchema, figure } from './target-energy.ts';
import { barrierCycles, tileCount } from './target-size.ts';

/** Times must be known: they drive the cycle-level model. */
const cycles = (min = 0, max = 1_000_000) =>
  z.strictObject({
    value: z.number().int().min(min).max(max),
    unit: z.literal('cycles'),
    kind: z.enum(['published', 'derived', 'assumed']),
    source: z.string().min(1),
  });

const count = (min: number, max: number) => z.number().int().min(min).max(max);

/** A tick of a second at 1 GHz; the cycles of a tick stay within 32 bits. */
const LONGEST_TICK = 1_000_000_000;

/** Tiles along a side of the mesh. */
export const LARGEST_SIDE = 64;
/** Characters of a target's name. */
export const LONGEST_NAME = 100;

/** A grid of equal chips. Links between neighbouring tiles of two chips are slower than those within a chip. */
const chipGrid = z.strictObject({
  width: count(1, LARGEST_SIDE).describe("chips side by side; divides the mesh's width"),
  height: count(1, LARGEST_SIDE).describe("chips one below the other; divides the mesh's height"),
  linkCycles: cycles(1).describe(
    'from arbitration in a router to arbitration in its neighbour on another chip, in place of the hop cycles',
  ),
  flitCycles: cycles(1).describe('least cycles between two flits on a link over a chip border, each direction apart'),
  creditCycles: cycles(1).describe(
    'from arbitration until the freed buffer slot is seen over a chip border, in place of timing.creditCycles',
  ),
});

/** Numbers that stand in a target without a source of their own; `origins` says where they come from. */
export const ORIGIN_PATHS = [
  'mesh',
  'coresPerTile',
  'limits.neurons',
  'limits.axons',
  'limits.axonGroups',
  'limits.synapseBits',
  'limits.programWords',
  'limits.parameters',
  'limits.sinkRows',
  'limits.sinkListWords',
  'limits.delaySlots',
  'limits.routeEntries',
  'widths.vBits',
  'widths.payloadBits',
  'widths.packetBits',
  'widths.weightBits',
  'timing.lanes',
  'timing.updateLanes',
  'timing.bufferFlits',
] as const;
export type OriginPath = (typeof ORIGIN_PATHS)[number];

/** A limit is always definite, since the mapper needs it; where none is published, it is assumed and says so. */
const origin = z.strictObject({
  unit: z.string().min(1),
  kind: z.enum(['published', 'derived', 'assumed']),
  source: z.string().min(1),
});

/** What cores that hold nothing do. */
const EMPTY_CORES = ['gated', 'idle'] as const;

const constraint = z.strictObject({
  feature: z.string().min(1).describe('what the real chip does'),
  reason: z.string().min(1).describe('why a network converted for this machine would not compute the same there'),
  nearest: z.string().min(1).describe('what comes nearest'),
});
export type Constraint = z.infer<typeof constraint>;

/** The fields of a target, each by itself. */
export const targetFields = z.strictObject({
  format: z.literal('snn-target/1'),
  name: z.string().min(1).max(LONGEST_NAME).describe('as reports show it'),
  description: z.string(),
  process: z.string().describe('manufacturing process that the energies hold for'),
  mesh: z
    .strictObject({ width: count(1, LARGEST_SIDE), height: count(1, LARGEST_SIDE) })
    .describe('tiles of the whole system'),
  chips: chipGrid.optional().describe('absent: one chip'),
  coresPerTile: count(1, 8).describe('cores that share a router'),
  deadTiles: z
    .array(count(0, LARGEST_SIDE * LARGEST_SIDE - 1))
    .refine((tiles) => tiles.every((tile, k) => k === 0 || tile > tiles[k - 1]!), 'tiles ascend, none twice')
    .optional()
    .describe('tiles whose cores cannot be used, ascending; their routers work, and so does the host port of tile 0'),
  /** Limits of one core, except routeEntries: of one router. */
  limits: z.strictObject({
    neurons: count(1, 65_535).describe('neurons of a core'),
    axons: count(1, 65_535).describe('axons of a core: sources that its neurons can tell apart'),
    axonGroups: count(1, 65_535).describe('groups of axons that share an event handler'),
    synapseBits: count(8, 2 ** 31 - 8).describe('synapse memory of a core in bits'),
    programWords: count(4, 65_535).describe('program memory of a core in words of 32 bit'),
    parameters: count(1, 65_535).describe('thresholds, biases and initial potentials of a core, 32 bit each'),
    sinkRows: count(1, 65_535).describe('rows of the table that says which axon a packet means'),
    sinkListWords: count(0, 2 ** 24).describe('words of the sink lists of a core'),
    delaySlots: count(2, 256).describe('largest delay of a packet in ticks, plus one'),
    routeEntries: count(1, 2 ** 20).describe('routing table of one router'),
    stateBits: count(1, 2 ** 31 - 1)
      .optional()
      .describe('state memory of a core in bits: planes and flags; absent: V and I of all neurons'),
  }),
  widths: z.strictObject({
    vBits: count(8, 32).describe('membrane potential and input current, signed'),
    payloadBits: count(2, 16).describe('payload counter of an axon, signed'),
    packetBits: count(0, 15)
      .optional()
      .describe(
        'payload of a packet between cores, without its sign; 0: spikes of payload 1 only; absent: what the axon counters hold',
      ),
    weightBits: z
      .array(z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]))
      .min(1)
      .describe('widths of weights that can be stored'),
  }),
  timing: z.strictObject({
    clockHz: z
      .strictObject({
        value: z.number().min(1).max(1e15),
        unit: z.literal('Hz'),
        kind: z.enum(['published', 'derived', 'assumed']),
        source: z.string().min(1),
      })
      .describe('seconds are cycles divided by it'),
    lanes: count(1, 1024).describe('synaptic additions per lane step'),
    laneCycles: cycles(1).describe('cycles of a lane step'),
    eventCycles: cycles().describe('fetch and dispatch of one axon event'),
    vectorCycles: cycles().describe('cycles per `lanes` neurons of an instruction on planes'),
    multiplyCycles: cycles().optional().describe('the same of DECAY by a factor; absent: vectorCycles'),
    updateLanes: count(1, 1024).describe('neurons per step of FIRE'),
    updateActiveCycles: cycles(1).describe('step of FIRE with at least one active neuron'),
    updateIdleCycles: cycles(1).describe('step of FIRE without an active neuron'),
    hopEastWestCycles: cycles(1).describe('from arbitration in a router to arbitration in its east or west neighbour'),
    hopNorthSouthCycles: cycles(1).describe('the same to the north or south neighbour'),
    ejectionCycles: cycles(1).describe('from arbitration in the last router to the sink'),
    injectionCycles: cycles().describe('from injection to arbitration in the first router'),
    creditCycles: cycles(1).describe('from arbitration until the freed buffer slot is seen upstream'),
    bufferFlits: count(1, 256).describe('flits per input buffer'),
    barrierCycles: cycles().describe('fixed part of the barrier'),
    barrierHopCycles: cycles().describe(
      'part of the barrier per mesh dimension step: total = barrierCycles + barrierHopCycles * 2 * (W + H - 2), and more over chip borders (spec/timing.md)',
    ),
    tickCycles: cycles(1, LONGEST_TICK)
      .optional()
      .describe(
        'fixed length of a tick, barrier included; a tick with more work takes longer. Absent: a tick ends with its barrier',
      ),
  }),
  energy: energySchema,
  staticPower: figure('W')
    .optional()
    .describe('drawn for the whole time of an inference; absent: the energies of events and core-cycles hold all'),
  emptyCores: z
    .enum(EMPTY_CORES)
    .optional()
    .describe(
      'living cores that hold nothing: gated (switched off, they draw nothing) or idle (each draws energy.idleCoreCycle in every cycle of an inference); absent: gated',
    ),
  origins: z
    .partialRecord(z.enum(ORIGIN_PATHS), origin)
    .optional()
    .describe('unit, kind and source of the numbers that stand without one'),
  constraints: z
    .array(constraint)
    .optional()
    .describe('what differs in kind: where there is one, no network is built for the target (E0317)'),
  notModelled: z.array(z.string()).describe('what the real chip has and this model leaves out'),
});

type Refinement = Parameters<(typeof targetFields)['superRefine']>[0];

const checkTogether: Refinement = (target, context) => {
  // Fields that are wrong by themselves have been named; nothing follows from them.
  if (context.issues.length > 0) return;
  for (const { path, message } of [...gridFaults(target), ...tileFaults(target), ...tickFaults(target)])
    context.addIssue({ code: 'custom', path: [...path], message, input: target });
};

/** The fields, and what one of them asks of another. */
export const targetSchema = targetFields.superRefine(checkTogether);

/** What is for the reader of a file and his editor. */
const FOR_READERS = {
  $schema: z.string().optional().describe('for editors: where this schema lies'),
  $comment: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('for readers; ignored'),
};

/** A field that may be there in part: of objects any fields, of everything else the whole. */
function partOf(field: z.core.$ZodType): z.ZodType {
  if (field instanceof z.ZodOptional) return partOf(field.unwrap());
  if (!(field instanceof z.ZodObject)) return field as z.ZodType;
  const { description } = field;
  const parts = Object.entries(field.shape as Readonly<Record<string, z.core.$ZodType>>).map(
    ([name, part]) => [name, partOf(part).optional()] as const,
  );
  const object = z.strictObject(Object.fromEntries(parts));
  return description === undefined ? object : object.describe(description);
}

/** A target file that names another target and what differs from it. */
export const targetChangesSchema = z
  .strictObject({
    ...FOR_READERS,
    base: z.string().describe('built-in target that all other figures are those of, or follow from'),
    ...Object.fromEntries(
      Object.entries(targetFields.shape).map(([name, field]) => [name, partOf(field).optional()] as const),
    ),
  })
  .describe('a built-in target with some fields changed; the figures of edge follow by its formulas (spec/targets.md)');

/** A target as a file: what is for its reader and his editor does not become part of the target. */
export const targetFileSchema = targetFields
  .extend(FOR_READERS)
  .superRefine(checkTogether)
  .transform(({ $schema: _, $comment: __, ...target }): Target => target);

/** A chip that networks are built for: its limits, widths, features, timing and energies (spec/targets.md). */
export type Target = z.infer<typeof targetFields>;
/** A figure that limits what fits a target, as its path in a target file; `mesh` stands for the number of cores. */
export type TargetFigure =
  | 'mesh'
  | `limits.${Exclude<keyof Target['limits'], 'stateBits'>}`
  | `widths.${keyof Target['widths']}`;

interface FieldFault {
  readonly path: readonly string[];
  readonly message: string;
}

function* gridFaults({ mesh, chips, timing, energy }: Target): Generator<FieldFault> {
  const path = ['energy', 'linkHopBetweenChips'];
  if (chips === undefined) {
    if (energy.linkHopBetweenChips !== undefined)
      yield { path, message: 'a target without `chips` has no links between chips; remove it, or add `chips`' };
    return;
  }
  if (energy.linkHopBetweenChips === undefined)
    yield { path, message: 'a target with `chips` needs the energy of a flit over a chip border' };
  for (const side of ['width', 'height'] as const)
    if (mesh[side] % chips[side] !== 0)
      yield {
        path: ['chips', side],
        message: `${chips[side]} chips do not divide the mesh's ${side} of ${mesh[side]} tiles evenly`,
      };
  const hop = Math.max(timing.hopEastWestCycles.value, timing.hopNorthSouthCycles.value);
  const slower = { linkCycles: hop, creditCycles: timing.creditCycles.value };
  for (const [name, least] of Object.entries(slower)) {
    const { value } = chips[name as keyof typeof slower];
    if (value < least)
      yield {
        path: ['chips', name, 'value'],
        message: `${value} cycles over a chip border; within a chip it takes ${least}, and a border is no faster`,
      };
  }
}

/** A dead tile that is none leaves the one that was meant in use. */
function* tileFaults(target: Target): Generator<FieldFault> {
  const tiles = tileCount(target);
  for (const [k, tile] of (target.deadTiles ?? []).entries())
    if (tile >= tiles)
      yield {
        path: ['deadTiles', String(k)],
        message: `there is no tile ${tile}: the last one of the mesh is ${tiles - 1}`,
      };
}

/** A tick that is over before its barrier could not be kept even by an idle chip: the figure has another unit in mind. */
function* tickFaults(target: Target): Generator<FieldFault> {
  const { tickCycles } = target.timing;
  const least = barrierCycles(target);
  if (tickCycles !== undefined && tickCycles.value < least)
    yield {
      path: ['timing', 'tickCycles', 'value'],
      message: `${tickCycles.value} cycles are less than the barrier of ${least} cycles alone; raise it, or remove it for ticks that end with their barrier`,
    };
}
