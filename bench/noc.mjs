/**
 * The network on chip: beside the curves of BookSim 2, against its own formulas, and how fast it is.
 *
 *     npm run build && npm run bench:noc
 *     npm run bench:noc -- --json
 */
import { parseArgs } from 'node:util';
import { existsSync, readFileSync } from 'node:fs';
import { builtinTargets, PORT } from '../dist/isa/index.js';
import { KernelNetwork, Network, runTraffic } from '../dist/emulator/index.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
const HELP = `npm run bench:noc -- [options]
  --json        one JSON document instead of text
  --repeats n   runs of each measurement of speed; the median is shown (5)`;
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const repeats = Number(values.repeats);
if (!(Number.isInteger(repeats) && repeats > 0)) {
  console.error(`bench:noc: --repeats ${values.repeats} is not a whole number above 0`);
  process.exit(2);
}

const LATENCY_TOLERANCE = 0.02;
const RATE_TOLERANCE = 0.04;
const SHARED = new URL('../../shared/data/booksim/', import.meta.url);
const edge = builtinTargets().get('edge');

/** The times of `edge`, which are those of the curves. */
const targetOf = (width, height, bufferFlits) => ({
  mesh: { width, height },
  coresPerTile: 1,
  timing: { ...edge.timing, bufferFlits },
});

function traffic({ k, pattern, buffers, rate, cycles, sinks, seed = 1 }) {
  const options = { creditedSinks: sinks === 'credited' };
  const mesh = { width: k, height: k };
  const steps = runTraffic(targetOf(k, k, buffers), { mesh, pattern, rate, seed }, cycles, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function readTable(name) {
  const [head, ...lines] = readFileSync(new URL(name, SHARED), 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, c) => [names[c], value])));
}

/** Every point of the reference curves, with both kinds of sinks. BookSim's terminals return credits. */
function compare() {
  if (!existsSync(SHARED)) return undefined;
  const summary = readTable('summary.csv');
  const latency = readTable('latency.csv').map((row) => {
    const [k, buffers, rate] = [Number(row.k), Number(row.vc_buf_size), Number(row.injection_rate)];
    const of3x = summary.find((s) => s.k === row.k && s.pattern === row.pattern && s.vc_buf_size === row.vc_buf_size);
    // The column is empty where none of the rates measured gets there; then it is not above what is accepted at most.
    const limit = Number(of3x.rate_at_3x_zero_load || of3x['accepted_at_offered_1.0_mean3seeds']);
    const gated = row.status === 'ok' && rate <= 0.8 * limit;
    const cycles = Math.max(20_000, Math.round(40_000 / (k * k * rate)));
    const of = (sinks) => traffic({ k, pattern: row.pattern, buffers, rate, cycles, sinks }).latencyMean;
    const reference = row.status === 'ok' ? Number(row.plat_avg) : null;
    const point = { k, pattern: row.pattern, buffers, rate, reference, credited: of('credited'), always: of('always') };
    return { ...point, gated, pass: gated ? within(point.credited, reference, LATENCY_TOLERANCE) : null };
  });
  const accepted = summary.map((row) => {
    const [k, buffers] = [Number(row.k), Number(row.vc_buf_size)];
    const of = (sinks) => traffic({ k, pattern: row.pattern, buffers, rate: 1, cycles: 6000, sinks }).acceptedRate;
    const reference = Number(row['accepted_at_offered_1.0_mean3seeds']);
    const point = { k, pattern: row.pattern, buffers, reference, credited: of('credited'), always: of('always') };
    return { ...point, pass: within(point.credited, reference, RATE_TOLERANCE) };
  });
  return { latency, accepted };
}

const within = (value, reference, tolerance) => Math.abs(value / reference - 1) <= tolerance;

