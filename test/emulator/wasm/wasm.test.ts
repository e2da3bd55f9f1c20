import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import { NO_TREE, readChip, WIDTH_CODES } from '../../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { size } from '../../arbitraries/convolutions.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { type CoreBuilder, sampleChip } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import { singleInstructionChip, updatingChip } from '../chips.ts';
import { everything, expectEqual, inputsFor, payloadRange, weightsFrom } from './twins.ts';

/** Six axons onto 2 x 3 x 3 neurons. */
const SMALL_TILE = statement(
  'groups=1 outHeight=2 outWidth=3 outChannels=3 inHeight=2 inWidth=3 inChannels=1 kernelHeight=3 kernelWidth=3',
  'strideY=1 strideX=1 dilationY=1 dilationX=1 reserved=0 offsetY=1 offsetX=1',
);

/** Every neuron hears 1,152 spikes in one tick, all with the same extreme weight. */
const WIDE_AND_FULL = {
  ...{ groups: 1, outPerGroup: 48, inPerGroup: 128, outHeight: 2, outWidth: 4, inHeight: 4, inWidth: 6 },
  ...{ kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 1, dilationY: 1, dilationX: 1, offsetY: 0, offsetX: 0 },
  ...{ shift: 1, extreme: 127 as const, density: 1 as const, payloads: [0, 1] as const, seed: 1 },
};

