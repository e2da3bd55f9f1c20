/** Small networks that exceed one limit of a target each. */
import { expect } from '@jest/globals';
import { builtinTargets, type Target } from '../../isa/index.ts';
import type { BuildOptions } from '../../compiler/index.ts';
import { build, requestOf as request, TEST_OPTIONS } from '../arbitraries/builds.ts';
import type { RandomNetwork } from '../arbitraries/networks.ts';
import { seededRandom } from '../arbitraries/random.ts';

type Layer = Record<string, unknown> & { readonly name: string };
export interface Document {
  readonly inputShape: readonly [number, number, number];
  readonly layers: readonly Layer[];
}

/** Its values follow from its shape alone, whoever asks, and before whom. */
export const tensor = (...shape: number[]) => {
  const random = seededRandom(shape.reduce((seed, size) => 31 * seed + size, 11));
  return {
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(random() - 0.4)),
  };
};
export const relu = (name: string): Layer => ({ name, op: 'relu', max: 1 });
export const conv = (name: string, channels: number, from: number, more: object = {}): Layer => ({
  name,
  op: 'conv',
  weight: tensor(channels, from, 3, 3),
  padding: 1,
  ...more,
});
export const dense = (name: string, outputs: number, inputs: number): Layer => ({
  name,
  op: 'dense',
  weight: tensor(outputs, inputs),
  bias: tensor(outputs),
});

/** A 2-channel convolution of a 4×4 image, pooled, then dense. */
export const POOLED: Document = {
  inputShape: [1, 4, 4],
  layers: [
    conv('conv', 2, 1, { bias: tensor(2) }),
    relu('relu'),
    { name: 'pool', op: 'averagePool', kernel: [2, 2] },
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 8),
  ],
};
export const POOLED_INPUT: Document = {
  inputShape: [1, 4, 4],
  layers: [
    { name: 'pool', op: 'averagePool', kernel: [2, 2] },
    conv('conv', 2, 1),
    relu('relu'),
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 8),
  ],
};
/** Four convolutions of which the last but one hears the first, too. */
export const RESIDUAL: Document = {
  inputShape: [1, 4, 4],
  layers: [
    conv('first', 2, 1),
    relu('r1'),
    conv('second', 2, 2),
    relu('r2'),
    conv('third', 2, 2),
    relu('r3'),
    conv('fourth', 2, 2),
    { name: 'sum', op: 'add', inputs: ['fourth', 'r1'] },
    relu('r4'),
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 32),
  ],
};
/** Eight rows, each heard by other cores of the second layer. */
export const ROWS: Document = {
  inputShape: [1, 8, 2],
  layers: [
    conv('thin', 1, 1),
    relu('r1'),
    conv('thick', 8, 1),
    relu('r2'),
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 128),
  ],
};
/** The last neuron listens to all 12 inputs, the others to one. */
export const SPARSE: Document = {
  inputShape: [12, 1, 1],
  layers: [
    {
      name: 'sparse',
      op: 'sparse',
      outputs: 5,
      pre: [0, 1, 2, 3, ...Array.from({ length: 12 }, (_, k) => k)],
      post: [0, 1, 2, 3, ...Array.from({ length: 12 }, () => 4)],
      weight: tensor(16),
    },
    relu('relu'),
    dense('dense', 3, 5),
  ],
};
const WIDE_KERNEL: Document = {
  inputShape: [1, 1, 300],
  layers: [
    { name: 'wide', op: 'conv', weight: tensor(1, 1, 1, 260) },
    relu('relu'),
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 41),
  ],
};

export const edge = builtinTargets().get('edge')!;
export const limited = (limits: Partial<Target['limits']>, mesh = edge.mesh): Target => ({
  ...edge,
  name: 'small',
  mesh,
  limits: { ...edge.limits, ...limits },
});
const narrow = (widths: Partial<Target['widths']>): Target => ({
  ...edge,
  name: 'small',
  widths: { ...edge.widths, ...widths },
});

export interface Attempt {
  readonly document: Document;
  readonly options: BuildOptions;
}

export const attempt = (document: Document, target: Target, more: Partial<BuildOptions> = {}): Attempt => ({
  document,
  options: { ...TEST_OPTIONS, target, ...more },
});

const networkOf = ({ inputShape, layers }: Document): RandomNetwork => ({
  json: JSON.stringify({ format: 'snn-net/1', input: { shape: inputShape }, layers }),
  inputShape,
  seed: 5,
});

export const buildOf = ({ document, options }: Attempt) => build(networkOf(document), options);
export const requestOf = ({ document, options }: Attempt) => request(networkOf(document), options);

