/** What `run` and `eval` have in common: an emulator whose inferences add up to a run record. */
import {
  type Deadline,
  Emulator,
  type Inference,
  inSample,
  type KernelKind,
  type PhaseListener,
  type PlacesOf,
  ReadoutCurve,
  RunAccumulator,
  type SampleInfo,
  spikeLister,
  type TickObserver,
} from '../../emulator/index.ts';
import { type Chip, type Diagnostic, fail, type RunRecord } from '../../isa/index.ts';
import type { ProbeRecorder } from '../probe/recorder.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { exceededBudget, missedDeadline, parseDeadline } from '../ui/deadline.ts';
import { energyJoule } from '../ui/values.ts';
import type { Stimulus } from '../../library/stimulus.ts';
import { floatOutputs } from '../../library/float-outputs.ts';
import type { Io } from '../ui/io.ts';
import type { NeuroBench } from '../../library/neurobench/neurobench.ts';
import { interruptible } from '../../library/interruptible.ts';
import type { SampleTable } from './sample-table.ts';

export interface SessionOptions {
  readonly path: string;
  readonly timing: 'cycle' | 'none';
  readonly kernel: KernelKind;
  readonly outputs: 'readouts' | 'values' | 'predictions';
  /** k of the top-k accuracy. */
  readonly topK?: number | undefined;
  /** Where classes are told apart in several places. */
  readonly places?: PlacesOf | undefined;
  /** Whether the record says how accuracy grows with t; only for labelled samples. */
  readonly curve?: boolean;
  /** Whether samples with labels or targets are given to the conventional network too; the chip file must have its graph. */
  readonly float?: boolean;
  readonly latency: LatencyValues;
  /** Told of every phase; only where timing is `cycle`. */
  readonly listener?: PhaseListener | undefined;
  /** Records what it watches; the caller finishes it. Only in this thread. */
  readonly probes?: ProbeRecorder | undefined;
  /** Lists what is run; the caller finishes it. Only in this thread. */
  readonly table?: SampleTable | undefined;
  /** Keeps what is run in the place of the record; the caller finishes it. */
  readonly keeper?: SampleKeeper | undefined;
  /** Number of the first sample that is run, for messages; 0 if absent. */
  readonly first?: number | undefined;
  /** Counts every inference in its terms; the caller takes the results. */
  readonly neurobench?: NeuroBench | undefined;
  /** Sample whose spikes the record shows. */
  readonly raster?: number | 'first' | undefined;
}

/** Takes inferences in the order of their samples, each with what is valid until the next one. */
export interface SampleKeeper {
  add(sample: SampleInfo, inference: Inference): void;
}

/** Values of the options on latency. */
export interface LatencyValues {
  readonly deadline: string | undefined;
  readonly 'energy-budget': string | undefined;
  readonly 'per-tick': boolean;
}

/**
 * An empty account.
 *
 * @throws DiagnosticError E0103, E0107 as {@link deadlineOf}
 */
export function newAccumulator(
  io: Io,
  { chip, bytes, sha256 }: ChipFile,
  { path, timing, kernel, outputs, topK, places, latency, raster }: SessionOptions,
): RunAccumulator {
  const deadline = deadlineOf(latency, timing, chip);
  const budget = latency['energy-budget'];
  return new RunAccumulator({
    tool: `snnemu ${io.version}`,
    chip,
    file: { sha256, file: path, bytes: bytes.length },
    timing,
    lister: spikeLister(chip, kernel),
    outputs,
    topK,
    places,
    ...(deadline && { deadline }),
    energyBudgetJ: budget === undefined ? undefined : energyJoule('energy-budget', budget),
    ...(raster !== undefined && { raster }),
  });
}

/** Whether there is something that the answer to a sample is compared with. */
export const isScored = ({ label, target }: Pick<SampleInfo, 'label' | 'target'>): boolean =>
  label !== undefined || target !== undefined;

/** Runs samples in this thread and keeps the account of them. */
export class RunSession {
  readonly #io: Io;
  readonly #emulator: Emulator;
  readonly #accumulator: RunAccumulator;
  readonly #keeper: SampleKeeper;
  readonly #curve: ReadoutCurve | undefined;
  readonly #probes: ProbeRecorder | undefined;
  readonly #table: SampleTable | undefined;
  readonly #neurobench: NeuroBench | undefined;
  readonly #observer: TickObserver | undefined;
  readonly #conventional: ((x: Float64Array) => Float64Array) | undefined;
  #seconds = 0;

