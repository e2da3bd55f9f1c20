/** Random networks of lava-dl on the chip, against the arithmetic of lava in whole numbers, step by step. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip } from '../../../../compiler/index.ts';
import { Emulator } from '../../../../emulator/index.ts';
import { builtinTargets } from '../../../../isa/index.ts';
import { TEST_OPTIONS } from '../../../arbitraries/builds.ts';
import { Draws } from '../../../arbitraries/random.ts';
import { emulatorTicks } from '../../../differential/states.ts';
import { cuba, matrix, netxFile, type NetxFields } from './files.ts';

const STEPS = 7;
const OPTIONS = { ...TEST_OPTIONS, target: builtinTargets().get('edge')!, window: STEPS, stated: ['window' as const] };
const PIXELS = 16;

interface Layer {
  readonly fields: NetxFields;
  readonly neurons: number;
  /** What neuron n hears from source s, and when; of the input layer what it is given. */
  readonly weight: (n: number, s: number) => number;
  readonly delay: (n: number, s: number) => number;
  readonly back: (n: number, s: number) => number;
  readonly bias: number;
  readonly iDecay: number;
  readonly vDecay: number;
  readonly threshold: number;
}

const none = (): number => 0;

function neuronOf(draws: Draws): Pick<Layer, 'iDecay' | 'vDecay' | 'threshold'> & { readonly neuron: NetxFields } {
  const iDecay = draws.pick([4096, 0, draws.between(1, 4095)]);
  const [vDecay, threshold] = [draws.pick([4096, 0, draws.between(1, 4095)]), draws.between(1, 60)];
  return {
    iDecay,
    vDecay,
    threshold,
    neuron: cuba({ iDecay, vDecay, vThMant: threshold, type: draws.pick(['CUBA', 'LOIHI']) }),
  };
}

const evens = (draws: Draws, count: number): number[] =>
  Array.from({ length: count }, () => 2 * draws.between(-40, 60));

function inputLayer(draws: Draws): Layer {
  const { neuron, ...rule } = neuronOf(draws);
  const [weight, bias] = [draws.between(1, 50), draws.between(-10, 40)];
  const fields = { type: 'input', shape: [1, 4, 4], weight: [weight], bias: [bias], neuron };
  const one = (n: number, s: number): number => Number(n === s);
  return { fields, neurons: PIXELS, weight: one, delay: none, back: none, bias, ...rule };
}