/** Limit → what exceeds it, the message, the place. */
export const MISFITS: readonly (readonly [limit: string, Attempt, message: RegExp, place: object | undefined])[] = [
  [
    'limits.neurons',
    attempt(POOLED, limited({ neurons: 3 }, { width: 3, height: 3 })),
    /E0316.* 35 neurons; the 9 cores of small have 27, 8 too few \(conv 32, dense 3\)/,
    { layer: 'conv' },
  ],
  [
    'mesh',
    attempt(POOLED, limited({ programWords: 40 }, { width: 1, height: 1 })),
    /E0305.* needs 2 cores even where layers share them; small has 1, 1 too few \(conv 1, dense 1\)/,
    undefined,
  ],
  [
    'mesh of a layer that needs it all',
    attempt(POOLED, limited({ parameters: 3 }, { width: 1, height: 1 })),
    /E0305.* needs 4 cores; small has 1, 3 too few \(conv 2, dense 2\)/,
    { layer: 'conv' },
  ],
  [
    'mesh with dead tiles',
    attempt(POOLED, { ...limited({ programWords: 40 }, { width: 2, height: 2 }), deadTiles: [0, 1, 3] }),
    /E0305.* needs 2 cores even where layers share them; small has 1, 1 too few/,
    undefined,
  ],
  [
    'limits.neurons of living cores',
    attempt(POOLED, { ...limited({ neurons: 16 }, { width: 2, height: 2 }), deadTiles: [0, 3] }),
    /E0316.* 35 neurons; the 2 cores of small have 32, 3 too few/,
    undefined,
  ],
  [
    'limits.axons',
    attempt(POOLED, limited({ axons: 8 })),
    /E0306.*9 distinct in-axons; a core of small has 8, 1 too few/,
    { layer: 'conv' },
  ],
  [
    'limits.axons of an irregular layer',
    attempt(SPARSE, limited({ axons: 11 })),
    /E0306.*12 distinct in-axons; a core of small has 11, 1 too few/,
    { layer: 'sparse' },
  ],
  [
    'limits.synapseBits',
    attempt(POOLED, limited({ synapseBits: 64 })),
    /E0307.*96 bits of synapse memory; a core of small has 64, 32 too few/,
    { layer: 'conv' },
  ],
  [
    'limits.parameters',
    attempt(POOLED, limited({ parameters: 2 })),
    /E0309.*3 parameters; a core of small has 2, 1 too few/,
    { layer: 'conv' },
  ],
  [
    'limits.programWords',
    attempt(POOLED, limited({ programWords: 20 })),
    /E0308.*28 program words; a core of small has 20, 8 too few/,
    { layer: 'conv' },
  ],
  [
    'limits.programWords of a core that sends to many',
    attempt(ROWS, limited({ programWords: 30, neurons: 16 })),
    /E0308.*core needs \d+ program words; small has 30, \d+ too few/,
    { layer: 'thin', core: expect.any(Number) },
  ],
  [
    'limits.axonGroups',
    attempt(RESIDUAL, limited({ axonGroups: 1 })),
    /E0314.*2 axon groups; a core of small has 1, 1 too few/,
    { layer: 'fourth' },
  ],
  [
    'limits.sinkRows',
    attempt(POOLED, limited({ sinkRows: 1, neurons: 8 })),
    /E0310.*core needs 4 sink rows; small has 1, 3 too few/,
    { layer: 'dense', core: expect.any(Number) },
  ],
  [
    'limits.sinkListWords',
    attempt(SPARSE, limited({ sinkListWords: 7 })),
    /E0310.*core needs 12 words of sink lists; small has 7, 5 too few/,
    { layer: 'sparse', core: expect.any(Number) },
  ],
  [
    'limits.routeEntries',
    attempt(POOLED, limited({ routeEntries: 1 })),
    /E0311.*router 0 needs 3 routing entries; small has 1, 2 too few/,
    undefined,
  ],
  [
    'limits.delaySlots',
    attempt(RESIDUAL, limited({ delaySlots: 2 })),
    /E0313.*branch from first needs a delay of 3 ticks, 4 slots; small has 2, 2 too few/,
    { layer: 'fourth' },
  ],
  [
    'widths.vBits',
    attempt(POOLED, narrow({ vBits: 8 })),
    /E0303.*needs \d+ bit at T = 8; small has 8, \d+ too few/,
    { layer: 'conv' },
  ],
  [
    'widths.payloadBits',
    attempt(POOLED, narrow({ payloadBits: 3 })),
    /E0304.*2×2 need payloads 0\.\.4; axon counters of small hold -4\.\.3/,
    { layer: 'dense', core: expect.any(Number) },
  ],
  [
    'widths.packetBits',
    attempt(POOLED, narrow({ packetBits: 2 }), { mode: 'exact', code: 'graded' }),
    /E0320.*needs packets with payloads of 4 bit; those of small have 2, 2 too few/,
    undefined,
  ],
  [
    'widths.packetBits, for a sign',
    attempt(POOLED, narrow({ packetBits: 0 }), { mode: 'signed' }),
    /E0320.*packets of small carry no payload, and neurons that take spikes back send one of −1/,
    undefined,
  ],
  [
    'widths.payloadBits of the input',
    attempt(POOLED_INPUT, narrow({ payloadBits: 5 })),
    /E0304.*2×2 need payloads -60\.\.60; axon counters of small hold -16\.\.15/,
    { layer: 'conv' },
  ],
  [
    'widths.weightBits',
    attempt(POOLED, narrow({ weightBits: [2, 4] })),
    /E0312.*small stores weights of 2, 4 bit, not 8/,
    undefined,
  ],
  [
    'a field of an instruction',
    attempt(WIDE_KERNEL, limited({})),
    /E0315.*CONV needs kernelWidth = 260; the field holds 0\.\.255, 5 beyond/,
    { layer: 'wide' },
  ],
];
