/** The run record: everything that reports are made from. */
import { z } from 'zod';
import { finishingsSchema } from '../container/finishing.ts';
import { countsSchema } from './parts/counts.ts';
import { baselineSchema, energyPart, sensitivitySchema } from './parts/energy.ts';
import { encodingSchema } from './parts/encoding.ts';
import { eventsSchema } from './parts/events.ts';
import { latencySchema } from './parts/latency.ts';
import { natural } from './parts/numbers.ts';
import { originSchema } from './parts/origin.ts';
import { MOST_PICTURES, pictureSchema } from './parts/pictures.ts';
import { floorplanSchema } from './parts/run-floorplan.ts';
import { MOST_RECORDED_PROBES, probeSchema, rasterSchema } from './parts/traces.ts';

const format = 'snn-run/1';

const interval = z.tuple([z.number(), z.number()]);

const errors = {
  mae: z.number().describe('mean |value − target|'),
  rmse: z.number().describe('√ of the mean (value − target)²'),
  r2: z
    .number()
    .optional()
    .describe('1 − Σ(value − target)² / Σ(target − mean target)²; absent where the targets do not vary'),
};

const schema = z.strictObject({
  format: z.literal(format),
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
  origin: originSchema.optional().describe('absent in records of earlier versions, and of the library'),
  ticks: natural.describe('ticks of one inference'),
  inferences: natural,
  outputs: z.array(
    z.strictObject({
      index: natural,
      predicted: natural,
      name: z.string().optional(),
      label: natural.optional(),
      readout: z.array(z.number().int()).optional(),
      values: z.array(z.number()).optional().describe('of the outputs, NCHW: as `outputMap` says'),
      target: z.array(z.number()).optional().describe('what the values should be'),
    }),
  ),
  outputMap: z
    .strictObject({
      shape: z.tuple([natural, natural, natural]),
      step: z.number(),
      window: natural,
      after: finishingsSchema.optional(),
    })
    .optional()
    .describe('value = readout · step / window, then each step of `after`; absent in records of earlier versions'),
  input: z
    .strictObject({
      samples: natural,
      nonZero: natural.describe('values that are not 0'),
      roundedToZero: natural.describe('those of them that became payload 0'),
      limited: natural.describe('those of them that lie beyond the payloads, and became the nearest'),
      lost: z.number().describe('Σ(value − payload·step)² / Σvalue² of a sample, at most 1; mean over the samples'),
    })
    .optional()
    .describe('what the payloads keep of the data; absent where payloads were given'),
  encoding: encodingSchema
    .optional()
    .describe('how samples without time became steps; only where `--encode` made them'),
  events: eventsSchema.optional().describe('what became of the events; only where the data are recordings of events'),
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
      topK: z
        .strictObject({
          k: natural,
          correct: natural,
          accuracy: z.number(),
          ci95: interval,
          float: z.number().optional(),
        })
        .optional()
        .describe('samples whose label is among the k largest scores; only where --top-k asked for it'),
      auc: z
        .number()
        .optional()
        .describe('of two classes: area under the receiver operating characteristic, equals count half'),
      floatAuc: z.number().optional(),
      perClass: z
        .array(
          z.strictObject({
            class: natural,
            name: z.string().optional(),
            total: natural.describe('samples with this label'),
            correct: natural.describe('those of them that were recognised'),
            predicted: natural.describe('samples that were taken for it'),
          }),
        )
        .optional()
        .describe('classes that occur as a label or an answer'),
      confusion: z
        .array(z.strictObject({ label: natural, predicted: natural, count: natural }))
        .optional()
        .describe('how often which label got which answer; pairs that do not occur are left out'),
      wrong: z.array(natural).optional().describe('samples that were not recognised, the first 10000'),
      pictures: z
        .array(pictureSchema)
        .max(MOST_PICTURES)
        .optional()
        .describe('of the first of them, where samples are images; only where a report was asked for'),
    })
    .optional(),
  regression: z
    .strictObject({
      samples: natural,
      ...errors,
      float: z.strictObject(errors).optional().describe('of the conventional network on the same samples'),
      perOutput: z
        .array(z.strictObject({ output: natural, name: z.string().optional(), ...errors }))
        .describe('the first 1024'),
    })
    .optional()
    .describe('how close the values are to their targets; over all outputs, R² as the mean of theirs'),
  places: z
    .strictObject({
      kind: z.enum(['pixels', 'heads']),
      samples: natural,
      correct: natural.describe('places that are right, of all samples'),
      total: natural.describe('places that have a label'),
      accuracy: z.number(),
      wholeCorrect: natural.describe('samples whose labelled places are all right'),
      unlabelled: natural.describe('places left out: labels −1 or 255 where these are no classes'),
      floatAccuracy: z.number().optional().describe('the conventional network on the same samples'),
      meanIou: z
        .number()
        .optional()
        .describe('of pixels: mean of the intersections over unions of the classes that occur'),
      floatMeanIou: z.number().optional(),
      perClass: z
        .array(
          z.strictObject({
            class: natural,
            total: natural,
            correct: natural,
            predicted: natural,
            iou: z.number(),
          }),
        )
        .optional()
        .describe('of pixels: classes that occur as a label or an answer'),
      perHead: z
        .array(
          z.strictObject({
            head: natural,
            classes: natural,
            correct: natural,
            total: natural,
            accuracy: z.number().optional().describe('absent where no sample has a label for it'),
            ci95: interval.optional().describe('Wilson score interval'),
            floatAccuracy: z.number().optional(),
          }),
        )
        .optional(),
    })
    .optional()
    .describe('of networks that tell classes apart in several places: only where --heads asked for it'),
  selfTest: z.strictObject({ samples: natural, exact: z.boolean() }).optional(),
  spikeDigest: z.string(),
  counts: countsSchema,
  perLayer: z.array(
    z.strictObject({
      name: z.string(),
      neurons: natural,
      cores: natural,
      spikes: natural,
      spikePayload: natural.optional().describe('as in `counts`'),
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
  energyBudget: z
    .strictObject({
      joule: z.number().describe('that an inference may take in the mean'),
      verdict: z
        .enum(['kept', 'exceeded', 'open'])
        .describe('open: energies are missing that matter, and what is known keeps it'),
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

export const runRecord = { format, title: 'Run record of snnemu', schema } as const;
/** What a run or an evaluation found: answers, accuracy, counts, energy, latency (spec/run-record.schema.json). */
export type RunRecord = z.infer<typeof schema>;
