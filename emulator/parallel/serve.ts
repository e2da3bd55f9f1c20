/** A worker's side: an emulator that takes samples from its slots and puts their spikes there. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Chip, DiagnosticError } from '../../isa/machine.ts';
import { ReadoutCurve } from '../account/curve.ts';
import { Emulator } from '../emulator.ts';
import { type Reply, type Request, type SlotMemory, slotMemory, type SlotResult, type WorkerData } from './messages.ts';

/** Answers a sample in another way, from its preprocessed values: the outputs, which are valid until the next one. */
export type Beside = (x: Float64Array) => Float64Array;

/**
 * Serves the thread that started this worker, until that thread ends it. What a {@link DiagnosticError} says is sent
 * there; anything else is a fault of this program and ends the worker.
 *
 * @param makeBeside what to run on the samples as well, made when it is first wanted
 */
export function serveInferences(makeBeside?: (chip: Chip) => Beside): void {
  const port = parentPort!;
  const data = workerData as WorkerData;
  let worker: InferenceWorker | undefined;
  const reply = (message: Reply): void => {
    port.postMessage(message);
  };
  port.on('message', (request: Request) => {
    if (request === 'account') {
      reply({ kind: 'account', ...(worker ??= new InferenceWorker(data, makeBeside)).account() });
      return;
    }
    const { slot, values, beside } = request;
    try {
      worker ??= new InferenceWorker(data, makeBeside);
      reply({ kind: 'done', slot, result: worker.infer(slot, values, beside) });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      reply({ kind: 'failed', slot, diagnostics: error.diagnostics });
    }
  });
}

class InferenceWorker {
  readonly #chip: Chip;
  readonly #emulator: Emulator;
  readonly #curve: ReadoutCurve | undefined;
  readonly #slots: readonly SlotMemory[];
  readonly #makeBeside: ((chip: Chip) => Beside) | undefined;
  #beside: Beside | undefined;

  constructor({ chip, options, curve, part, slots }: WorkerData, makeBeside: ((chip: Chip) => Beside) | undefined) {
    this.#chip = chip;
    this.#emulator = new Emulator(chip, options, part);
    this.#curve = curve ? new ReadoutCurve(chip) : undefined;
    this.#slots = slots.map((buffer) => slotMemory(buffer, chip));
    this.#makeBeside = makeBeside;
  }

  infer(slot: number, values: number, beside: boolean): SlotResult {
    const { payloads, x, spikes } = this.#slots[slot]!;
    const inference = this.#emulator.infer(payloads.subarray(0, values), this.#curve);
    spikes.copyFrom(inference.spikes);
    return {
      readout: inference.readout,
      predicted: inference.predicted,
      timing: inference.timing,
      predictedByT: this.#curve?.predicted,
      beside: beside ? (this.#beside ??= this.#makeBeside?.(this.#chip))?.(x).slice() : undefined,
    };
  }

  account(): Omit<Extract<Reply, { kind: 'account' }>, 'kind'> {
    return { counts: this.#emulator.counts(), layers: this.#emulator.layers(), activity: this.#emulator.activity() };
  }
}
