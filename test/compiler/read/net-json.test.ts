import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { faultsOf, linesOf, read, run } from './onnx-model.ts';

const encode = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const readJson = (document: unknown, files = {}): AnnGraph => read(encode(document), files, 'folder/small.net.json');

/** A document of the layers given on an input of 1×2×2. */
const net = (layers: unknown[], more: object = {}): object => ({
  format: 'snn-net/1',
  input: { shape: [1, 2, 2] },
  layers,
  ...more,
});
const vector = (...data: number[]): object => ({ shape: [data.length], data });
const conv = { name: 'c', op: 'conv', weight: { shape: [2, 1, 1, 1], data: [1, 2] } };

describe('net.json', () => {
  it('has every operator', () => {
    const graph = readJson(
      net([
        {
          name: 'c',
          op: 'conv',
          weight: { shape: [2, 1, 2, 2], data: [1, 0, 0, 0, 0, 0, 0, 1] },
          bias: vector(1, 0),
          padding: [0, 0, 1, 1],
        },
        {
          name: 'n',
          op: 'batchnorm',
          gamma: vector(2, 1),
          beta: vector(0, 1),
          mean: vector(1, 0),
          variance: vector(1, 1),
          epsilon: 0,
        },
        { name: 'r', op: 'relu', max: 3 },
        { name: 'a', op: 'add', inputs: ['r', 'n'] },
        { name: 'p', op: 'pad', padding: 1 },
        { name: 'v', op: 'averagePool', kernel: 2 },
        { name: 'f', op: 'flatten', order: [1, 2, 0] },
        {
          name: 's',
          op: 'sparse',
          outputs: 2,
          pre: [0, 1, 7],
          post: [1, 0, 0],
          weight: vector(4, 8, 16),
          bias: vector(0.5, 0),
        },
        { name: 'd', op: 'dense', weight: { shape: [2, 2], data: [1, 0, 0, 1] }, bias: vector(0, 1) },
      ]),
    );
    expect(graph.name).toBe('small');
    expect(graph.nodes.map(({ op }) => op)).toEqual([
      'input',
      'conv',
      'affine',
      'relu',
      'add',
      'pad',
      'averagePool',
      'flatten',
      'sparse',
      'dense',
    ]);
    // c: channel 0 is x + 1, channel 1 the lower right neighbour; n: 2x, and that + 1; a: min(max(n, 0), 3) + n; v: one
    // element in each window, divided by 4.
    const a0 = [1, 2, 3, 4].map((x) => Math.min(2 * x, 3) + 2 * x);
    const a1 = [4, 0, 0, 0].map((x) => Math.min(x + 1, 3) + x + 1);
    const [v0, v1] = [a0.map((x) => x / 4), a1.map((x) => x / 4)];
    expect(run(graph, [1, 2, 3, 4])).toEqual([8 * v1[0]! + 16 * v1[3]! + 0.5, 4 * v0[0]! + 1]);
  });

  it('pools globally, and takes the settings of convolution and pooling as number or list', () => {
    const graph = readJson({
      ...net([
        { ...conv, stride: [2, 1], padding: 1, dilation: 2, groups: 1 },
        { name: 'v', op: 'averagePool', kernel: [2, 1], stride: 1, padding: [1, 0, 0, 0], countPadding: true },
        { name: 'g', op: 'globalAveragePool' },
      ]),
    });
    expect(graph.nodes.slice(1)).toMatchObject([
      { stride: [2, 1], padding: [1, 1, 1, 1], dilation: [2, 2], groups: 1, shape: [2, 2, 4] },
      { kernel: [2, 1], stride: [1, 1], padding: [1, 0, 0, 0], countPadding: true, shape: [2, 2, 4] },
      { op: 'averagePool', kernel: [2, 4], shape: [2, 1, 1] },
    ]);
  });

  it('joins layers along their channels, and has staircase activations', () => {
    const graph = readJson(
      net([
        { ...conv, inputs: ['input'] },
        { name: 'j', op: 'concat', inputs: ['c', 'input'] },
        { name: 's', op: 'relu', max: 2, levels: 4 },
      ]),
    );
    expect(graph.nodes.at(-1)).toMatchObject({ op: 'relu', max: 2, levels: 4, shape: [3, 2, 2] });
    expect(run(graph, [0.3, -1, 0.2, 5])).toEqual([0.5, 0, 0, 2, 0.5, 0, 0.5, 2, 0.5, 0, 0, 2]);
  });

  it('reads tensors from files beside it, at any offset', () => {
    const bytes = new Uint8Array(100);
    const view = new DataView(bytes.buffer);
    [0.5, -2, 4, 1].forEach((value, index) => view.setFloat32(3 + index * 4, value, true));
    [1, 2, 3, 4].forEach((value, index) => view.setFloat64(21 + index * 8, value, true));
    [3, 0].forEach((value, index) => view.setUint32(61 + index * 4, value, true));
    const files = { 'sub/net.bin': Buffer.from(bytes) };
    const graph = readJson(
      net([
        {
          name: 's',
          op: 'sparse',
          outputs: [1, 2, 2],
          pre: [0, 1],
          post: { shape: [2], file: 'sub/net.bin', offset: 61, dtype: 'uint32' },
          weight: vector(1, 1),
          bias: { shape: [4], file: 'sub/net.bin', offset: 3, dtype: 'float32' },
        },
        { name: 'f', op: 'flatten' },
        { name: 'd', op: 'dense', weight: { shape: [1, 4], file: 'sub/net.bin', offset: 21, dtype: 'float64' } },
      ]),
      files,
    );
    expect(run(graph, [10, 20, 0, 0])).toEqual([(20 + 0.5) * 1 - 2 * 2 + 4 * 3 + (10 + 1) * 4]);
  });

  it('carries name, labels and preprocessing, and ends at the output named', () => {
    const preprocessing = { scale: 255, mean: [0.5], std: [0.25] };
    const labels = Array.from({ length: 8 }, (_, index) => `class ${index}`);
    const graph = readJson({
      ...net([conv, { name: 'r', op: 'relu' }], { name: 'mine', output: 'c', labels }),
      input: { shape: [1, 2, 2], preprocessing },
    });
    expect(graph).toMatchObject({ name: 'mine', output: 'c', labels, preprocessing });
    expect(graph.nodes).toHaveLength(2);
  });

  it('may start with a byte order mark and white space', () => {
    const text = `\ufeff \n${JSON.stringify(net([conv]))}`;
    expect(read(new TextEncoder().encode(text)).nodes).toHaveLength(2);
  });

  const refused: [title: string, document: unknown, lines: string[]][] = [
    [
      'another version',
      { ...net([conv]), format: 'snn-net/2' },
      ['format E0202: the format is "snn-net/2", but this version reads snn-net/1'],
    ],
    [
      'no format',
      { layers: [] },
      [
        'format E0202: Invalid input: expected "snn-net/1"',
        'input E0202: Invalid input: expected object, received undefined',
        'layers E0202: Too small: expected array to have >=1 items',
      ],
    ],
    [
      'an unknown operator',
      net([{ name: 'm', op: 'maxPool' }]),
      ['layers[0].op E0202: is missing or none of the known values'],
    ],
    ['an unknown field', net([{ ...conv, strides: 1 }]), ['layers[0] E0202: Unrecognized key: "strides"']],
    [
      'a tensor without numbers',
      net([conv, { name: 'd', op: 'dense', weight: { shape: [2, 'x'], data: [1] } }]),
      ['layers[1].weight.shape[1] E0202: Invalid input: expected number, received string'],
    ],
    [
      'a type of another kind',
      net([{ ...conv, weight: { shape: [1], file: 'a', dtype: 'float16' } }]),
      ['layers[0].weight.dtype E0202: Invalid option: expected one of "float32"|"float64"'],
    ],
    [
      'several faults',
      net([
        { ...conv, name: '' },
        { name: 'p', op: 'pad' },
      ]),
      [
        'layers[0].name E0202: Too small: expected string to have >=1 characters',
        'layers[1].padding E0202: Invalid input: expected number, received undefined',
      ],
    ],
    ['a name twice', net([conv, { name: 'c', op: 'relu' }]), ['layers[1].name E0202: the name "c" is taken']],
    ['the name of the input', net([{ ...conv, name: 'input' }]), ['layers[0].name E0202: the name "input" is taken']],
    [
      'a layer that comes later',
      net([
        { ...conv, inputs: ['r'] },
        { name: 'r', op: 'relu' },
      ]),
      ['layers[0].inputs[0] E0202: no earlier layer is called "r"'],
    ],
    ['an unknown output', net([conv], { output: 'z' }), ['output E0202: no layer is called "z"']],
    [
      'two inputs of one operator',
      net([conv, { name: 'r', op: 'relu', inputs: ['c', 'input'] }]),
      ['layers[1] E0205: "r" (relu) takes 1 input, not 2'],
    ],
    [
      'faults that do not hide each other',
      net([
        { ...conv, groups: 3 },
        { name: 'r', op: 'relu' },
        { name: 'd', op: 'dense', inputs: ['input'], weight: { shape: [1, 4], data: [1] } },
      ]),
      [
        'layers[0] E0205: "c" (conv) has 2 output channels, which 3 groups do not divide',
        'layers[2].weight E0205: the shape [1, 4] needs 4 numbers, but there are 1',
      ],
    ],
    [
      'a dense layer on an image',
      net([{ name: 'd', op: 'dense', weight: { shape: [1, 4], data: [1, 1, 1, 1] } }]),
      ['layers[0] E0205: "d" (dense) has weights [1, 4], but its input is [1, 2, 2]'],
    ],
    [
      'a number beyond 32 bit',
      net([{ ...conv, weight: { shape: [1, 1, 1, 1], data: [1e300] } }]),
      ['layers[0] E0208: the weight of "c" is Infinity at index 0'],
    ],
    [
      'a missing file',
      net([{ ...conv, bias: { shape: [2], file: 'b.bin', dtype: 'float32' } }]),
      ['layers[0].bias E0101: no file b.bin'],
    ],
    [
      'a file outside of the folder',
      net([{ ...conv, bias: { shape: [2], file: 'a/../../b.bin', dtype: 'float32' } }]),
      ['layers[0].bias E0202: "a/../../b.bin" is not a file beside the network'],
    ],
    [
      'a file that is too short',
      net([{ ...conv, bias: { shape: [2], file: 'short.bin', offset: 1, dtype: 'float32' } }]),
      ['layers[0].bias E0202: bytes 1 to 9 of "short.bin" are needed, but it has 8'],
    ],
    [
      'statistics of another size',
      net([{ name: 'n', op: 'batchnorm', gamma: vector(1, 1), beta: vector(1), mean: vector(1), variance: vector(1) }]),
      ['layers[0].gamma E0205: gamma has 2 values for 1 channels'],
    ],
    [
      'labels of another number',
      net([conv], { labels: ['a'] }),
      [' E0205: there are 1 labels for the output [2, 2, 2]'],
    ],
    [
      'preprocessing of another size',
      { ...net([conv]), input: { shape: [1, 2, 2], preprocessing: { scale: 1, mean: [0, 0], std: [1] } } },
      ['input.preprocessing E0205: mean has 2 values for 1 channels'],
    ],
    [
      'sparse indices beyond the input',
      net([{ name: 's', op: 'sparse', outputs: 1, pre: [4], post: [0], weight: vector(1) }]),
      ['layers[0] E0205: "s" (sparse) has pre[0] = 4, beyond its shape [1, 2, 2]'],
    ],
    [
      'an image beyond memory',
      { ...net([conv]), input: { shape: [1, 1e6, 1e6] } },
      ['input.shape E0209: the output of "input", [1, 1000000, 1000000], has more than 16777216 elements'],
    ],
  ];
  it.each(refused)('refuses %s', (_, document, lines) => {
    const faults = faultsOf(() => readJson(document, { 'short.bin': new Uint8Array(8) }));
    expect(faults.map(({ code, message, place }) => `${place?.path ?? ''} ${code}: ${message}`)).toEqual(lines);
    for (const { code, place } of faults) {
      expect(place?.file).toBe(code === 'E0101' ? 'b.bin' : 'folder/small.net.json');
    }
  });

  it('refuses a tensor file that is not the one that the document was written with', () => {
    const weights = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const document = {
      format: 'snn-net/1',
      input: { shape: [2, 1, 1] },
      layers: [{ name: 'a', op: 'dense', weight: { shape: [2, 2], file: 'w.bin', dtype: 'float32' } }],
      tensorFiles: [{ file: 'w.bin', sha256 }],
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: weights.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, change) => {
        const found = weights.map((byte, k) => (k === at ? byte ^ change : byte));
        const attempt = () => readJson(document, { 'w.bin': found });
        if (change === 0) expect(attempt().nodes).toHaveLength(2);
        else expect(linesOf(attempt)[0]).toMatch(/^E0202: "w.bin" is not the file that the document was written with/);
      }),
    );
  });

  it('refuses what is not JSON, or damaged', () => {
    expect(linesOf(() => read(new TextEncoder().encode('[1, 2]')))[0]).toMatch(/^E0201/);
    expect(linesOf(() => read(new TextEncoder().encode('{"format": ')))[0]).toMatch(
      /^E0202: the file is not valid JSON/,
    );
    expect(linesOf(() => read(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)))[0]).toMatch(
      /^E0202: the file is not valid JSON/,
    );
    expect(linesOf(() => read(new TextEncoder().encode(`{"a":${'['.repeat(200_000)}`)))[0]).toMatch(/^E0202/);
  });
});
