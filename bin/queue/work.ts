/** A worker: takes points out of the queue, computes them, and puts what came out into Redis. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Diagnostic, diagnostic } from '../../isa/index.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { JobRefused, localJob, readJob, withoutRoots } from './check-job.ts';
import type { InputCache } from './input-cache.ts';
import type { Job, Queue } from './libraries.ts';
import type { Link } from './link.ts';
import * as names from './names.ts';
import type { Threads } from './threads.ts';

export interface WorkOptions {
  readonly threads: Threads;
  readonly workers: number;
  readonly inputs: InputCache;
  /** Absolute path of the store, where builds are kept. */
  readonly store: string;
  /** Ends when there was nothing to do for so many seconds; 0: as soon as nothing waits; undefined: never by itself. */
  readonly idleSeconds: number | undefined;
  /** Is kept up to date. */
  readonly account: WorkAccount;
  /** Hears of every point that was computed. */
  readonly onDone: () => void;
}

/** What a worker has done so far. */
export interface WorkAccount {
  computed: number;
  /** Of these, points that have no result, which is one. */
  failed: number;
  /** Jobs that are none, or whose files are not to be had. */
  refused: number;
  /** Points that were held when the worker was ended. */
  givenBack: number;
  /** Jobs that are being worked on. */
  held: number;
}

const TURN_MS = 100;
/** A job on its way from Redis to here is not seen for less. */
const QUIET_TURNS = 3;
/** What is held is given back within so many ms; if not, it comes back by itself. */
const GIVE_BACK_MS = 1500;

/** @throws DiagnosticError E0713; the reason of the signal */
export async function work(link: Link, options: WorkOptions, io: Io): Promise<void> {
  const stop = new AbortController();
  const { Worker, Queue } = link.libraries;
  const name = names.queueName(io.version);
  const connection = link.redis;
  const queue = new Queue(name, { connection, prefix: names.PREFIX });
  const process = processor(link, options, stop.signal, io);
  const worker = new Worker(name, process, {
    ...{ connection, prefix: names.PREFIX, concurrency: options.workers },
    ...{ lockDuration: names.LOCK_MS, stalledInterval: names.STALLED_CHECK_MS, maxStalledCount: names.MOST_STALLS },
    ...{ drainDelay: 1, runRetryDelay: 500 },
  });
  // What Redis says is heard by the heartbeat, that it is away by the link.
  worker.on('error', () => undefined);
  queue.on('error', () => undefined);
  try {
    await serve(link, { queue, account: options.account, idleSeconds: options.idleSeconds }, io);
  } finally {
    // Without a connection nothing can be given back: it comes back by itself.
    const closing = worker.close(link.isAway);
    closing.catch(() => undefined);
    stop.abort();
    if (!link.isAway) await Promise.race([closing, pause(GIVE_BACK_MS, undefined, { ref: false })]);
    await options.threads.end();
  }
}

interface Serving {
  readonly queue: Queue;
  readonly account: WorkAccount;
  readonly idleSeconds: number | undefined;
}

/** Until there is nothing to do any more, the connection is gone for good, or the user says so. */
async function serve(link: Link, { queue, account, idleSeconds }: Serving, io: Io): Promise<void> {
  const id = randomUUID();
  const strangers = new Strangers('watcher', io);
  let since = io.now();
  let quietTurns = 0;
  try {
    for (let turn = 0; ; turn++) {
      if ((turn * TURN_MS) % names.HEARTBEAT_MS === 0)
        strangers.tell(await link.during(link.heartbeat('worker', io.version, id)));
      const counts = await link.during(queue.getJobCounts('wait', 'delayed', 'prioritized'));
      const isQuiet = account.held === 0 && Object.values(counts).every((count) => count === 0);
      if (!isQuiet) since = io.now();
      quietTurns = isQuiet ? quietTurns + 1 : 0;
      if (idleSeconds !== undefined && quietTurns >= QUIET_TURNS && io.now() - since >= idleSeconds) return;
      await link.during(pause(TURN_MS));
    }
  } finally {
    link.farewell('worker', io.version, id).catch(() => undefined);
  }
}

function processor(link: Link, options: WorkOptions, stopped: AbortSignal, io: Io) {
  const { UnrecoverableError, WaitingError } = link.libraries;
  const { threads, inputs, store, account, onDone } = options;
  const stop = new Promise<undefined>((resolve) => {
    stopped.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  const computed = async (data: unknown): Promise<true> => {
    const job = readJob(data, `snnemu ${io.version}`);
    const results = names.resultsKey(job.sweep);
    // Delivered twice, or nobody waits for it any more: then there is nothing to do.
    if ((await link.redis.exists(names.wantedKey(job.sweep))) === 0) return true;
    if ((await link.redis.hexists(results, job.key)) === 1) return true;
    const laid = await inputs.laid(job.files);
    const { outcome, isLasting } = await threads.compute(localJob(job, laid, store, io.version));
    const result = { format: 'snn-queue-result/1', key: job.key, isLasting, outcome };
    const text = JSON.stringify(withoutRoots(result, inputs.folder));
    if ((await link.redis.exists(names.wantedKey(job.sweep))) === 1) {
      await link.redis.hsetnx(results, job.key, text);
      await link.redis.expire(results, names.RESULT_SECONDS);
    }
    account.computed++;
    if (outcome.status === 'failed') account.failed++;
    onDone();
    return true;
  };
  return async (job: Job, token: string | undefined): Promise<void> => {
    account.held++;
    try {
      if ((await Promise.race([computed(job.data), stop])) === true) return;
    } catch (error) {
      account.refused++;
      // Others would refuse it as well; files may be there the next time.
      if (error instanceof JobRefused) throw new UnrecoverableError(error.message);
      throw error;
    } finally {
      account.held--;
    }
    account.givenBack++;
    await job.moveToWait(token);
    throw new WaitingError();
  };
}

/** Other versions that were heard of: each is told of once. */
export class Strangers {
  readonly #told = new Set<string>();
  readonly #who: 'watcher' | 'worker';
  readonly #io: Io;

  constructor(who: 'watcher' | 'worker', io: Io) {
    this.#who = who;
    this.#io = io;
  }

  tell(versions: ReadonlyMap<string, number>): void {
    for (const version of versions.keys()) {
      // Who says many is not listened to for ever.
      if (version === this.#io.version || this.#told.has(version) || this.#told.size > 16) continue;
      this.#told.add(version);
      printDiagnostics([otherVersion(this.#who, this.#io.version, version)], this.#io);
    }
  }
}

export const otherVersion = (who: 'watcher' | 'worker', own: string, other: string): Diagnostic =>
  diagnostic(
    'W0708',
    who === 'watcher'
      ? `points wait for snnemu ${other}; this worker is snnemu ${own} and leaves them`
      : `a worker is snnemu ${other}; the points of this sweep are left to those of snnemu ${own}`,
    undefined,
    'install the same version on all machines',
  );
