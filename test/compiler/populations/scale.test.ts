/** Populations whose file says the scale: they compute in its integers, as a chip with the same rule does. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import { DiagnosticError } from '../../../isa/index.ts';
import { buildPopulations } from '../../arbitraries/populations/build.ts';
import { Draws } from '../../arbitraries/random.ts';
import { emulatorTicks, referenceTicks } from '../../differential/states.ts';

const STEPS = 12;
const SOURCES = 5;
/** The first population, [2, 3, 3], whose windows of 2 × 2 the second one hears. */
const [CHANNELS, SIDE] = [2, 3];
const FIRST = CHANNELS * SIDE * SIDE;
const [MAPS, WINDOW] = [3, 2];
const SECOND = MAPS * WINDOW * WINDOW;

/** A CUBA neuron of Loihi; narrow where its current wraps and its potential saturates at so many bits. */
interface Cuba {
  readonly bits: number | undefined;
  readonly currentDecay: number;
  readonly potentialDecay: number;
  readonly threshold: number;
  readonly bias: number;
}

interface Case {
  readonly scale: number;
  readonly neurons: readonly [Cuba, Cuba];
  readonly dense: readonly number[];
  readonly back: readonly number[];
  readonly kernel: readonly number[];
  readonly input: readonly number[];
}

/** Even weights, as Loihi has them where they have a sign: halved, 8 bit hold them. */
const drawnCase = (seed: number): Case => {
  const draws = new Draws(seed);
  const even = (count: number, most: number): number[] =>
    Array.from({ length: count }, () => 2 * draws.between(-Math.floor(most / 4), most / 2));
  const neuron = (): Cuba => ({
    bits: draws.chance(0.6) ? draws.between(14, 24) : undefined,
    currentDecay: draws.pick([4096, 4096, draws.between(1000, 4000)]),
    potentialDecay: draws.pick([1024, draws.between(300, 4096)]),
    threshold: draws.between(10, 120),
    bias: draws.between(-10, 30),
  });
  return {
    scale: draws.pick([1, 64, 64, 100]),
    neurons: [neuron(), neuron()],
    dense: even(FIRST * SOURCES, 254),
    back: even(FIRST * FIRST, 40),
    kernel: even(MAPS * CHANNELS * 4, 100),
    input: Array.from({ length: STEPS * SOURCES }, () => draws.between(0, 2)),
  };
};

function neuronOf({ bits, currentDecay, potentialDecay, threshold, bias }: Cuba): object {
  const kept = (decay: number): number => (4096 - decay) / 4096;
  if (bits === undefined)
    return {
      ...{ neuron: 'cubalif', leak: kept(potentialDecay), currentLeak: kept(currentDecay), bias },
      ...{ threshold, compare: 'gt', reset: { kind: 'value', value: 0 } },
    };
  const potential = (values: number): object => ({ values, unit: 'potential' });
  return {
    neuron: 'program',
    planes: [
      { name: 'potential', plane: 'V', policy: 'saturate', bits },
      { name: 'current', plane: 'I', policy: 'wrap', bits },
    ],
    input: 'current',
    parameters: {
      ...{ bias: potential(bias), threshold: potential(threshold), zero: potential(0) },
      keptPotential: { values: kept(potentialDecay), unit: 'factor' },
      keptCurrent: { values: kept(currentDecay), unit: 'factor' },
    },
    program: [
      'ALU function=add plane=potential source=current',
      'ALUP function=add plane=potential values=bias',
      'COMPAREP flag=f0 op=gt plane=potential values=threshold',
      'EMIT when=f0',
      'ALUP function=set plane=potential when=f0 values=zero',
      'DECAY plane=potential kind=mul bits=11 values=keptPotential',
      'DECAY plane=current kind=mul bits=11 values=keptCurrent',
    ],
  };
}

const documentOf = ({ scale, neurons: [first, second], dense, back, kernel }: Case): object => ({
  format: 'snn-net/1',
  input: { shape: SOURCES, steps: STEPS, payload: { min: 0, max: 2 } },
  populations: [
    { name: 'first', shape: [CHANNELS, SIDE, SIDE], scale, ...neuronOf(first) },
    { name: 'second', shape: [MAPS, WINDOW, WINDOW], scale, ...neuronOf(second) },
  ],
  connections: [
    { from: 'input', to: 'first', op: 'dense', weight: { shape: [FIRST, SOURCES], data: dense } },
    { from: 'first', to: 'first', op: 'dense', delay: 1, weight: { shape: [FIRST, FIRST], data: back } },
    { from: 'first', to: 'second', op: 'conv', weight: { shape: [MAPS, CHANNELS, 2, 2], data: kernel } },
  ],
  output: { population: 'second', decode: 'count' },
});

/** The rule of the neuron on whole numbers, one after the other. */
class PlainCuba {
  readonly #neuron: Cuba;
  readonly #scale: number;
  readonly potentials: number[];
  readonly #currents: number[];

  constructor(neuron: Cuba, scale: number, neurons: number) {
    this.#neuron = neuron;
    this.#scale = scale;
    this.potentials = new Array<number>(neurons).fill(0);
    this.#currents = new Array<number>(neurons).fill(0);
  }

