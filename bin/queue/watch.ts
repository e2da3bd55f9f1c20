/** A pool whose points are computed by workers of any machine: jobs go into a queue, and what comes out is waited for. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Diagnostic,
  diagnostic,
  parseJsonFile,
  queueResult,
  type QueueJob,
  sha256Of,
  type SweepOutcome,
} from '../../isa/index.ts';
import type { PointJob } from '../sweep/compute.ts';
import type { PointPool } from '../sweep/crew.ts';
import type { Computed } from '../sweep/point-thread.ts';
import type { Point } from '../sweep/points.ts';
import type { Io } from '../ui/io.ts';
import { asTheUserSeesIt, printNote } from '../ui/messages.ts';
import type { RedisAddress } from './address.ts';
import { checkSizes, leave, offer } from './blobs.ts';
import { type Travelling, travellingFiles } from './files.ts';
import type { Queue } from './libraries.ts';
import { Link } from './link.ts';
import * as names from './names.ts';
import { Strangers } from './work.ts';

interface QueuePoolOptions {
  readonly address: RedisAddress;
  /** Folder for files that are too large for Redis, as it was typed. */
  readonly shared: string | undefined;
  /** All points of the plan. */
  readonly points: readonly Point[];
  /** Those that are to be computed, in the order of their jobs. */
  readonly wanted: readonly Point[];
  /** Folder of the plan. */
  readonly folder: string;
}

type OnDone = (index: number, computed: Computed<SweepOutcome>) => Promise<void>;

const TURN_MS = 100;
/** The last job is still being put aside when its result is there; it is waited for as many turns. */
const LAST_TURNS = 50;
/** Results and jobs that are asked for at a time. */
const AT_A_TIME = 64;

/** One sweep, seen from the side that waits. */
export class QueuePool implements PointPool<PointJob, SweepOutcome> {
  readonly #link: Link;
  readonly #travelling: Travelling;
  readonly #options: QueuePoolOptions;
  readonly #io: Io;
  readonly #id = randomUUID();
  /** The same whenever the same plan is run with the same files: so a sweep is taken up again where it was left. */
  readonly #sweep: string;
  readonly #queue: Queue;
  readonly #strangers: Strangers;
  #saidAlone = false;
  /** Results that were seen in Redis. */
  readonly #seen = new Set<string>();
  /** Key → index of what is not there yet. */
  readonly #open = new Map<string, number>();