/** Routes of a tree to core 0 of a tile, along X first. */
function route(width, tree, from, to) {
  const routes = [];
  let [x, y] = [from % width, Math.floor(from / width)];
  const [toX, toY] = [to % width, Math.floor(to / width)];
  const leave = (port) => routes.push({ tree, router: y * width + x, ports: 1 << port });
  for (; x !== toX; x += Math.sign(toX - x)) leave(x < toX ? PORT.EAST : PORT.WEST);
  for (; y !== toY; y += Math.sign(toY - y)) leave(y < toY ? PORT.SOUTH : PORT.NORTH);
  leave(PORT.LOCAL);
  return routes;
}

const schedule = (router, cycles, tree) => ({
  router,
  port: PORT.LOCAL,
  count: cycles.length,
  cycles: Int32Array.from(cycles),
  trees: new Uint32Array(cycles.length).fill(tree),
  endCycle: cycles.at(-1) + 1,
});

function zeroLoad() {
  const routes = Array.from({ length: 64 * 64 }, (_, tree) => route(8, tree, tree >> 6, tree & 63)).flat();
  const network = new KernelNetwork(targetOf(8, 8, 8), routes);
  let exact = 0;
  for (let tree = 0; tree < 64 * 64; tree++) {
    const [from, to] = [tree >> 6, tree & 63];
    const hops = Math.abs((from % 8) - (to % 8)) + Math.abs((from >> 3) - (to >> 3));
    const { lastDelivery } = network.runPhase([schedule(from, [5], tree)]);
    if (lastDelivery - 5 === 3 * (hops + 1) + 2) exact++;
  }
  return { pairs: 64 * 64, exact };
}

function throughput() {
  return Array.from({ length: 8 }, (_, k) => {
    const buffers = k + 1;
    const network = new KernelNetwork(targetOf(3, 1, buffers), route(3, 0, 0, 2));
    const packets = 2000;
    const delivered = [];
    const source = schedule(
      0,
      Array.from({ length: packets }, (_, cycle) => cycle),
      0,
    );
    network.runPhase([source], (_tree, _source, _item, _router, _port, cycle) => delivered.push(cycle));
    const late = delivered.slice(packets / 2);
    const rate = (late.length - 1) / (late.at(-1) - late[0]);
    const expected = Math.min(1, buffers / 5);
    return { buffers, rate, expected, pass: Math.abs(rate - expected) < 0.005 };
  });
}

