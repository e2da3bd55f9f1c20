import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BuildOptions,
  buildChip,
  convertToNet,
  CONVERSION_MODES,
  CORRECTIONS,
  type Network,
  readNetwork,
  type SpikingNetwork,
  type ThresholdRule,
} from '../../../compiler/index.ts';
import { conversionOptions } from '../../../compiler/conversion-options.ts';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import type { Conversion } from '../../../compiler/ir/conversion.ts';
import { documentText } from '../../../compiler/write/document-text.ts';
import { writeNet } from '../../../compiler/write/write-net.ts';
import { builtinTargets, DiagnosticError, shapeSize, type Target } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { floatSamples, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';
import { doubled } from '../../arbitraries/targets.ts';
import { annWithInput } from '../ann/ann-arbitrary.ts';
import { cases } from '../../cases.ts';

const EDGE = builtinTargets().get('edge')!;
const hooks = { now: () => 0, verify: true };
const noSideFile = (name: string): Uint8Array => {
  throw new Error(`no side file ${name}`);
};

const request = (net: RandomNetwork, options: BuildOptions) => ({
  source: new TextEncoder().encode(net.json),
  fileName: 'random.net.json',
  readSideFile: noSideFile,
  options,
  calibration: (shape: readonly number[]) => floatSamples(shape, options.calibrationLimit, net.seed),
});

async function convertAndBuild(net: RandomNetwork, target: Target, options: Omit<BuildOptions, 'target'>) {
  const asked = request(net, { ...options, target });
  const { document, tensors } = await convertToNet(asked, 'side.bin', hooks);
  // Defaults that differ from what was asked for: they must not matter.
  const { selfTestSamples, calibrationLimit, weightBits } = options;
  const defaults = { ...TEST_OPTIONS, selfTestSamples, calibrationLimit, weightBits, target };
  return buildChip(
    {
      source: new TextEncoder().encode(document),
      fileName: 'other.json',
      readSideFile: (name) => {
        expect(name).toBe('side.bin');
        return tensors;
      },
      options: defaults,
      calibration: (shape) => floatSamples(shape, calibrationLimit, net.seed),
    },
    hooks,
  );
}

const rules: readonly ThresholdRule[] = [{ kind: 'mse' }, { kind: 'max' }, { kind: 'percentile', percent: 99.5 }];

const arbitraryOptions = fc
  .record({
    mode: fc.constantFrom(...CONVERSION_MODES),
    rule: fc.constantFrom(...rules),
    per: fc.constantFrom('layer' as const, 'channel' as const),
    window: fc.constantFrom(1, 3, 16),
    weightBits: fc.constantFrom(4 as const, 8 as const),
    correct: fc.constantFrom(...CORRECTIONS),
    balance: fc.boolean(),
    shiftWindow: fc.constantFrom(undefined, 5),
    preprocessing: fc.option(fc.constant({ scale: 3, mean: [0.1], std: [0.7] }), { nil: undefined }),
  })
  .map((asked): Omit<BuildOptions, 'target'> => {
    const shiftWindow = asked.mode === 'paper' ? asked.shiftWindow : undefined;
    return { ...TEST_OPTIONS, ...asked, shiftWindow, selfTestSamples: 2 };
  });

describe('convertToNet', () => {
  it('gives a network from which a build makes the same chip, whatever the mode', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryOptions, async (net, options) => {
        for (let tries = 0, target: Target = EDGE; ; tries++, target = doubled(target)) {
          try {
            const direct = await buildChip(request(net, { ...options, target }), hooks);
            const again = await convertAndBuild(net, target, options);
            const { sourceSha256, ...provenance } = direct.chip.provenance;
            expect(sourceSha256).not.toBe(again.chip.provenance.sourceSha256);
            expect(again.chip.provenance).toMatchObject(provenance);
            expect({ ...again.chip, provenance: {} }).toEqual({ ...direct.chip, provenance: {} });
            expect(again.record.conversion).toEqual(direct.record.conversion);
            compared++;
            return;
          } catch (error) {
            const misfit = error instanceof DiagnosticError && error.diagnostics.every((d) => d.code.startsWith('E03'));
            if (!misfit) throw error;
            if (tries >= 6) return;
          }
        }
      }),
      { numRuns: cases(30) },
    );
    expect(compared).toBeGreaterThan(cases(20));
  });
});

