import {
  type Chip,
  classesOf,
  classNamesOf,
  type Counts,
  coreCount,
  finishScores,
  outputValues,
  type RasterRecord,
  type RunRecord,
  shapeSize,
  SpikeDigest,
  type SpikeLister,
  passedOver,
} from '../../isa/machine.ts';
import { AnswerAccount } from './answers.ts';
import { compareWithAnn } from './baselines.ts';
import type { ChipActivity, LayerActivity } from '../machine/activity.ts';
import type { Inference } from '../timing/inference.ts';
import { computeEnergy } from './energy.ts';
import { floorplanRecord } from './floorplan-record.ts';
import { inputRasterOf, rasterOf } from './raster.ts';
import { type Deadline, LatencyAccumulator } from './latency.ts';
import { PlaceAccount, type PlacesOf } from './places.ts';
import { RegressionAccount } from './regression.ts';

/** What the run record says of the chip file and cannot be read from its content. */
export interface ChipFile {
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly file: string;
  readonly bytes: number;
}

export interface RunOptions {
  /** Program and version, for the record. */
  readonly tool: string;
  readonly chip: Chip;
  readonly file: ChipFile;
  readonly timing: 'cycle' | 'none';
  /** What lists the spikes for their digest; the reference in TypeScript if absent. */
  readonly lister?: SpikeLister | undefined;
  /** Which outputs the record lists; the record grows with what is listed, everything else is bounded by the chip. */
  readonly outputs: 'readouts' | 'values' | 'predictions' | 'none';
  /** k of the top-k accuracy. */
  readonly topK?: number | undefined;
  /** Where classes are told apart in several places; the targets of samples are then the classes of these. */
  readonly places?: PlacesOf | undefined;
  /** Only with timing. */
  readonly deadline?: Deadline;
  /** Energy that an inference may take in the mean. */
  readonly energyBudgetJ?: number | undefined;
  /** Index of the sample whose spikes the record shows; 'first' = that of the first inference. */
  readonly raster?: number | 'first';
}

/** What is known of a sample beside its data. */
export interface SampleInfo {
  /** Position in the data set. */
  readonly index: number;
  readonly label?: number;
  /** What each output should be; where the account is of places, the class of each. */
  readonly target?: ArrayLike<number>;
  /** Outputs of the conventional network; read at once and not kept. */
  readonly floatOutputs?: ArrayLike<number>;
  /** Class that the chip predicts after t = 1..T ticks of the read-out's window ({@link ReadoutCurve}). */
  readonly predictedByT?: ArrayLike<number>;
  /** What the chip was given, as it took it; read at once and not kept. */
  readonly payloads?: ArrayLike<number>;
}

/** What the caller measured. */
export interface RunResult {
  readonly counts: Counts;
  readonly layers: readonly LayerActivity[];
  /** Where it is given, the record has a floorplan. */
  readonly activity?: ChipActivity;
  readonly host: { readonly seconds: number; readonly peakRssBytes: number };
  readonly selfTest?: { readonly samples: number; readonly exact: boolean };
  readonly probes?: RunRecord['probes'];
}

