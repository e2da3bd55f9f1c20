import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuildOptions, type BuildResult, decodeGraphFile, ReferenceInterpreter } from '../../compiler/index.ts';
import { channelLastOrder } from '../../compiler/engines/scatter.ts';
import { SpikingSimulator } from '../../compiler/engines/simulate.ts';
import { simulatedIntegers } from '../../compiler/engines/simulated-network.ts';
import { PassRunner } from '../../compiler/pass-runner.ts';
import { QUANTISE } from '../../compiler/pipeline.ts';
import { calibrateNetwork, formNetwork, scheduleNetwork } from '../../compiler/stages.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets, readChip, shapeSize, type Target } from '../../isa/index.ts';
import { build, buildThatFits, requestOf, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../arbitraries/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { emulatorTicks, randomInput, referenceTicks } from '../differential/states.ts';

const edge = builtinTargets().get('edge')!;
const EXACT = { ...TEST_OPTIONS, mode: 'exact' as const, code: 'graded' as const, ledgerSamples: 2 };

/** Builds with the levels in turn for the layers that fire. */
async function withLevels(net: RandomNetwork, target: Target, options: Omit<BuildOptions, 'target'>, values: number[]) {
  const { record } = await buildThatFits(net, target, options);
  const names = record.layers.slice(0, -1).map(({ name }) => name);
  const levels = names.map((pattern, k) => ({ pattern, value: values[k % values.length]! }));
  const asked = { ...options, ...(names.length > 0 && { levels }) };
  const result = await buildThatFits(net, target, asked);
  return { result, options: asked, windows: levels.map(({ value }) => value) };
}

/** Counts of every neuron, NCHW, as the packets of a chip say them. */
function saidBy({ chip }: BuildResult, input: Int16Array) {
  const graph = decodeGraphFile(chip.graph!).quantised;
  const interpreter = new ReferenceInterpreter(graph);
  const counts = graph.layers.map(({ shape }) => new Array<number>(shapeSize(shape)).fill(0));
  interpreter.run(input, (_tick, view) => {
    counts.forEach((of, l) => {
      view.spikes(l).forEach((payload: number, k: number) => {
        of[k]! += payload;
      });
    });
  });
  return counts;
}

const arbitraryValues = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 });

/** The network in integers, before and after its counts are coded. */
async function quantised(net: RandomNetwork, options: BuildOptions) {
  const run = new PassRunner({ now: () => 0, verify: true });
  const calibrated = await calibrateNetwork(await formNetwork(requestOf(net, options), run), run);
  const scheduled = await scheduleNetwork(calibrated, options, run);
  return run.through(QUANTISE, { ...scheduled, elsewhere: undefined });
}

describe('levels of single layers', () => {
  it('give counts and outputs of the simulated integers, on all machines', async () => {
    let [spikes, finer] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom(1, 3, 8),
        arbitraryValues,
        async (net, target, window, values) => {
          const { result, options } = await withLevels(net, target, { ...EXACT, window }, values);
          const made = await quantised(net, { ...options, target: result.chip.target });
          const chip = readChip(result.bytes);
          const input = randomInput(chip, net.seed);
          const simulator = new SpikingSimulator(simulatedIntegers(made.converted, 'exact'));
          simulator.run(input);
          saidBy(result, input).forEach((counts, l) => {
            const order = channelLastOrder(result.record.layers[l]!.shape);
            const levels = options.levels?.[l]?.value;
            if (levels === undefined) return;
            expect(Array.from(order, (at) => simulator.counts(l)[at]!)).toEqual(counts);
            const most = counts.reduce((a, b) => Math.max(a, b), 0);
            expect(most).toBeLessThanOrEqual(levels);
            finer += Number(most > window);
            spikes += most;
          });
          const reference = referenceTicks(
            new ReferenceInterpreter(decodeGraphFile(chip.graph!).quantised),
            chip,
            input,
          );
          expect(emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input)).toEqual(reference);
          expect(Array.from(reference.readout)).toEqual(Array.from(simulator.readout()));
        },
      ),
      { numRuns: 12 },
    );
    expect(spikes).toBeGreaterThan(20);
    expect(finer).toBeGreaterThan(2);
  });

  it('that are those of the network change nothing but what the file says of them', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.constantFrom(3, 8), async (net, window) => {
        const plain = await buildThatFits(net, edge, { ...EXACT, window });
        const { result } = await withLevels(net, edge, { ...EXACT, window }, [window]);
        expect(result.chip.cores).toEqual(plain.chip.cores);
        expect(result.chip.ticks).toBe(plain.chip.ticks);
      }),
      { numRuns: 8 },
    );
  });

  it('add up in the ledger, and are in the record', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryValues, async (net, values) => {
        const { result, windows } = await withLevels(net, edge, { ...EXACT, correct: 'both' }, values);
        const { layers, ledger } = result.record;
        if (windows.length > 0) expect(layers.map(({ window }) => window)).toEqual([...windows, EXACT.window]);
        for (const { terms, errorNorm, boundNorm } of ledger!.layers) {
          const parts = [terms.rounding, terms.clipping, terms.inherited];
          const sum = parts.reduce((total, { mean }) => total + mean, 0);
          const size = parts.reduce((total, { meanAbsolute }) => total + meanAbsolute, 0);
          expect(terms.unevenness.rms).toBe(0);
          expect(Math.abs(sum - terms.total.mean)).toBeLessThanOrEqual(1e-9 * size);
          expect(errorNorm).toBeLessThanOrEqual((boundNorm ?? Infinity) * (1 + 1e-9) + 1e-12);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are refused of modes and codes that have none, and for layers that there are not', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        const { record } = await buildThatFits(net, edge, EXACT);
        if (record.layers.length < 2) return;
        const levels = [{ pattern: record.layers[0]!.name, value: 31 }];
        const options = { ...EXACT, target: edge, levels };
        await expect(build(net, { ...options, mode: 'default', code: 'unary' })).rejects.toThrow(
          'is of `mode: exact`, not of default',
        );
        for (const code of ['unary', 'first-spike'] as const)
          await expect(build(net, { ...options, code })).rejects.toThrow('needs windows of one length');
        const nobody = [{ pattern: 'nobody', value: 4 }];
        await expect(build(net, { ...options, levels: nobody })).rejects.toThrow('"nobody" decides for no layer');
      }),
      { numRuns: 4 },
    );
  });
});
