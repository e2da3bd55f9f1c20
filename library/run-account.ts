/** Inferences of the library as a run record. */
import { RunAccumulator } from '../emulator/account/accumulator.ts';
import { type Emulator, type EmulatorOptions, spikeLister } from '../emulator/emulator.ts';
import type { Inference } from '../emulator/timing/inference.ts';
import { InputLossAccount, type RunRecord } from '../isa/index.ts';
import type { OpenChip } from './open.ts';
import type { Stimulus } from './stimulus.ts';

export class RunAccount {
  readonly #accumulator: RunAccumulator;
  readonly #loss: InputLossAccount;

  constructor(
    { chip, bytes, sha256, name }: OpenChip,
    { timing, kernels }: Pick<EmulatorOptions, 'timing' | 'kernels'>,
  ) {
    const file = { sha256, file: name, bytes: bytes.length };
    const lister = spikeLister(chip, kernels);
    this.#accumulator = new RunAccumulator({ tool: 'snnc library', chip, file, timing, lister, outputs: 'values' });
    this.#loss = new InputLossAccount(chip.input);
  }

  /** @param floatOutputs of the conventional network, where they are compared */
  add({ x, ...sample }: Stimulus, inference: Inference, floatOutputs?: ArrayLike<number>): void {
    this.#loss.add(x, sample.payloads);
    this.#accumulator.add({ ...sample, ...(floatOutputs && { floatOutputs }) }, inference);
  }

  /** @param seconds that the inferences took here */
  record(emulator: Emulator, seconds: number): RunRecord {
    const result = { counts: emulator.counts(), layers: emulator.layers(), activity: emulator.activity() };
    const record = this.#accumulator.finish({ ...result, host: { seconds, peakRssBytes: 0 } });
    return { ...record, input: this.#loss.result() };
  }
}
