/**
 * Populations that fire several times in a step (spikesPerStep), as sinabs' IAF does, against the same network in plain
 * numbers: weights, thresholds and leaks are whole, so that nothing is rounded on the way to the chip.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Comparer } from '../../../bin/diff/comparer.ts';
import { buildChip, type BuildRequest, type BuildResult, decodeGraphFile } from '../../../compiler/index.ts';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import { DiagnosticError, type Target } from '../../../isa/index.ts';
import { edge } from '../../../isa/targets/edge.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { Draws } from '../../arbitraries/random.ts';

const STEPS = 25;
const PAYLOADS = [-2, 3] as const;
const INPUTS = 5;
/** Of the first population, [2, 2, 2], whose windows of 2 × 2 the second one hears. */
const [FIRST, SECOND] = [8, 4];

interface Network {
  readonly thresholds: readonly number[];
  /** Most spikes of a step, by population; 1: the field is left out. */
  readonly most: readonly number[];
  /** Linear; 0: an IF. */
  readonly leak: number;
  readonly floor: number;
  readonly weights: {
    readonly input: readonly number[][];
    readonly back: readonly number[][];
    readonly pooled: readonly number[][];
  };
  readonly input: Int16Array;
}

function drawn(seed: number, most: number): Network {
  const draws = new Draws(seed);
  const matrix = (rows: number, columns: number, min: number, max: number): number[][] =>
    Array.from({ length: rows }, () => draws.numbers(columns, min, max));
  return {
    thresholds: [draws.between(5, 60), draws.between(5, 60)],
    most: [most, draws.pick([1, most])],
    leak: draws.pick([0, 0, 2]),
    floor: draws.pick([-40, -100]),
    weights: {
      input: matrix(FIRST, INPUTS, -40, 60),
      back: matrix(FIRST, FIRST, -6, 4),
      pooled: matrix(SECOND, 2, -10, 30),
    },
    input: Int16Array.from({ length: STEPS * INPUTS }, () =>
      draws.chance(0.4) ? 0 : draws.between(PAYLOADS[0], PAYLOADS[1]),
    ),
  };
}

const tensor = (rows: readonly number[][]) => ({ shape: [rows.length, rows[0]!.length], data: rows.flat() });

function documentOf({ thresholds, most, leak, floor, weights }: Network): object {
  const neuron = (p: number) => ({
    ...(leak === 0 ? { neuron: 'if' } : { neuron: 'lif', leak: { kind: 'linear', step: leak } }),
    ...{ threshold: thresholds[p], compare: 'ge', reset: { kind: 'subtract' }, floor },
    ...(most[p]! > 1 && { spikesPerStep: most[p] }),
  });
  return {
    format: 'snn-net/1',
    input: { shape: INPUTS, steps: STEPS, payload: { min: PAYLOADS[0], max: PAYLOADS[1] } },
    populations: [
      { name: 'first', shape: [2, 2, 2], ...neuron(0) },
      { name: 'second', shape: SECOND, ...neuron(1) },
    ],
    connections: [
      { from: 'input', to: 'first', op: 'dense', weight: tensor(weights.input) },
      { from: 'first', to: 'first', op: 'dense', weight: tensor(weights.back), delay: 1 },
      { from: 'first', to: 'second', op: 'dense', weight: tensor(weights.pooled), pool: [2, 2] },
    ],
    output: { population: 'second', decode: 'count' },
  };
}

const requestOf = (document: object, target: Target): BuildRequest => ({
  source: new TextEncoder().encode(JSON.stringify(document)),
  fileName: 'several.net.json',
  readSideFile: (name: string): Uint8Array => {
    throw new Error(`no side file ${name}`);
  },
  options: { ...TEST_OPTIONS, target },
});

const build = (document: object, target: Target = edge): Promise<BuildResult> =>
  buildChip(requestOf(document, target), { now: () => 0, verify: true });

