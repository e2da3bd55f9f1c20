import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { PNG } from 'pngjs';
import { redisAddress } from '../../../bin/queue/address.ts';
import { InputCache } from '../../../bin/queue/input-cache.ts';
import { Link } from '../../../bin/queue/link.ts';
import { PREFIX, queueName } from '../../../bin/queue/names.ts';
import { Threads } from '../../../bin/queue/threads.ts';
import { work } from '../../../bin/queue/work.ts';
import { Interruption, type Io } from '../../../bin/ui/io.ts';
import { workerEntry } from '../../../emulator/index.ts';
import { npy, type Outcome, tinyNetwork, World } from '../world.ts';
import { describeRedis, TestRedis } from './redis.ts';

const isLongToo = process.env.SNNC_QUEUE === 'all';
const itLong = (title: string, run: () => Promise<void>): void =>
  isLongToo ? it(title, run, 60_000) : it.skip(`${title} (skipped: SNNC_QUEUE=all runs it)`, run);

const ioOfTests = (): Io => ({
  ...{ version: '0.0.0', cwd: '/', env: {}, now: () => performance.now() / 1000, peakRssBytes: () => 1, processors: 1 },
  stdout: { isTTY: false, columns: undefined, write: () => undefined },
  stderr: { isTTY: false, columns: undefined, write: () => undefined },
  signal: new AbortController().signal,
  holdSignals: () => () => undefined,
});

/** As a process that is interrupted sees it. */
const interruptible = () => {
  const controller = new AbortController();
  return { more: { signal: controller.signal }, interrupt: () => controller.abort(new Interruption()) };
};

