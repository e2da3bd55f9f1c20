// The quantised network as a function, without time: every layer is the rounded staircase of its exact sums,
// n = clip(⌊(V0 + T·bias + T·current + Σ n·w) / Θ⌋, 0, T). Compared with the chip, image by image, in plain node:
//     node staircase.mjs <chip.bin of mode exact> <data> <images>     → {total, predictions, readouts} that are equal
import { readFileSync } from 'node:fs';
import { openDataset } from '../../dist/bin/data/index.js';
import { decodeGraphFile } from '../../dist/compiler/index.js';
import { Emulator } from '../../dist/emulator/index.js';
import { predictedClass, preprocess, quantiseInput, readChip } from '../../dist/isa/index.js';

const [chipFile, data, images] = process.argv.slice(2);
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

/**
 * Weights by channel of the source and place in the kernel, those of all outputs in one row. Kept per operator: all images
 * meet the same ones.
 */
const rows = new Map();
function rowsOf(operator, inGroup, outGroup) {
  const { weight, kernel, groups } = operator;
  const area = kernel[0] * kernel[1];
  const make = () =>
    Array.from({ length: groups * inGroup * area }, (_, k) => {
      const [source, place] = [Math.floor(k / area), k % area];
      const first = Math.floor(source / inGroup) * outGroup;
      return Float64Array.from(
        { length: outGroup },
        (__, out) => weight[((first + out) * inGroup + (source % inGroup)) * area + place],
      );
    });
  if (!rows.has(operator)) rows.set(operator, make());
  return rows.get(operator);
}

/** Goes from sources to outputs, since most of them count no spike. */
function addConvolution(operator, source, pooled, shape, scale, into) {
  const { kernel, stride, padding, dilation, groups } = operator;
  const [channels, height, width] = shape;
  const [sourceChannels, sourceHeight, sourceWidth] = pooled;
  const [inGroup, outGroup] = [sourceChannels / groups, channels / groups];
  const weights = rowsOf(operator, inGroup, outGroup);
  /** Position, then channel. */
  const sums = new Float64Array(height * width * channels);
  for (let k = 0; k < source.length; k++) {
    if (source[k] === 0) continue;
    const channel = Math.floor(k / (sourceHeight * sourceWidth));
    const y = Math.floor(k / sourceWidth) % sourceHeight;
    const x = k % sourceWidth;
    const first = Math.floor(channel / inGroup) * outGroup;
    for (let ky = 0; ky < kernel[0]; ky++)
      for (let kx = 0; kx < kernel[1]; kx++) {
        const row = (y + padding[0] - ky * dilation[0]) / stride[0];
        const column = (x + padding[1] - kx * dilation[1]) / stride[1];
        if (!(Number.isInteger(row) && Number.isInteger(column))) continue;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const weight = weights[(channel * kernel[0] + ky) * kernel[1] + kx];
        addScaled(weight, source[k], sums, (row * width + column) * channels + first);
      }
  }
  for (let c = 0; c < channels; c++)
    for (let at = 0; at < height * width; at++) into[c * height * width + at] += scale * sums[at * channels + c];
}

/** Four outputs a turn where there are as many: nearly all of the time is spent here. */
function addScaled(weight, factor, into, at) {
  const most = weight.length - 3;
  let k = 0;
  for (; k < most; k += 4) {
    const to = at + k;
    into[to] += weight[k] * factor;
    into[to + 1] += weight[k + 1] * factor;
    into[to + 2] += weight[k + 2] * factor;
    into[to + 3] += weight[k + 3] * factor;
  }
  for (; k < weight.length; k++) into[at + k] += weight[k] * factor;
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

/** A layer before anything arrives: the same for all images. */
const beginnings = graph.layers.map(({ shape, parameters }) => {
  const { bias, initial } = parameters;
  const of = perNeuron(shape);
  return Float64Array.from({ length: size(shape) }, (_, k) => of(initial, k) + graph.window * of(bias, k));
});

/** A parameter of a neuron; there may be one per channel. */
function perNeuron(shape) {
  const area = shape[1] * shape[2];
  return (values, k) => values[values.length === shape[0] ? Math.floor(k / area) : k];
}

/** Read-out of one image from its payloads. */
function staircase(payloads) {
  const counts = [];
  for (const [layer, { branches, shape, neuron, parameters }] of graph.layers.entries()) {
    const of = perNeuron(shape);
    const sum = beginnings[layer].slice();
    for (const branch of branches) {
      const fromInput = branch.source < 0;
      const sourceShape = fromInput ? graph.inputShape : graph.layers[branch.source].shape;
      const values = pool(fromInput ? payloads : counts[branch.source], sourceShape, branch.pooled, branch.pool);
      // The input is a current, which every tick of the window adds.
      addBranch(branch, values, shape, 2 ** branch.shift * (fromInput ? graph.window : 1), sum);
    }
    if (neuron === 'accumulator') return sum;
    const { threshold } = parameters;
    counts.push(sum.map((v, k) => Math.min(graph.window, Math.max(0, Math.floor(v / of(threshold, k))))));
  }
  throw new Error('a network ends in a read-out');
}

const emulator = new Emulator(chip, { timing: 'none' });
const equal = { total: 0, predictions: 0, readouts: 0 };
const dataset = await openDataset(data, { expectedShape: chip.input.shape });
for await (const { values } of dataset.samples({ start: 0, limit: Number(images) })) {
  const payloads = quantiseInput(preprocess(values, chip.input), chip.input);
  const expected = staircase(payloads);
  const { readout, predicted } = emulator.infer(payloads);
  equal.total++;
  if (predicted === predictedClass(expected)) equal.predictions++;
  if (expected.every((value, k) => value === readout[k])) equal.readouts++;
}
console.log(JSON.stringify(equal));
