/**
 * Sweeps with --queue: points a second with one worker process and with two, each of which computes one point at a time. Starts a
 * Redis of its own (redis-server), on this machine. Medians of pairs, beside the figure to reach; exit code 1 where it is missed.
 *
 *     npm run build && npm run bench:queue -- [pairs] [points]
 *
 * One pair of 200 points if absent, a sweep in which the start of a process counts little: some ten minutes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist/bundle/snnemu.js');
const mnist = join(root, 'examples/mnist');
/** What two processes on two cores are to reach of twice as much as one. */
const LEAST_RATIO = 1.7;
/** A point that takes less says more about the queue than about the work. */
const LEAST_SECONDS = 0.5;

const [pairs, points] = [process.argv[2] ?? '1', process.argv[3] ?? '200'].map(Number);
if (![pairs, points].every((count) => Number.isInteger(count) && count >= 1)) {
  console.error('usage: npm run bench:queue -- [pairs, at least 1] [points, at least 1]');
  process.exit(2);
}
if (spawnSync('redis-server', ['--version']).error !== undefined) {
  console.error('there is no redis-server');
  process.exit(2);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const folder = mkdtempSync(join(tmpdir(), 'snnc-bench-queue-'));
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
const redis = spawn('redis-server', settings.map(String), { stdio: 'ignore' });
const queue = `redis://127.0.0.1:${port}`;

/** A process, and when it has said something. */
function start(words, says) {
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  const said = new Promise((resolve, reject) => {
    child.stderr.on('data', (part) => {
      told += part;
      if (told.includes(says)) resolve();
    });
    child.on('exit', (code) => (code === 0 || told.includes(says) ? resolve() : reject(new Error(told))));
  });
  return { child, said };
}

/** Seconds of a sweep that nothing is known of, with so many worker processes. */
async function secondsWith(workers, run) {
  const started = Array.from({ length: workers }, (_, k) =>
    start(['worker', '--queue', queue, '--workers', '1', '--store', `worker-${run}-${k}`], 'computes points'),
  );
  await Promise.all(started.map(({ said }) => said));
  const begin = performance.now();
  const seeds = Array.from({ length: points }, (_, k) => k).join(',');
  const data = [join(mnist, 'digits-images-idx3-ubyte.gz'), join(mnist, 'calibration-images-idx3-ubyte.gz')];
  const sweep = [
    ...['sweep', join(mnist, 'mnist_cnn_th.onnx'), '--data', data[0], '--calibrate', data[1]],
    ...['--calibrate-limit', '128', '--mode', 'default', '-T', '8', '--timing', 'cycle', '--grid', `seed=${seeds}`],
    ...['--queue', queue, '--store', `store-${run}`, '-o', `results-${run}.ndjson`, '--quiet'],
  ];
  const { child } = start(sweep, 'to be computed');
  const [code] = await once(child, 'exit');
  const seconds = (performance.now() - begin) / 1000;
  for (const worker of started) worker.child.kill('SIGINT');
  await Promise.all(started.map((worker) => once(worker.child, 'exit')));
  if (code !== 0) throw new Error(`the sweep ended with ${code}`);
  return { seconds, results: readFileSync(join(folder, `results-${run}.ndjson`), 'utf8') };
}

try {
  const [ones, twos] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    const one = await secondsWith(1, `${pair}-one`);
    const two = await secondsWith(2, `${pair}-two`);
    if (one.results !== two.results) throw new Error('the results differ');
    ones.push(one.seconds);
    twos.push(two.seconds);
    const said = [one, two].map(({ seconds }) => `${(points / seconds).toFixed(2)}/s`).join(', ');
    console.log(`pair ${pair + 1}: ${said}, ${(one.seconds / two.seconds).toFixed(2)} times`);
  }
  const ratio = median(ones.map((seconds, k) => seconds / twos[k]));
  const each = median(ones) / points;
  console.log(`a point takes ${each.toFixed(2)} s (at least ${LEAST_SECONDS})`);
  console.log(`two worker processes: ${ratio.toFixed(2)} times as many points (at least ${LEAST_RATIO})`);
  if (ratio < LEAST_RATIO || each < LEAST_SECONDS) process.exitCode = 1;
} finally {
  redis.kill('SIGKILL');
  await once(redis, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
