/** Some samples of a point: whether chip and conventional network are right, what each costs, how long each takes. */
import { Emulator, SampleMeter } from '../../emulator/index.ts';
import { type Chip, fail, predictedClass, type Sample, type TunePartOutcome } from '../../isa/index.ts';
import type { EvalValues } from '../commands/eval.ts';
import type { Built } from '../sweep/builds.ts';
import { computed, evaluationValues, obtainBuild, type PointJob } from '../sweep/compute.ts';
import type { Computed } from '../sweep/point-thread.ts';
import type { Dataset } from '../data/index.ts';
import { readSamples } from '../ui/data.ts';
import { stimulusBuffers, toStimulus } from '../../library/stimulus.ts';
import { openChipData } from '../ui/events.ts';
import { floatOutputs } from '../../library/float-outputs.ts';
import { interruptible } from '../../library/interruptible.ts';
import type { Io } from '../ui/io.ts';
import { orderOf } from './order.ts';

export interface PartJob extends PointJob {
  /** Of the order in which samples are judged. */
  readonly seed: number;
  /** Samples at the start of the data that are not judged. */
  readonly skipped: number;
  /** Places in that order. */
  readonly first: number;
  readonly end: number;
}

type Done = Extract<TunePartOutcome, { status: 'done' }>;

/** Answers of conventional networks, so that points that differ in how they are converted ask once. */
export type FloatAnswers = Map<string, Map<number, number>>;

/**
 * Computes a part; whatever goes wrong is its outcome.
 *
 * @param answers of this thread, which the part adds to
 */
export const computePart = (job: PartJob, answers: FloatAnswers): Promise<Computed<Done>> =>
  computed(job, async (io, begins) => {
    const built = await obtainBuild(job, io);
    begins('eval');
    const part = await measure(job, built, await evaluationValues(job.options), answers, io);
    return () => part;
  });

/** Options that decide what the conventional network answers to a sample. */
const OF_THE_ANSWER = [
  ...(['data', 'labels', 'layout', 'scale', 'mean', 'std', 'output-name', 'approximate'] as const),
  ...(['eval.dt', 'from', 'polarity', 'bins', 'axes', 'crop', 'downsample', 'sensor', 'event-format'] as const),
];

async function measure(
  { network, options, seed, skipped, first, end }: PartJob,
  { file, conversion, notes }: Built,
  values: EvalValues,
  answers: FloatAnswers,
  io: Io,
): Promise<Done> {
  const { chip, sha256 } = file;
  const data = await openLabelled(chip, values, skipped, io);
  const available = Math.min(data.count, values.limit ?? Infinity) - skipped;
  const order = orderOf(available, seed).slice(first, end);
  const answersKey = JSON.stringify([network, OF_THE_ANSWER.map((name) => options[name] ?? null)]);
  const known = answers.get(answersKey) ?? new Map<number, number>();
  answers.set(answersKey, known);
  const meter = new Meter(chip, values, known, io);
  const found = new Map<number, OneSample>();
  const wanted = new Set(order.map((place) => place + skipped));
  const [start, last] = [Math.min(...wanted), Math.max(...wanted)];
  for await (const sample of readSamples(io, data, { start, limit: last - start + 1 }))
    if (wanted.has(sample.index)) found.set(sample.index - skipped, await meter.measure(sample));
  const samples = order.map((place) => found.get(place)!);
  return {
    status: 'done',
    ...{ available, chipSha256: sha256, conversion, cores: chip.cores.length },
    clockHz: chip.target.timing.clockHz.value,
    energyPartial: meter.isPartial,
    losses: samples.map(({ loss }) => (loss > 0 ? '+' : loss < 0 ? '-' : '=')).join(''),
    energyJ: samples.map(({ energyJ }) => energyJ),
    latencyCycles: samples.map(({ cycles }) => cycles),
    notes: [...notes],
  };
}

/** @throws DiagnosticError E0107 without labels, E0605 where no samples are left; E0101, E06xx */
async function openLabelled(chip: Chip, values: EvalValues, skipped: number, io: Io): Promise<Dataset> {
  const data = await openChipData(io, values.data, chip, values);
  if (!data.labelled)
    fail(
      'E0107',
      'the data have no labels, so there is no accuracy that could be lost',
      { file: values.data },
      'name their file: --labels',
    );
  if (Math.min(data.count, values.limit ?? Infinity) <= skipped)
    fail(
      'E0605',
      `thresholds are chosen from the first ${skipped} samples, and there are ${data.count}: none is left to judge by`,
      { file: values.data },
      'give other samples for the thresholds (--calibrate), or take fewer (--calibrate-limit)',
    );
  return data;
}

interface OneSample {
  readonly loss: number;
  readonly energyJ: number;
  readonly cycles: number;
}

/** Runs samples and tells the energy of each. */
class Meter {
  isPartial = false;
  readonly #chip: Chip;
  readonly #io: Io;
  readonly #emulator: Emulator;
  readonly #conventional: (x: Float64Array) => Float64Array;
  readonly #known: Map<number, number>;
  readonly #buffers;
  readonly #meter: SampleMeter;

  constructor(chip: Chip, { kernel }: EvalValues, known: Map<number, number>, io: Io) {
    this.#chip = chip;
    this.#io = io;
    this.#emulator = new Emulator(chip, { timing: 'cycle', kernels: kernel });
    this.#meter = new SampleMeter(chip, () => this.#emulator.counts());
    this.#conventional = floatOutputs(chip);
    this.#known = known;
    this.#buffers = stimulusBuffers(chip);
  }

  async measure(sample: Sample): Promise<OneSample> {
    const chip = this.#chip;
    const { payloads, x, label, index } = toStimulus(sample, chip, this.#buffers);
    let expected = this.#known.get(index);
    if (expected === undefined) this.#known.set(index, (expected = predictedClass(this.#conventional(x))));
    const inference = await interruptible(this.#emulator.ticks(payloads), this.#io);
    const { energyJ, isPartial, latencyCycles = 0 } = this.#meter.measure(inference);
    this.isPartial ||= isPartial;
    const loss = Number(expected === label) - Number(inference.predicted === label);
    return { loss, energyJ, cycles: latencyCycles };
  }
}