describe('WebAssembly kernels and their TypeScript twins', () => {
  it('agree in everything on random networks and targets', async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom(...WIDTH_CODES),
        fc.constantFrom('cycle' as const, 'none' as const),
        async (net, target, weightBits, timing) => {
          const { bytes } = await buildThatFits(net, target, { ...TEST_OPTIONS, weightBits });
          const chip = readChip(bytes);
          const inputs = inputsFor(chip, [net.seed, net.seed + 1]);
          const [wasm, ts] = KERNEL_KINDS.map((kernels) => everything(chip, inputs, timing, kernels));
          expect(wasm).toEqual(ts);
          spikes += ts!.counts.spikes;
        },
      ),
      { numRuns: 30 },
    );
    // Silent networks would agree in everything, too.
    expect(spikes).toBeGreaterThan(300);
  });

  it('agree on several kernels in one chip, several inferences and two emulators side by side', () => {
    const chip = sampleChip();
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (seeds) => {
        expectEqual(chip, inputsFor(chip, seeds));
      }),
      { numRuns: 50 },
    );
  });

  it('agree on dense rows of any length and on more events than a 16-bit lane can add up', () => {
    fc.assert(
      fc.property(
        fc.record({
          axons: fc.integer({ min: 1, max: 600 }),
          count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(32, 48, 64, 80, 130)),
          first: fc.nat(3),
          shift: fc.nat(5),
          extreme: fc.constantFrom(-128, 127, undefined),
          density: fc.constantFrom(0, 0.005, 0.05, 1),
          payloads: payloadRange,
          seed: fc.nat(),
        }),
        ({ axons, count, first, shift, extreme, density, payloads, seed }) => {
          const build = (core: CoreBuilder): string => {
            const rows = Array.from({ length: axons }, (_, k) =>
              extreme === undefined ? weightsFrom(seed + k, count) : Array<number>(count).fill(extreme),
            );
            const weights = core.weights(8, ...rows);
            return statement('DENSE destination=V width=w8', { shift, first, count, weights });
          };
          const chip = singleInstructionChip(axons, first + count, build, payloads);
          expectEqual(chip, inputsFor(chip, [seed], density));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('agree on dense rows of more weights than a cache holds, in whole rows or in blocks', () => {
    for (const count of [256, 240]) {
      const axons = Math.ceil(2 ** 20 / count) + 1;
      const build = (core: CoreBuilder): string => {
        const weights = core.weights(8, ...Array.from({ length: axons }, (_, k) => weightsFrom(k, count)));
        return `DENSE destination=V width=w8 shift=0 first=1 count=${count} weights=${weights}`;
      };
      for (const range of [
        [0, 1],
        [-3, 40],
      ] as const) {
        const chip = singleInstructionChip(axons, 1 + count, build, range);
        expectEqual(chip, inputsFor(chip, [7], 0.02));
      }
    }
  });

  it('agree on biases and thresholds of any period, in one run of neurons or in several', () => {
    const run = fc.record({ blocks: fc.integer({ min: 1, max: 4 }), rest: fc.constantFrom(0, 0, 0, 5) });
    const cases = fc.record({
      period: fc.constantFrom(1, 3, 4, 16, 32, 48),
      thresholdPeriod: fc.constantFrom(undefined, undefined, 1, 5, 16, 48),
      runs: fc.array(run, { minLength: 1, maxLength: 4 }),
      /** Neurons of the BIAS that no FIRE follows, and whether something comes in between. */
      uncovered: fc.constantFrom(0, 0, 7),
      between: fc.boolean(),
      compare: fc.constantFrom('ge', 'gt'),
      reset: fc.constantFrom('subtract', 'value'),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ period, thresholdPeriod = period, runs, uncovered, between, compare, reset, seed }) => {
        const counts = runs.map(({ blocks, rest }) => blocks * period + rest);
        const neurons = counts.reduce((sum, count) => sum + count, uncovered);
        const random = seededRandom(seed);
        const some = (length: number, low: number, high: number): number[] =>
          Array.from({ length }, () => low + Math.floor(random() * (high - low)));
        const chip = updatingChip(neurons, 5, (core) => {
          const bias = { first: 0, count: neurons, address: core.parameters(...some(period, -20, 60)), period };
          const address = core.parameters(...some(thresholdPeriod, 1, 120));
          let first = 0;
          const fires = counts.map((count) => {
            const run = { first, count, address, period: thresholdPeriod };
            first += count;
            const resetValue = reset === 'value' ? -3 : 0;
            return statement('FIRE', { ...run, compare, reset, resetValue, tree: NO_TREE });
          });
          const current = between ? [`CURRENT first=0 count=${neurons}`] : [];
          return [statement('BIAS', bias), ...current, ...fires];
        });
        expectEqual(chip, inputsFor(chip, [seed, seed + 1]));
      }),
      { numRuns: 100 },
    );
  });

  it('agree on convolutions, silent, sparse or dense, however the kernel has to be cut', () => {
    const mostly = (usual: number, other: fc.Arbitrary<number>): fc.Arbitrary<number> =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
    const cases = fc.record({
      groups: mostly(1, size(3)),
      outPerGroup: fc.oneof(size(20), fc.constantFrom(16, 32, 48, 64)),
      inPerGroup: fc.oneof(size(9), fc.constantFrom(16, 24, 57, 64, 70, 128)),
      outHeight: size(4),
      outWidth: size(6),
      inHeight: size(5),
      inWidth: size(7),
      kernelHeight: mostly(3, size(9)),
      kernelWidth: mostly(3, size(5)),
      strideY: mostly(1, size(3)),
      strideX: mostly(1, size(3)),
      dilationY: mostly(1, size(3)),
      dilationX: mostly(1, size(3)),
      offsetY: fc.integer({ min: -3, max: 5 }),
      offsetX: fc.integer({ min: -3, max: 5 }),
      shift: fc.nat(6),
      extreme: fc.constantFrom(-128, 127, undefined, undefined),
      density: fc.constantFrom(0, 0.02, 0.2, 1),
      payloads: payloadRange,
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ groups, outPerGroup, inPerGroup, shift, extreme, density, payloads, seed, ...g }) => {
        const [outChannels, inChannels] = [outPerGroup * groups, inPerGroup * groups];
        const axons = g.inHeight * g.inWidth * inChannels;
        const build = (core: CoreBuilder): string => {
          const runs = Array.from({ length: inChannels * g.kernelHeight * g.kernelWidth }, (_, k) =>
            extreme === undefined ? weightsFrom(seed + k, outPerGroup) : Array<number>(outPerGroup).fill(extreme),
          );
          const more = { ...g, outChannels, inChannels, groups, shift };
          const weights = core.weights(8, ...runs);
          return statement('CONV destination=V width=w8 first=0 reserved=0', more, { weights });
        };
        const chip = singleInstructionChip(axons, g.outHeight * g.outWidth * outChannels, build, payloads);
        expectEqual(chip, inputsFor(chip, [seed], density));
      }),
      { numRuns: 100, examples: [[WIDE_AND_FULL]] },
    );
  });

  it('agree where a program asks for more rearranged copies than its synapses are worth', () => {
    const [axons, length, copies] = [6, 5, 90];
    for (const payloads of [[0, 1] as const, [-9, 9] as const]) {
      const chip = singleInstructionChip(
        axons,
        64,
        (core) => {
          const rows = core.integers(
            4,
            Array.from({ length: axons + 1 }, (_, k) => k * length),
          );
          const offsets = core.integers(
            2,
            weightsFrom(3, axons * length + copies).map((offset) => offset & 15),
          );
          const weights = core.weights(8, weightsFrom(4, 600));
          const common = 'destination=V width=w8 shift=0 first=1';
          // Each pair starts at other places, so nothing can be shared.
          return Array.from({ length: copies }, (_, k) => [
            `SPARSE ${common} count=16 rows=${rows} targets=${offsets + 2 * k} weights=${weights + k}`,
            `DENSE ${common} count=17 weights=${weights + k}`,
            `DIAG ${common} count=${axons} period=4 reserved=0 weights=${weights + k}`,
            `CONV ${common} ${SMALL_TILE} weights=${weights + k}`,
          ]).flat();
        },
        payloads,
      );
      expectEqual(chip, inputsFor(chip, [1, 2]));
    }
  });

  it('leave an inference that was not carried through behind them', () => {
    const chip = sampleChip();
    const [input] = inputsFor(chip, [5]);
    const counts = KERNEL_KINDS.map((kernels) => {
      const emulator = new Emulator(chip, { timing: 'cycle', kernels });
      const abandoned = emulator.ticks(input!);
      abandoned.next();
      abandoned.next();
      emulator.infer(input!);
      return emulator.counts();
    });
    expect(counts[0]).toEqual(counts[1]);
  });
});
