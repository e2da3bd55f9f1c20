// The quantised network as a function, without time: every layer is the rounded staircase of its exact sums,
// n = clip(⌊(V0 + T·bias + T·current + Σ n·w) / Θ⌋, 0, T). Compared with the chip, image by image, in plain node:
//     node staircase.mjs <chip.bin of mode exact> <data>     → {total, predictions, readouts} that are equal
import { readFileSync } from 'node:fs';
import { openDataset } from '../../dist/bin/data/index.js';
import { decodeGraphFile } from '../../dist/compiler/index.js';
import { Emulator } from '../../dist/emulator/index.js';
import { largestIndex, preprocess, quantiseInput, readChip } from '../../dist/isa/index.js';

const [chipFile, data] = process.argv.slice(2);
const chip = readChip(readFileSync(chipFile), chipFile);
const { quantised: graph } = decodeGraphFile(chip.graph);
const size = ([channels, height, width]) => channels * height * width;

/** Sums over pooling windows; [1, 1] leaves the values as they are. NCHW. */
function pool(values, [, height, width], [channels, rows, columns], [windowRows, windowColumns]) {
  const sums = new Float64Array(channels * rows * columns);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows * windowRows; y++)
      for (let x = 0; x < columns * windowColumns; x++)
        sums[(c * rows + Math.floor(y / windowRows)) * columns + Math.floor(x / windowColumns)] +=
          values[(c * height + y) * width + x];
  return sums;
}

function addConvolution({ weight, kernel, stride, padding, dilation, groups }, source, pooled, shape, scale, into) {
  const [channels, height, width] = shape;
  const [, pooledHeight, pooledWidth] = pooled;
  const [strideY, strideX] = stride;
  const inGroup = pooled[0] / groups;
  const outGroup = channels / groups;
  for (let out = 0; out < channels; out++)
    for (let g = 0; g < inGroup; g++) {
      const plane = (Math.floor(out / outGroup) * inGroup + g) * pooledHeight * pooledWidth;
      for (let ky = 0; ky < kernel[0]; ky++)
        for (let kx = 0; kx < kernel[1]; kx++) {
          const w = scale * weight[((out * inGroup + g) * kernel[0] + ky) * kernel[1] + kx];
          const shift = kx * dilation[1] - padding[1];
          const first = Math.max(0, Math.ceil(-shift / strideX));
          const end = Math.min(width, Math.floor((pooledWidth - 1 - shift) / strideX) + 1);
          for (let oy = 0; oy < height; oy++) {
            const y = oy * strideY + ky * dilation[0] - padding[0];
            if (y < 0 || y >= pooledHeight) continue;
            const row = (out * height + oy) * width;
            let from = plane + y * pooledWidth + first * strideX + shift;
            for (let ox = first; ox < end; ox++, from += strideX) into[row + ox] += w * source[from];
          }
        }
    }
}

function addDense({ weight }, source, shape, scale, into) {
  for (let out = 0; out < size(shape); out++)
    for (let k = 0; k < source.length; k++) into[out] += scale * weight[out * source.length + k] * source[k];
}

function addBranch(branch, values, shape, scale, into) {
  const { operator, pooled } = branch;
  if (operator.kind === 'conv') addConvolution(operator, values, pooled, shape, scale, into);
  else if (operator.kind === 'dense') addDense(operator, values, shape, scale, into);
  else throw new Error(`this check knows no ${operator.kind} branches`);
}

/** Read-out of one image from its payloads. */
function staircase(payloads) {
  const counts = [];
  for (const { branches, shape, neuron, parameters } of graph.layers) {
    const { bias, threshold, initial } = parameters;
    const area = shape[1] * shape[2];
    const of = (values, k) => values[values.length === shape[0] ? Math.floor(k / area) : k];
    const sum = Float64Array.from({ length: size(shape) }, (_, k) => of(initial, k) + graph.window * of(bias, k));
    for (const branch of branches) {
      const fromInput = branch.source < 0;
      const sourceShape = fromInput ? graph.inputShape : graph.layers[branch.source].shape;
      const values = pool(fromInput ? payloads : counts[branch.source], sourceShape, branch.pooled, branch.pool);
      // The input is a current, which every tick of the window adds.
      addBranch(branch, values, shape, 2 ** branch.shift * (fromInput ? graph.window : 1), sum);
    }
    if (neuron === 'accumulator') return sum;
    counts.push(sum.map((v, k) => Math.min(graph.window, Math.max(0, Math.floor(v / of(threshold, k))))));
  }
  throw new Error('a network ends in a read-out');
}

const emulator = new Emulator(chip, { timing: 'none' });
const equal = { total: 0, predictions: 0, readouts: 0 };
const dataset = await openDataset(data, { expectedShape: chip.input.shape });
for await (const { values } of dataset.samples({ start: 0, limit: 1e9 })) {
  const payloads = quantiseInput(preprocess(values, chip.input), chip.input);
  const expected = staircase(payloads);
  const { readout, predicted } = emulator.infer(payloads);
  equal.total++;
  if (predicted === largestIndex(expected)) equal.predictions++;
  if (expected.every((value, k) => value === readout[k])) equal.readouts++;
}
console.log(JSON.stringify(equal));
