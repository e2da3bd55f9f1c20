/** The caller's side of one worker. */
import type { Worker } from 'node:worker_threads';
import { DiagnosticError } from '../../isa/machine.ts';
import { startWorker } from './entry.ts';
import type { Reply, Request, SlotResult, WorkerData } from './messages.ts';

/** What a worker did in all its samples. */
export type Account = Pick<Extract<Reply, { kind: 'account' }>, 'counts' | 'layers' | 'activity'>;

/**
 * Samples and spikes lie in shared memory, so a worker leaves little garbage; with the usual room for it, it would sweep so
 * seldom that memory grew for thousands of samples.
 */
const YOUNG = { maxYoungGenerationSizeMb: 3 };

/** Somebody waits for a reply. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Sends samples to a worker and waits for what it answers. Where the worker dies, everybody who waits or will wait hears
 * of it.
 */
export class Thread {
  readonly #worker: Worker;
  readonly #results = new Map<number, Waiter<SlotResult>>();
  #account: Waiter<Account> | undefined;
  #failure: Error | undefined;

  constructor(entry: URL, data: WorkerData) {
    this.#worker = startWorker(entry, { workerData: data, resourceLimits: YOUNG });
    this.#worker.on('message', (reply: Reply) => {
      this.#take(reply);
    });
    this.#worker.on('error', (error) => {
      this.abandon(error);
    });
    this.#worker.on('exit', (code) => {
      this.abandon(new Error(`a worker ended by itself, with exit code ${code}`));
    });
  }

  /** Runs the sample in a slot, which has so many values. Rejects with what the emulator throws, or with why the worker ended. */
  infer(slot: number, values: number, beside: boolean): Promise<SlotResult> {
    return this.#ask({ slot, values, beside }, (waiter) => this.#results.set(slot, waiter));
  }

  /** What it has done so far. */
  account(): Promise<Account> {
    return this.#ask('account', (waiter) => {
      this.#account = waiter;
    });
  }

  /** Ends the worker, also in the middle of a sample; everybody who waits gets the reason. */
  abandon(reason: unknown): void {
    this.#failure ??= reason instanceof Error ? reason : new Error(String(reason));
    for (const waiter of [...this.#results.values(), this.#account]) waiter?.reject(this.#failure);
    this.#results.clear();
    this.#account = undefined;
    void this.#worker.terminate();
  }

  async end(): Promise<void> {
    this.#failure ??= new Error('the worker has been ended');
    await this.#worker.terminate();
  }

  #ask<T>(request: Request, note: (waiter: Waiter<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      note({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #take(reply: Reply): void {
    if (reply.kind === 'account') {
      this.#account?.resolve(reply);
      this.#account = undefined;
      return;
    }
    const waiter = this.#results.get(reply.slot);
    this.#results.delete(reply.slot);
    if (reply.kind === 'done') waiter?.resolve(reply.result);
    else waiter?.reject(new DiagnosticError(reply.diagnostics));
  }
}
