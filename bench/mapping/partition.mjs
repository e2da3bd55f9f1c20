/** The section of the benchmark on partitioning: what a network costs when it is cut into blocks. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { INSTANCES } from './instances.mjs';

const worker = fileURLToPath(new URL('partition-worker.mjs', import.meta.url));

/** Figures of one instance, from a process of its own. */
export function measurePartitioning(name, seed, effort) {
  const { status, stdout } = spawnSync(process.execPath, [worker, JSON.stringify({ name, seed, effort })], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the worker for ${name} ended with ${status}`);
  const { limits, reference } = INSTANCES[name];
  return { ...JSON.parse(stdout), limits, reference: reference ?? null };
}

const count = (n) => n.toLocaleString('en-US');

/** Head and cells of the table, one column after the other. */
export const PARTITION_COLUMNS = [
  ['network', ({ name }) => name],
  ['nodes', ({ nodes }) => count(nodes)],
  ['pins', ({ pins }) => count(pins)],
  ['neurons a block', ({ limits }) => count(limits.neurons)],
  ['in-axons a block', ({ limits }) => count(limits.inAxons)],
  ['blocks', (row) => (row.misfit ? misfitText(row.misfit) : count(row.blocks))],
  ['km1', ({ km1 }) => (km1 === undefined ? '' : count(km1))],
  ['best packing', ({ bestPacking }) => (bestPacking === undefined ? '' : count(bestPacking))],
  ['reference', ({ reference }) => (reference ? count(reference.km1) : '')],
  ['ratio', ({ km1, reference }) => (km1 !== undefined && reference ? (km1 / reference.km1).toFixed(3) : '')],
  ['most in-axons', ({ maxInAxons }) => (maxInAxons === undefined ? '' : count(maxInAxons))],
  ['s', ({ seconds }) => seconds.toFixed(1)],
  ['CPU s', ({ cpuSeconds }) => cpuSeconds.toFixed(1)],
  ['peak MiB', ({ peakMiB }) => count(Math.round(peakMiB))],
];

function misfitText({ kind, needed, available, limit, certain }) {
  const what = limit.kind === 'load' ? 'neurons' : 'in-axons';
  if (kind === 'node') return `does not fit: a node needs ${count(needed)} ${what} of ${count(available)}`;
  return `does not fit: ${certain ? 'at least ' : ''}${count(needed)} blocks of ${count(available)}, filled by ${what}`;
}
