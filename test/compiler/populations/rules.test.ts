/** Neurons that have names, and decodings, against a plain model, with numbers for which integers are exact. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNetwork, ReferenceInterpreter } from '../../../compiler/index.ts';
import { quantisePopulations } from '../../../compiler/passes/quantise-populations.ts';
import { skewPopulations } from '../../../compiler/passes/skew-populations.ts';
import { decoded } from '../../../compiler/populations/decode.ts';
import { builtinTargets } from '../../../isa/index.ts';
import { Draws } from '../../arbitraries/random.ts';
import { plainCourse, type PlainLeak, type PlainNetwork } from './plain-model.ts';
import { cases } from '../../cases.ts';

const target = builtinTargets().get('edge')!;

const SOURCES = 3;
const KINDS = ['if', 'lif', 'cubalif', 'alif', 'i', 'li', 'cubali'] as const;
type Kind = (typeof KINDS)[number];

interface Case {
  readonly kind: Kind;
  readonly network: PlainNetwork;
  readonly input: readonly (readonly number[])[];
}

const arbitraryCase: fc.Arbitrary<Case> = fc
  .record({ kind: fc.constantFrom(...KINDS), seed: fc.integer(), steps: fc.integer({ min: 1, max: 6 }) })
  .map(({ kind, seed, steps }) => {
    const draws = new Draws(seed);
    const network = networkOf(draws, kind, steps);
    const input = Array.from({ length: steps }, () => draws.numbers(SOURCES, -1, 2));
    return { kind, network, input };
  });

/** An eighth. */
const fraction = (draws: Draws, min: number, max: number): number => draws.between(8 * min, 8 * max) / 8;

/** A step of it takes two bits at most. */
const leakOf = (draws: Draws): PlainLeak =>
  draws.pick<PlainLeak>([
    ...[0, 0.25, 0.5, 0.75, 1, 0.5, 0.75],
    { kind: 'linear', step: fraction(draws, 0, 1) },
    { kind: 'shift', shift: draws.between(1, 2) },
  ]);

function networkOf(draws: Draws, kind: Kind, steps: number): PlainNetwork {
  const neurons = draws.between(1, 4);
  const fires = ['if', 'lif', 'cubalif', 'alif'].includes(kind);
  const matrix = (columns: number) =>
    Array.from({ length: neurons }, () => Array.from({ length: columns }, () => fraction(draws, -1, 2)));
  return {
    ...{ neurons, steps, weights: matrix(SOURCES), delay: draws.pick([0, 0, 1, 2]) },
    ...(kind !== 'if' && kind !== 'i' && { leak: leakOf(draws) }),
    ...((kind === 'cubalif' || kind === 'cubali') && { currentLeak: leakOf(draws) }),
    ...(draws.chance(0.3) && { bias: fraction(draws, -1, 1) }),
    ...(draws.chance(0.3) && { initial: fraction(draws, -1, 2) }),
    ...(draws.chance(0.3) && { floor: fraction(draws, -2, 0) }),
    ...(fires && { firing: firingOf(draws, kind) }),
    ...(fires && draws.chance(0.6) && { recurrent: { weights: matrix(neurons), delay: draws.between(1, 3) } }),
  };
}

const firingOf = (draws: Draws, kind: Kind): NonNullable<PlainNetwork['firing']> => ({
  threshold: draws.between(1, 16) / 8,
  compare: draws.pick(['ge', 'gt']),
  reset: draws.pick<NonNullable<PlainNetwork['firing']>['reset']>([
    { kind: 'subtract', time: 'before decay' },
    { kind: 'subtract', time: 'after decay' },
    { kind: 'value', value: draws.pick([0, fraction(draws, -1, 1)]) },
    { kind: 'none' },
  ]),
  refractory: draws.pick([0, 0, 1, 2]),
  ...(kind === 'alif' && { adaptation: { leak: leakOf(draws), step: fraction(draws, 0, 1) } }),
});