  private constructor(link: Link, travelling: Travelling, options: QueuePoolOptions, io: Io) {
    this.#link = link;
    this.#travelling = travelling;
    this.#options = options;
    this.#io = io;
    this.#strangers = new Strangers('worker', io);
    const keys = options.points.map(({ record: { key } }) => key);
    this.#sweep = sha256Of([io.version, travelling.sha256, ...new Set(keys)].join('\n'));
    this.#queue = new link.libraries.Queue(names.queueName(io.version), {
      connection: link.redis,
      prefix: names.PREFIX,
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: {
        attempts: names.MOST_ATTEMPTS,
        backoff: { type: 'fixed', delay: names.ATTEMPT_PAUSE_MS },
        removeOnComplete: true,
      },
    });
    // That the connection is lost is said by the link; what was asked for waits, or has its own answer.
    this.#queue.on('error', () => undefined);
  }

  /** @throws DiagnosticError E0713, E0714 */
  static async open(options: QueuePoolOptions, io: Io): Promise<QueuePool> {
    const travelling = await travellingFiles(options.points, { ...io, cwd: options.folder });
    checkSizes(travelling, options.shared);
    return new QueuePool(await Link.open(options.address, io), travelling, options, io);
  }

  async compute(jobs: readonly PointJob[], onDone: OnDone): Promise<void> {
    if (jobs.length > 0) await this.#link.during(this.#compute(jobs, onDone));
  }

  async end(): Promise<void> {
    this.#open.clear();
    await this.#link.during(this.#farewell()).catch(() => undefined);
    this.#link.close();
  }

  async #compute(jobs: readonly PointJob[], onDone: OnDone): Promise<void> {
    for (const [index, { record }] of this.#options.wanted.entries()) this.#open.set(record.key, index);
    await this.#begin(jobs);
    let [returns, turn] = [this.#link.returns, 0];
    while (this.#open.size > 0) {
      await this.#collect(onDone);
      if (this.#open.size === 0) break;
      await pause(TURN_MS);
      turn++;
      // Redis may have forgotten what was in it.
      const isBack = returns !== this.#link.returns;
      returns = this.#link.returns;
      if (isBack || (turn * TURN_MS) % names.HEARTBEAT_MS === 0) await this.#repair(jobs, onDone);
    }
    await this.#cleanUp();
  }

  async #farewell(): Promise<void> {
    const { redis } = this.#link;
    await this.#link.farewell('watcher', this.#io.version, this.#id);
    if ((await redis.zcard(names.ALL_WATCHERS)) > 0) return;
    // What the library keeps of the queue goes too, where no job of any sweep is left; it makes it anew.
    for (let turn = 0; turn < LAST_TURNS; turn++) {
      const counts = await this.#queue.getJobCounts();
      if (Object.values(counts).every((count) => count === 0)) {
        await redis.del(...['meta', 'id', 'events', 'marker'].map((part) => this.#queue.toKey(part)));
        return;
      }
      await pause(TURN_MS);
    }
  }

  async #begin(jobs: readonly PointJob[]): Promise<void> {
    await this.#alive();
    await offer(this.#link.redis, this.#travelling, this.#options.shared, this.#io);
    await this.#removeFailed([...this.#open.keys()]);
    await this.#add(jobs, [...this.#open.keys()]);
  }

  async #alive(): Promise<void> {
    const { redis } = this.#link;
    const strangers = await this.#link.heartbeat('watcher', this.#io.version, this.#id);
    await redis.set(names.wantedKey(this.#sweep), this.#io.version, 'EX', names.RESULT_SECONDS);
    const watchers = names.watchersKey(this.#sweep);
    const now = Number((await redis.time())[0]);
    await redis.zadd(watchers, now, this.#id);
    await redis.expire(watchers, names.GONE_SECONDS);
    this.#strangers.tell(strangers);
    if (this.#saidAlone || (strangers.get(this.#io.version) ?? 0) > 0) return;
    this.#saidAlone = true;
    printNote(
      `no worker of snnemu ${this.#io.version} is there yet: start \`snnemu worker --queue ${this.#link.shown}\`, as many as wanted`,
      this.#io,
    );
  }

  async #add(jobs: readonly PointJob[], keys: readonly string[]): Promise<void> {
    for (let k = 0; k < keys.length; k += AT_A_TIME) {
      const part = keys.slice(k, k + AT_A_TIME);
      // What is there is not added a second time.
      await this.#queue.addBulk(
        part.map((key) => ({
          name: 'point',
          data: this.#jobOf(jobs[this.#open.get(key)!]!, key),
          opts: { jobId: names.jobIdOf(this.#sweep, key) },
        })),
      );
    }
  }

  #jobOf({ buildKey, keepsBuild, network, options }: PointJob, key: string): QueueJob {
    return {
      ...{ format: 'snn-queue-job/1', tool: `snnemu ${this.#io.version}`, sweep: this.#sweep, key, buildKey },
      ...{ keepsBuild, network, options, files: this.#travelling.sha256 },
    };
  }

  /** Takes the results that are there and were not seen. */
  async #collect(onDone: OnDone): Promise<void> {
    const { redis } = this.#link;
    const results = names.resultsKey(this.#sweep);
    if ((await redis.hlen(results)) === this.#seen.size) return;
    const found = await redis.hkeys(results);
    // Redis may have forgotten some: what it has is what counts.
    this.#seen.clear();
    for (const key of found) this.#seen.add(key);
    const fresh = found.filter((key) => this.#open.has(key));
    for (let k = 0; k < fresh.length; k += AT_A_TIME) {
      const keys = fresh.slice(k, k + AT_A_TIME);
      const texts = await redis.hmget(results, ...keys);
      for (const [at, key] of keys.entries())
        if (typeof texts[at] === 'string') await this.#take(key, texts[at], onDone);
    }
  }

  async #take(key: string, text: string, onDone: OnDone): Promise<void> {
    const index = this.#open.get(key);
    if (index === undefined) return;
    this.#open.delete(key);
    const parsed = parseJsonFile(Buffer.from(text));
    const result = 'value' in parsed ? queueResult.schema.safeParse(parsed.value).data : undefined;
    if (result?.key === key) {
      // As it was written: the schema has an order of its own, and a store has lines as they were computed.
      const { outcome } = (parsed as { readonly value: typeof result }).value;
      await onDone(index, { outcome, isLasting: result.isLasting });
      return;
    }
    await this.#link.redis.hdel(names.resultsKey(this.#sweep), key);
    await onDone(index, this.#withoutResult('what came back is no result of the format snn-queue-result/1'));
  }

  /** Puts back what Redis has forgotten, and hears of jobs that were given up. */
  async #repair(jobs: readonly PointJob[], onDone: OnDone): Promise<void> {
    await this.#alive();
    await offer(this.#link.redis, this.#travelling, this.#options.shared, this.#io);
    const forgotten: string[] = [];
    const keys = [...this.#open.keys()];
    const failedKey = this.#queue.toKey('failed');
    for (let k = 0; k < keys.length; k += AT_A_TIME) {
      const part = keys.slice(k, k + AT_A_TIME);
      const pipeline = this.#link.redis.pipeline();
      for (const key of part) {
        const id = names.jobIdOf(this.#sweep, key);
        pipeline.exists(this.#queue.toKey(id)).zscore(failedKey, id);
      }
      const answers = (await pipeline.exec()) ?? [];
      for (const [at, key] of part.entries()) {
        const [exists, failed] = [answers[2 * at], answers[2 * at + 1]];
        for (const answer of [exists, failed]) if (answer?.[0]) throw answer[0];
        if (exists?.[1] === 0) forgotten.push(key);
        else if (typeof failed?.[1] === 'string') await this.#giveUp(key, onDone);
      }
    }
    // A result is put there before its job goes: what is still missing now was forgotten.
    await this.#collect(onDone);
    const missing = forgotten.filter((key) => this.#open.has(key));
    await this.#add(jobs, missing);
  }

  async #giveUp(key: string, onDone: OnDone): Promise<void> {
    const index = this.#open.get(key);
    const job = await this.#queue.getJob(names.jobIdOf(this.#sweep, key));
    if (index === undefined || job === undefined) return;
    this.#open.delete(key);
    await onDone(index, this.#withoutResult(job.failedReason));
  }

  #withoutResult(why: string): Computed<SweepOutcome> {
    const { code, message, remedy = '' } = asTheUserSeesIt(givenUp(why), this.#io);
    const outcome = {
      status: 'failed' as const,
      stage: 'thread' as const,
      diagnostics: [{ code, message, remedy }],
      notes: [],
    };
    return { outcome, isLasting: false };
  }

  /** Jobs that were given up, now or in an earlier sweep: they begin anew. */
  async #removeFailed(keys: readonly string[]): Promise<void> {
    const failedKey = this.#queue.toKey('failed');
    for (let k = 0; k < keys.length; k += AT_A_TIME) {
      const part = keys.slice(k, k + AT_A_TIME).map((key) => names.jobIdOf(this.#sweep, key));
      const scores = await this.#link.redis.zmscore(failedKey, ...part);
      for (const [at, id] of part.entries()) if (typeof scores[at] === 'string') await this.#queue.remove(id);
    }
  }

  /** Nothing of the sweep stays in Redis, unless somebody else waits for the same one. */
  async #cleanUp(): Promise<void> {
    const { redis } = this.#link;
    const watchers = names.watchersKey(this.#sweep);
    await redis.zrem(watchers, this.#id);
    const now = Number((await redis.time())[0]);
    await redis.zremrangebyscore(watchers, 0, now - names.GONE_SECONDS);
    if ((await redis.zcard(watchers)) > 0) return;
    await redis.del(names.wantedKey(this.#sweep), names.resultsKey(this.#sweep));
    await this.#removeFailed(this.#options.wanted.map(({ record: { key } }) => key));
    await leave(redis, this.#travelling);
  }
}

export const givenUp = (why: string): Diagnostic =>
  diagnostic(
    'E0715',
    `no worker could compute the point: ${why.slice(0, 300)}`,
    undefined,
    'run the same command again; where memory is short, with fewer --workers in each `snnemu worker`',
  );
