/**
 * Sizes and starts: packs dist/ (npm run build first), installs it for production in a scratch folder, and measures both kinds
 * of node_modules and how long the help takes, beside the figures to reach. Exit code 1 where one is missed.
 *
 *     npm run bench:sizes -- [starts]
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const starts = Number(process.argv[2] ?? 15);
if (!Number.isInteger(starts) || starts < 1) {
  console.error('usage: npm run bench:sizes -- [starts, at least 1]');
  process.exit(2);
}
const MEBIBYTE = 2 ** 20;

/** What tests keep in node_modules is not installed. */
const KEPT = '.cache';

/** What a folder takes on the disk, in bytes: blocks where the system counts them. */
function bytesOf(path) {
  const { size, blocks } = lstatSync(path);
  const own = blocks === undefined ? size : 512 * blocks;
  if (!lstatSync(path).isDirectory()) return own;
  const names = readdirSync(path).filter((name) => name !== KEPT);
  return names.reduce((sum, name) => sum + bytesOf(join(path, name)), own);
}

/** Median milliseconds of a process from its start to its end. */
function medianStart(words) {
  const times = Array.from({ length: starts }, () => {
    const begin = performance.now();
    execFileSync(process.execPath, words, { stdio: 'ignore' });
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

const scratch = mkdtempSync(join(tmpdir(), 'snnc-sizes-'));
const npm = (...words) =>
  execFileSync('npm', words, { cwd: scratch, encoding: 'utf8', shell: process.platform === 'win32' });
const rows = [];
try {
  const [{ filename, size }] = JSON.parse(npm('pack', root, '--json', '--ignore-scripts'));
  writeFileSync(join(scratch, 'package.json'), '{ "private": true }\n');
  npm('install', `./${filename}`, '--omit=dev', '--no-audit', '--no-fund');
  const installed = join(scratch, 'node_modules');
  rows.push(['package, packed', size / MEBIBYTE, undefined, 'MB']);
  rows.push(['node_modules, production', bytesOf(installed) / MEBIBYTE, 30, 'MB']);
  rows.push(['node_modules, development', bytesOf(join(root, 'node_modules')) / MEBIBYTE, 450, 'MB']);
  const program = (name) => join(installed, 'snnc', 'dist', 'bundle', `${name}.js`);
  rows.push(['node alone', medianStart(['-e', '0']), undefined, 'ms']);
  rows.push(['snnc --help', medianStart([program('snnc'), '--help']), 100, 'ms']);
  rows.push(['snnemu --help', medianStart([program('snnemu'), '--help']), 100, 'ms']);
  rows.push(['snnc build --help', medianStart([program('snnc'), 'build', '--help']), 100, 'ms']);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

let missed = 0;
for (const [what, value, bar, unit] of rows) {
  const over = bar !== undefined && value > bar;
  missed += Number(over);
  const judged = bar === undefined ? '' : `  at most ${bar} ${unit}: ${over ? 'missed' : 'met'}`;
  console.log(`${what.padEnd(26)}${value.toFixed(1).padStart(8)} ${unit}${judged}`);
}
if (missed > 0) process.exitCode = 1;
