/**
 * Conventional layers beside populations, against the network in plain numbers: convolution, ReLU and windows in every step, leaky
 * neurons, and layers over their spike counts. Weights are whole and levels are those of staircases, so that nothing is rounded.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuildOptions, buildChip, readNetwork } from '../../../compiler/index.ts';
import { PopulationRun } from '../../../compiler/engines/population-run.ts';
import type { PopulationGraph } from '../../../compiler/ir/population.ts';
import { joinLayers } from '../../../compiler/passes/join-layers.ts';
import { skewPopulations } from '../../../compiler/passes/skew-populations.ts';
import { withThresholds } from '../../../compiler/populations/activations.ts';
import { decoded } from '../../../compiler/populations/decode.ts';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, type Diagnostic, DiagnosticError, type Target } from '../../../isa/index.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { Draws } from '../../arbitraries/random.ts';

const target = builtinTargets().get('edge')!;
const STEPS = 7;
/** Sides of the image, channels of the front, neurons that fire, hidden and last neurons of the head. */
const [SIDE, CHANNELS, FIRING, HIDDEN, CLASSES] = [4, 2, 5, 4, 3];
const MOST = { front: 6, head: 10 } as const;
const THRESHOLD = 9;

interface Drawn {
  readonly conv: readonly number[];
  readonly convBias: readonly number[];
  readonly joined: readonly number[];
  readonly read: readonly number[];
  readonly readBias: readonly number[];
  readonly scores: readonly number[];
  readonly input: readonly number[];
}

function drawn(seed: number): Drawn {
  const draws = new Draws(seed);
  const [windows, pixels] = [CHANNELS * (SIDE / 2) ** 2, SIDE ** 2];
  return {
    conv: draws.numbers(CHANNELS * 9, -3, 4),
    convBias: draws.numbers(CHANNELS, -2, 2),
    joined: draws.numbers(FIRING * windows, -2, 3),
    read: draws.numbers(HIDDEN * FIRING, -3, 5),
    readBias: draws.numbers(HIDDEN, -5, 5),
    scores: draws.numbers(CLASSES * HIDDEN, -5, 5),
    input: draws.numbers(STEPS * pixels, 0, 2),
  };
}

const tensor = (shape: readonly number[], data: readonly number[]): object => ({ shape, data });

/** Windows of 2 × 2 are averages, of which weights of 4 make sums again. */
const documentOf = (net: Drawn): Record<string, unknown> => ({
  ...{ format: 'snn-net/1', name: 'mixed' },
  input: { shape: [1, SIDE, SIDE], steps: STEPS, payload: { min: 0, max: 2 } },
  layers: [
    {
      name: 'edges',
      op: 'conv',
      weight: tensor([CHANNELS, 1, 3, 3], net.conv),
      bias: tensor([CHANNELS], net.convBias),
      padding: 1,
    },
    { name: 'active', op: 'relu', max: 3 * MOST.front, levels: MOST.front },
    { name: 'pooled', op: 'averagePool', kernel: 2 },
    {
      name: 'read',
      op: 'dense',
      inputs: ['firing'],
      weight: tensor([HIDDEN, FIRING], net.read),
      bias: tensor([HIDDEN], net.readBias),
    },
    { name: 'hidden', op: 'relu', max: 2 * MOST.head, levels: MOST.head },
    { name: 'scores', op: 'dense', weight: tensor([CLASSES, HIDDEN], net.scores) },
  ],
  populations: [
    {
      ...{ name: 'firing', shape: FIRING, neuron: 'lif', leak: { kind: 'linear', step: 1 } },
      ...{ threshold: THRESHOLD, compare: 'ge', reset: { kind: 'subtract' } },
    },
  ],
  connections: [
    {
      ...{ from: 'pooled', to: 'firing', op: 'dense' },
      weight: tensor(
        [FIRING, net.joined.length / FIRING],
        net.joined.map((weight) => 4 * weight),
      ),
    },
    { from: 'firing', to: 'firing', op: 'one-to-one', weight: -2, delay: 1 },
  ],
  output: { layer: 'scores' },
});

