/**
 * What mapping costs and how long it takes, as a table.
 *
 *     npm run build && npm run bench:mapping
 *     npm run bench:mapping -- --network lenet,vgg16 --seeds 3
 *
 * Each section of the benchmark is a file in bench/mapping/ that gives columns; each row is measured in its own process.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { INSTANCES } from './mapping/instances.mjs';
import { measurePartitioning, PARTITION_COLUMNS } from './mapping/partition.mjs';
import { benchPlacement } from './mapping/placement.mjs';
import { describeIrregular } from './mapping/irregular.mjs';
import { describeWhole } from './mapping/whole.mjs';

const { values } = parseArgs({
  options: {
    network: { type: 'string' },
    large: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1' },
    effort: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `npm run bench:mapping -- [options]
  --network a,b   of ${Object.keys(INSTANCES).join(', ')}
  --large         those of a million neurons as well, and whole mappings of some
  --seeds n       runs with seeds 1..n; the median by km1 is shown (1)
  --effort x      multiplies the work spent on improvement (1)
  --json file     the rows as JSON as well`;

function stop(message) {
  process.stderr.write(`bench:mapping: ${message}\n`);
  process.exit(2);
}

function number(name, least) {
  const value = Number(values[name]);
  return value >= least ? value : stop(`--${name} ${values[name]} is not a number of at least ${least}`);
}

function chosen() {
  const names = values.network?.split(',');
  const unknown = names?.find((name) => !(name in INSTANCES));
  if (unknown !== undefined) stop(`there is no network ${unknown}; --help lists them`);
  return names ?? Object.keys(INSTANCES).filter((name) => values.large || !INSTANCES[name].large);
}

/** The run in the middle, by km1. */
function median(rows) {
  return rows.toSorted((a, b) => (a.km1 ?? Infinity) - (b.km1 ?? Infinity))[(rows.length - 1) >> 1];
}

function printPlacements(rows) {
  if (rows.length === 0) return;
  console.log(`\n${row(['placement of', 'method', 'Jin energy', 'of the reference', 'seconds'])}`);
  console.log(row(Array(5).fill('---')));
  for (const { name, method, energy, reference, seconds } of rows)
    console.log(
      row([name, method, Math.round(energy).toLocaleString('en'), (energy / reference).toFixed(3), seconds.toFixed(2)]),
    );
}

const row = (cells) => `| ${cells.join(' | ')} |`;

if (values.help) console.log(HELP);
else {
  const seeds = number('seeds', 1);
  const effort = number('effort', 0);
  console.log(row(PARTITION_COLUMNS.map(([head]) => head)));
  console.log(row(PARTITION_COLUMNS.map(() => '---')));
  const rows = [];
  for (const name of chosen()) {
    const runs = Array.from({ length: seeds }, (_, k) => measurePartitioning(name, k + 1, effort));
    rows.push(...runs);
    console.log(row(PARTITION_COLUMNS.map(([, cell]) => cell(median(runs)))));
  }
  if (values.network === undefined) {
    const placements = benchPlacement();
    printPlacements(placements);
    rows.push(...placements);
    if (values.large) {
      console.log(`\n${describeWhole()}`);
      for (const kind of ['local', 'random']) console.log(`\n${describeIrregular(kind)}`);
    }
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
