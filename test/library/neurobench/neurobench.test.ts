/** NeuroBench's metrics: what its harness says, what a hand counts, and what the definition says of random networks. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeGraphFile } from '../../../compiler/index.ts';
import { Emulator } from '../../../emulator/index.ts';
import { type Chip, DiagnosticError, footprintOf, readChip } from '../../../isa/index.ts';
import { build, evaluate, NeuroBench, type NeuroBenchResults, open, samplesOf } from '../../../library/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { inputOf } from '../../arbitraries/inputs.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryEventPopulations, arbitraryPopulations } from '../../arbitraries/populations/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { cases } from '../../cases.ts';
import { naiveOperations } from './naive.ts';

interface Harness {
  readonly steps: number;
  readonly side: number;
  readonly thresholds: Readonly<Record<'edges' | 'groups' | 'hidden', number>>;
  readonly weights: Readonly<Record<'conv1' | 'conv2' | 'dense1' | 'dense2', readonly number[]>>;
  readonly runs: readonly {
    readonly most: number;
    readonly samples: readonly number[];
    readonly labels: readonly number[];
    readonly results: Partial<NeuroBenchResults>;
  }[];
}

/** Written by harness.py. */
const harness = JSON.parse(readFileSync(new URL('harness.json', import.meta.url), 'utf8')) as Harness;

const bytesOf = (document: object): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

/** The network of harness.py. */
function harnessNetwork(most: number): Uint8Array {
  const { steps, side, thresholds, weights } = harness;
  const firing = { neuron: 'if', compare: 'gt', reset: { kind: 'subtract' }, scale: 1 };
  return bytesOf({
    format: 'snn-net/1',
    name: 'harness',
    input: { shape: [1, side, side], steps, payload: { min: 0, max: most } },
    populations: [
      { name: 'edges', shape: [4, 6, 6], threshold: thresholds.edges, ...firing },
      { name: 'groups', shape: [6, 3, 5], threshold: thresholds.groups, ...firing },
      { name: 'hidden', shape: 10, threshold: thresholds.hidden, ...firing },
      { name: 'scores', shape: 4, neuron: 'i', scale: 1 },
    ],
    connections: [
      { from: 'input', to: 'edges', op: 'conv', padding: 1, weight: { shape: [4, 1, 3, 3], data: weights.conv1 } },
      {
        from: 'edges',
        to: 'groups',
        op: 'conv',
        stride: [2, 1],
        padding: [1, 0, 1, 0],
        groups: 2,
        weight: { shape: [6, 2, 3, 2], data: weights.conv2 },
      },
      { from: 'groups', to: 'hidden', op: 'dense', weight: { shape: [10, 90], data: weights.dense1 } },
      { from: 'hidden', to: 'scores', op: 'dense', weight: { shape: [4, 10], data: weights.dense2 } },
    ],
    output: { population: 'scores', decode: 'last' },
  });
}

let example: Chip;
beforeAll(async () => {
  example = open((await build(harnessNetwork(1), { fileName: 'example.net.json' })).bytes).chip;
});

function codes(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}