const staircase = (x: number, level: number, most: number): number =>
  level * Math.max(0, Math.min(most, Math.floor(x / level + 0.5)));

/** Spikes by step and neuron, and the outputs. */
function plain(net: Drawn, activated = staircase): { spikes: number; scores: number[] } {
  const potentials = new Array<number>(FIRING).fill(0);
  const counts = new Array<number>(FIRING).fill(0);
  let before = new Array<number>(FIRING).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const sums = windowsOf(net, step, activated);
    const spikes = potentials.map((_, n) => {
      let v = potentials[n]! - 2 * before[n]!;
      sums.forEach((sum, k) => (v += net.joined[n * sums.length + k]! * sum));
      const fires = v >= THRESHOLD ? 1 : 0;
      v -= fires * THRESHOLD;
      potentials[n] = Math.sign(v) * Math.max(0, Math.abs(v) - 1);
      counts[n]! += fires;
      return fires;
    });
    before = spikes;
  }
  const hidden = net.readBias.map((bias, n) =>
    activated(
      counts.reduce((sum, count, k) => sum + net.read[n * FIRING + k]! * count, bias),
      2,
      MOST.head,
    ),
  );
  const scores = Array.from({ length: CLASSES }, (_, n) =>
    hidden.reduce((sum, value, k) => sum + net.scores[n * HIDDEN + k]! * value, 0),
  );
  return { spikes: counts.reduce((a, b) => a + b, 0), scores };
}

/** Sums over windows of 2 × 2 of the activations of a step, by channel, row and column. */
function windowsOf({ conv, convBias, input }: Drawn, step: number, activated: typeof staircase): number[] {
  const at = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : input[step * SIDE ** 2 + y * SIDE + x]!;
  const sums = new Array<number>(CHANNELS * (SIDE / 2) ** 2).fill(0);
  for (let c = 0; c < CHANNELS; c++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        let sum = convBias[c]!;
        for (let r = 0; r < 3; r++)
          for (let s = 0; s < 3; s++) sum += conv[c * 9 + r * 3 + s]! * at(y + r - 1, x + s - 1);
        sums[(c * (SIDE / 2) + (y >> 1)) * (SIDE / 2) + (x >> 1)]! += activated(sum, 3, MOST.front);
      }
  return sums;
}

const requestOf = (document: object, options: Partial<BuildOptions> = {}) => ({
  ...{ source: new TextEncoder().encode(JSON.stringify(document)), fileName: 'mixed.net.json' },
  ...{ options: { ...TEST_OPTIONS, target, ...options }, readSideFile: () => new Uint8Array() },
});
const HOOKS = { now: () => 0, verify: true };

