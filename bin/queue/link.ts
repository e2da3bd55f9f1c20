/** The connection to Redis: fails soon where there is none, and waits a stated time for one that was lost. */
import { type Diagnostic, diagnostic, type DiagnosticError, fail } from '../../isa/index.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import type { RedisAddress } from './address.ts';
import { ALL_WATCHERS, ALL_WORKERS, GONE_SECONDS } from './names.ts';

const libraries = () => import('./libraries.ts');
export type Libraries = Awaited<ReturnType<typeof libraries>>;
export type RedisClient = InstanceType<Libraries['Redis']>;

/** The first connection is there within so many ms, or not at all. */
const CONNECT_MS = 5000;
/** A connection that was lost is waited for as long, in seconds. */
const AWAY_SECONDS = 120;
const LONGEST_PAUSE_MS = 1000;
const REMEDY =
  'start one there (`redis-server --port 6379`), or name another one; a port that is not 6379 and a password belong into the address';

export class Link {
  readonly libraries: Libraries;
  readonly redis: RedisClient;
  /** Rejects with E0713 where the connection is away for too long, and with the reason of the signal. */
  readonly broken: Promise<never>;
  /** How often the connection has come back. */
  returns = 0;
  readonly #address: RedisAddress;
  readonly #end: () => void;
  readonly #isAway: () => boolean;

  private constructor(found: Libraries, redis: RedisClient, address: RedisAddress, io: Io, awaySeconds: number) {
    this.libraries = found;
    this.redis = redis;
    this.#address = address;
    let timer: NodeJS.Timeout | undefined;
    let hasEnded = false;
    let said = '';
    let fallen: (error: unknown) => void = () => undefined;
    this.broken = new Promise<never>((_resolve, reject) => (fallen = reject));
    // Nobody may be waiting when it happens.
    this.broken.catch(() => undefined);
    const interrupted = (): void => {
      fallen(io.signal.reason);
    };
    io.signal.addEventListener('abort', interrupted);
    if (io.signal.aborted) interrupted();
    redis.on('error', (error) => (said = error.message));
    redis.on('close', () => {
      if (hasEnded || timer !== undefined) return;
      const why = said === '' ? 'it was closed' : said;
      printDiagnostics([connectionLost(address, why)], io);
      timer = setTimeout(() => {
        fallen(faultOf(() => refuse(address, `it has been away for ${awaySeconds} s: ${said || why}`)));
      }, awaySeconds * 1000);
    });
    redis.on('ready', () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      this.returns++;
      printNote(`the connection to ${address.shown} is there again`, io);
    });
    // A worker waits for jobs with a connection of its own, which otherwise tries for ever to be there again.
    const all = [redis];
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (...options) => {
      const other = duplicate(...options);
      other.on('error', () => undefined);
      all.push(other);
      return other;
    };
    this.#end = () => {
      hasEnded = true;
      clearTimeout(timer);
      io.signal.removeEventListener('abort', interrupted);
      for (const each of all) each.disconnect();
    };
    this.#isAway = () => timer !== undefined;
  }

  /**
   * @param awaySeconds a connection that was lost is waited for as long
   * @throws DiagnosticError E0713
   */
  static async open(address: RedisAddress, io: Io, awaySeconds = AWAY_SECONDS): Promise<Link> {
    const found = await libraries();
    let isOpen = false;
    let said = '';
    const redis = new found.Redis({
      ...{ host: address.host, port: address.port, db: address.db },
      ...(address.username !== undefined && { username: address.username }),
      ...(address.password !== undefined && { password: address.password }),
      ...(address.isEncrypted && { tls: {} }),
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      // What waits for an answer waits until the link is given up.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => (isOpen ? Math.min(50 * times, LONGEST_PAUSE_MS) : null),
    });
    const hear = (error: Error): void => void (said = error.message);
    redis.on('error', hear);
    let timer: NodeJS.Timeout | undefined;
    let interrupt = (): void => undefined;
    try {
      const tooLate = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          reject(new Error(said || `no answer within ${CONNECT_MS / 1000} s`));
        }, CONNECT_MS);
        interrupt = () => {
          reject(io.signal.reason as Error);
        };
        io.signal.addEventListener('abort', interrupt);
      });
      await Promise.race([redis.connect().then(() => redis.ping()), tooLate]);
      isOpen = true;
    } catch (error) {
      redis.disconnect();
      io.signal.throwIfAborted();
      return refuse(address, said || (error as Error).message);
    } finally {
      clearTimeout(timer);
      io.signal.removeEventListener('abort', interrupt);
    }
    redis.off('error', hear);
    return new Link(found, redis, address, io, awaySeconds);
  }

  /** What is done with Redis: ended where the connection is, or the user says so; and what Redis refuses is E0713. */
  async during<T>(work: Promise<T>): Promise<T> {
    // It may fail when nobody waits any more.
    work.catch(() => undefined);
    try {
      return await Promise.race([work, this.broken]);
    } catch (error) {
      return this.#refused(error);
    }
  }

  /** @throws DiagnosticError E0713 where it is an answer of Redis, or its connection; else what it is */
  #refused(error: unknown): never {
    const { name, message } = error as Error;
    if (name === 'ReplyError' || message === 'Connection is closed.') refuse(this.#address, message);
    throw error;
  }

  /** Whether the connection is lost at the moment. */
  get isAway(): boolean {
    return this.#isAway();
  }

  get shown(): string {
    return this.#address.shown;
  }

  /** At once; what still waits for an answer gets none. */
  close(): void {
    this.#end();
  }

  /** Says that this one is there; and who else was heard of lately, by version. */
  async heartbeat(who: 'watcher' | 'worker', version: string, id: string): Promise<ReadonlyMap<string, number>> {
    const [own, others] = who === 'watcher' ? [ALL_WATCHERS, ALL_WORKERS] : [ALL_WORKERS, ALL_WATCHERS];
    // By the clock of Redis: those of the machines differ.
    const now = Number((await this.redis.time())[0]);
    await this.redis.zadd(own, now, `${version} ${id}`);
    await this.redis.zremrangebyscore(own, 0, now - GONE_SECONDS);
    const found = await this.redis.zrangebyscore(others, now - GONE_SECONDS, '+inf', 'LIMIT', 0, 1000);
    const versions = new Map<string, number>();
    for (const member of found) {
      const of = member.slice(0, Math.max(0, member.lastIndexOf(' '))).slice(0, 64);
      versions.set(of, (versions.get(of) ?? 0) + 1);
    }
    return versions;
  }

  async farewell(who: 'watcher' | 'worker', version: string, id: string): Promise<void> {
    await this.redis.zrem(who === 'watcher' ? ALL_WATCHERS : ALL_WORKERS, `${version} ${id}`);
  }
}

const refuse = ({ shown }: RedisAddress, said: string): never =>
  fail('E0713', `no Redis at ${shown}: ${said.slice(0, 300)}`, undefined, REMEDY);

export const connectionLost = ({ shown }: Pick<RedisAddress, 'shown'>, said: string): Diagnostic =>
  diagnostic(
    'W0709',
    `the connection to ${shown} is lost: ${said.slice(0, 300)}; it is waited for, ${AWAY_SECONDS} s at most`,
    undefined,
    'nothing needs to be done if Redis comes back; what it has forgotten is put there again',
  );

function faultOf(make: () => never): DiagnosticError {
  try {
    return make();
  } catch (error) {
    return error as DiagnosticError;
  }
}
