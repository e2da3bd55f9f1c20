// Everything that is checked without running the tests, in two lanes beside each other: lint alone takes as long as the rest.
// All steps run, whatever fails; what a step wrote comes when it ends. Exit code 1 where one failed.
import { spawn } from 'node:child_process';

const LANES = [
  [['lint']],
  [
    ['rooms', '--check'],
    ['records', '--check'],
    ['glossary', '--check'],
    ['format:check'],
    ['types'],
    ['hygiene'],
    ['layers'],
    ['site'],
    ['package'],
    ['budget'],
  ],
];

/** @returns whether `npm run` of this script succeeded */
function succeeds([name, ...words]) {
  return new Promise((resolve) => {
    const started = performance.now();
    const written = [];
    const child = spawn('npm', ['run', '--silent', name, '--', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => written.push(bytes));
    const end = (isDone) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${isDone ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
      process.stdout.write(Buffer.concat(written));
      resolve(isDone);
    };
    child.on('error', ({ message }) => {
      written.push(Buffer.from(`${message}\n`));
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

const ends = await Promise.all(
  LANES.map(async (steps) => {
    const failed = [];
    for (const step of steps) if (!(await succeeds(step))) failed.push(step[0]);
    return failed;
  }),
);
const failed = ends.flat();
if (failed.length > 0) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