describe('conventional layers beside populations', () => {
  it('compute what they compute in plain numbers, without rounding where weights are whole', async () => {
    let fired = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const net = drawn(seed);
        const { chip } = await buildChip(requestOf(documentOf(net)), HOOKS);
        const expected = plain(net);
        fired += expected.spikes;
        const { readout } = new Emulator(chip, { timing: 'none' }).infer(Int16Array.from(net.input));
        const unit = chip.output.step / STEPS;
        expect(Array.from(readout, (value) => Math.round(value * unit * 1e6) / 1e6)).toEqual(expected.scores);
      }),
      { numRuns: 12 },
    );
    expect(fired).toBeGreaterThan(100);
  });

  it('run in floating point as they were trained, with activations without levels', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, isClipped) => {
        const net = drawn(seed);
        const document = documentOf(net);
        const trained = (document.layers as { op: string; max?: number }[]).map(({ max, ...layer }) =>
          layer.op === 'relu' ? { ...layer, levels: undefined, ...(isClipped && { max }) } : layer,
        );
        const source = new TextEncoder().encode(JSON.stringify({ ...document, layers: trained }));
        const network = readNetwork(source, { fileName: 'mixed.net.json', readSideFile: () => new Uint8Array() });
        if (network.kind !== 'populations') throw new Error('populations were written');
        const graph = decoded(joinLayers(network, 4));
        const levels = graph.populations.map(
          ({ activation, shape }) => activation && new Float64Array(shape[0]).fill(2.3),
        );
        const run = (each: PopulationGraph) =>
          Array.from(
            new PopulationRun(each, skewPopulations(graph, target).depths, 'trained').run(net.input),
            (value) => Math.round(value * 1e6) / 1e6 + 0,
          );
        const expected = plain(net, (x, level, most) => Math.max(0, Math.min(isClipped ? level * most : Infinity, x)));
        expect(run(graph)).toEqual(expected.scores);
        // Whatever a level is, it divides out.
        expect(run(withThresholds(graph, levels))).toEqual(expected.scores);
      }),
      { numRuns: 12 },
    );
  });

  const faultsOf = async (change: object, options: Partial<BuildOptions> = {}): Promise<readonly Diagnostic[]> => {
    try {
      await buildChip(requestOf({ ...documentOf(drawn(1)), ...change }, options), HOOKS);
    } catch (error) {
      if (error instanceof DiagnosticError) return error.diagnostics;
      throw error;
    }
    return [];
  };
  const { layers, populations, connections } = documentOf(drawn(1)) as Record<string, Record<string, unknown>[]>;
  const withLayer = (name: string, fields: object): object => ({
    layers: layers!.map((layer) => (layer.name === name ? { ...layer, ...fields } : layer)),
  });
  const silent = { ...populations![0], name: 'silent', neuron: 'li', leak: 0.5 };
  const binary: Target = { ...target, widths: { ...target.widths, packetBits: 0 } };

  const FAULTS: readonly (readonly [what: string, change: object, fault: string, options?: Partial<BuildOptions>])[] = [
    [
      'a connection from the head',
      { connections: [...connections!, { ...connections![1], from: 'hidden' }] },
      'E0207 connections[2]',
    ],
    [
      'two layers that are heard',
      {
        connections: [
          ...connections!,
          { from: 'active', to: 'firing', op: 'dense', weight: tensor([5, 32], new Array<number>(160).fill(0.1)) },
        ],
      },
      'E0207 connections[2]',
    ],
    [
      'a layer that hears both',
      withLayer('read', { inputs: ['edges', 'firing'], op: 'concat', weight: undefined, bias: undefined }),
      'E0207 layers[3].inputs',
    ],
    ['an unknown layer', withLayer('read', { inputs: ['nobody'] }), 'E0202 layers[3].inputs[0]'],
    ['a name twice', withLayer('hidden', { name: 'firing' }), 'E0202 layers[4].name'],
    ['an output of the front', { output: { layer: 'active' } }, 'E0207 output.layer'],
    ['an unknown output', { output: { layer: 'nobody' } }, 'E0202 output.layer'],
    ['a head that is not read', { output: { population: 'firing', decode: 'count' } }, 'E0207 output'],
    ['a head that ends in an activation', { output: { layer: 'hidden' } }, 'E0207 hidden'],
    [
      'a front that nobody hears',
      { connections: [{ ...connections![0], from: 'input', weight: tensor([5, 16], new Array<number>(80).fill(1)) }] },
      'E0207 layers',
    ],
    [
      'a front that ends before its activation',
      { connections: [{ ...connections![0], from: 'edges', weight: tensor([5, 32], new Array<number>(160).fill(1)) }] },
      'E0207 edges',
    ],
    ['packets without counts', {}, 'E0320 edges', { target: binary }],
    ['an option of a conversion', {}, 'E0103 ', { stated: ['mode'] }],
    ['no data', withLayer('active', { max: undefined, levels: undefined }), 'E0301 edges'],
    [
      'silent neurons that are read',
      { populations: [{ ...silent, name: 'firing', threshold: undefined, compare: undefined, reset: undefined }] },
      'E0207 firing',
    ],
  ];
  it.each(FAULTS.map(([what, ...row]) => [what, row] as const))(
    'is refused with %s',
    async (_, [change, fault, options]) => {
      const found = await faultsOf(change, options);
      expect(found.map(({ code, place }) => `${code} ${place?.path ?? place?.layer ?? ''}`)).toContain(fault);
      expect(found.filter(({ remedy, code }) => remedy === undefined && code !== 'E0202')).toEqual([]);
    },
  );
});
