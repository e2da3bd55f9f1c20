/** What lies between neurons of NIR, as one connection: against the nodes one after the other. */
import { describe, expect, it } from '@jest/globals';
import { DiagnosticError } from '../../../../isa/index.ts';
import { Draws } from '../../../arbitraries/random.ts';
import { chainOf, type Node, readGraph, runOf } from './graphs.ts';

const draws = new Draws(7);
const numbers = (count: number): number[] => Array.from({ length: count }, () => draws.between(-9, 9));
const affine = (rows: number, columns: number): Node => ({
  ...{ type: 'Affine', weight: { shape: [rows, columns], data: numbers(rows * columns) }, bias: numbers(rows) },
});
const conv = (outputs: number, inputs: number, settings: Readonly<Record<string, number[]>>): Node => ({
  ...{ type: 'Conv2d', weight: { shape: [outputs, inputs, 3, 2], data: numbers(outputs * inputs * 6) } },
  ...{ bias: numbers(outputs), stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: [1], ...settings },
});
const pool = (type: 'SumPool2d' | 'AvgPool2d', window: number[], stride: number[], padding = [0, 0]): Node => ({
  ...{ type, kernel_size: window, stride, padding },
});
const scale = (shape: readonly number[]): Node => ({
  ...{ type: 'Scale', scale: { shape, data: numbers(shape.reduce((a, b) => a * b)) } },
});
const conv1 = (outputs: number, inputs: number, settings: Readonly<Record<string, number[]>>): Node => ({
  ...{ type: 'Conv1d', weight: { shape: [outputs, inputs, 3], data: numbers(outputs * inputs * 3) } },
  ...{ bias: numbers(outputs), stride: [1], padding: [0], dilation: [1], groups: [1], ...settings },
});
const FLATTEN: Node = { type: 'Flatten', start_dim: [0], end_dim: [-1] };

type Image = { readonly shape: number[]; readonly data: number[] };
const values = (node: Node, field: string): number[] => {
  const found = node[field];
  return typeof found === 'object' && 'data' in found ? [...found.data] : [...(found as number[])];
};

/** Sums over windows, each tap with its weight, as NIR defines them. */
function windows({ shape: [channels, height, width], data }: Image, node: Node, outputs: number): Image {
  const isPool = node.type.endsWith('Pool2d');
  const isLine = node.type === 'Conv1d';
  const [rows, columns] = isPool ? values(node, 'kernel_size') : isLine ? [1, 3] : [3, 2];
  const pair = (field: string, other: number): number[] =>
    isLine ? [other, values(node, field)[0]!] : values(node, field);
  const [stride, padding] = [pair('stride', 1), pair('padding', 0)];
  const dilation = isPool ? [1, 1] : pair('dilation', 1);
  const inputs = channels! / (isPool ? channels! : values(node, 'groups')[0]!);
  const share = node.type === 'AvgPool2d' ? 1 / (rows! * columns!) : 1;
  const side = (size: number, kernel: number, k: number): number =>
    Math.floor((size + 2 * padding[k]! - dilation[k]! * (kernel - 1) - 1) / stride[k]!) + 1;
  const [h, w] = [side(height!, rows!, 0), side(width!, columns!, 1)];
  const made: number[] = [];
  for (let o = 0; o < outputs; o++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let sum = isPool ? 0 : values(node, 'bias')[o]!;
        const first = Math.floor(o / (outputs / (channels! / inputs))) * inputs;
        for (let i = 0; i < inputs; i++)
          for (let r = 0; r < rows!; r++)
            for (let c = 0; c < columns!; c++) {
              const [at, on] = [
                y * stride[0]! - padding[0]! + r * dilation[0]!,
                x * stride[1]! - padding[1]! + c * dilation[1]!,
              ];
              if (at < 0 || at >= height! || on < 0 || on >= width!) continue;
              const weight = isPool ? share : values(node, 'weight')[((o * inputs + i) * rows! + r) * columns! + c]!;
              sum += weight * data[((first + i) * height! + at) * width! + on]!;
            }
        made.push(sum);
      }
  return { shape: [outputs, h, w], data: made };
}

