/** Threads that compute points. */
import { Worker } from 'node:worker_threads';
import { diagnostic } from '../../isa/index.ts';
import type { Computed, PointJob } from './compute.ts';

interface CrewOptions {
  /** Module of a thread. */
  readonly entry: URL;
  readonly workers: number;
  readonly signal: AbortSignal;
}

/**
 * Computes all jobs, so many at a time.
 *
 * @param onDone hears of each as soon as it is computed, in whatever order that is; what it throws ends the work
 * @throws the reason of the signal, at once; then no thread is left
 */
export async function computeAll(
  jobs: readonly PointJob[],
  { entry, workers, signal }: CrewOptions,
  onDone: (index: number, computed: Computed) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const threads = Array.from({ length: Math.min(workers, jobs.length) }, () => new PointThread(entry));
  let interrupt = (): void => undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    interrupt = () => {
      reject(signal.reason as Error);
    };
  });
  // Rejected with nobody waiting where the work has ended otherwise.
  interrupted.catch(() => undefined);
  signal.addEventListener('abort', interrupt);
  let next = 0;
  const serve = async (thread: PointThread): Promise<void> => {
    while (next < jobs.length) {
      const index = next++;
      await onDone(index, await thread.compute(jobs[index]!));
    }
  };
  try {
    await Promise.race([Promise.all(threads.map(serve)), interrupted]);
  } finally {
    next = jobs.length;
    signal.removeEventListener('abort', interrupt);
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** A thread; where it dies, its point has that as its outcome, and the next one gets a new thread. */
class PointThread {
  readonly #entry: URL;
  #worker: Worker | undefined;
  /** Takes what becomes of the point that is being computed; the first thing that is said of it counts. */
  #answer: (computed: Computed) => void = () => undefined;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  compute(job: PointJob): Promise<Computed> {
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
    const worker = new Worker(this.#entry);
    const lost = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#answer(withoutResult(why));
    };
    worker.on('message', (computed: Computed) => {
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
function withoutResult(why: string): Computed {
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