  constructor(io: Io, file: ChipFile, options: SessionOptions) {
    const { chip } = file;
    this.#io = io;
    const { timing, kernel, listener } = options;
    this.#emulator = new Emulator(chip, { timing, kernels: kernel, ...(listener && { listener }) });
    this.#curve = options.curve === true ? new ReadoutCurve(chip) : undefined;
    this.#probes = options.probes;
    this.#table = options.table;
    this.#neurobench = options.neurobench;
    this.#observer = observeAll([this.#curve, this.#probes?.observer]);
    this.#conventional = options.float === true ? floatOutputs(chip) : undefined;
    this.#accumulator = newAccumulator(io, file, options);
    this.#keeper = options.keeper ?? this.#accumulator;
  }

  /**
   * One inference. Its spikes are valid until the next one. Only its own time counts as emulation.
   *
   * @throws Interruption where the user stops it
   */
  async infer(payloads: Int16Array, info: SampleInfo): Promise<Inference> {
    const start = this.#io.now();
    const inference = await interruptible(this.#emulator.ticks(payloads, this.#observer), this.#io);
    this.#seconds += this.#io.now() - start;
    this.#keeper.add({ ...info, payloads, ...(this.#curve && { predictedByT: this.#curve.predicted }) }, inference);
    this.#neurobench?.add(payloads, inference);
    await this.#probes?.add(info.index, inference);
    await this.#table?.add(info, inference, () => this.#emulator.counts());
    return inference;
  }

  /** One inference after the other. What is thrown belongs to the sample after the last one handed out. */
  async *inferAll(stimuli: AsyncIterable<Stimulus>): AsyncGenerator<Inference, void, void> {
    for await (const { payloads, x, ...info } of stimuli) {
      const float = isScored(info) ? this.#conventional?.(x) : undefined;
      try {
        yield await this.infer(payloads, { ...info, ...(float && { floatOutputs: float }) });
      } catch (error) {
        throw inSample(error, info.index);
      }
    }
  }

  /** What was counted in all inferences. */
  result() {
    return {
      counts: this.#emulator.counts(),
      layers: this.#emulator.layers(),
      activity: this.#emulator.activity(),
      host: { seconds: this.#seconds, peakRssBytes: this.#io.peakRssBytes() },
    };
  }

  record(selfTest?: { readonly samples: number; readonly exact: boolean }): RunRecord {
    return this.#accumulator.finish({
      ...this.result(),
      ...(selfTest && { selfTest }),
      ...(this.#probes && { probes: this.#probes.recorded }),
    });
  }
}

/** One observer for all of them. */
function observeAll(observers: readonly (TickObserver | undefined)[]): TickObserver | undefined {
  const present = observers.filter((observer) => observer !== undefined);
  if (present.length <= 1) return present[0];
  return {
    onTick(tick, view) {
      for (const observer of present) observer.onTick(tick, view);
    },
  };
}

/** @throws DiagnosticError E0605 where the sample whose spikes are wanted is not one of those that run */
export function checkRaster(raster: number | 'first' | undefined, first: number, count: number): void {
  if (typeof raster !== 'number' || (raster >= first && raster < first + count)) return;
  const remedy = count === 1 ? `only sample ${first} runs` : `samples ${first} to ${first + count - 1} run`;
  fail('E0605', `--raster: sample ${raster} does not run`, undefined, remedy);
}

/** What the record finds fault with. */
export function recordFaults(record: RunRecord): Diagnostic[] {
  return [missedDeadline(record), exceededBudget(record)].filter((fault) => fault !== undefined);
}

/**
 * The deadline, if one was given.
 *
 * @throws DiagnosticError E0103 where it is none, E0107 where an option asks for cycles that are not computed
 */
function deadlineOf(values: LatencyValues, timing: 'cycle' | 'none', chip: Chip): Deadline | undefined {
  const { deadline, 'per-tick': perTick } = values;
  if (timing === 'none' && (deadline !== undefined || perTick))
    fail(
      'E0107',
      `--${perTick ? 'per-tick' : 'deadline'} needs the cycles of inferences`,
      undefined,
      'add --timing cycle',
    );
  return deadline === undefined ? undefined : parseDeadline(deadline, chip.target.timing.clockHz.value);
}
