// Partitions one instance in a process of its own, so that its peak memory is its own. Prints the figures as JSON.
import { buildHypergraph } from '../../dist/compiler/mapping/partition/hypergraph.js';
import { partitionHypergraph } from '../../dist/compiler/mapping/partition/partition.js';
import { INSTANCES } from './instances.mjs';

const { name, seed, effort } = JSON.parse(process.argv[2]);
const { make, limits } = INSTANCES[name];
const { parts, coordinates, neurons, synapses } = make();
const graph = buildHypergraph(parts);

const cpu = process.cpuUsage();
const begin = performance.now();
const result = partitionHypergraph(
  graph,
  { load: Float64Array.of(limits.neurons), inAxons: limits.inAxons, blocks: limits.blocks },
  { seed, effort, ...(coordinates && { coordinates }) },
);
const { user, system } = process.cpuUsage(cpu);

const largest = (values) => values.reduce((most, value) => Math.max(most, value), 0);
const outcome = result.ok
  ? {
      blocks: result.figures.blocks,
      km1: result.figures.km1,
      maxInAxons: largest(result.figures.inAxons),
      maxNeurons: largest(result.figures.load),
      bestPacking: result.packings.reduce((least, { km1 }) => Math.min(least, km1), Infinity),
    }
  : { misfit: result.misfit };
console.log(
  JSON.stringify({
    ...{ name, neurons, synapses, nodes: graph.nodes, pins: graph.targets.length + graph.edges, seed, effort },
    ...outcome,
    seconds: (performance.now() - begin) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