function documentOf({ kind, network }: Case, decode: string): object {
  const { neurons, steps, firing, weights, delay, recurrent, leak, currentLeak, bias, initial, floor } = network;
  const dense = (rows: readonly (readonly number[])[]) => ({
    op: 'dense',
    weight: { shape: [rows.length, rows[0]!.length], data: rows.flat() },
  });
  const { adaptation, ...fields } = firing ?? {};
  return {
    format: 'snn-net/1',
    input: { shape: SOURCES, steps, payload: { min: -1, max: 2 } },
    populations: [
      {
        ...{ name: 'neurons', shape: neurons, neuron: kind, leak, currentLeak, bias, initial, floor, ...fields },
        ...(firing?.refractory === 0 && { refractory: undefined }),
        ...(adaptation !== undefined && { adaptationLeak: adaptation.leak, adaptationStep: adaptation.step }),
      },
    ],
    connections: [
      { from: 'input', to: 'neurons', delay, ...dense(weights) },
      ...(recurrent === undefined
        ? []
        : [{ from: 'neurons', to: 'neurons', delay: recurrent.delay, ...dense(recurrent.weights) }]),
    ],
    output: { population: 'neurons', decode },
  };
}

/** Spikes and potentials of the population by step, and the read-out, as numbers of the document. */
function builtCourse(drawn: Case, decode: string) {
  const bytes = new TextEncoder().encode(JSON.stringify(documentOf(drawn, decode)));
  const network = readNetwork(bytes, {
    fileName: 'net.json',
    readSideFile: () => {
      throw new Error('there is no side file');
    },
  });
  if (network.kind !== 'populations') throw new Error('the network is not of populations');
  const spiking = decoded(network);
  const schedule = skewPopulations(spiking, target);
  const { graph, scales, outputStep } = quantisePopulations(spiking, schedule, { target, weightBits: 8 });
  const payloads = Int16Array.from(drawn.input.flat());
  const spikes: boolean[][] = [];
  const potentials: number[][] = [];
  const skew = schedule.depths[0]!;
  const { readout } = new ReferenceInterpreter(graph).run(payloads, (tick, view) => {
    if (tick < skew || tick >= skew + graph.window) return;
    spikes.push(Array.from(view.spikes(0), Boolean));
    potentials.push(Array.from(view.potentials(0), (v, n) => v / scales[0]![n]!));
  });
  const values = Array.from(readout, (v) => (v * outputStep) / graph.window);
  return { spikes, potentials, readout: Array.from(readout, (v, n) => v / scales.at(-1)![n]!), values };
}

const columns = <T>(rows: readonly (readonly T[])[]): T[][] => rows[0]!.map((_, n) => rows.map((row) => row[n]!));
/** Without −0. */
const plain = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => row.map((value) => value + 0));

describe('neurons that have names', () => {
  it('do what a plain model in floating point does, and are decoded as it is', () => {
    const spiking = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryCase, (drawn) => {
        const { kind, network, input } = drawn;
        const expected = plainCourse(network, input);
        const { steps } = network;
        if (network.firing !== undefined) {
          const counted = builtCourse(drawn, 'count');
          expect(counted.spikes).toEqual(expected.spikes);
          expect(plain(counted.potentials)).toEqual(plain(expected.potentials));
          const trains = columns(expected.spikes);
          expect(counted.readout).toEqual(trains.map((train) => train.filter(Boolean).length));
          const first = trains.map((train) => (train.includes(true) ? steps - train.indexOf(true) : 0));
          expect(builtCourse(drawn, 'first').readout).toEqual(first);
          spiking.set(kind, (spiking.get(kind) ?? 0) + Number(trains.flat().includes(true)));
          return;
        }
        const last = builtCourse(drawn, 'last');
        // The last step is read before it would decay.
        const potentials = [...expected.potentials.slice(0, -1), expected.before.at(-1)!];
        expect(plain(last.potentials)).toEqual(plain(potentials));
        expect(plain([last.readout])).toEqual(plain([expected.before.at(-1)!]));
        const largest = columns(expected.before).map((potential) => Math.max(...potential));
        expect(plain([builtCourse(drawn, 'max').readout])).toEqual(plain([largest]));
        const mean = builtCourse(drawn, 'mean');
        const sums = columns(expected.before).map((potential) => potential.reduce((a, b) => a + b, 0));
        expect(plain([mean.readout])).toEqual(plain([sums]));
        mean.values.forEach((value, n) => expect(value).toBeCloseTo(sums[n]! / steps, 9));
      }),
      { numRuns: cases(250) },
    );
    for (const kind of ['if', 'lif', 'cubalif', 'alif']) expect(spiking.get(kind)).toBeGreaterThan(cases(16));
  });
});
