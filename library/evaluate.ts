/** Chips on samples. */
import { letInterrupt } from '../compiler/pass.ts';
import { RunAccumulator } from '../emulator/account/accumulator.ts';
import { Emulator, type EmulatorOptions, requireEnd, spikeLister } from '../emulator/emulator.ts';
import { type Chip, InputLossAccount, type RunRecord, type Sample } from '../isa/index.ts';
import { answerOf, type RunAnswer } from './answer.ts';
import { floatOutputs } from './float-outputs.ts';
import { readGraph } from './graph.ts';
import type { NeuroBench } from './neurobench/neurobench.ts';
import { interruptible } from './interruptible.ts';
import type { OpenChip } from './open.ts';
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
export async function evaluate(
  { chip, bytes, sha256, name }: OpenChip,
  samples: Samples,
  settings: EvaluateSettings = {},
): Promise<RunRecord> {
  const { timing = 'cycle', kernels = 'wasm', signal, onProgress, now = () => performance.now() / 1000 } = settings;
  requireEnd(chip);
  const emulator = new Emulator(chip, { timing, kernels });
  const file = { sha256, file: name, bytes: bytes.length };
  const lister = spikeLister(chip, kernels);
  const accumulator = new RunAccumulator({ tool: 'snnc library', chip, file, timing, lister, outputs: 'values' });
  const loss = new InputLossAccount(chip.input);
  const buffers = stimulusBuffers(chip);
  let conventional: ReturnType<typeof conventionalOf> | undefined;
  let [done, seconds] = [0, 0];
  for await (const sample of inTurn(samples)) {
    await letInterrupt({ signal });
    const { payloads, x, ...info } = toStimulus(sample, chip, buffers);
    loss.add(x, payloads);
    const begin = now();
    const inference = await interruptible(emulator.ticks(payloads), { now, signal });
    seconds += now() - begin;
    const isScored = info.label !== undefined || info.target !== undefined;
    const answers = isScored ? (conventional ??= conventionalOf(chip, settings.float))(x) : undefined;
    accumulator.add({ ...info, payloads, ...(answers && { floatOutputs: answers }) }, inference);
    settings.neurobench?.add(payloads, inference);
    onProgress?.(++done);
  }
  const result = { counts: emulator.counts(), layers: emulator.layers(), activity: emulator.activity() };
  return { ...accumulator.finish({ ...result, host: { seconds, peakRssBytes: 0 } }), input: loss.result() };
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
