// An irregular network of a million neurons, from memory to routing tables. In a process of its own, so that its peak memory is
// its own: node --max-old-space-size=6144 bench/mapping/irregular.mjs local|random [layers side-y side-x]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CorePlanner } from '../../dist/compiler/layout/plan-cores.js';
import { assumedRates } from '../../dist/compiler/layout/packet-rates.js';
import { assignTiles } from '../../dist/compiler/passes/assign-tiles.js';
import { placeTiles } from '../../dist/compiler/passes/place-tiles.js';
import { packetsPerTree } from '../../dist/compiler/layout/sources.js';
import { routeTrees } from '../../dist/compiler/passes/route-trees.js';
import { builtinTargets } from '../../dist/isa/index.js';
import { randomBits } from './graphs.mjs';

const FAN_IN = 100;
/** Of a hundred sources: how many lie anywhere, and how far the others are at most, in rows and columns. */
const FAR = 2;
const REACH = 8;
const READOUT = 128;

/**
 * Layers of height × width neurons on grids that close on themselves, the input likewise. A neuron hears 100 neurons of the
 * layer before: those of `local` networks are near its own place but for two, those of `random` ones anywhere. The ids of
 * every layer are scrambled, the input's are not.
 */
function network(kind, count, height, width) {
  const bits = randomBits(1);
  const below = (bound) => Math.floor((bits() / 2 ** 32) * bound);
  const size = height * width;
  const identity = Uint32Array.from({ length: size }, (_, k) => k);
  const wrap = (n, side) => (n + side) % side;
  const draw = (cell, idAt) => {
    if (kind === 'random' || below(100) < FAR) return below(size);
    const y = wrap(Math.floor(cell / width) + below(2 * REACH + 1) - REACH, height);
    const x = wrap((cell % width) + below(2 * REACH + 1) - REACH, width);
    return idAt[y * width + x];
  };
  const layers = [];
  let before = identity;
  for (let l = 0; l < count; l++) {
    const idAt = scrambled(size, below);
    const cellOf = new Uint32Array(size);
    for (let cell = 0; cell < size; cell++) cellOf[idAt[cell]] = cell;
    const operator = connections(size, size, FAN_IN, (neuron) => draw(cellOf[neuron], before));
    layers.push(layer(`layer${l}`, l, size, l === 0 ? [1, height, width] : [size, 1, 1], operator));
    before = idAt;
  }
  const readout = connections(READOUT, size, FAN_IN, () => below(size));
  layers.push({
    ...layer('readout', count, READOUT, [size, 1, 1], readout),
    neuron: 'accumulator',
    parameters: { initial: new Int32Array(READOUT).fill(50), bias: new Int32Array(READOUT) },
  });
  const graph = { name: kind, inputShape: [1, height, width], inputRange: [-127, 127], weightBits: 8, window: 16 };
  return { ...graph, ticks: 16 + count, layers };
}

function scrambled(size, below) {
  const ids = Uint32Array.from({ length: size }, (_, k) => k);
  for (let k = size - 1; k > 0; k--) {
    const other = below(k + 1);
    [ids[k], ids[other]] = [ids[other], ids[k]];
  }
  return ids;
}

/** `fanIn` distinct sources for every neuron, sorted by neuron, then source. */
function connections(neurons, sources, fanIn, draw) {
  const pre = new Uint32Array(neurons * fanIn);
  const post = new Uint32Array(neurons * fanIn);
  const seen = new Uint32Array(sources);
  let count = 0;
  for (let v = 0; v < neurons; v++) {
    const first = count;
    while (count < first + fanIn) {
      const source = draw(v);
      if (seen[source] === v + 1) continue;
      seen[source] = v + 1;
      pre[count] = source;
      post[count++] = v;
    }
    pre.subarray(first, count).sort();
  }
  return { kind: 'sparse', pre, post, weight: new Int8Array(count).fill(1) };
}

const layer = (name, index, neurons, pooled, operator) => ({
  name,
  shape: [neurons, 1, 1],
  branches: [{ source: index - 1, pool: [1, 1], pooled, shift: 0, delay: index === 0 ? 0 : 1, operator }],
  neuron: 'integrate-and-fire',
  parameters: {
    threshold: new Int32Array(neurons).fill(100),
    initial: new Int32Array(neurons).fill(50),
    bias: new Int32Array(neurons),
  },
  depth: index,
  currentStart: index,
});

/** `edge` with cores of 1,024 neurons and 8,192 in-axons, and tables for a tree per neuron. */
function benchTarget() {
  const edge = builtinTargets().get('edge');
  const limits = {
    ...edge.limits,
    ...{ neurons: 1024, axons: 8192, synapseBits: 2 ** 23, parameters: 8192, programWords: 16_384 },
    ...{ sinkRows: 65_536, sinkListWords: 2 ** 18, routeEntries: 65_536 },
  };
  return { ...edge, name: 'edge, 64 × 64 tiles', mesh: { width: 64, height: 64 }, limits };
}

function mapIrregular(kind, count, height, width) {
  const graph = network(kind, count, height, width);
  const target = benchTarget();
  const rates = assumedRates(graph.layers.map(({ fires }) => fires));
  const start = performance.now();
  const stages = {};
  const stage = (name, work) => {
    const begin = performance.now();
    const result = work();
    stages[name] = (performance.now() - begin) / 1000;
    return result;
  };
  const outcome = () => ({
    neurons: graph.layers.reduce((sum, { shape }) => sum + shape[0], 0),
    synapses: graph.layers.reduce((sum, { branches: [{ operator }] }) => sum + operator.pre.length, 0),
    stages,
    seconds: (performance.now() - start) / 1000,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
  });
  try {
    const { sources } = stage('assign-tiles', () =>
      assignTiles(new CorePlanner(graph), target, rates, { by: 'traffic', seed: 1 }),
    );
    const placed = stage('place-tiles', () =>
      placeTiles(sources, packetsPerTree(sources, rates), target, { method: 'anneal', seed: 1 }),
    );
    const { routes } = stage('route-trees', () => routeTrees(sources, placed, target));
    const { assigned, trees } = sources;
    return { fits: true, cores: assigned.cores, trees, routes: routes.length, ...outcome() };
  } catch (error) {
    if (error.diagnostics === undefined) throw error;
    return { fits: false, message: error.message, ...outcome() };
  }
}

/** @returns one line of text */
export function describeIrregular(kind) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=6144', fileURLToPath(import.meta.url), kind],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const r = JSON.parse(stdout);
  const number = (value) => value.toLocaleString('en');
  const what = `${kind}: ${number(r.neurons)} neurons, ${number(r.synapses)} synapses`;
  const cost = `${r.seconds.toFixed(1)} s, ${Math.round(r.peakBytes / 2 ** 20)} MiB`;
  return r.fits
    ? `${what}: ${number(r.cores)} cores, ${number(r.trees)} trees, ${number(r.routes)} routing entries; ${cost}`
    : `${what}: ${r.message}; ${cost}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kind, count = 10, height = 250, width = 400] = process.argv.slice(2);
  console.log(JSON.stringify(mapIrregular(kind, Number(count), Number(height), Number(width))));
}