function applied(image: Image, node: Node): Image {
  switch (node.type) {
    case 'Flatten': {
      if (!('input_type' in node)) return { shape: [image.data.length], data: image.data };
      const { shape, data } = image;
      const isFront = values(node, 'start_dim')[0] === 0;
      return { shape: isFront ? [shape[0]! * shape[1]!, 1, shape[2]!] : [shape[0]!, 1, shape[1]! * shape[2]!], data };
    }
    case 'Scale':
      return { ...image, data: image.data.map((value, k) => value * values(node, 'scale')[k]!) };
    case 'Affine': {
      const bias = values(node, 'bias');
      const columns = image.data.length;
      const row = (r: number): number =>
        image.data.reduce((sum, value, k) => sum + value * values(node, 'weight')[r * columns + k]!, bias[r]!);
      return { shape: [bias.length], data: bias.map((_, r) => row(r)) };
    }
    default:
      return windows(image, node, node.type.startsWith('Conv') ? values(node, 'bias').length : image.shape[0]!);
  }
}

const IMAGE = [2, 6, 6];
const CHAINS: Readonly<Record<string, readonly Node[]>> = {
  'a convolution, then averages': [conv(3, 2, { padding: [1, 0] }), pool('AvgPool2d', [2, 2], [2, 2])],
  'a convolution of groups with steps and gaps, then sums that overlap': [
    conv(4, 1, { stride: [2, 1], dilation: [1, 2], groups: [2] }),
    pool('SumPool2d', [2, 3], [1, 1]),
  ],
  'averages that overlap, with a border': [pool('AvgPool2d', [3, 3], [2, 2], [1, 1])],
  'sums that overlap, then a matrix': [pool('SumPool2d', [3, 2], [2, 1]), FLATTEN, affine(4, 20)],
  'two matrices': [FLATTEN, affine(5, 72), affine(4, 5)],
  'a convolution, sums with a border, a matrix': [
    conv(2, 2, {}),
    pool('SumPool2d', [2, 2], [2, 2], [1, 1]),
    FLATTEN,
    affine(3, 18),
  ],
  'a convolution, then a flattening': [conv(3, 2, { stride: [1, 2] }), FLATTEN],
  'windows that overlap, then a flattening': [pool('SumPool2d', [2, 3], [1, 1]), FLATTEN],
  'a convolution, then a flattening and factors': [conv(3, 2, { groups: [1] }), FLATTEN, scale([60])],
  'rows one behind the other, then a convolution along them': [
    { type: 'Flatten', input_type: IMAGE, start_dim: [1], end_dim: [2] },
    conv1(4, 1, { groups: [2], stride: [2], padding: [1] }),
  ],
  'channels and rows as channels, then a convolution along columns': [
    conv(2, 2, {}),
    { type: 'Flatten', input_type: [2, 4, 5], start_dim: [0], end_dim: [1] },
    conv1(3, 8, { dilation: [2] }),
  ],
  'factors that differ within a channel, then sums': [scale(IMAGE), pool('SumPool2d', [2, 2], [2, 2])],
  'factors that differ within a channel, then a convolution, then others': [
    scale(IMAGE),
    conv(3, 2, {}),
    scale([3, 4, 5]),
  ],
};