  /** @param sums of the weights of what has arrived, by neuron; returns those that fire */
  step(sums: readonly number[]): number[] {
    const { bits = 32, currentDecay, potentialDecay, threshold, bias } = this.#neuron;
    const half = 2 ** (bits - 1);
    const clipped = (x: number): number => Math.max(-half, Math.min(half - 1, x));
    const decayed = (x: number, decay: number): number => Math.trunc((x * (4096 - decay)) / 4096) + 0;
    return sums.flatMap((sum, n) => {
      const current = Number(BigInt.asIntN(bits, BigInt(this.#currents[n]! + this.#scale * sum)));
      const potential = clipped(clipped(this.potentials[n]! + current) + this.#scale * bias);
      const fires = potential > this.#scale * threshold;
      this.potentials[n] = decayed(fires ? 0 : potential, potentialDecay);
      this.#currents[n] = decayed(current, currentDecay);
      return fires ? [n] : [];
    });
  }
}

interface PlainStep {
  readonly fired: readonly [first: readonly number[], second: readonly number[]];
  readonly potentials: readonly [first: readonly number[], second: readonly number[]];
}

function plainSteps({ scale, neurons, dense, back, kernel, input }: Case): PlainStep[] {
  const first = new PlainCuba(neurons[0], scale, FIRST);
  const second = new PlainCuba(neurons[1], scale, SECOND);
  let before: readonly number[] = [];
  return Array.from({ length: STEPS }, (_, t): PlainStep => {
    const heard = Array.from({ length: FIRST }, (__, n) => {
      const came = input.slice(t * SOURCES, (t + 1) * SOURCES).map((payload, s) => payload * dense[n * SOURCES + s]!);
      return [...came, ...before.map((spike) => back[n * FIRST + spike]!)].reduce((a, b) => a + b, 0);
    });
    const fired = first.step(heard);
    before = fired;
    const seen = Array.from({ length: SECOND }, (__, n) => {
      const [map, y, x] = [Math.floor(n / 4), Math.floor(n / 2) % 2, n % 2];
      return fired.reduce((sum, k) => {
        const [channel, row, column] = [Math.floor(k / 9), (Math.floor(k / 3) % 3) - y, (k % 3) - x];
        const inside = row >= 0 && row < 2 && column >= 0 && column < 2;
        return inside ? sum + kernel[(map * CHANNELS + channel) * 4 + 2 * row + column]! : sum;
      }, 0);
    });
    const firedBehind = second.step(seen);
    return { fired: [fired, firedBehind], potentials: [[...first.potentials], [...second.potentials]] };
  });
}

describe('a population with a scale', () => {
  it('computes in whole numbers of it what a plain loop does, on interpreter and emulator', async () => {
    const spikes = [0, 0];
    let narrow = 0;
    const property = fc.asyncProperty(fc.integer(), async (seed) => {
      const drawn = drawnCase(seed);
      const { chip, graph } = await buildPopulations(documentOf(drawn), {
        // A scale that is no power of two needs more, so that nothing is rounded.
        weightBits: drawn.scale === 100 ? 16 : 8,
      });
      const input = Int16Array.from(drawn.input);
      const expected = plainSteps(drawn);
      const reference = referenceTicks(new ReferenceInterpreter(graph), chip, input);
      const runs = KERNEL_KINDS.map((kernels) =>
        emulatorTicks(new Emulator(chip, { timing: 'none', kernels }), chip, input),
      );
      for (const { ticks } of [reference, ...runs])
        for (const layer of [0, 1] as const) {
          const own = ticks.slice(chip.layers[layer]!.depth).slice(0, STEPS);
          expect(own.map(({ fired }) => fired[layer])).toEqual(expected.map(({ fired }) => fired[layer]));
          expect(own.map(({ potentials }) => potentials[layer])).toEqual(
            expected.map(({ potentials }) => potentials[layer]),
          );
        }
      spikes.forEach((_, layer) => (spikes[layer]! += expected.flatMap(({ fired }) => fired[layer]!).length));
      narrow += Number(drawn.neurons.some(({ bits }) => bits !== undefined));
    });
    await fc.assert(property, { numRuns: 8 });
    expect(Math.min(...spikes)).toBeGreaterThan(100);
    expect(narrow).toBeGreaterThan(2);
  });

  const oneNeuron = (fields: object, weight: number): object => ({
    format: 'snn-net/1',
    input: { shape: 2, steps: 4, payload: { min: 0, max: 1 } },
    populations: [{ name: 'only', shape: 1, neuron: 'li', leak: 0.5, ...fields }],
    connections: [{ from: 'input', to: 'only', op: 'dense', weight: { shape: [1, 2], data: [weight, -weight / 2] } }],
    output: { population: 'only', decode: 'last' },
  });

  it('stores weights as finely as their width allows', async () => {
    for (const [scale, weight, stored, shift] of [
      [1, 100, [100, -50], 0],
      [3, 100, [75, -37], 2],
      [64, -2, [-128, 64], 0],
      [64, 2, [64, -32], 1],
    ] as const) {
      const { graph } = await buildPopulations(oneNeuron({ scale }, weight));
      const [branch] = graph.layers[0]!.branches;
      expect([[...branch!.operator.weight], branch!.shift]).toEqual([stored, shift]);
    }
  });

  it('says where the scale is too large for the potential, or none', async () => {
    const faultOf = async (document: object): Promise<string> => {
      const error: unknown = await buildPopulations(document).catch((caught: unknown) => caught);
      if (!(error instanceof DiagnosticError)) throw new Error('it was built');
      const [{ code, message, remedy }] = error.diagnostics as [DiagnosticError['diagnostics'][number]];
      return `${code}: ${message} / ${remedy ?? ''}`;
    };
    expect(await faultOf(oneNeuron({ scale: 2 ** 20 }, 3000))).toMatch(/^E0303: .*a scale below 1048576/);
    expect(await faultOf(oneNeuron({ scale: 0 }, 1))).toMatch(/^E0202: .*>=1/);
    expect(await faultOf(oneNeuron({ scale: 0.5 }, 1))).toMatch(/^E0202: .*expected int/);
  });
});
