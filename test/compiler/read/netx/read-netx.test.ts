/** What is read of files of lava-dl, and what is refused, by its number. */
import { describe, expect, it } from '@jest/globals';
import { readNetwork } from '../../../../compiler/index.ts';
import { type Diagnostic, DiagnosticError } from '../../../../isa/index.ts';
import { cuba, matrix, netxFile, type NetxFields, SMALL_NET } from './files.ts';

/** @param steps those asked for, or those that the file names */
function read(layers: readonly NetxFields[], { asked, named }: { asked?: number; named?: number } = { asked: 8 }) {
  const warnings: Diagnostic[] = [];
  const network = readNetwork(netxFile(layers, named), {
    ...{ fileName: 'folder/small.net', readSideFile: () => new Uint8Array() },
    timing: { steps: asked, dt: undefined },
    warn: (warning) => warnings.push(warning),
  });
  if (network.kind !== 'populations') throw new Error('a .net file is one of populations');
  return { network, said: warnings.map(({ code, message }) => `${code} ${message}`) };
}

function refusal(layers: readonly NetxFields[], steps?: Parameters<typeof read>[1]): string {
  try {
    read(layers, steps);
  } catch (error) {
    if (error instanceof DiagnosticError)
      return error.diagnostics.map(({ code, message, place }) => `${code} ${message} at ${place?.path}`).join('\n');
    throw error;
  }
  return 'read';
}

const dense = (changes: NetxFields = {}): NetxFields => ({
  ...{ type: 'dense', shape: [2], weight: matrix(2, 3, [2, -4, 6, 8, 0, 2]), neuron: cuba() },
  ...changes,
});
const conv = { ...SMALL_NET[1]!, bias: [0, 0] };
const pixels: NetxFields = { type: 'input', shape: [1, 4, 4] };

