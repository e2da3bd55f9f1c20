import {
  type Chip,
  type Counts,
  coreCount,
  type RasterRecord,
  type RunRecord,
  shapeSize,
  SpikeDigest,
  type SpikeLister,
} from '../../isa/machine.ts';
import { compareWithAnn } from './baselines.ts';
import type { ChipActivity, LayerActivity } from '../machine/activity.ts';
import type { Inference } from '../timing/inference.ts';
import { computeEnergy } from './energy.ts';
import { floorplanRecord } from './floorplan-record.ts';
import { rasterOf } from './raster.ts';
import { type Deadline, LatencyAccumulator } from './latency.ts';
import { wilsonInterval } from './statistics.ts';

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
  readonly outputs: 'readouts' | 'predictions' | 'none';
  /** Only with timing. */
  readonly deadline?: Deadline;
  /** Index of the sample whose spikes the record shows; 'first' = that of the first inference. */
  readonly raster?: number | 'first';
}

/** What is known of a sample beside its data. */
export interface SampleInfo {
  /** Position in the data set. */
  readonly index: number;
  readonly label?: number;
  /** Class that the conventional network predicts. */
  readonly floatPredicted?: number;
  /** Class that the chip predicts after t = 1..T ticks of the read-out's window ({@link ReadoutCurve}). */
  readonly predictedByT?: ArrayLike<number>;
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
  #labelled = 0;
  #correct = 0;
  #floatKnown = 0;
  #floatCorrect = 0;
  #curveKnown = 0;
  #raster: RasterRecord | undefined;
  readonly #curveCorrect: Float64Array;

  constructor(options: RunOptions) {
    this.#options = options;
    const { chip, lister } = options;
    this.#digest = new SpikeDigest(lister);
    this.#latency = new LatencyAccumulator(chip, options.deadline);
    this.#curveCorrect = new Float64Array(chip.window);
  }

  /** Takes an inference. Its spikes and timing are read at once and not kept. */
  add(sample: SampleInfo, inference: Inference): void {
    this.#inferences++;
    this.#digest.add(inference);
    const { raster } = this.#options;
    if (this.#raster === undefined && (raster === 'first' || raster === sample.index))
      this.#raster = rasterOf(inference.spikes, sample.index);
    if (inference.timing !== undefined) this.#latency.add(sample.index, inference.timing);
    if (sample.label !== undefined) {
      this.#labelled++;
      if (sample.label === inference.predicted) this.#correct++;
      if (sample.floatPredicted !== undefined) {
        this.#floatKnown++;
        if (sample.label === sample.floatPredicted) this.#floatCorrect++;
      }
      if (sample.predictedByT !== undefined) {
        this.#curveKnown++;
        for (let t = 0; t < this.#curveCorrect.length; t++)
          if (sample.label === sample.predictedByT[t]) this.#curveCorrect[t]!++;
      }
    }
    if (this.#options.outputs !== 'none') this.#outputs.push(this.#output(sample, inference));
  }

  /** The record of everything added. It can be taken more than once. */
  finish(result: RunResult): RunRecord {
    const { tool, chip, timing } = this.#options;
    const { counts, host, selfTest, probes, activity } = result;
    const accuracy = this.#accuracy();
    const latency = timing === 'cycle' ? this.#latency.record() : undefined;
    const deadline = timing === 'cycle' ? this.#latency.deadlineRecord() : undefined;
    const cycles = timing === 'cycle' ? this.#latency.cycles : null;
    const energy = computeEnergy(counts, this.#inferences, chip.target, cycles);
    return {
      format: 'snn-run/1',
      tool,
      chip: this.#chipRecord(),
      ticks: chip.ticks,
      inferences: this.#inferences,
      outputs: [...this.#outputs],
      ...(accuracy && { accuracy }),
      ...(selfTest && { selfTest: { ...selfTest } }),
      spikeDigest: this.#digest.hex(),
      counts,
      perLayer: this.#perLayer(result.layers),
      ...(activity && { floorplan: floorplanRecord(chip, activity) }),
      ...(this.#raster && { raster: this.#raster }),
      timing,
      ...(latency && { latency }),
      ...(deadline && { deadline }),
      energy,
      comparison: compareWithAnn(chip.provenance, energy),
      host: { ...host, synopsPerSecond: host.seconds > 0 ? counts.synops / host.seconds : 0 },
      ...(probes && { probes }),
    };
  }

  #output(sample: SampleInfo, { predicted, readout }: Inference): RunRecord['outputs'][number] {
    const name = this.#options.chip.output.labels[predicted];
    return {
      index: sample.index,
      predicted,
      ...(name !== undefined && { name }),
      ...(sample.label !== undefined && { label: sample.label }),
      ...(this.#options.outputs === 'readouts' && { readout: [...readout] }),
    };
  }

  #accuracy(): RunRecord['accuracy'] {
    const total = this.#labelled;
    if (total === 0) return undefined;
    return {
      correct: this.#correct,
      total,
      top1: this.#correct / total,
      ci95: wilsonInterval(this.#correct, total),
      // Comparable only where it was asked about the very same samples.
      ...(this.#floatKnown === total && { floatTop1: this.#floatCorrect / total }),
      ...(this.#curveKnown === total && { byT: this.#curve(total) }),
    };
  }

  #curve(total: number): NonNullable<NonNullable<RunRecord['accuracy']>['byT']> {
    return Array.from(this.#curveCorrect, (correct, t) => ({
      T: t + 1,
      top1: correct / total,
      ci95: wilsonInterval(correct, total),
    }));
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