/** Streams inferences into a run record. */
export class RunAccumulator {
  readonly #options: RunOptions;
  readonly #digest: SpikeDigest;
  readonly #outputs: RunRecord['outputs'] = [];
  readonly #latency: LatencyAccumulator;
  #inferences = 0;
  #raster: RasterRecord | undefined;
  readonly #answers: AnswerAccount;
  readonly #regression: RegressionAccount;
  readonly #places: PlaceAccount | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    const { chip, lister } = options;
    this.#digest = new SpikeDigest(lister);
    this.#latency = new LatencyAccumulator(chip, options.deadline);
    const { shape, labels } = chip.output;
    const outputs = shapeSize(shape);
    const { window } = chip;
    this.#answers = new AnswerAccount({
      window,
      classes: classesOf(outputs),
      labels: classNamesOf(labels, outputs),
      topK: options.topK,
    });
    this.#regression = new RegressionAccount(outputs, labels);
    if (options.places !== undefined) this.#places = new PlaceAccount(shape, options.places);
  }

  /** Takes an inference. Its spikes and timing are read at once and not kept. */
  add(sample: SampleInfo, inference: Inference): void {
    this.#inferences++;
    this.#digest.add(inference);
    const { raster } = this.#options;
    if (this.#raster === undefined && (raster === 'first' || raster === sample.index))
      this.#raster = this.#rasterOf(sample, inference);
    if (inference.timing !== undefined) this.#latency.add(sample.index, inference.timing);
    const { index, label, target, floatOutputs, predictedByT } = sample;
    const { readout: scores, predicted } = inference;
    if (label !== undefined)
      this.#answers.add({ index, label, scores, predicted, floatScores: floatOutputs, predictedByT });
    if (this.#places !== undefined) {
      if (target !== undefined) this.#places.add(target, scores, floatOutputs);
    } else if (target !== undefined) this.#regression.add(target, this.#valuesOf(scores), this.#finished(floatOutputs));
    if (this.#options.outputs !== 'none') this.#outputs.push(this.#output(sample, inference));
  }

  #rasterOf({ index, payloads }: SampleInfo, { spikes }: Inference): RasterRecord {
    const { chip } = this.#options;
    const steps = payloads === undefined ? undefined : payloads.length / shapeSize(chip.input.shape);
    const { layers, ...raster } = rasterOf(spikes, index, steps === undefined ? undefined : passedOver(chip, steps));
    const input = payloads && inputRasterOf(chip.input, payloads, raster.ticks);
    return { ...raster, ...(input && { input }), layers };
  }

  /** The record of everything added. It can be taken more than once. */
  finish(result: RunResult): RunRecord {
    const { tool, chip, timing, energyBudgetJ } = this.#options;
    const { window, output } = chip;
    const { shape, step, after } = output;
    const { counts, host, selfTest, probes, activity } = result;
    const accuracy = this.#answers.record();
    const regression = this.#regression.record();
    const places = this.#places?.record();
    const latency = timing === 'cycle' ? this.#latency.record() : undefined;
    const deadline = timing === 'cycle' ? this.#latency.deadlineRecord() : undefined;
    const cycles = timing === 'cycle' ? this.#latency.cycles : null;
    const energy = computeEnergy(counts, this.#inferences, chip.target, cycles, chip.cores.length);
    return {
      format: 'snn-run/1',
      tool,
      chip: this.#chipRecord(),
      ticks: chip.ticks,
      inferences: this.#inferences,
      outputs: [...this.#outputs],
      outputMap: { shape: [...shape], step, window, ...(after && { after: [...after] }) },
      ...(accuracy && { accuracy }),
      ...(regression && { regression }),
      ...(places && { places }),
      ...(selfTest && { selfTest: { ...selfTest } }),
      spikeDigest: this.#digest.hex(),
      counts,
      perLayer: this.#perLayer(result.layers),
      ...(activity && { floorplan: floorplanRecord(chip, activity) }),
      ...(this.#raster && { raster: this.#raster }),
      timing,
      ...(latency && { latency }),
      ...(deadline && { deadline }),
      ...(energyBudgetJ !== undefined && { energyBudget: judged(energy, energyBudgetJ) }),
      energy,
      comparison: compareWithAnn(chip.provenance, energy),
      host: { ...host, synopsPerSecond: host.seconds > 0 ? counts.synops / host.seconds : 0 },
      ...(probes && { probes }),
    };
  }

  #output({ index, label, target }: SampleInfo, { predicted, readout }: Inference): RunRecord['outputs'][number] {
    const { chip, outputs } = this.#options;
    const name = classNamesOf(chip.output.labels, shapeSize(chip.output.shape))[predicted];
    return {
      index,
      predicted,
      ...(name !== undefined && { name }),
      ...(label !== undefined && { label }),
      ...(outputs === 'readouts' && { readout: [...readout] }),
      ...(outputs !== 'predictions' && {
        values: [...this.#valuesOf(readout)],
        ...(target && { target: Array.from(target) }),
      }),
    };
  }

  #valuesOf(readout: ArrayLike<number>): Float64Array {
    const { output, window } = this.#options.chip;
    return outputValues(readout, output, window);
  }

  #finished(scores: ArrayLike<number> | undefined): Float64Array | undefined {
    return scores && finishScores(Float64Array.from(scores), this.#options.chip.output.after);
  }

  #chipRecord(): RunRecord['chip'] {
    const { chip, file } = this.#options;
    return {
      sha256: file.sha256,
      file: file.file,
      network: chip.provenance.network,
      target: chip.target.name,
      process: chip.target.process,
      cores: chip.cores.length,
      coresTotal: coreCount(chip.target),
      neurons: chip.cores.reduce((sum, core) => sum + core.neuronCount, 0),
      window: levelsOf(chip),
      bytes: file.bytes,
    };
  }

  #perLayer(layers: readonly LayerActivity[]): RunRecord['perLayer'] {
    const { chip } = this.#options;
    return layers.map((activity, layer) => {
      const neurons = shapeSize(chip.layers[layer]!.shape);
      const places = chip.placements.filter((placement) => placement.layer === layer);
      const updates = neurons * chip.window * this.#inferences;
      return {
        name: activity.name,
        neurons,
        cores: new Set(places.map(({ core }) => core)).size,
        spikes: activity.spikes,
        spikePayload: activity.spikePayload,
        synops: activity.synops,
        macs: activity.macs,
        synapseBitsRead: activity.synapseBitsRead,
        rate: updates === 0 ? 0 : activity.spikes / updates,
      };
    });
  }
}

/** T: of a chip whose packets carry counts, what they can count to, however few ticks that takes. */
function levelsOf({ window, provenance: { options } }: Chip): number {
  return options.code !== undefined && typeof options.window === 'number' ? options.window : window;
}

/** What is missing only adds: a partial sum can exceed a budget, and cannot keep it. */
function judged({ joulePerInference, partial }: RunRecord['energy'], joule: number): RunRecord['energyBudget'] {
  const verdict = joulePerInference > joule ? 'exceeded' : partial ? 'open' : 'kept';
  return { joule, verdict };
}
