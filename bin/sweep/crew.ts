/** Where points are computed: by threads of this process, unless something else that does the same is given. */
import { type Computed, PointThread } from './point-thread.ts';

/** What jobs that need the same build have in common: one of them makes it before the others begin. */
export interface CrewJob {
  readonly buildKey: string;
}

/** What computes points. */
export interface PointPool<Job extends CrewJob, O> {
  /**
   * Computes all jobs.
   *
   * @param onDone hears of each as soon as it is computed, in whatever order that is; what it throws ends the work
   * @throws the reason of the signal, at once
   */
  compute(jobs: readonly Job[], onDone: (index: number, computed: Computed<O>) => Promise<void>): Promise<void>;
  /** Then nothing of it is left. */
  end(): Promise<void>;
}

interface CrewOptions {
  /** Module of a thread. */
  readonly entry: URL;
  readonly workers: number;
  readonly signal: AbortSignal;
}

/** Threads that stay between the jobs that they are given. */
export class Crew<Job extends CrewJob, O> implements PointPool<Job, O> {
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

/** Computes all jobs with a pool that is there for them alone. */
export async function computeAll<Job extends CrewJob, O>(
  jobs: readonly Job[],
  pool: PointPool<Job, O>,
  onDone: (index: number, computed: Computed<O>) => Promise<void>,
): Promise<void> {
  try {
    await pool.compute(jobs, onDone);
  } finally {
    await pool.end();
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
