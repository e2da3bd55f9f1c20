/** Data sets on several threads: one copy of the chip, results in the order of the samples. */
import { type Chip, type Counts, fail } from '../../isa/machine.ts';
import { addCounts } from '../machine/counts.ts';
import { type EmulatorOptions, inputSteps, requireEnd } from '../emulator.ts';
import { hasKernels } from '../machine/has-kernels.ts';
import { addActivity, addLayers, type ChipActivity, type LayerActivity } from '../machine/activity.ts';
import type { Inference } from '../timing/inference.ts';
import { kernelParts } from '../wasm/machine.ts';
import type { MemoryPart } from '../wasm/memory.ts';
import { workerEntry } from './entry.ts';
import { slotBytes, type SlotMemory, slotMemory, type SlotResult } from './messages.ts';
import { inSample } from './sample-fault.ts';
import { shareChip } from './share.ts';
import { type Account, Thread } from './thread.ts';

export interface ParallelOptions extends EmulatorOptions {
  /** Threads, 1 or more; the caller's own comes on top. There are fewer where memory does not hold so many. */
  readonly workers: number;
  /** Whether each inference says what the chip would have answered after fewer ticks ({@link ReadoutCurve}). */
  readonly curve?: boolean;
  /** Module that calls {@link serveInferences}, for something to be run beside; the emulator alone if absent. */
  readonly entry?: URL;
  /** Number of the first sample, for messages; 0 if absent. */
  readonly first?: number;
  /** Ends all threads at once; whoever waits for a result gets the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A sample as the threads take it; whatever else it has comes back with its result. Its values are copied before the next
 * sample is asked for, so samples may share their memory.
 */
export interface ParallelSample {
  /** Payload of every input element, NCHW (quantiseInput). */
  readonly payloads: Int16Array;
  /** Preprocessed values, NCHW, where the entry's `beside` is to be run on them. */
  readonly besideOf?: Float64Array | undefined;
}

export interface ParallelResult<S extends ParallelSample> {
  readonly sample: S;
  /** What it was given, valid until the next result is asked for; the sample's own may be another's by now. */
  readonly payloads: Int16Array;
  /** Its spikes are valid until the next result is asked for. */
  readonly inference: Inference;
  /** Where `curve` was asked for. */
  readonly predictedByT?: Uint32Array;
  /** What the entry's `beside` answered. */
  readonly beside?: Float64Array;
}

/** Samples of a worker that run, wait or are done but not yet taken: enough to bridge what differs between samples. */
const SLOTS = 8;

/** A slot of a worker: what goes through it, and what waits for it. */
interface Slot {
  readonly thread: Thread;
  readonly index: number;
  readonly memory: SlotMemory;
}

/** A sample on its way. */
interface Ticket<S> {
  readonly sample: S;
  readonly slot: Slot;
  readonly result: Promise<SlotResult>;
}

/**
 * The emulator of a chip on several threads. Which thread runs a sample changes nothing: results come in the order of
 * the samples, and counts are sums. Samples are asked for when a thread has room for them, so memory depends on the chip
 * and the number of threads alone. The chip is there once: its weights and tables lie in memory that all threads read,
 * and each has but the states of its own.
 */
export class ParallelEmulator {
  readonly #chip: Chip;
  readonly #options: ParallelOptions;
  #counts: Counts | undefined;
  #layers: LayerActivity[] = [];
  #activity: ChipActivity | undefined;

  /** @param chip as the loader delivers it, checked */
  constructor(chip: Chip, options: ParallelOptions) {
    this.#chip = chip;
    this.#options = options;
  }

