/** What {@link RunSession} does for a data set, on several threads. */
import { type Inference, ParallelEmulator, type RunAccumulator, workerEntry } from '../../emulator/index.ts';
import type { RunRecord } from '../../isa/index.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import type { Stimulus } from '../../library/stimulus.ts';
import type { Io } from '../ui/io.ts';
import { isScored, newAccumulator, type SampleKeeper, type SessionOptions } from './run-session.ts';

export class ParallelSession {
  readonly #io: Io;
  readonly #emulator: ParallelEmulator;
  readonly #accumulator: RunAccumulator;
  readonly #keeper: SampleKeeper;
  readonly #float: boolean;
  readonly #neurobench: SessionOptions['neurobench'];
  #seconds = 0;

  /** @param workers threads beside this one */
  constructor(io: Io, file: ChipFile, options: SessionOptions, workers: number) {
    this.#io = io;
    this.#float = options.float === true;
    this.#neurobench = options.neurobench;
    this.#emulator = new ParallelEmulator(file.chip, {
      timing: options.timing,
      kernels: options.kernel,
      workers,
      curve: options.curve === true,
      signal: io.signal,
      first: options.first ?? 0,
      ...(this.#float && { entry: workerEntry('eval-worker') }),
    });
    this.#accumulator = newAccumulator(io, file, options);
    this.#keeper = options.keeper ?? this.#accumulator;
  }

  /** As that of RunSession: in the order of the samples, whichever thread runs them. */
  async *inferAll(stimuli: AsyncIterable<Stimulus>): AsyncGenerator<Inference, void, void> {
    const start = this.#io.now();
    for await (const { sample, payloads, inference, predictedByT, beside } of this.#emulator.infer(
      this.#samples(stimuli),
    )) {
      this.#keeper.add(
        {
          index: sample.index,
          payloads,
          ...(sample.label !== undefined && { label: sample.label }),
          ...(sample.target && { target: sample.target }),
          ...(beside && { floatOutputs: beside }),
          ...(predictedByT && { predictedByT }),
        },
        inference,
      );
      this.#neurobench?.add(payloads, inference);
      yield inference;
    }
    this.#seconds += this.#io.now() - start;
  }

  /** What was counted in all inferences, once they have been run. */
  result() {
    return {
      counts: this.#emulator.counts(),
      layers: this.#emulator.layers(),
      activity: this.#emulator.activity(),
      host: { seconds: this.#seconds, peakRssBytes: this.#io.peakRssBytes() },
    };
  }

  record(): RunRecord {
    return this.#accumulator.finish(this.result());
  }

  async *#samples(stimuli: AsyncIterable<Stimulus>): AsyncGenerator<Stimulus & { besideOf?: Float64Array }> {
    for await (const stimulus of stimuli)
      yield this.#float && isScored(stimulus) ? { ...stimulus, besideOf: stimulus.x } : stimulus;
  }
}
