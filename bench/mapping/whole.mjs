// A whole mapping from memory: quotient, partition, tiles, exact check, placement, routing. In a process of its own, so that its peak
// memory is its own: node bench/mapping/whole.mjs
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CorePlanner } from '../../dist/compiler/layout/plan-cores.js';
import { assumedRates } from '../../dist/compiler/layout/packet-rates.js';
import { mapNetwork } from '../../dist/compiler/mapping/map-network.js';
import { placeTiles } from '../../dist/compiler/passes/place-tiles.js';
import { packetsPerTree } from '../../dist/compiler/layout/sources.js';
import { routeTrees } from '../../dist/compiler/passes/route-trees.js';
import { builtinTargets, coreCount } from '../../dist/isa/index.js';

/** Channels and stride of the 3×3 convolutions, from an image of 3×128×128. */
const CONVOLUTIONS = [...Array(8).fill([8, 1]), [16, 2], [16, 1], [32, 2], [32, 1], [32, 1]];

/** 1.28 million neurons, 107 million synapses, as the quantiser would hand them over. */
function network() {
  const layers = [];
  let synapses = 0;
  let shape = [3, 128, 128];
  for (const [index, [channels, stride]] of CONVOLUTIONS.entries()) {
    const out = [channels, shape[1] / stride, shape[2] / stride];
    synapses += out[0] * out[1] * out[2] * 9 * shape[0];
    const operator = {
      kind: 'conv',
      weight: new Int8Array(channels * shape[0] * 9).fill(1),
      kernel: [3, 3],
      stride: [stride, stride],
      padding: [1, 1, 1, 1],
      dilation: [1, 1],
      groups: 1,
    };
    layers.push({
      name: `conv${index}`,
      shape: out,
      branches: [{ source: index - 1, pool: [1, 1], pooled: shape, shift: 0, delay: index === 0 ? 0 : 1, operator }],
      bias: Int32Array.from({ length: channels }, (_, c) => c),
      threshold: Int32Array.from({ length: channels }, (_, c) => 100 + c),
      initial: new Int32Array(channels).fill(50),
      fires: true,
      depth: index,
      currentStart: index,
    });
    shape = out;
  }
  const graph = { name: 'large', inputShape: [3, 128, 128], inputRange: [-127, 127], weightBits: 8, window: 16 };
  return { graph: { ...graph, ticks: 16 + layers.length, layers }, synapses };
}

function mapWhole() {
  const { graph, synapses } = network();
  const edge = builtinTargets().get('edge');
  const target = { ...edge, name: 'edge, 20 × 20 tiles', mesh: { width: 20, height: 20 } };
  const planner = new CorePlanner(graph);
  const rates = assumedRates(graph.layers.map(({ fires }) => fires));
  const start = performance.now();
  const cores = coreCount(target);
  const mapped = mapNetwork(planner, target, rates, { cores, spread: cores, seed: 1, effort: 0.1 });
  if (!mapped.ok) return { fits: false };
  const { sources } = mapped;
  const placed = placeTiles(sources, packetsPerTree(sources, rates), target, { method: 'anneal', seed: 1 });
  const { routes } = routeTrees(sources, placed, target);
  return {
    fits: true,
    neurons: graph.layers.reduce((sum, { shape }) => sum + shape[0] * shape[1] * shape[2], 0),
    synapses,
    cores: sources.assigned.cores,
    tiles: sources.assigned.tiles.length,
    routes: routes.length,
    seconds: (performance.now() - start) / 1000,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
  };
}

/** @returns one line of text */
export function describeWhole() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const r = JSON.parse(stdout);
  if (!r.fits) return 'a convolutional network of a million neurons does not fit';
  const count = (value) => value.toLocaleString('en');
  return `from a network of ${count(r.neurons)} neurons and ${count(r.synapses)} synapses to routing tables: ${count(r.cores)} cores, ${count(r.tiles)} tiles, ${count(r.routes)} routing entries, ${r.seconds.toFixed(1)} s, ${Math.round(r.peakBytes / 2 ** 20)} MiB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(mapWhole()));