  /**
   * Runs all samples. Threads are started at the beginning and ended at the end, however it comes.
   *
   * @throws as the constructor of Emulator; as Emulator.infer, with the number of the sample in the message, and as
   *   `samples`, when it is that sample's turn: the first faulty one decides. The signal's reason at once. Error where a
   *   thread dies.
   */
  async *infer<S extends ParallelSample>(samples: AsyncIterable<S>): AsyncGenerator<ParallelResult<S>, void, void> {
    requireEnd(this.#chip);
    this.#options.signal?.throwIfAborted();
    const crew = new Crew(this.#chip, this.#options);
    try {
      yield* crew.run(samples);
      const accounts = await crew.accounts();
      this.#counts = accounts.map(({ counts }) => counts).reduce(addCounts);
      this.#layers = accounts.map(({ layers }) => layers).reduce(addLayers);
      this.#activity = accounts.map(({ activity }) => activity).reduce(addActivity);
    } finally {
      await crew.end();
    }
  }

  /** Counts of all samples, once they have been run. */
  counts(): Counts {
    return this.#counts ?? fail('E0901', 'the counts of a parallel run were asked for before its end');
  }

  /** Activity of each layer, once all samples have been run. */
  layers(): LayerActivity[] {
    return this.#layers;
  }

  /** Activity of each core and link, once all samples have been run. */
  activity(): ChipActivity {
    return this.#activity ?? fail('E0901', 'the activity of a parallel run was asked for before its end');
  }
}

/** The threads of one run. */
class Crew {
  readonly #chip: Chip;
  readonly #threads: readonly Thread[];
  readonly #free: Slot[] = [];
  readonly #first: number;
  readonly #signal: AbortSignal | undefined;
  readonly #interrupt = (): void => {
    for (const thread of this.#threads) thread.abandon(this.#signal!.reason);
  };

  constructor(chip: Chip, { workers, curve, entry, first = 0, signal, timing, kernels = 'wasm' }: ParallelOptions) {
    this.#chip = chip;
    this.#first = first;
    const count = Math.max(1, workers);
    const parts: (MemoryPart | undefined)[] =
      kernels === 'wasm' && hasKernels(chip)
        ? kernelParts(chip, timing === 'cycle', count)
        : Array<undefined>(count).fill(undefined);
    const shared = shareChip(chip);
    const options: EmulatorOptions = { timing, kernels };
    this.#threads = parts.map((part) => {
      const slots = Array.from({ length: SLOTS }, () => new SharedArrayBuffer(slotBytes(chip)));
      const thread = new Thread(entry ?? workerEntry('sample-worker'), {
        chip: shared,
        options,
        curve: curve === true,
        part,
        slots,
      });
      slots.forEach((buffer, index) => this.#free.push({ thread, index, memory: slotMemory(buffer, chip) }));
      return thread;
    });
    // Every thread gets a sample before any gets its second.
    this.#free.sort((a, b) => a.index - b.index);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#interrupt);
  }

  async *run<S extends ParallelSample>(samples: AsyncIterable<S>): AsyncGenerator<ParallelResult<S>, void, void> {
    const source = samples[Symbol.asyncIterator]();
    const tickets: Ticket<S>[] = [];
    let sent = this.#first;
    let ended = false;
    let failure: { readonly error: unknown } | undefined;
    try {
      for (;;) {
        while (!ended && this.#free.length > 0) {
          try {
            const next = await source.next();
            if (next.done === true) ended = true;
            else tickets.push(this.#send(next.value, sent++));
          } catch (error) {
            // The samples before it come first.
            ended = true;
            failure = { error };
          }
        }
        const ticket = tickets.shift();
        if (ticket === undefined) break;
        const { sample, slot, result } = ticket;
        yield toResult(sample, slot, await result);
        this.#free.push(slot);
      }
    } finally {
      if (!ended) await source.return?.();
    }
    if (failure !== undefined) throw failure.error;
  }

  accounts(): Promise<Account[]> {
    return Promise.all(this.#threads.map((thread) => thread.account()));
  }

  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#interrupt);
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #send<S extends ParallelSample>(sample: S, number: number): Ticket<S> {
    const { payloads, besideOf } = sample;
    const slot = this.#free[0]!;
    const { memory, thread, index } = slot;
    try {
      inputSteps(this.#chip, payloads);
    } catch (error) {
      throw inSample(error, number);
    }
    this.#free.shift();
    memory.payloads.set(payloads);
    if (besideOf !== undefined) memory.x.set(besideOf);
    const result = thread.infer(index, payloads.length, besideOf !== undefined).catch((error: unknown) => {
      throw inSample(error, number);
    });
    // It may fail before it is its turn.
    result.catch(() => undefined);
    return { sample, slot, result };
  }
}

function toResult<S extends ParallelSample>(sample: S, { memory }: Slot, result: SlotResult): ParallelResult<S> {
  const { readout, predicted, timing, predictedByT, beside } = result;
  return {
    sample,
    payloads: memory.payloads.subarray(0, sample.payloads.length),
    inference: { readout, predicted, spikes: memory.spikes, ...(timing && { timing }) },
    ...(predictedByT && { predictedByT }),
    ...(beside !== undefined && { beside }),
  };
}