/** Two channels of 2×2, from windows of 2×2 of 4×4 pixels. */
function convolution(draws: Draws): Layer {
  const { neuron, ...rule } = neuronOf(draws);
  const data = evens(draws, 8);
  const fields = {
    ...{ type: 'conv', shape: [2, 2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 },
    ...{ weight: { shape: [2, 1, 2, 2, 1], data }, neuron },
  };
  const weight = (n: number, s: number): number => {
    const [channel, row, column] = [n >> 2, (n >> 1) & 1, n & 1];
    const [y, x] = [(s >> 2) - 2 * row, (s & 3) - 2 * column];
    return y >= 0 && y < 2 && x >= 0 && x < 2 ? data[4 * channel + 2 * y + x]! : 0;
  };
  return { fields, neurons: 8, weight, delay: none, back: none, bias: 0, ...rule };
}

function denseLayer(draws: Draws, sources: number): Layer {
  const { neuron, ...rule } = neuronOf(draws);
  const neurons = draws.between(1, 5);
  const [data, exponent, bias] = [evens(draws, neurons * sources), draws.pick([0, 1]), draws.between(-9, 9)];
  const back = draws.chance(0.4) ? evens(draws, neurons * neurons) : undefined;
  const kind = draws.pick(['none', 'all', 'neuron', 'synapse'] as const);
  const delayed = back === undefined && neurons !== sources && kind !== 'none' ? kind : 'none';
  const count = { none: 0, all: 1, neuron: neurons, synapse: neurons * sources }[delayed];
  const delays = Array.from({ length: count }, () => draws.between(0, 3));
  const fields = {
    ...{ type: back === undefined ? 'dense' : 'dense_rec', shape: [neurons], bias: [bias] },
    weight: draws.chance(0.5) ? matrix(neurons, sources, data) : data,
    ...(back && { weight_rec: matrix(neurons, neurons, back) }),
    ...(count > 0 && { delay: delayed === 'synapse' ? matrix(neurons, sources, delays) : delays }),
    neuron: { ...neuron, wgtExp: exponent },
  };
  const delay = (n: number, s: number): number =>
    ({ none: 0, all: delays[0], neuron: delays[n], synapse: delays[n * sources + s] })[delayed]!;
  return {
    ...{ fields, neurons, bias, ...rule, delay },
    weight: (n, s) => 2 ** exponent * data[n * sources + s]!,
    back: back === undefined ? none : (n, s) => 2 ** exponent * back[n * neurons + s]!,
  };
}

/** Neurons that fire, by layer and step. */
function lava(layers: readonly Layer[], input: readonly (readonly number[])[]): number[][][] {
  let heard = input;
  return layers.map((layer) => {
    const { neurons, weight, delay, back, bias, iDecay, vDecay, threshold } = layer;
    const [u, v] = [new Array<number>(neurons).fill(0), new Array<number>(neurons).fill(0)];
    const sent: number[][] = [];
    for (let t = 0; t < STEPS; t++) {
      const now: number[] = [];
      for (let n = 0; n < neurons; n++) {
        let sum = 0;
        for (let s = 0; s < heard[t]!.length; s++) sum += weight(n, s) * (heard[t - delay(n, s)]?.[s] ?? 0);
        for (let s = 0; s < neurons; s++) sum += back(n, s) * (sent[t - 1]?.[s] ?? 0);
        u[n] = Math.trunc((u[n]! * (4096 - iDecay)) / 4096) + 64 * sum;
        v[n] = Math.trunc((v[n]! * (4096 - vDecay)) / 4096) + u[n]! + 64 * bias;
        now.push(Number(v[n]! > 64 * threshold));
        if (now[n] === 1) v[n] = 0;
      }
      sent.push(now);
    }
    heard = sent;
    return sent.map((step) => [...step.keys()].filter((n) => step[n] === 1));
  });
}

it('random networks of lava-dl fire on the chip as in lava', async () => {
  let spikes = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const draws = new Draws(seed);
      const layers: Layer[] = draws.chance(0.6) ? [inputLayer(draws)] : [];
      const hasPixels = layers.length > 0;
      if (hasPixels && draws.chance(0.7)) layers.push(convolution(draws));
      do layers.push(denseLayer(draws, layers.at(-1)?.neurons ?? 6));
      while (draws.chance(0.4));
      const source = netxFile(
        layers.flatMap(({ fields, neurons }) =>
          neurons === 8 ? [fields, { type: 'flatten', shape: [1, 1, 8] }] : [fields],
        ),
      );
      const request = { source, fileName: 'random.net', readSideFile: () => new Uint8Array(), options: OPTIONS };
      const { chip } = await buildChip(request, { now: () => 0, verify: true });
      const size = hasPixels ? PIXELS : 6;
      const most = hasPixels ? chip.input.payloadMax : 1;
      const input = Array.from({ length: STEPS }, () =>
        Array.from({ length: size }, () => draws.between(hasPixels ? -most : 0, most)),
      );
      const { ticks } = emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, Int16Array.from(input.flat()));
      const fired = layers.map((_, l) =>
        ticks
          .slice(chip.layers[l]!.depth)
          .slice(0, STEPS)
          .map((tick) => tick.fired[l]!),
      );
      const expected = lava(layers, input);
      spikes += expected.flat(2).length;
      expect(fired).toEqual(expected);
    }),
    { numRuns: 12 },
  );
  expect(spikes).toBeGreaterThan(50);
});
