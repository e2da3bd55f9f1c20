// Placement of given partitions, against the figures of the reference: npm run build && node bench/mapping/placement.mjs
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { placeBlocks, placeByForces } from '../../dist/compiler/mapping/placement/place-blocks.js';
import { JIN_COSTS, placementEnergy } from '../../dist/compiler/mapping/placement/problem.js';

const DATA = fileURLToPath(new URL('../../../shared/data/mapping/', import.meta.url));

/** Published energies: the reference's figures for these partitions. */
const INSTANCES = [
  {
    name: 'quarter VGG on 8×8',
    hypergraph: 'vgg-quarter.hgr',
    partition: 'vgg-quarter.part64',
    mesh: { width: 8, height: 8 },
    reference: { random: 271_742, sequential: 239_370, hilbert: 229_292, forces: 171_586, anneal: 119_595 },
  },
  {
    name: 'VGG-16 on 18×18',
    hypergraph: 'vgg16.hgr',
    partition: 'vgg16.part314',
    mesh: { width: 18, height: 18 },
    reference: { random: 9.5e6, sequential: 6.36e6, hilbert: 5.91e6, forces: 3.89e6, anneal: 2.61e6 },
  },
];

/** Energy at most this much above the reference's annealing, and within this time. */
const LIMIT = 1.05;
const SECONDS = 5;
/** On more than 200 cores, relative to Hilbert + force-directed. */
const SHARE_OF_FORCES = 0.8;

/** Flow a→b = Σ weight of the hyperedges with their source in a and a target in b ≠ a; blocks in the order of their nodes. */
function readFlows({ hypergraph, partition }) {
  const lines = (file) => readFileSync(`${DATA}${file}`, 'utf8').trim().split('\n');
  const partOf = lines(partition).map(Number);
  const blocks = 1 + partOf.reduce((a, b) => Math.max(a, b));
  const sums = new Float64Array(blocks);
  const sizes = new Float64Array(blocks);
  partOf.forEach((part, node) => {
    sums[part] += node;
    sizes[part]++;
  });
  const order = [...sums.keys()].sort((a, b) => sums[a] / sizes[a] - sums[b] / sizes[b]);
  const rank = new Map(order.map((part, k) => [part, k]));
  const weights = new Map();
  const [header, ...edges] = lines(hypergraph);
  for (const line of edges.slice(0, Number(header.split(' ')[0]))) {
    const [weight, source, ...targets] = line.split(' ').map(Number);
    const from = rank.get(partOf[source - 1]);
    for (const to of new Set(targets.map((node) => rank.get(partOf[node - 1]))))
      if (to !== from) weights.set(from * blocks + to, (weights.get(from * blocks + to) ?? 0) + weight);
  }
  const pairs = [...weights];
  return {
    blocks,
    flows: {
      from: pairs.map(([pair]) => Math.floor(pair / blocks)),
      to: pairs.map(([pair]) => pair % blocks),
      weight: pairs.map(([, weight]) => weight),
    },
  };
}

/**
 * Places every instance by every method.
 *
 * @returns one row per instance and method; `passed` where the reference sets a goal
 */
export function benchPlacement(seed = 0) {
  return INSTANCES.filter(({ hypergraph }) => existsSync(`${DATA}${hypergraph}`)).flatMap((instance) => {
    const { name, mesh, reference } = instance;
    const problem = { ...readFlows(instance), ports: [], target: { mesh, coresPerTile: 1 }, costs: JIN_COSTS };
    const run = (method) => {
      const start = performance.now();
      const coreOf = method === 'forces' ? placeByForces(problem) : placeBlocks(problem, method, seed);
      const seconds = (performance.now() - start) / 1000;
      return { name, method, energy: placementEnergy(problem, coreOf), reference: reference[method], seconds };
    };
    const rows = ['random', 'sequential', 'hilbert', 'forces', 'anneal'].map(run);
    const [forces, annealed] = rows.slice(-2);
    annealed.passed =
      annealed.energy <= LIMIT * reference.anneal &&
      annealed.seconds <= SECONDS &&
      (problem.blocks <= 200 || annealed.energy <= SHARE_OF_FORCES * Math.min(forces.energy, reference.forces));
    return rows;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = benchPlacement();
  if (rows.length === 0) console.log('skipped: no ../shared');
  for (const { name, method, energy, reference, seconds, passed } of rows)
    console.log(
      `${name.padEnd(20)} ${method.padEnd(11)} ${Math.round(energy).toLocaleString('en').padStart(10)}` +
        `  ${(energy / reference).toFixed(3)} of the reference  ${seconds.toFixed(2)} s` +
        (passed === undefined ? '' : passed ? '  passed' : '  MISSED'),
    );
  if (rows.some(({ passed }) => passed === false)) process.exitCode = 4;
}