/** Spikes of both populations in every step. */
function simulate({ thresholds, most, leak, floor, weights, input }: Network): number[][][] {
  const v = [new Array<number>(FIRST).fill(0), new Array<number>(SECOND).fill(0)];
  let before = new Array<number>(FIRST).fill(0);
  const dot = (row: readonly number[], values: readonly number[]): number =>
    row.reduce((sum, weight, k) => sum + weight * values[k]!, 0);
  const step = (p: number, added: (n: number) => number): number[] =>
    v[p]!.map((_, n) => {
      let potential = v[p]![n]! + added(n);
      const spikes = Math.min(most[p]!, Math.max(0, Math.floor(potential / thresholds[p]!)));
      potential = Math.max(potential - spikes * thresholds[p]!, floor);
      v[p]![n] = Math.sign(potential) * Math.max(0, Math.abs(potential) - leak);
      return spikes;
    });
  return Array.from({ length: STEPS }, (_, t) => {
    const x = [...input.subarray(t * INPUTS, (t + 1) * INPUTS)];
    const back = before;
    const first = step(0, (n) => dot(weights.input[n]!, x) + dot(weights.back[n]!, back));
    before = first;
    // Channels of 2 × 2, one behind the other.
    const pooled = [0, 1].map((c) => first.slice(4 * c, 4 * c + 4).reduce((a, b) => a + b));
    return [first, step(1, (n) => dot(weights.pooled[n]!, pooled))];
  });
}

const indices = (spikes: readonly number[]): number[] => spikes.flatMap((count, n) => (count > 0 ? [n] : []));

async function expectLikeModel(network: Network, target: Target): Promise<number> {
  const { chip } = await build(documentOf(network), target);
  const expected = simulate(network);
  for (const kernels of KERNEL_KINDS) {
    const fired: number[][][] = expected.map(() => [[], []]);
    const { readout } = new Emulator(chip, { timing: 'cycle', kernels }).infer(network.input, {
      onTick: (tick, view) => {
        for (const p of [0, 1]) {
          const at = tick - chip.layers[p]!.depth;
          if (at >= 0 && at < STEPS) fired[at]![p] = view.fired(p);
        }
      },
    });
    expect(fired).toEqual(expected.map((step) => step.map(indices)));
    // The read-out counts spikes, and not packets.
    expect([...readout]).toEqual(
      Array.from({ length: SECOND }, (_, n) => expected.reduce((sum, step) => sum + step[1]![n]!, 0)),
    );
  }
  const { quantised } = decodeGraphFile(chip.graph!);
  const { difference } = await new Comparer(chip, quantised, 'wasm').compare(network.input, finished);
  expect(difference).toBeUndefined();
  return Math.max(...expected.flat(2));
}

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous
async function finished<R>(steps: Iterator<unknown, R, void>): Promise<R> {
  for (let next = steps.next(); ; next = steps.next()) if (next.done === true) return next.value;
}

