/**
 * Two hundred points, three worker processes that are killed ten times each, and a Redis that is killed once: every point has
 * the result that one process computes. SNNC_QUEUE=all runs it; a step of .ci/run has a fifth of the points (SNNC_QUEUE=fifth).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { uniformSource } from '../../../bin/ui/random.ts';
import { SEED } from '../../seed.ts';
import { npy, World } from '../world.ts';
import { describeRedis, TestRedis } from './redis.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = join(root, 'dist', 'bundle', 'snnemu.js');
const asked = process.env.SNNC_QUEUE;
const isAsked = asked === 'all' || asked === 'fifth';

const WORKERS = 3;
const [KILLS_EACH, SEEDS] = asked === 'all' ? [10, [0, 1, 2, 3, 4]] : [2, [0]];
const POINTS = 40 * SEEDS.length;

/** Two points need one build. */
const plan = {
  format: 'snn-sweep-plan/1',
  network: 'net.json',
  options: { data: 'images.npy', labels: 'labels.txt', calibrate: 'images.npy', mode: 'default', timing: 'none' },
  grid: {
    T: Array.from({ length: 10 }, (_, k) => k + 2),
    'weight-bits': [4, 8],
    seed: SEEDS,
    kernel: ['wasm', 'ts'],
  },
};

class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;
  told = '';

  constructor(folder: string, ...argv: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...argv], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.ended = once(this.#child, 'exit');
    this.#child.stderr!.on('data', (part: Buffer) => (this.told += part.toString()));
  }

  get exit(): number | null {
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

describeRedis('a sweep on many machines', () => {
  (isAsked ? it : it.skip)(
    `loses no point and counts none twice, whoever is killed${isAsked ? '' : ' (skipped: SNNC_QUEUE=all runs it)'}`,
    async () => {
      const world = new World();
      copyFileSync(join(root, 'examples', 'lines.net.json'), world.path('net.json'));
      world.write(
        'images.npy',
        npy(
          Uint8Array.from({ length: 4 * 64 }, (_, k) => (k * 97) % 256),
          [4, 8, 8],
        ),
      );
      world.write('labels.txt', '0\n1\n2\n3\n');
      world.write('plan.json', JSON.stringify(plan));
      const redis = await TestRedis.start();
      const random = uniformSource(SEED);
      const results = (name: string): string[] => ['--store', name, '-o', `${name}.ndjson`, '--csv', `${name}.csv`];
      const text = (name: string): string => readFileSync(world.path(name), 'utf8');
      const watch = (): Program =>
        new Program(world.folder, 'sweep', 'plan.json', '--queue', redis.url, ...results('queue'));
      const stored = (): number =>
        existsSync(world.path('queue/points.ndjson')) ? text('queue/points.ndjson').split('\n').length - 1 : 0;
      let kills = 0;
      let isOver = false;
      const torment = async (k: number): Promise<void> => {
        const start = (): Program =>
          new Program(world.folder, 'worker', '--queue', redis.url, '--workers', '1', '--store', `worker-${k}`);
        let worker = start();
        for (let kill = 0; kill < KILLS_EACH && !isOver; kill++) {
          // At a time that depends on how far the sweep is, so that all are killed while there is work.
          const due = ((kill + random()) / (KILLS_EACH + 1)) * POINTS;
          while (stored() < due && !isOver) await pause(20);
          await worker.kill();
          kills++;
          worker = start();
        }
        while (!isOver) await pause(50);
        await worker.kill();
      };
      try {
        let watcher = watch();
        const workers = Array.from({ length: WORKERS }, (_, k) => torment(k));
        while (stored() < 0.3 * POINTS) await pause(20);
        await redis.kill();
        await pause(300);
        await redis.start();
        while (stored() < 0.6 * POINTS) await pause(20);
        await watcher.kill();
        watcher = watch();
        await watcher.ended;
        isOver = true;
        await Promise.all(workers);
        expect({ exit: watcher.exit, kills }).toEqual({ exit: 0, kills: WORKERS * KILLS_EACH });

        const local = new Program(world.folder, 'sweep', 'plan.json', ...results('local'), '--workers', '2');
        await local.ended;
        expect(local.exit).toBe(0);
        expect(text('queue.ndjson').split('\n').length - 1).toBe(POINTS);
        expect(text('queue.ndjson')).toBe(text('local.ndjson'));
        expect(text('queue.csv')).toBe(text('local.csv'));
        const lines = (name: string): string[] => text(`${name}/points.ndjson`).trimEnd().split('\n').sort();
        // A line that was torn when the watcher was killed is none.
        expect(lines('queue').filter((line) => line.endsWith('}'))).toEqual(lines('local'));
      } finally {
        isOver = true;
        await redis.end();
        world.remove();
      }
    },
    300_000,
  );
});
