/** Chips on samples. */
import { letInterrupt } from '../compiler/pass.ts';
import { Emulator, type EmulatorOptions, requireEnd } from '../emulator/emulator.ts';
import type { Chip, RunRecord, Sample } from '../isa/index.ts';
import { answerOf, type RunAnswer } from './answer.ts';
import { floatOutputs } from './float-outputs.ts';
import { readGraph } from './graph.ts';
import type { NeuroBench } from './neurobench/neurobench.ts';
import { interruptible } from './interruptible.ts';
import type { OpenChip } from './open.ts';
import { RunAccount } from './run-account.ts';
import { inTurn, type Samples } from './samples.ts';
import { stimulusBuffers, toStimulus } from './stimulus.ts';

/** How samples are run; all may be left out. */
export interface EvaluateSettings {
  /** `cycle` (if absent): latency, and the energy of cycles; `none` is several times as fast. */
  readonly timing?: 'cycle' | 'none' | undefined;
  /** `wasm` if absent; `ts` is slower and gives the same. */
  readonly kernels?: EmulatorOptions['kernels'];
  /** Whether the conventional network is run on labelled samples too, for `accuracy.floatTop1`; if absent, where the chip file has it. */
  readonly float?: boolean | undefined;
  /** Counts every inference in NeuroBench's terms; its `results` take the record. */
  readonly neurobench?: NeuroBench | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After every sample. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Seconds that only grow; `performance.now` if absent. */
  readonly now?: (() => number) | undefined;
}

/**
 * Runs samples, one after the other.
 *
 * @returns the record that `snnemu eval --json` writes, but for memory, which is not measured here
 * @throws DiagnosticError E0603, E0604, E0701 for samples that the chip does not take, E0407 where `float` is wanted of a chip
 *   file without its network; whatever `signal` was aborted with, between two samples or ticks
 */
export async function evaluate(file: OpenChip, samples: Samples, settings: EvaluateSettings = {}): Promise<RunRecord> {
  const { timing = 'cycle', kernels = 'wasm', signal, onProgress, now = () => performance.now() / 1000 } = settings;
  const { chip } = file;
  requireEnd(chip);
  const emulator = new Emulator(chip, { timing, kernels });
  const account = new RunAccount(file, { timing, kernels });
  const buffers = stimulusBuffers(chip);
  let conventional: ReturnType<typeof conventionalOf> | undefined;
  let [done, seconds] = [0, 0];
  for await (const sample of inTurn(samples)) {
    await letInterrupt({ signal });
    const stimulus = toStimulus(sample, chip, buffers);
    const { payloads, x, label, target } = stimulus;
    const begin = now();
    const inference = await interruptible(emulator.ticks(payloads), { now, signal });
    seconds += now() - begin;
    const isScored = label !== undefined || target !== undefined;
    const answers = isScored ? (conventional ??= conventionalOf(chip, settings.float))(x) : undefined;
    account.add(stimulus, inference, answers);
    settings.neurobench?.add(payloads, inference);
    onProgress?.(++done);
  }
  return account.record(emulator, seconds);
}

/**
 * What the conventional network answers, where its answers are wanted. Made for the first sample that is scored: others need
 * neither graph nor engine.
 *
 * @throws DiagnosticError E0407 where it is wanted and not there
 */
function conventionalOf(chip: Chip, float: boolean | undefined): (x: Float64Array) => Float64Array | undefined {
  const none = (): undefined => undefined;
  if (float === false || (float === undefined && chip.graph === undefined)) return none;
  const graph = readGraph(chip);
  return float === true || graph.ann !== undefined ? floatOutputs(chip, graph) : none;
}

/** Runs one sample, with its latency. @throws DiagnosticError as {@link evaluate} */
export async function run(
  file: OpenChip,
  values: Sample['values'],
  settings: EvaluateSettings = {},
): Promise<RunAnswer> {
  const { shape } = file.chip.input;
  const record = await evaluate(file, [{ index: 0, shape, values }], settings);
  return answerOf(record);
}