describe('the metrics of NeuroBench', () => {
  it.each(harness.runs)('are those of its harness, for payloads up to $most', async ({ most, ...run }) => {
    const { bytes } = await build(harnessNetwork(most), { fileName: 'harness.net.json' });
    const chip = open(bytes);
    const neurobench = new NeuroBench(chip.chip);
    const { steps, side } = harness;
    const samples = samplesOf(Float32Array.from(run.samples), [steps, 1, side, side], run.labels);
    const record = await evaluate(chip, samples, { neurobench, timing: 'none' });
    const results = neurobench.results(record);
    const { ActivationSparsityByLayer: byLayer, ActivationSparsity: sparsity, ...exact } = run.results;
    expect(results).toMatchObject({ ...exact, ExecutionsPerSample: steps, Samples: run.labels.length });
    // Nothing is pooled here, and the chip stores every weight of 0: the emulator has counted the same operations.
    const { Effective_ACs: accumulates, Effective_MACs: macs } = results.SynapticOperations;
    const { synops, macs: graded } = record.counts;
    expect((accumulates + macs + results.ZeroWeightOperations) * results.Samples).toBeCloseTo(synops + graded, 6);
    expect(results.ActivationSparsity).toBeCloseTo(sparsity!, 12);
    for (const [name, value] of Object.entries(byLayer!))
      expect(results.ActivationSparsityByLayer[name]).toBeCloseTo(value, 12);
    expect(Object.keys(results.ActivationSparsityByLayer)).toEqual(Object.keys(byLayer!));
  });

  it('are what a hand counts', async () => {
    // Two inputs, three neurons that fire at 1, one that is read. Step 0: input 0; step 1: both; step 2: none.
    const source = bytesOf({
      format: 'snn-net/1',
      name: 'hand',
      input: { shape: 2, steps: 3, payload: { min: 0, max: 1 } },
      populations: [
        { name: 'hidden', shape: 3, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' }, scale: 1 },
        { name: 'sum', shape: 1, neuron: 'i', scale: 1 },
      ],
      connections: [
        { from: 'input', to: 'hidden', op: 'dense', weight: { shape: [3, 2], data: [1, 0, 0, 1, 0, 0] } },
        { from: 'hidden', to: 'sum', op: 'dense', weight: { shape: [1, 3], data: [0, 2, 5] } },
      ],
      output: { population: 'sum', decode: 'last' },
    });
    const chip = open((await build(source, { fileName: 'hand.net.json' })).bytes);
    const neurobench = new NeuroBench(chip.chip);
    await evaluate(chip, samplesOf(Float32Array.of(1, 0, 1, 1, 0, 0), [3, 2, 1, 1]), { neurobench, timing: 'none' });
    const { Footprint: all, FootprintWithoutState: stored, ...results } = neurobench.results();
    // hidden 0 fires in steps 0 and 1, hidden 1 in step 1.
    expect(results).toEqual({
      ConnectionSparsity: 0.5556,
      ActivationSparsity: 6 / 9,
      ActivationSparsityByLayer: { hidden: 6 / 9 },
      SynapticOperations: { Effective_MACs: 0, Effective_ACs: 3 + 1, Dense: 3 * 6 + 3 * 3 },
      SynapticOperationsPerExecution: { Effective_MACs: 0, Effective_ACs: 4 / 3, Dense: 9 },
      ExecutionsPerSample: 3,
      Samples: 1,
      Weights: 9,
      ZeroWeights: 5,
      ZeroWeightOperations: 3 * 3 - 3 + 3 - 1,
    });
    // V and I of four neurons.
    expect(all - stored).toBe(4 * 2 * (chip.chip.target.widths.vBits / 8));
  });

  it('have a footprint that counts every memory once', () => {
    const { cores, routes, target } = example;
    const of = (...list: Chip['cores']): number => footprintOf({ cores: list, routes: [], target }).storedBytes;
    const [core] = cores as [Chip['cores'][number]];
    expect(footprintOf({ cores: [], routes, target })).toEqual({ storedBytes: 8 * routes.length, stateBytes: 0 });
    expect(of({ ...core, synapses: new Uint8Array(core.synapses.length + 3) }) - of(core)).toBe(3);
    expect(of({ ...core, parameters: new Int32Array(core.parameters.length + 1) }) - of(core)).toBe(4);
    expect(of({ ...core, program: new Uint32Array(core.program.length + 1) }) - of(core)).toBe(4);
    expect(of({ ...core, sinks: [] })).toBeLessThan(of(core));
    expect(of({ ...core, groups: [] })).toBe(of(core) - 20 * core.groups.length);
    expect(of(core, core)).toBe(2 * of(core));
  });

  it('need the graph of the chip file, and inferences', () => {
    const chip = example;
    const { graph: _, ...stripped } = chip;
    expect(codes(() => new NeuroBench(stripped))).toEqual(['E0407']);
    expect(codes(() => new NeuroBench({ ...chip, ticks: 0 }))).toEqual(['E0707']);
  });

  it('are 0 before the first sample, where they are means', () => {
    const { SynapticOperations: operations, Samples: samples, ...others } = new NeuroBench(example).results();
    expect(operations).toMatchObject({ Effective_MACs: 0, Effective_ACs: 0 });
    expect([samples, others.ActivationSparsity]).toEqual([0, undefined]);
  });
});

const drawn = { run: 0, calls: 0, graded: 0, zero: 0 };

async function expectNaive(...options: Parameters<typeof buildThatFits>): Promise<void> {
  let result: Awaited<ReturnType<typeof buildThatFits>>;
  try {
    result = await buildThatFits(...options);
  } catch (error) {
    // Cycles with too little delay, and delays that no scheduler holds.
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code.startsWith('E03'))) return;
    throw error;
  }
  const chip = readChip(result.bytes);
  const neurobench = new NeuroBench(chip);
  const payloads = inputOf(chip, { density: 0.6, seed: options[0].seed });
  const inference = new Emulator(chip, { timing: 'none' }).infer(payloads);
  neurobench.add(payloads, inference);
  const { SynapticOperations: found, ZeroWeightOperations: zero } = neurobench.results();
  const naive = naiveOperations(decodeGraphFile(chip.graph!).quantised, payloads);
  expect({ ...found, zero }).toEqual({
    Effective_MACs: naive.multiplyAccumulates,
    Effective_ACs: naive.accumulates,
    Dense: naive.dense,
    zero: naive.onZeroWeights,
  });
  drawn.run++;
  drawn.calls += Number(naive.accumulates > 0);
  drawn.graded += Number(naive.multiplyAccumulates > 0);
  drawn.zero += Number(naive.onZeroWeights > 0);
}

describe('the synaptic operations of random networks', () => {
  const numRuns = cases(8);

  it('are those of the definition where they were converted', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom('default', 'signed', 'exact'),
        fc.constantFrom(8, 2),
        async (net, target, mode, weightBits) => {
          await expectNaive(net, target, { ...TEST_OPTIONS, mode, weightBits });
        },
      ),
      { numRuns },
    );
    expect(drawn.run).toBeGreaterThan(0.8 * numRuns);
  });

  it('are those of the definition where they were trained as spiking ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(arbitraryPopulations, arbitraryEventPopulations),
        arbitraryTarget,
        fc.constantFrom(undefined, 2),
        async (net, target, stepTicks) => {
          await expectNaive(net, target, { ...TEST_OPTIONS, stepTicks });
        },
      ),
      { numRuns },
    );
    expect(drawn.run).toBeGreaterThan(1.3 * numRuns);
    for (const kind of ['calls', 'graded', 'zero'] as const) expect(drawn[kind]).toBeGreaterThan(0.4 * drawn.run);
  });
});
