/** One way of counting, tried on samples that nothing else has seen. */
import { DiagnosticError, isMisfit, quantiseInput, type InputEncoding, type StoredBits } from '../../isa/index.ts';
import type { LevelAfter } from '../chain.ts';
import { SpikingSimulator } from '../engines/simulate.ts';
import { simulatedIntegers } from '../engines/simulated-network.ts';
import { type ConvertedGraph, INPUT } from '../ir/layers.ts';
import type { BuildOptions } from '../options.ts';
import { PassRunner, type BuildHooks } from '../pass-runner.ts';
import type { KeptSample } from '../passes/calibrate/kept-samples.ts';
import { QUANTISE } from '../pipeline.ts';
import { type CalibratedConventional, scheduleNetwork, withThresholds } from '../stages.ts';
import type { Counting } from './candidates.ts';
import { type Loss, LossAccount } from './loss.ts';
import { WorkAccount } from './work.ts';

export class CountingTrial {
  readonly counting: Counting;
  readonly work: WorkAccount;
  /** Bits of the weights of every layer. */
  readonly widths: readonly StoredBits[];
  readonly #graph: ConvertedGraph;
  /** Real value of one unit of an output. */
  readonly #outputStep: number;
  /** While it is run. */
  #simulator: SpikingSimulator | undefined;
  readonly #encoding: InputEncoding;
  readonly #loss = new LossAccount();
  #next = 0;

  private constructor(
    counting: Counting,
    { converted, quantised, widths }: LevelAfter<typeof QUANTISE>,
    encoding: InputEncoding,
  ) {
    this.#graph = converted;
    this.#outputStep = quantised.outputStep / quantised.graph.window;
    this.counting = counting;
    this.widths = widths.bits;
    this.work = new WorkAccount(converted);
    this.#encoding = encoding;
  }

  /**
   * Converts and rounds a network that has been calibrated, as a build would.
   *
   * @returns undefined where it does not fit the target
   * @throws DiagnosticError for faults that are no misfits; whatever the signal was aborted with
   */
  static async prepare(
    calibrated: CalibratedConventional,
    counting: Counting,
    options: BuildOptions,
    hooks: BuildHooks,
  ): Promise<CountingTrial | undefined> {
    const run = new PassRunner({ now: hooks.now, ...(hooks.signal && { signal: hooks.signal }) });
    // Counts are those of every code that can say them.
    const code = options.levels === undefined ? 'unary' : 'graded';
    const tried: BuildOptions = { ...options, ...counting, code, choose: undefined };
    try {
      const scheduled = await scheduleNetwork(await withThresholds(calibrated, tried, run), tried, run);
      const made = await run.through(QUANTISE, { ...scheduled, elsewhere: undefined });
      return new CountingTrial(counting, made, scheduled.encoding);
    } catch (error) {
      if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => isMisfit(code))) return undefined;
      throw error;
    }
  }

  get loss(): Loss {
    return this.#loss.loss;
  }

  /** The next sample; `expected` are the outputs of the conventional network for all of them. */
  runNext(samples: readonly KeptSample[], expected: readonly Float64Array[]): void {
    const simulator = (this.#simulator ??= new SpikingSimulator(simulatedIntegers(this.#graph, this.counting.mode)));
    const { x, label } = samples[this.#next]!;
    const payloads = quantiseInput(x, this.#encoding);
    simulator.run(payloads);
    const outputs = simulator.readout().map((v) => v * this.#outputStep);
    this.#loss.add(label, expected[this.#next]!, outputs);
    this.work.add(
      (layer) => (layer === INPUT ? payloads : simulator.counts(layer)),
      (layer) => simulator.takenBack(layer),
    );
    this.#next++;
  }

  /** Lets go of the memory that running takes. */
  rest(): void {
    this.#simulator = undefined;
  }
}