describe('writeNet', () => {
  const layer = (bias: Float64Array) => ({
    name: 'any',
    threshold: Float64Array.of(0.1, Math.PI, 5e-324),
    initial: Float64Array.of(-1e300),
    bias,
  });
  const input = { scale: 0.1, mean: [], std: [], step: 1 / 3, payloadMin: -5, payloadMax: 127 };
  const conversionFor = (graph: AnnGraph, bias: Float64Array): Conversion => {
    const channels = graph.nodes[0]!.shape[0];
    const each = (value: number) => Array<number>(channels).fill(value);
    return {
      mode: 'paper',
      window: 7,
      threshold: 'percentile:99.9',
      per: 'layer',
      correct: 'both',
      balance: true,
      calibrationSamples: 3,
      input: { ...input, mean: each(1 / 7), std: each(0.3) },
      layers: [layer(bias)],
    };
  };

  const longBias = Float64Array.from({ length: 5000 }, (_, k) => Math.sin(k));

  it('and the reader are inverse for every operator, bit for bit', () => {
    fc.assert(
      fc.property(annWithInput, fc.constantFrom('input', 'x', 'a name/with: odd "signs"'), ({ graph }, inputName) => {
        const rename = (name: string) => (name === 'input' ? inputName : name);
        const nodes = graph.nodes.map((node) => ({
          ...node,
          name: rename(node.name),
          inputs: node.inputs.map(rename),
        }));
        const needed = new Set([graph.output]);
        for (const node of nodes.toReversed())
          if (needed.has(node.name)) node.inputs.forEach((name) => needed.add(name));
        // What does not reach the output is left out by the reader.
        const labels = Array.from({ length: shapeSize(nodes.at(-1)!.shape) }, (_, k) => `ü"${k}`);
        const ann: AnnGraph = { ...graph, nodes: nodes.filter(({ name }) => needed.has(name)), labels };
        fc.pre(ann.nodes[0]!.op === 'input' && ann.nodes.length > 1);
        const conversion = conversionFor(ann, longBias);
        const again = (graph: AnnGraph): Network => {
          const { document, tensors } = writeNet(graph, conversion, 'deep/side.bin');
          return readNetwork(new TextEncoder().encode(document), {
            fileName: 'n.json',
            readSideFile: (name) => (name === 'deep/side.bin' ? tensors : noSideFile(name)),
          });
        };
        const read = again(ann);
        // The readers take concatenations apart; what they have read they read again as it is.
        if (nodes.every(({ op }) => op !== 'concat')) expect(read).toEqual({ kind: 'spiking', ann, conversion });
        expect(again((read as SpikingNetwork).ann)).toEqual(read);
      }),
    );
  });

  it('keeps long lists of doubles out of the document', () => {
    const graph = annOf({
      json: JSON.stringify({
        format: 'snn-net/1',
        input: { shape: [1, 1, 1] },
        layers: [{ name: 'r', op: 'relu', max: 1 }],
      }),
      inputShape: [1, 1, 1],
      seed: 0,
    });
    const short = writeNet(graph, conversionFor(graph, new Float64Array(4096)), 'x.bin');
    const long = writeNet(graph, conversionFor(graph, new Float64Array(4097)), 'x.bin');
    expect([short.tensors.length, long.tensors.length]).toEqual([0, 8 * 4097]);
    expect(long.document).toContain('"bias": {"shape":[4097],"file":"x.bin","offset":0,"dtype":"float64"}');
  });
});

describe('documentText', () => {
  it('is JSON of the same value, with lists of numbers on one line', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.parse(documentText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    const numbers = Array.from({ length: 200 }, (_, k) => k);
    expect(documentText({ name: 'x', numbers, none: undefined }).split('\n')).toHaveLength(5);
  });
});

describe('conversionOptions', () => {
  const conversion: Conversion = {
    mode: 'paper',
    window: 16,
    threshold: 'max',
    per: 'layer',
    correct: 'bias',
    balance: false,
    calibrationSamples: 9,
    input: { ...input(), mean: [0.5, 0.25], std: [1, 2] },
    layers: [],
  };
  function input() {
    return { scale: 255, step: 0.01, payloadMin: -1, payloadMax: 100 };
  }
  const options: BuildOptions = { ...TEST_OPTIONS, target: EDGE };

  it('takes the conversion where nothing else was asked for', () => {
    const { mode, window, per, correct, preprocessing, target } = conversionOptions(options, conversion);
    const adopted = { mode: 'paper', window: 16, per: 'layer', correct: 'bias', target: EDGE };
    expect({ mode, window, per, correct, target }).toEqual(adopted);
    expect(preprocessing).toEqual({ scale: 255, mean: [0.5, 0.25], std: [1, 2] });
  });

  it.each([
    [{ stated: ['mode'], mode: 'exact' }, '`mode: exact` contradicts', 'converted with mode paper'],
    [{ stated: ['window'], window: 8 }, '`window: 8` contradicts', 'window 16'],
    [{ stated: ['threshold'], rule: { kind: 'percentile', percent: 99 } }, '`rule: percentile:99`', 'threshold max'],
    [{ stated: ['per'], per: 'channel' }, '`per: channel`', 'per layer'],
    [{ correct: 'potential' }, '`correct: potential`', 'correct bias'],
    [{ balance: true }, '`balance`', 'no balance'],
    [{ preprocessing: { scale: 255, mean: [0.5], std: [1, 2] } }, '`mean: 0.5,0.5`', 'mean 0.5,0.25'],
    [{ preprocessing: { scale: 1, mean: [0.5, 0.25], std: [1, 2] } }, '`scale: 1`', 'scale 255'],
  ] as [Partial<BuildOptions>, string, string][])('refuses %j', (asked, option, recorded) => {
    expect(() => conversionOptions({ ...options, ...asked }, conversion)).toThrow(/E0103/);
    expect(() => conversionOptions({ ...options, ...asked }, conversion)).toThrow(option);
    expect(() => conversionOptions({ ...options, ...asked }, conversion)).toThrow(recorded);
  });

  it('accepts options that say the same', () => {
    const same = { mode: 'paper', window: 16, rule: { kind: 'max' }, per: 'layer', correct: 'bias' } as const;
    const preprocessing = { scale: 255, mean: [0.5, 0.25], std: [1, 2] };
    const stated = ['mode', 'window', 'threshold', 'per'] as const;
    expect(() => conversionOptions({ ...options, ...same, preprocessing, stated }, conversion)).not.toThrow();
  });
});