describe('spikesPerStep', () => {
  it('is what a network in plain numbers does, with windows that sum it and populations that hear themselves', async () => {
    let most = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom(2, 5, 20),
        fc.constantFrom(3, 256),
        async (seed, limit, neurons) => {
          // Few neurons to a core: populations are cut, and packets go to several.
          const target = { ...edge, limits: { ...edge.limits, neurons } };
          most = Math.max(most, await expectLikeModel(drawn(seed, limit), target));
        },
      ),
      { numRuns: 25 },
    );
    expect(most).toBeGreaterThan(5);
  });

  it('needs axon counters that hold what can be sent', async () => {
    const narrow = { ...edge, name: 'narrow', widths: { ...edge.widths, payloadBits: 6 } };
    // Windows of four neurons: 28 fits −32..31, 32 does not.
    await expect(build(documentOf(drawn(1, 7)), narrow)).resolves.toBeDefined();
    const error: unknown = await build(documentOf(drawn(1, 8)), narrow).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(DiagnosticError);
    const [found] = (error as DiagnosticError).diagnostics;
    expect(found?.code).toBe('E0304');
    expect(found?.message).toContain(
      'pooling windows of 2×2 over packets of up to 8 spikes need payloads 0..32; axon counters of narrow hold -32..31',
    );
    expect(found?.remedy).toContain('spikesPerStep');
  });

  const population = (more: object, reset = 'subtract'): object => ({
    ...documentOf(drawn(1, 1)),
    populations: [
      {
        ...{ name: 'first', shape: [2, 2, 2], neuron: 'if', threshold: 5, compare: 'ge', reset: { kind: reset } },
        ...{ spikesPerStep: 3, ...more },
      },
      { name: 'second', shape: SECOND, neuron: 'if', threshold: 5, compare: 'ge', reset: { kind: 'subtract' } },
    ],
  });
  const program = (...lines: readonly string[]): object => ({
    ...documentOf(drawn(1, 1)),
    populations: [
      {
        ...{ name: 'first', shape: [2, 2, 2], neuron: 'program', program: lines },
        planes: [{ name: 'n', plane: 'P2', bits: 5 }],
        parameters: { theta: { values: 5, unit: 'potential' }, low: { values: -50, unit: 'potential' } },
      },
      { name: 'second', shape: SECOND, neuron: 'if', threshold: 5, compare: 'ge', reset: { kind: 'subtract' } },
    ],
  });
  const COUNT = 'COUNT plane=V into=n when=always values=theta most=15';
  const FLOOR = 'ALUP function=max plane=V values=low';

  it.each([
    ['another comparison', population({ compare: 'gt' }), 'spikesPerStep needs compare "ge"'],
    ['another reset', population({}, 'none'), 'spikesPerStep needs a reset by subtraction before decay'],
    [
      'a late reset',
      population({ reset: { kind: 'subtract', time: 'after decay' } }),
      'spikesPerStep needs a reset by subtraction before decay',
    ],
    ['a refractory period', population({ refractory: 2 }), 'spikesPerStep needs no refractory period'],
    ['one spike', population({ spikesPerStep: 1 }), 'spikesPerStep'],
    ['a neuron that has none', population({ neuron: 'cubalif', leak: 0.5, currentLeak: 0.5 }), 'spikesPerStep'],
    ['a program that sends a potential', program(COUNT, 'EMIT payload=plane plane=V', FLOOR), 'EMIT sends a plane'],
    [
      'a program that changes a count',
      program(COUNT, 'ALU function=add plane=n source=V', 'EMIT payload=plane plane=n', FLOOR),
      'EMIT sends a plane',
    ],
    [
      'a program whose plane cannot hold the count',
      program(COUNT.replace('15', '16'), 'EMIT payload=plane plane=n', FLOOR),
      'EMIT sends a plane',
    ],
  ])('is refused with %s', async (_, document, says) => {
    await expect(build(document)).rejects.toThrow(says);
  });

  it('is in programs what COUNT leaves', async () => {
    const network = { ...drawn(9, 15), leak: 0, floor: -50, thresholds: [5, 5], most: [15, 1] };
    const own = { ...documentOf(network), ...program(COUNT, 'EMIT payload=plane plane=n', FLOOR) };
    const named = documentOf(network);
    const connections = (named as { connections: unknown }).connections;
    const floored = (document: object): object => {
      const { populations } = document as { populations: object[] };
      return { ...document, connections, populations: [populations[0], { ...populations[1], floor: -50 }] };
    };
    const [a, b] = await Promise.all([build(floored(own)), build(floored(named))]);
    const run = ({ chip }: BuildResult) => {
      const emulator = new Emulator(chip, { timing: 'none' });
      const { readout } = emulator.infer(network.input);
      return { readout, spikes: emulator.counts().spikes };
    };
    expect(run(a)).toEqual(run(b));
    expect(run(a).spikes).toBeGreaterThan(50);
  });
});