describeRedis('snnemu sweep --queue', () => {
  let redis: TestRedis;
  let client: Redis;
  let world: World;
  beforeAll(async () => {
    redis = await TestRedis.start();
    client = redis.client();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.end();
  });
  beforeEach(async () => {
    await client.flushall();
    world = new World();
    for (const name of ['plans', 'data', 'data/ant', 'data/bee', 'data/cat']) mkdirSync(world.path(name));
    world.write('plans/net.json', JSON.stringify(tinyNetwork()));
    for (const [k, name] of ['ant/1', 'ant/2', 'bee/1', 'cat/1'].entries()) {
      const png = new PNG({ width: 6, height: 6, colorType: 0, inputColorType: 0 });
      png.data = Buffer.from(Uint8Array.from({ length: 36 }, (_, i) => (i * 7 * (k + 1)) % 256));
      world.write(`data/${name}.png`, PNG.sync.write(png, { colorType: 0, inputColorType: 0 }));
    }
    world.write('data/cat/left-out.txt', 'no sample');
    world.write(
      'data/images.npy',
      npy(
        Uint8Array.from({ length: 72 }, (_, i) => (i * 7) % 256),
        [2, 6, 6],
      ),
    );
    world.write('data/short.txt', '0\n');
  });
  afterEach(() => world.remove());

  const text = (name: string): string => readFileSync(world.path(name), 'utf8');
  const linesOf = (name: string): string[] => text(`${name}/points.ndjson`).trimEnd().split('\n').sort();
  const writePlan = (list: readonly object[]): void =>
    world.write(
      'plans/plan.json',
      JSON.stringify({
        ...{ format: 'snn-sweep-plan/1', network: 'net.json', list },
        options: { calibrate: '../data/images.npy', mode: 'default', T: 4 },
      }),
    );
  const line = (store: string, more = ''): string =>
    `snnemu sweep plans/plan.json --store ${store} -o ${store}.ndjson --csv ${store}.csv${more}`;
  const theQueue = (): Queue => {
    const queue = new Queue(queueName('0.0.0'), { connection: client, prefix: PREFIX });
    // Redis may be away meanwhile.
    queue.on('error', () => undefined);
    return queue;
  };
  /** While somebody works. */
  const withWorker = async (command: string, more: Partial<Io> = {}): Promise<[sweep: Outcome, worker: Outcome]> => {
    const { more: held, interrupt } = interruptible();
    const worker = world.run(`snnemu worker --queue ${redis.url} --store worker`, { ...held, ...more });
    const sweep = await world.run(`${command} --queue ${redis.url}`, more);
    interrupt();
    return [sweep, await worker];
  };

  it('gives byte for byte what one process gives, with names as they were typed, and leaves nothing', async () => {
    writePlan([
      { data: '../data' },
      { data: '../data', kernel: 'ts' },
      { data: world.path('data'), 'output-name': 'nowhere' },
      // Neither can be evaluated, and the messages name files in both ways.
      { data: '../data/images.npy', labels: '../data/short.txt' },
      { data: world.path('data/images.npy'), labels: world.path('data/short.txt') },
      // Nor built.
      { data: '../data', code: 'graded' },
    ]);
    const local = await world.run(line('local'));
    const [sweep, worker] = await withWorker(line('queue'));
    expect({ ...sweep, stderr: '' }).toEqual({ ...local, stderr: '' });
    expect(text('queue.ndjson')).toBe(text('local.ndjson'));
    expect(text('queue.csv')).toBe(text('local.csv'));
    expect(linesOf('queue')).toEqual(linesOf('local'));
    // The test is about something: messages that name files, and notes.
    for (const said of [
      'warning[W0304]',
      world.path('data/short.txt'),
      '"status":"done"',
      '"stage":"eval"',
      '"stage":"build"',
    ])
      expect(text('queue.ndjson')).toContain(said);
    expect(text('queue.ndjson')).not.toContain('worker');
    expect(worker.exit).toBe(130);
    expect(worker.stdout).toMatch(/^\d points computed/);
    // What there still is goes by itself within a minute.
    const left = await client.keys('*');
    const times = await Promise.all(left.map(async (key) => [key, await client.ttl(key)] as const));
    expect(times.filter(([, seconds]) => seconds === -1 || seconds > 60)).toEqual([]);
    expect(readdirSync(world.path('worker')).sort()).toEqual(['builds', 'inputs']);
  });

  itLong('goes on where it was interrupted, with what was computed meanwhile', async () => {
    writePlan([{ data: '../data' }, { data: '../data/images.npy' }]);
    const first = interruptible();
    const running = world.run(`${line('queue')} --queue ${redis.url}`, first.more);
    const queue = theQueue();
    while ((await queue.getWaitingCount()) < 2) await pause(20);
    first.interrupt();
    const { exit, stderr } = await running;
    expect({ exit, said: stderr.includes('no worker of snnemu 0.0.0 is there yet') }).toEqual({
      exit: 130,
      said: true,
    });
    // The workers come when nobody waits.
    const worker = await world.run(`snnemu worker --queue ${redis.url} --store worker --once`);
    expect(worker.exit).toBe(0);
    expect(worker.stdout).toContain('2 points computed');
    const again = await world.run(`${line('queue')} --queue ${redis.url}`);
    const local = await world.run(line('local'));
    expect({ ...again, stderr: '' }).toEqual({ ...local, stderr: '' });
    expect(text('queue.ndjson')).toBe(text('local.ndjson'));
  });

  it('leaves the points of another version, on both sides', async () => {
    writePlan([{ data: '../data/images.npy' }]);
    const [sweeping, working] = [interruptible(), interruptible()];
    let said = '';
    const stderr = { isTTY: false, columns: undefined, write: (told: string) => void (said += told) };
    const worker = world.run(`snnemu worker --queue ${redis.url} --store worker`, {
      ...working.more,
      version: '9.9.9',
      stderr,
    });
    while ((await client.zcard('snn:workers')) === 0) await pause(20);
    const sweep = world.run(`${line('queue')} --queue ${redis.url}`, { ...sweeping.more, stderr });
    while (!said.includes('W0708')) await pause(20);
    sweeping.interrupt();
    working.interrupt();
    expect([(await sweep).exit, (await worker).stdout]).toEqual([130, '0 points computed\n']);
    expect(said).toContain('a worker is snnemu 9.9.9; the points of this sweep are left to those of snnemu 0.0.0');
  });

  it('does not mind what else lies in the queue', async () => {
    writePlan([{ data: '../data/images.npy' }]);
    const queue = theQueue();
    for (const [k, data] of [null, 'x', [], { format: 'snn-queue-job/1' }, { tool: 'x'.repeat(100_000) }].entries())
      await queue.add('point', data, { jobId: `hostile-${k}` });
    await queue.add('point', {}, { jobId: 'not-json' });
    await client.hset(queue.toKey('not-json'), 'data', '{"format":');
    await client.rpush(queue.toKey('wait'), 'not-there');
    const [sweep, worker] = await withWorker(line('queue'));
    expect(sweep.exit).toBe(0);
    expect(worker.stdout).toMatch(/1 point computed.*, [56] jobs refused/);
    expect(worker.exit).toBe(130);
    expect(readdirSync(world.folder).sort()).toEqual(['data', 'plans', 'queue', 'queue.csv', 'queue.ndjson', 'worker']);
  });

  it('takes no result that is none', async () => {
    writePlan([{ data: '../data/images.npy' }, { data: '../data/images.npy', T: undefined, kernel: 'ts' }]);
    const running = world.run(`${line('queue')} --queue ${redis.url}`);
    const queue = theQueue();
    let jobs = await queue.getWaiting();
    for (; jobs.length < 2; jobs = await queue.getWaiting()) await pause(20);
    for (const [k, job] of jobs.entries()) {
      const { sweep, key } = job.data as { sweep: string; key: string };
      const texts = ['{', JSON.stringify({ format: 'snn-queue-result/1', key: sweep, isLasting: true, outcome: {} })];
      await client.hset(`snn:results:${sweep}`, key, texts[k]!);
    }
    const { exit } = await running;
    expect(exit).toBe(3);
    expect(text('queue.ndjson').match(/"E0715"/g)).toHaveLength(2);
    expect(text('queue/points.ndjson')).toBe('');
  });

  it('ends where Redis refuses', async () => {
    writePlan([{ data: '../data/images.npy' }]);
    await client.config('SET', 'maxmemory', '1');
    try {
      for (const command of [line('queue'), 'snnemu worker --store worker']) {
        const { exit, stderr } = await world.run(`${command} --queue ${redis.url}`);
        expect({
          exit,
          said: /error\[E0713\]: no Redis at redis:[^:]*:\d+: OOM command not allowed/.test(stderr),
        }).toEqual({
          exit: 3,
          said: true,
        });
      }
    } finally {
      await client.config('SET', 'maxmemory', '0');
    }
  });

  itLong('waits for a Redis that is gone, and puts back what it has forgotten', async () => {
    writePlan([{ data: '../data' }, { data: '../data/images.npy' }]);
    const running = world.run(`${line('queue')} --queue ${redis.url}`);
    const queue = theQueue();
    while ((await queue.getWaitingCount()) < 2) await pause(20);
    await client.flushall();
    await redis.kill();
    await pause(300);
    await redis.start();
    await world.run(`snnemu worker --queue ${redis.url} --store worker --idle 2`, {
      now: () => performance.now() / 1000,
    });
    const { exit, stderr } = await running;
    expect(exit).toBe(0);
    expect(stderr).toMatch(/warning\[W0709\]: the connection to redis:.* is lost/);
    expect(stderr).toContain('is there again');
    await world.run(line('local'));
    expect(text('queue.ndjson')).toBe(text('local.ndjson'));
  });

  itLong('gives up a Redis that does not come back, and lets go of it', async () => {
    let said = '';
    const io = {
      ...ioOfTests(),
      stderr: { isTTY: false, columns: undefined, write: (told: string) => void (said += told) },
    };
    const link = await Link.open(redisAddress(redis.url, 'queue'), io, 0.5);
    const inputs = await InputCache.open(world.path('worker'), { redis: link.redis, shared: undefined, now: () => 0 });
    const account = { computed: 0, failed: 0, refused: 0, givenBack: 0, held: 0 };
    const threads = new Threads(workerEntry('sweep-worker'), 1);
    const options = { threads, workers: 1, inputs, store: world.path('worker'), idleSeconds: undefined, account };
    const working = work(link, { ...options, onDone: () => undefined }, io);
    while ((await client.zcard('snn:workers')) === 0) await pause(20);
    await redis.kill();
    await expect(working).rejects.toThrow('it has been away for 0.5 s');
    link.close();
    await redis.start();
    // Longer than between two tries; a worker waits for jobs with a connection of its own.
    await pause(1500);
    expect(
      String(await client.client('LIST'))
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1);
    expect(said).toContain('W0709');
  });

  itLong('sends large files through a folder that both sides see', async () => {
    // The samples that are read are at its beginning; behind them is a hole.
    world.write(
      'data/large.npy',
      npy(
        Uint8Array.from({ length: 36 }, (_, i) => (i * 7) % 256),
        [2_000_000, 6, 6],
      ),
    );
    truncateSync(world.path('data/large.npy'), 128 + 72_000_000);
    writePlan([{ data: '../data/large.npy', limit: 2 }]);
    const refused = await world.run(`${line('queue')} --queue ${redis.url}`);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toMatch(/error\[E0714\].*72\.0\d? MB; 67\.1\d? MB is the limit[^]*--shared FOLDER/);
    const { more, interrupt } = interruptible();
    const worker = world.run(`snnemu worker --queue ${redis.url} --store worker --shared both`, more);
    const sweep = await world.run(`${line('queue')} --queue ${redis.url} --shared both`);
    interrupt();
    await worker;
    expect(sweep.exit).toBe(0);
    expect(readdirSync(world.path('both'))).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await world.run(line('local'));
    expect(text('queue.ndjson')).toBe(text('local.ndjson'));
  });
});
