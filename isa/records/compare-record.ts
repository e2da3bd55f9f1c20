/** The record of `snnemu compare`: runs side by side, and which of them no other run beats. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { inputOfPoint } from './parts/points.ts';

const format = 'snn-compare/1';

const marks = z.array(z.string()).describe('marks of runs');

/** What a run is judged by; accuracy is better where it is larger, the others where they are smaller. */
export const COMPARISON_AXES = ['accuracy', 'energy', 'latency'] as const;
const axis = z.enum(COMPARISON_AXES);
export type ComparisonAxis = z.infer<typeof axis>;

const changeSchema = z
  .strictObject({
    difference: z.number().describe('this run minus the first'),
    ratio: z.number().nullable().describe('this run / the first; null where the latter is 0'),
  })
  .nullable()
  .describe('null where one of the two is missing');

const chanceSchema = z.union([
  z
    .strictObject({
      method: z.literal('mcnemar'),
      firstOnly: natural.describe('samples that the first run alone recognises'),
      thisOnly: natural.describe('samples that this run alone recognises'),
      pValue: z.number().describe('of the two-sided exact test'),
      beyondChance: z.boolean().describe('pValue < 0.05'),
    })
    .describe('both runs list their outputs for the same samples'),
  z
    .strictObject({
      method: z.literal('intervals'),
      beyondChance: z.boolean().describe('the 95 % intervals do not touch'),
    })
    .describe('the samples cannot be paired'),
]);
export type ChanceRecord = z.infer<typeof chanceSchema>;

const againstFirstSchema = z.strictObject({
  accuracy: z
    .strictObject({ difference: z.number(), chance: chanceSchema })
    .nullable()
    .describe('null where one of the two is missing'),
  energy: changeSchema,
  energyPartial: z.boolean().describe('one of the energies is partial: their difference is one of what is known'),
  latency: changeSchema,
  synops: changeSchema,
  spikes: changeSchema,
  cores: changeSchema,
});

const standingSchema = z.strictObject({
  status: z
    .enum(['front', 'undecided', 'dominated', 'outside'])
    .describe(
      'front: no run can be as good in all axes and better in one; undecided: a partial energy leaves that open; dominated: some run is; outside: an axis is missing',
    ),
  dominatedBy: marks,
  perhapsBy: marks.describe('runs that may dominate it, depending on what is missing of a partial energy'),
  byChance: marks.describe(
    'runs that would dominate it if accuracies that differ by no more than chance were equal; empty where it is dominated anyway',
  ),
  missing: z.array(axis),
});
export type StandingRecord = z.infer<typeof standingSchema>;

/** What a run was good for and what it cost. */
export const runFigures = {
  chip: z.strictObject({
    sha256: z.string(),
    network: z.string(),
    target: z.string(),
    window: natural,
    cores: natural,
    neurons: natural,
  }),
  inferences: natural,
  accuracy: z
    .strictObject({
      top1: z.number(),
      total: natural,
      ci95: z.tuple([z.number(), z.number()]),
      floatTop1: z.number().nullable(),
      loss: z.number().nullable().describe('floatTop1 - top1'),
    })
    .nullable()
    .describe('null without labels'),
  energy: z.strictObject({
    joulePerInference: z.number(),
    partial: z.boolean().describe('something is unknown or not counted: the figure is a lower bound'),
    assumed: z.boolean().describe('figures that nobody has published are in it'),
    range: z
      .strictObject({ lowJoulePerInference: z.number(), highJoulePerInference: z.number() })
      .nullable()
      .describe('with every uncertain figure at its low end, and at its high end; null where the record does not tell'),
  }),
  latency: z
    .strictObject({ medianSeconds: z.number(), worstSeconds: z.number(), medianCycles: z.number() })
    .nullable()
    .describe('null where timing was not computed'),
  synopsPerInference: z.number(),
  spikesPerInference: z.number(),
};

const comparedRunSchema = z.strictObject({
  mark: z.string().describe('a letter'),
  label: z.string().describe('what tells the run from the others'),
  file: z.string(),
  ...runFigures,
  origin: z
    .strictObject({ tool: z.string(), inputs: z.array(inputOfPoint) })
    .optional()
    .describe('of the record of the run, where it tells'),
  againstFirst: againstFirstSchema.nullable().describe('null for the first run'),
  standing: standingSchema,
});
export type ComparedRun = z.infer<typeof comparedRunSchema>;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  axes: z.array(axis).describe('of the Pareto front'),
  runs: z.array(comparedRunSchema),
  warnings: z.array(z.string()).describe('in what else the runs differ'),
});

export const compareRecord = { format, title: 'Record of snnemu compare', schema } as const;
export type CompareRecord = z.infer<typeof schema>;