describe('a .net file', () => {
  it('gives its layers as populations, and says what it does not say', () => {
    const { network, said } = read(SMALL_NET, { named: 12 });
    expect(network.name).toBe('small');
    expect(network.steps).toBe(12);
    expect(network.populations.map(({ name, shape, scale }) => [name, ...shape, scale])).toEqual([
      ['input0', 1, 4, 4, 64],
      ['conv1', 2, 2, 2, 64],
      ['dense_rec3', 3, 1, 1, 64],
    ]);
    expect(network.output).toEqual({ population: 2, decoding: 'count' });
    const { step, payloadMin, payloadMax } = network.encoding;
    expect([step, payloadMin, payloadMax]).toEqual([1 / 36, -36, 36]);
    expect(said).toEqual([
      expect.stringMatching(/^W0308 .*12 steps that the \.net file names/),
      expect.stringMatching(/^W0308 .*of "dense_rec3", the spikes of an inference are counted/),
      expect.stringMatching(/^W0308 .*−1 to 1 in steps of 1\/36/),
    ]);
  });

  it('that is dense from the start takes spikes, as many as its weights have columns', () => {
    const { network } = read([dense()]);
    expect(network.encoding.shape).toEqual([3, 1, 1]);
    expect(network.taken).toEqual({ window: 8 });
  });

  it.each([
    ['131,071', dense({ neuron: cuba({ vThMant: 131_071 }) }), 0],
    ['none', { type: 'dense', shape: [2], weight: matrix(2, 3, [2, -4, 6, 8, 0, 2]), bias: [4, -2] }, 4],
  ])('whose last layer has a threshold of %s is read as potentials', (_, layer, initial) => {
    const { network, said } = read([layer]);
    expect(network.output.decoding).toBe('last');
    expect(network.populations[0]!.rule!.initial[0]).toBe(initial);
    expect(said[0]).toMatch(/potentials of the last step/);
  });

  it('has a connection for each delay, those beyond 62 shortened', () => {
    const { network, said } = read([dense({ delay: [0, 70] })]);
    expect(network.populations[0]!.connections.map(({ delay, operator }) => [delay, ...operator.weight])).toEqual([
      [0, 2, -4, 6],
      [62, 8, 2],
    ]);
    expect(said[0]).toMatch(/up to 70 steps: those above 62 become 62/);
    const ofInputs = read([dense({ delay: [1, 3.9, 1] })]).network.populations[0]!;
    expect(ofInputs.connections.map(({ delay }) => delay)).toEqual([1, 3]);
    expect(read([dense({ delay: 5 })]).network.populations[0]!.connections).toMatchObject([
      { delay: 5, operator: { kind: 'dense' } },
    ]);
  });

  it('multiplies weights by their exponent, biases not, and cuts fractions off', () => {
    const { network, said } = read([dense({ neuron: cuba({ wgtExp: 2 }), bias: [3.7, -3.7] })]);
    const [population] = network.populations;
    expect([...population!.connections[0]!.operator.weight]).toEqual([8, -16, 24, 32, 0, 8]);
    expect([...population!.rule!.bias!]).toEqual([3, -3]);
    expect(said[0]).toMatch(/2 of 2 values of bias .*cut off/);
  });

  it.each<[string, RegExp, readonly NetxFields[]]>([
    ['a layer of pools', /^E0203 .*type pool .*layer\/1$/, [pixels, { type: 'pool', shape: [1, 2, 2] }]],
    ['other neurons', /^E0203 .*type SDNN .*layer\/0\/neuron$/, [dense({ neuron: cuba({ type: 'SDNN' }) })]],
    ['complex weights', /^E0203 .*complex/, [dense({ weight: { real: [1], imag: [1] } })]],
    ['graded spikes', /^E0204 .*graded/, [dense({ neuron: cuba({ gradedSpike: 1 }) })]],
    ['a refractory time', /^E0204 refDelay is 3/, [dense({ neuron: cuba({ refDelay: 3 }) })]],
    ['delays of a convolution', /^E0204 a convolution has delays/, [pixels, { ...conv, delay: [0, 2] }]],
    [
      'delays on a loop',
      /^E0204 a recurrent layer has delays/,
      [dense({ type: 'dense_rec', weight_rec: matrix(2, 2, [0, 0, 0, 0]), delay: 1 })],
    ],
    ['weights of another size', /^E0205 its weights are 2×3 for 4 neurons/, [dense({ shape: [4] })]],
    ['inputs of another size', /^E0205 .*3 columns, but it gets/, [pixels, dense()]],
    ['another shape', /^E0205 it gives 2×2×2, but its shape is 2×3×3/, [pixels, { ...conv, shape: [2, 3, 3] }]],
    ['an input of no shape', /^E0205 nothing says the shape/, [conv]],
    ['delays of another number', /^E0205 it has 4 delays for 2 neurons that hear 3/, [dense({ delay: [1, 2, 3, 4] })]],
    ['biases of another number', /^E0205 it has 3 biases/, [dense({ bias: [1, 2, 3] })]],
    ['several thresholds', /^E0205 vThMant has 2 values/, [dense({ neuron: cuba({ vThMant: [3, 4] }) })]],
    ['no weights', /^E0202 dense needs weight/, [{ type: 'dense', shape: [2], neuron: cuba() }]],
    [
      'a threshold in the middle that is none',
      /^E0207 .*never fire/,
      [dense({ neuron: cuba({ vThMant: 131_071 }) }), dense()],
    ],
    ['two inputs', /^E0207 an input layer stands behind/, [pixels, pixels]],
    ['no layer', /^E0207 the network has no layer/, [pixels]],
    ['a decay of more than all', /^E0208 iDecay is 5000/, [dense({ neuron: cuba({ iDecay: 5000 }) })]],
    ['a negative delay', /^E0208 a delay is -2/, [dense({ delay: [-2, 0] })]],
    ['an exponent beyond the chip', /^E0208 wgtExp is -7/, [dense({ neuron: cuba({ wgtExp: -7 }) })]],
    ['a weight of nothing', /^E0208 its weight is 0\.5/, [{ ...SMALL_NET[0]!, weight: 0.5 }]],
  ])('with %s is refused', (_, message, layers) => {
    expect(refusal(layers)).toMatch(message);
  });

  it('without steps is refused', () => {
    expect(refusal([dense()], { named: -1 })).toMatch(/^E0103 .*how many steps/);
  });
});
