/** Threads that compute points. */
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../emulator/index.ts';
import { diagnostic, type FailedPoint } from '../../isa/index.ts';

/** What jobs that need the same build have in common: one of them makes it before the others begin. */
export interface CrewJob {
  readonly buildKey: string;
}

export interface Computed<O> {
  readonly outcome: O | FailedPoint;
  /** Whether the outcome follows from the inputs alone; what does not is tried again. */
  readonly isLasting: boolean;
}

interface CrewOptions {
  /** Module of a thread. */
  readonly entry: URL;
  readonly workers: number;
  readonly signal: AbortSignal;
}

/** Threads that stay between the jobs that they are given. */
export class Crew<Job extends CrewJob, O> {
  readonly #threads: readonly PointThread<Job, O>[];
  readonly #signal: AbortSignal;

  constructor({ entry, workers, signal }: CrewOptions) {
    this.#threads = Array.from({ length: workers }, () => new PointThread<Job, O>(entry));
    this.#signal = signal;
  }

  /**
   * Computes all jobs, so many at a time.
   *
   * @param onDone hears of each as soon as it is computed, in whatever order that is; what it throws ends the work
   * @throws the reason of the signal, at once
   */
  async compute(jobs: readonly Job[], onDone: (index: number, computed: Computed<O>) => Promise<void>): Promise<void> {
    const signal = this.#signal;
    signal.throwIfAborted();
    let interrupt = (): void => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      interrupt = () => {
        reject(signal.reason as Error);
      };
    });
    // Rejected with nobody waiting where the work has ended otherwise.
    interrupted.catch(() => undefined);
    signal.addEventListener('abort', interrupt);
    const queue = new JobQueue(jobs);
    const serve = async (thread: PointThread<Job, O>): Promise<void> => {
      for (let index = await queue.take(); index !== undefined; index = await queue.take()) {
        const computed = await thread.compute(jobs[index]!);
        queue.done(index);
        await onDone(index, computed);
      }
    };
    try {
      const served = this.#threads.slice(0, jobs.length).map(serve);
      await Promise.race([Promise.all(served), interrupted]);
    } finally {
      queue.end();
      signal.removeEventListener('abort', interrupt);
    }
  }

  /** Then no thread is left. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** Computes all jobs with threads of their own: {@link Crew}. */
export async function computeAll<Job extends CrewJob, O>(
  jobs: readonly Job[],
  options: CrewOptions,
  onDone: (index: number, computed: Computed<O>) => Promise<void>,
): Promise<void> {
  const crew = new Crew<Job, O>(options);
  try {
    await crew.compute(jobs, onDone);
  } finally {
    await crew.end();
  }
}

/** Jobs in their order, but for those whose build is being made by another one. */
class JobQueue {
  readonly #jobs: readonly CrewJob[];
  #waiting: number[];
  readonly #making = new Set<string>();
  readonly #made = new Set<string>();
  #wake: (() => void)[] = [];

  constructor(jobs: readonly CrewJob[]) {
    this.#jobs = jobs;
    this.#waiting = jobs.map((_, k) => k);
  }

  /** The next job; undefined where there are no more. */
  async take(): Promise<number | undefined> {
    while (this.#waiting.length > 0) {
      const at = this.#waiting.findIndex((k) => !this.#making.has(this.#jobs[k]!.buildKey));
      if (at < 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
      else {
        const [index] = this.#waiting.splice(at, 1);
        // Later jobs of the build may go on side by side: then it is there.
        if (!this.#made.has(this.#jobs[index!]!.buildKey)) this.#making.add(this.#jobs[index!]!.buildKey);
        return index;
      }
    }
    return undefined;
  }

  done(index: number): void {
    const { buildKey } = this.#jobs[index]!;
    this.#making.delete(buildKey);
    this.#made.add(buildKey);
    this.#wakeAll();
  }

  end(): void {
    this.#waiting = [];
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** A thread; where it dies, its point has that as its outcome, and the next one gets a new thread. */
class PointThread<Job, O> {
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
