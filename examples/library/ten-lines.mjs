// A trained network as a chip, in ten lines: node examples/library/ten-lines.mjs (after npm ci)
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { build, evaluate, open, renderReport, samplesOf } from 'snnc';

const file = (name) => readFileSync(new URL(`../mnist/${name}`, import.meta.url));
// IDX files begin with 16 bytes (images) or 8 (labels).
const images = (name) => new Uint8Array(gunzipSync(file(name)).subarray(16));
const calibrate = samplesOf(images('calibration-images-idx3-ubyte.gz'), [1, 28, 28]).slice(0, 100);
const labels = gunzipSync(file('digits-labels-idx1-ubyte.gz')).subarray(8);
const digits = samplesOf(images('digits-images-idx3-ubyte.gz'), [1, 28, 28], labels);

const preprocessing = { scale: 255, mean: [0], std: [1] };
const { bytes } = await build(file('mnist_cnn_th.onnx'), {
  fileName: 'mnist_cnn_th.onnx',
  calibrate,
  preprocessing,
  mode: 'exact',
  code: 'graded',
  window: 4,
});
const record = await evaluate(open(bytes), digits);
console.log(await renderReport(record));