/** Seconds of the processor, which do not depend on what else the machine does. */
function seconds(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Uniform traffic on 8x8, its generation and statistics included. */
function speed() {
  return [
    { rate: 0.2, cycles: 30_000 },
    { rate: 0.001, cycles: 3_000_000 },
  ].map(({ rate, cycles }) => {
    const runs = Array.from({ length: repeats }, () => {
      let result;
      const took = seconds(() => {
        result = traffic({ k: 8, pattern: 'uniform', buffers: 8, rate, cycles, sinks: 'always' });
      });
      return { hops: result.linkHops / took, cycles: (cycles + 3000) / took };
    });
    return {
      rate,
      linkHopsPerSecond: median(runs.map(({ hops }) => hops)),
      cyclesPerSecond: median(runs.map((run) => run.cycles)),
    };
  });
}

/** The two networks on the same packets: rate 0.2 on 8x8, each tree a run of packets, as cores send them. */
function twins() {
  let state = 1;
  const random = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const routes = Array.from({ length: 64 * 64 }, (_, tree) => route(8, tree, tree >> 6, tree & 63)).flat();
  const schedules = Array.from({ length: 64 }, (_, from) => {
    const cycles = Array.from({ length: 10_000 }, (_, cycle) => cycle).filter(() => random(5) === 0);
    const source = schedule(from, cycles, 0);
    source.trees.set(cycles.map(() => from * 64 + random(64)));
    return { ...source, mode: 'queue' };
  });
  return [KernelNetwork, Network].map((Kind) => {
    const network = new Kind(targetOf(8, 8, 8), routes);
    let hops = 0;
    const runs = Array.from({ length: repeats }, () =>
      seconds(() => {
        const { linkHops } = network.runPhase(schedules);
        hops = linkHops.east + linkHops.west + linkHops.north + linkHops.south;
      }),
    );
    return { network: Kind === Network ? 'ts' : 'wasm', linkHopsPerSecond: hops / median(runs) };
  });
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const verdict = (pass) => (pass === null ? '' : pass ? 'pass' : 'MISS');
const fixed = (value, digits) => (value === null ? '–' : value.toFixed(digits));
const part = (value, reference) => (reference === null ? '–' : `${(100 * (value / reference - 1)).toFixed(1)} %`);

function print({ booksim, zero, links, rates, kinds }) {
  if (booksim === undefined) console.log('beside BookSim 2: skipped: no ../shared');
  else {
    console.log(
      'Mean latency in cycles, beside BookSim 2; its terminals return credits. Gate: within 2 % up to 80 % of',
    );
    console.log('the rate at which it is three times that of zero load.\n');
    console.log(row(['mesh', 'traffic', 'B', 'rate', 'BookSim', 'credited sinks', 'off', 'always accept', 'gate']));
    console.log(row(Array(9).fill('---')));
    for (const { k, pattern, buffers, rate, reference, credited, always, pass } of booksim.latency)
      console.log(
        row([
          ...[`${k}x${k}`, pattern, buffers, rate, fixed(reference, 2)],
          ...[fixed(credited, 2), part(credited, reference), fixed(always, 2), verdict(pass)],
        ]),
      );
    console.log('\nAccepted at an offered rate of 1. Gate: within 4 %.\n');
    console.log(row(['mesh', 'traffic', 'B', 'BookSim', 'credited sinks', 'off', 'always accept', 'gate']));
    console.log(row(Array(8).fill('---')));
    for (const { k, pattern, buffers, reference, credited, always, pass } of booksim.accepted)
      console.log(
        row([
          ...[`${k}x${k}`, pattern, buffers, reference.toFixed(4), credited.toFixed(4), part(credited, reference)],
          ...[always.toFixed(4), verdict(pass)],
        ]),
      );
    const gated = [...booksim.latency, ...booksim.accepted].filter(({ pass }) => pass !== null);
    console.log(`\n${gated.filter(({ pass }) => pass).length} of ${gated.length} gated points pass`);
  }
  console.log(`\nzero load, 8x8: ${zero.exact} of ${zero.pairs} pairs take exactly 3(H+1)+2 cycles`);
  console.log(`\nflits per cycle over a link, min(1, B/5) expected\n`);
  console.log(row(['B', 'expected', 'measured', 'gate']));
  console.log(row(Array(4).fill('---')));
  for (const { buffers, rate, expected, pass } of links)
    console.log(row([buffers, expected.toFixed(3), rate.toFixed(3), verdict(pass)]));
  console.log(
    '\nspeed: uniform traffic on 8x8, one thread, generation and statistics included, seconds of the processor\n',
  );
  console.log(row(['rate', 'M link hops/s', 'k cycles/s']));
  console.log(row(Array(3).fill('---')));
  for (const { rate, linkHopsPerSecond, cyclesPerSecond } of rates)
    console.log(row([rate, (linkHopsPerSecond / 1e6).toFixed(2), (cyclesPerSecond / 1e3).toFixed(0)]));
  console.log(`\nnear idle: ${(rates[1].cyclesPerSecond / rates[0].cyclesPerSecond).toFixed(0)} times the cycles/s`);
  for (const { network, linkHopsPerSecond } of kinds)
    console.log(`network ${network}, packets given: ${(linkHopsPerSecond / 1e6).toFixed(2)} M link hops/s`);
}

const result = { booksim: compare(), zero: zeroLoad(), links: throughput(), rates: speed(), kinds: twins() };
if (values.json)
  console.log(JSON.stringify({ ...result, booksim: result.booksim ?? 'skipped: no ../shared' }, null, 2));
else print(result);
