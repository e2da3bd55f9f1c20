/**
 * One table of speed: start-up, kernels, whole chips, models, memory and growth, each beside the figure that it has to reach.
 *
 *     npm run build && npm run bench
 *     npm run bench -- --only kernels,chips --quick --json bench.json
 *
 * Every row is measured in a process of its own; times are medians of repeated runs. Rates of one thread count seconds of the
 * processor, which depend less on what else the machine does than those of the clock; both are shown. Whole runs on several
 * threads count those of the clock. Models and prototypes are those beside the project (../shared); what is not there is
 * named and skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import CliTable from 'cli-table3';
import { chipRows } from './rows/chips.mjs';
import { growthRows } from './rows/growth.mjs';
import { kernelRows } from './rows/kernels.mjs';
import { modelRows } from './rows/models.mjs';
import { startUpRows } from './rows/start-up.mjs';

const PARTS = {
  'start-up': startUpRows,
  kernels: kernelRows,
  chips: chipRows,
  runs: modelRows,
  growth: growthRows,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `npm run bench -- [options]
  --only a,b     of ${Object.keys(PARTS).join(', ')}
  --quick        fewer repeats and smaller models, for a first look
  --json file    the rows as JSON as well`;

function stop(message) {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

function chosenParts() {
  const names = values.only?.split(',') ?? Object.keys(PARTS);
  const unknown = names.find((name) => !(name in PARTS));
  return unknown === undefined ? names : stop(`there is no part ${unknown}; --help lists them`);
}

/** Runs a script of ours in a process; its answer. Hooked: on the TypeScript sources. */
function ask(script, request, hooked = false) {
  const hook = hooked ? ['--import', new URL('../test/typescript.mjs', import.meta.url).href] : [];
  const file = fileURLToPath(new URL(`parts/${script}.mjs`, import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [...hook, file, JSON.stringify(request)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`bench: ${script} ${JSON.stringify(request)} failed`);
  return JSON.parse(stdout);
}

/** Runs a program as it is installed; what it used. */
function command(folder, program, line) {
  const usage = join(folder, 'usage.json');
  const start = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      ...['--require', fileURLToPath(new URL('parts/usage.cjs', import.meta.url))],
      ...[fileURLToPath(new URL(`../dist/bundle/${program}.js`, import.meta.url)), ...line],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, BENCH_USAGE: usage } },
  );
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`bench: ${program} ${line.join(' ')} failed`);
  return { wall, ...JSON.parse(readFileSync(usage, 'utf8')) };
}

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const host = () => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
  package: `${name} ${version}`,
  load: loadavg()[0],
});

const PREFIXES = [
  [1e9, ' G '],
  [1e6, ' M '],
  [1, ' '],
];
function figure(value, unit) {
  const [size, prefix] = unit.startsWith('synops')
    ? (PREFIXES.find(([least]) => value >= least) ?? [1, ' '])
    : [1, ' '];
  return `${Number((value / size).toPrecision(3))}${prefix}${unit}`;
}

/** Whether a row reaches its bar; a row without a bar is for information. */
function verdict({ value, bar }) {
  if (bar === undefined) return '';
  const share = bar.least === undefined ? bar.most / value : value / bar.least;
  return share >= 1 ? 'pass' : `miss by ${((1 - share) * 100).toFixed(0)} %`;
}

function barText({ bar, unit }) {
  if (bar === undefined) return '';
  return bar.least === undefined ? `<= ${figure(bar.most, unit)}` : `>= ${figure(bar.least, unit)}`;
}

const seconds = (value) => (value === undefined ? '' : value >= 0.01 ? value.toFixed(2) : value.toPrecision(2));

function print(machine, rows) {
  console.log(
    `${machine.package}, ${machine.date}; ${machine.cpu}, ${machine.cores} cores; Node ${machine.node}; load ${machine.load.toFixed(1)} at the start`,
  );
  const table = new CliTable({
    head: ['part', 'what', 'figure', 'bar', 'verdict', 'by the clock', 'wall s', 'cpu s', 'peak MB', 'note'],
    style: { head: [], border: [] },
    // No lines between the rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows)
    table.push([
      row.part,
      row.what,
      row.value === undefined ? '' : figure(row.value, row.unit),
      barText(row),
      row.skipped ?? verdict(row),
      row.byClock === undefined ? '' : figure(row.byClock, row.unit),
      seconds(row.wall),
      seconds(row.cpu),
      row.peakMB?.toFixed(0) ?? '',
      row.note ?? '',
    ]);
  console.log(table.toString());
}

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const names = chosenParts();
const machine = host();
const folder = mkdtempSync(join(tmpdir(), 'snnc-bench-'));
try {
  const rows = [];
  const tools = { folder, ask, command: (...line) => command(folder, ...line), quick: values.quick };
  for (const part of names) {
    process.stderr.write(`${part} …\n`);
    for await (const row of PARTS[part](tools)) rows.push({ part, ...row });
  }
  print(machine, rows);
  if (values.json !== undefined) {
    const judged = rows.map((row) => ({ ...row, verdict: row.skipped ?? verdict(row) }));
    writeFileSync(values.json, `${JSON.stringify({ host: machine, rows: judged }, null, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
