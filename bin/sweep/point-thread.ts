/** A thread that computes points, one after the other. */
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../emulator/index.ts';
import { diagnostic, type FailedPoint } from '../../isa/index.ts';

export interface Computed<O> {
  readonly outcome: O | FailedPoint;
  /** Whether the outcome follows from the inputs alone; what does not is tried again. */
  readonly isLasting: boolean;
}

/** A thread; where it dies, its point has that as its outcome, and the next one gets a new thread. */
export class PointThread<Job, O> {
  readonly #entry: URL;
  #worker: Worker | undefined;
  /** Takes what becomes of the point that is being computed; the first thing that is said of it counts. */
  #answer: (computed: Computed<O>) => void = () => undefined;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  compute(job: Job): Promise<Computed<O>> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      this.#answer = resolve;
      worker.postMessage(job);
    });
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startWorker(this.#entry);
    const lost = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#answer(withoutResult(why));
    };
    worker.on('message', (computed: Computed<O>) => {
      this.#answer(computed);
    });
    worker.on('error', (error) => {
      lost(error.message);
    });
    worker.on('exit', (code) => {
      lost(`exit code ${code}`);
    });
    return worker;
  }
}

/** The outcome of a point whose thread is gone. */
function withoutResult(why: string): Computed<never> {
  const {
    code,
    message,
    remedy = '',
  } = diagnostic(
    'E0710',
    `the thread of the point ended by itself: ${why}`,
    undefined,
    'run the sweep again, with fewer --workers where memory is short',
  );
  return {
    outcome: { status: 'failed', stage: 'thread', diagnostics: [{ code, message, remedy }], notes: [] },
    isLasting: false,
  };
}
