// Which mode and which window? node examples/library/sweep.mjs
import { readFileSync } from 'node:fs';
import { build, evaluate, open, samplesOf } from 'snnc';
import { compareRuns, renderCompareText } from 'snnc/report';

const network = readFileSync(new URL('../lines.net.json', import.meta.url));

// 40 lines in 8 × 8 pixels with noise: horizontal, vertical, falling, rising; their places are shifted from one to the next.
const isOnLine = [(x, y, at) => y === at, (x, y, at) => x === at, (x, y) => x === y, (x, y) => x + y === 7];
const noise = (k) => (Math.imul(k + 1, 2654435761) >>> 24) / 2.4;
const labels = Array.from({ length: 40 }, (_, k) => k % 4);
const pixels = labels.flatMap((label, s) =>
  Array.from({ length: 64 }, (_, k) => {
    const line = isOnLine[label](k % 8, Math.floor(k / 8), 1 + (s % 6)) ? 170 : 0;
    return line + noise(64 * s + k);
  }),
);
const samples = samplesOf(Uint8Array.from(pixels), [1, 8, 8], labels);

const runs = [];
for (const mode of ['default', 'exact'])
  for (const window of [1, 4]) {
    const { bytes } = await build(network, { calibrate: samples, mode, window });
    const record = await evaluate(open(bytes), samples);
    runs.push({ file: `${mode} ${window}`, record });
  }
console.log(renderCompareText(compareRuns(runs, { tool: 'sweep.mjs' }), { color: false, width: 100 }));