describe('nodes without neurons between them', () => {
  it.each(Object.entries(CHAINS))('%s', (_name, chain) => {
    const nodes = Object.fromEntries(chain.map((node, k) => [`n${k}`, node]));
    const image = { shape: IMAGE, data: numbers(72) };
    const expected = chain.reduce(applied, image);
    const { network } = readGraph(chainOf(IMAGE, { ...nodes, i: { type: 'I', r: [1] } }), 1, 1);
    expect(network.populations).toHaveLength(1);
    const [found] = runOf(network, image.data).potentials;
    expect(found!.map((value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual(
      expected.data.map((value) => Math.round(value * 1e6) / 1e6 + 0),
    );
  });

  it('with delays that differ from element to element', () => {
    const delay = { type: 'Delay', delay: [0, 2, 1, 2] };
    const nodes = { delay, fc: affine(3, 4), i: { type: 'I', r: [1] } };
    const { network } = readGraph(chainOf([4], nodes), 4, 1);
    const [weight, bias] = [values(nodes.fc, 'weight'), values(nodes.fc, 'bias')];
    const steps = Array.from({ length: 4 }, () => numbers(4));
    const sums = [0, 0, 0];
    const expected = steps.map((_, t) => {
      sums.forEach((sum, r) => {
        const heard = delay.delay.map((late, k) => weight[r * 4 + k]! * (steps[t - late]?.[k] ?? 0));
        sums[r] = heard.reduce((a, b) => a + b, sum + bias[r]!);
      });
      return [...sums];
    });
    expect(runOf(network, steps.flat()).potentials).toEqual(expected);
  });
});

it('weights at the end are added up over the steps', () => {
  const fc = affine(2, 3);
  const { network, said } = readGraph(chainOf([3], { one: { type: 'IF', r: [1], v_threshold: [1] }, fc }), 2, 1, {});
  expect(network.output).toEqual({ population: 1, decoding: 'last' });
  expect(said.join('\n')).toMatch(/ends without neurons: what comes there is added up/);
});

it.each([
  ['a batch of steps', [1, 7, 3], [affine(2, 3)]],
  ['steps and a batch', [7, 1, 2, 6, 6], [conv(2, 2, {})]],
])('%s in front of the input is left out', (_name, shape, chain) => {
  const nodes = Object.fromEntries(chain.map((node, k) => [`n${k}`, node]));
  const { network, said } = readGraph(chainOf(shape, { ...nodes, i: { type: 'I', r: [1] } }), 1, 1);
  expect(network.encoding.shape).toEqual(shape.length === 3 ? [3, 1, 1] : IMAGE);
  expect(said.join('\n')).toMatch(/in front of what is heard of it/);
});

describe('a chain whose windows reach far', () => {
  const far = 100_000;
  it.each<[string, Readonly<Record<string, Node>>]>([
    [
      'a convolution and windows',
      { c: conv(1, 1, { stride: [far, far], padding: [far, far] }), p: pool('SumPool2d', [2, 2], [1, 1]) },
    ],
    ['windows alone', { p: pool('SumPool2d', [far, far], [1, 1], [far - 1, far - 1]) }],
    [
      'windows that are large and many',
      { c: conv(1, 1, {}), p: pool('SumPool2d', [2000, 2000], [1, 1], [1400, 1400]) },
    ],
    [
      'windows behind windows',
      { q: pool('SumPool2d', [2000, 2000], [1, 1], [1400, 1400]), p: pool('SumPool2d', [500, 500], [1, 1], [1, 1]) },
    ],
    [
      'windows without a border behind windows',
      { q: pool('SumPool2d', [2000, 2000], [1, 1], [1400, 1400]), p: pool('SumPool2d', [500, 500], [1, 1]) },
    ],
    ['windows with a border', { p: pool('SumPool2d', [far, far], [far, far], [far / 2, far / 2]) }],
    ['windows and a matrix', { p: pool('AvgPool2d', [far, far], [far, far], [far, far]), f: FLATTEN, a: affine(2, 9) }],
    [
      'dilated taps',
      {
        c: conv(1, 1, { dilation: [far, far], padding: [far, far], stride: [far, far] }),
        p: pool('AvgPool2d', [2, 2], [2, 2]),
      },
    ],
  ])('%s: read, or refused with a numbered message, in bounded memory', (_what, nodes) => {
    const before = process.memoryUsage().arrayBuffers;
    try {
      readGraph(chainOf([1, 4, 4], { ...nodes, n: { type: 'IF', r: [1], v_threshold: [1] } }), 1, undefined);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      expect(error.diagnostics[0]!.code).toMatch(/^E02/);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 29);
  });
});
