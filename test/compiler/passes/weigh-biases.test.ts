import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, type BuildOptions, type ConversionMode } from '../../../compiler/index.ts';
import { valueOf } from '../../../compiler/layer-neurons.ts';
import { fireOutput } from '../../../compiler/passes/fire-output.ts';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { setNeurons } from '../../../compiler/passes/set-neurons.ts';
import { biasSizes } from '../../../compiler/passes/weigh-biases.ts';
import { builtinTargets, type Sample } from '../../../isa/index.ts';
import { annOf } from '../../arbitraries/anns.ts';
import { build, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';

const EDGE = builtinTargets().get('edge')!;
const OPTIONS: BuildOptions = {
  ...{ ...TEST_OPTIONS, target: EDGE, mode: 'paper', window: 4, ledgerSamples: 3 },
  ...{ rule: { kind: 'max' }, per: 'layer' },
};

/** x → relu → [b − x, 0.3·b]: the inhibition comes a tick after the bias that it balances. */
const network = (bias: number): string =>
  JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [1, 1, 1] },
    layers: [
      { name: 'first', op: 'dense', weight: { shape: [1, 1], data: [1] } },
      { name: 'act', op: 'relu' },
      {
        name: 'last',
        op: 'dense',
        weight: { shape: [2, 1], data: [-1, 0] },
        bias: { shape: [2], data: [bias, 0.3 * bias] },
      },
    ],
  });

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the numbers are at hand
async function* samplesOf(values: readonly number[]): AsyncGenerator<Sample> {
  for (const [index, value] of values.entries())
    yield { index, shape: [1, 1, 1], values: Float32Array.of(value), label: -1 };
}

const warningsOf = async (options: BuildOptions, values: readonly number[] = [0, 0.9, 2], bias = 1) => {
  const source = new TextEncoder().encode(network(bias));
  const readSideFile = (): never => {
    throw new Error('no side files');
  };
  const request = { source, fileName: 'early.json', readSideFile, options, calibration: () => samplesOf(values) };
  const { warnings } = await buildChip(request, { now: () => 0, verify: true });
  return warnings.filter(({ code }) => code === 'W0317');
};

describe('the shift of mode paper', () => {
  it('is that of T where nothing else is asked for, and θ/2 over its own window otherwise', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 64 }),
        (net, window, t) => {
          const { graph } = fireOutput(formLayers(annOf(net)));
          const thresholds = graph.layers.map(({ shape, activation }) =>
            new Float64Array(activation.kind === 'none' ? 0 : shape[0]).fill(0.75),
          );
          const own = setNeurons(graph, thresholds, { mode: 'paper', window });
          expect(setNeurons(graph, thresholds, { mode: 'paper', window, shiftWindow: window }).neurons).toEqual(
            own.neurons,
          );
          const shifted = setNeurons(graph, thresholds, { mode: 'paper', window, shiftWindow: t });
          shifted.neurons.forEach((neurons, l) => {
            const { bias, activation } = graph.layers[l]!;
            const shift = activation.kind === 'none' ? 0 : 0.75 / 2 / t;
            valueOf(neurons, 'bias')!.forEach((value, k) => {
              expect(value).toBeCloseTo(bias[k]! + shift, 12);
            });
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each<ConversionMode>(['default', 'exact', 'signed', 'lead'])('is refused of mode %s', async (mode) => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        await expect(build(net, { ...OPTIONS, mode, shiftWindow: 8 })).rejects.toThrow(
          `\`shiftWindow: 8\` is of \`mode: paper\`, not of ${mode}`,
        );
      }),
      { numRuns: 2 },
    );
  });
});

describe('biases that act from the first tick on', () => {
  it('are measured in thresholds', () => {
    const { graph } = fireOutput(formLayers(annOf({ json: network(2), seed: 1, inputShape: [1, 1, 1] })));
    const sizes = biasSizes(graph, [Float64Array.of(4), Float64Array.of(2, 0.5), new Float64Array(0)]);
    expect(sizes[0]!.mean).toBe(0);
    expect(sizes[1]!.mean).toBeCloseTo((2 / 2 + 0.6 / 0.5) / 2, 6);
  });

  it('are told with what they cost and a mode that was seen to help', async () => {
    const [warning, ...more] = await warningsOf(OPTIONS);
    expect(more).toEqual([]);
    expect(warning!.message).toMatch(/^biases of 0\.325 thresholds .*\(here 0\.650\).*: 2 of 3 samples .* in 6 ticks$/);
    expect(warning!.remedy).toBe('`mode: default` at the same T gives that of 3, in 5 ticks');
  });

  it('are not told where there are none, where they cost nothing, where nobody looks, or the mode is another', async () => {
    expect(await warningsOf(OPTIONS, [0, 0.9, 2], 0)).toEqual([]);
    expect(await warningsOf(OPTIONS, [0, 2])).toEqual([]);
    expect(await warningsOf({ ...OPTIONS, ledgerSamples: 0 })).toEqual([]);
    for (const mode of ['default', 'exact', 'signed', 'lead'] as const)
      expect(await warningsOf({ ...OPTIONS, mode })).toEqual([]);
  });
});
