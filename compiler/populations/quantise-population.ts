/**
 * A population in integers. Per channel one scale, shared by all that reaches its neurons: so many units of V for 1. Weights
 * take as much of their width as they can, and V as many fractional bits below them as the range proof allows, so that
 * leaks and thresholds lose little.
 */
import {
  bitsNeeded,
  fail,
  failMisfit,
  largestFigure,
  leastThatFits,
  option,
  PLANE_NAMES,
  signedRange,
  type StoredBits,
  weightRange,
  shapeSize,
} from '../../isa/index.ts';
import { INPUT, newWeights, type QuantisedBranch } from '../ir/layers.ts';
import type { NeuronProgram, ProgramNeurons } from '../ir/program.ts';
import { forEachWeight, withWeight } from '../linear/branch-weights.ts';
import { isTouched, programNeurons } from '../neurons/parts/program-code.ts';
import { type ScaledWeights, scaleWeights } from './population-weights.ts';
import type { FloatParameter, Population } from '../ir/population.ts';
import { provePopulation, type ProofContext } from './prove-population.ts';

export interface QuantiseContext extends ProofContext {
  readonly weightBits: StoredBits;
  readonly inputStep: number;
  /** Ticks from a spike to its arrival, per connection. */
  readonly delays: readonly number[];
}

/** Fractional bits below the finest weights that are tried; more would be below what any leak can tell. */
const MOST_FRACTION = 16;

export interface QuantisedPopulation {
  readonly neurons: ProgramNeurons<Int32Array>;
  readonly branches: readonly QuantisedBranch[];
  /** Units of V for 1, per channel. */
  readonly scale: Float64Array;
  readonly facts: PopulationFacts;
}

export interface PopulationFacts {
  readonly weightBits: StoredBits;
  readonly shifts: readonly number[];
  readonly weights: number;
  /** Weights that are not 0 but became 0. */
  readonly zeroed: number;
  /** Squared error of the stored weights relative to the squares of the weights. */
  readonly weightError: number;
  readonly bitsNeeded: number;
  /** Whether weights had to be coarser than their width allows. */
  readonly coarseBits: number;
}

/** @throws DiagnosticError E0303 where no scale fits the membrane potential */
export function quantisePopulation(population: Population, context: QuantiseContext): QuantisedPopulation {
  const scaled = scaleWeights(population, context.inputStep, context.weightBits);
  const found = finestThatFits(population, scaled, context);
  if (found !== undefined) return found;
  const { vBits } = context.target.widths;
  if (context.endless === true)
    fail(
      'E0322',
      `${escapeText(population, scaled, context)}, and more in every step: nothing is proven of steps without end`,
      { layer: population.name },
      `give the neurons a leak, or a floor and a reset that keeps up with what comes (of a NIR graph ${option('nirFloor', 'threshold')}, ${option('nirReset', 'value')})`,
    );
  const needed = leastThatFits(
    context.target,
    'widths.vBits',
    (target) => finestThatFits(population, scaled, { ...context, target }) !== undefined,
  );
  if (isTouched(population.program) && needed > largestFigure('widths.vBits'))
    fail(
      'E0303',
      escapeText(population, scaled, context),
      { layer: population.name },
      `give the neurons more bits at which V saturates, or make weights and thresholds closer in size${orScale(population)}`,
    );
  return failMisfit(context.target, {
    code: 'E0303',
    message: `${escapeText(population, scaled, context)}; ${needed} bit would do at T = ${context.steps}, ${context.target.name} has ${vBits}, ${needed - vBits} too few`,
    figure: 'widths.vBits',
    needed,
    place: { layer: population.name },
    remedy: `give the neurons a leak or a floor, use fewer inputs per neuron, or fewer steps${orScale(population)}`,
  });
}

/** What else would help where the scale is given. */
const orScale = ({ scale }: Population): string =>
  typeof scale === 'number' && scale > 1 ? `, or a scale below ${scale}` : '';

/** With the most fractional bits that the range proof allows; undefined where even coarse weights are too much. */
function finestThatFits(
  population: Population,
  scaled: ScaledWeights,
  context: QuantiseContext,
): QuantisedPopulation | undefined {
  const attempt = (fraction: number, of = context) => {
    const made = roundPopulation(population, scaled, fraction, of);
    const reach = provePopulation(population, made, of);
    return 'escape' in reach
      ? undefined
      : { ...made, facts: { ...made.facts, bitsNeeded: bitsNeeded(reach.potential) } };
  };
  if (typeof population.scale === 'number') return attempt(0);
  const lowest = coarsest(population, context);
  // What saturates has so many bits as it has: those below the weights would be missing above.
  const highest = isTouched(population.program) ? 1 : MOST_FRACTION + 1;
  if (context.endless !== true) return finestOf(attempt, lowest, highest)?.made;
  // As with an end, wherever that can be: then both compute the same.
  const ended = { ...context, endless: false };
  const fraction = finestOf((each) => attempt(each, ended), lowest, highest)?.fraction;
  if (fraction === undefined) return undefined;
  return attempt(fraction) ?? finestOf(attempt, lowest, fraction)?.made;
}

/** Least bits of V below the finest weights: of weights half of their bits may go, but without an end none. */
const coarsest = ({ scale }: Population, { weightBits, endless }: QuantiseContext): number =>
  typeof scale === 'number' || endless === true ? 0 : -Math.ceil(weightBits / 2);

/** The largest number from `low` on and below `high` with which something is made; undefined where even `low` makes nothing. */
function finestOf<T>(
  attempt: (fraction: number) => T | undefined,
  low: number,
  high: number,
): { readonly fraction: number; readonly made: T } | undefined {
  const first = attempt(low);
  if (first === undefined) return undefined;
  let best = { fraction: low, made: first };
  while (high - best.fraction > 1) {
    const middle = (best.fraction + high) >> 1;
    const made = attempt(middle);
    if (made === undefined) high = middle;
    else best = { fraction: middle, made };
  }
  return best;
}

type Rounded = Omit<QuantisedPopulation, 'facts'> & { readonly facts: Omit<PopulationFacts, 'bitsNeeded'> };

/** @param fraction bits of V below the finest weights; negative: bits that the weights are coarser */
function roundPopulation(
  population: Population,
  { base, coarser, weights: all }: ScaledWeights,
  fraction: number,
  { target, weightBits, delays, payloads }: QuantiseContext,
): Rounded {
  const { connections, shape } = population;
  const scale = base.map((units) => units * 2 ** fraction);
  const [least, most] = weightRange(weightBits);
  let [squares, errors, zeroed, count] = [0, 0, 0, 0];
  const branches = connections.map((connection, k): QuantisedBranch => {
    const { source, pool, pooled, operator, plane } = connection;
    const shift = Math.max(0, coarser[k]! + fraction);
    const weights = all[k]!;
    const stored = newWeights(weights.length, weightBits);
    const visited = { ...connection, operator: withWeight(operator, weights) };
    forEachWeight(visited, shape, (position, weight, _source, channel) => {
      const wanted = (weight * scale[channel]!) / 2 ** shift;
      const rounded = Math.max(least, Math.min(most, Math.round(wanted)));
      stored[position] = rounded;
      count++;
      squares += wanted ** 2;
      errors += (rounded - wanted) ** 2;
      if (rounded === 0 && wanted !== 0) zeroed++;
    });
    const branch = { source, pool, pooled, plane, shift, delay: delays[k]!, operator: withWeight(operator, stored) };
    // Of spikes that events alone limit, counters hold what they hold.
    const isLimited = source === INPUT || Number.isFinite(payloads[source]!.max);
    return isLimited ? branch : { ...branch, clip: signedRange(target.widths.payloadBits)[1] };
  });
  const { vBits } = target.widths;
  const parameters = Object.fromEntries(
    Object.entries(population.parameters).map(([name, parameter]) => [
      name,
      roundParameter(name, parameter, population, scale, vBits),
    ]),
  );
  const facts = {
    shifts: branches.map(({ shift }) => shift),
    weights: count,
    zeroed,
    weightBits,
    weightError: squares === 0 ? 0 : errors / squares,
    coarseBits: Math.max(0, -fraction),
  };
  return { neurons: programNeurons(withWidths(population.program, vBits), parameters), branches, scale, facts };
}

/** Planes without a width are as wide as V. */
export const withWidths = (program: NeuronProgram, vBits: number): NeuronProgram => ({
  ...program,
  planes: program.planes.map((held) => (held.bits === 0 ? { ...held, bits: vBits } : held)),
});

/** Bits of the factor that a parameter is, by the instruction that takes it. */
export function factorBits(name: string, { program, name: layer }: Pick<Population, 'program' | 'name'>): number {
  const step = program.steps.find(({ op, parameters }) => op === 'DECAY' && parameters.includes(name));
  if (step === undefined) throw new Error(`${name} of ${layer} is a factor that no DECAY takes`);
  return step.fields.bits! + 1;
}

function roundParameter(
  name: string,
  { values, unit }: FloatParameter,
  population: Population,
  scale: Float64Array,
  vBits: number,
): Int32Array {
  const [channels] = population.shape;
  const size = shapeSize(population.shape);
  const area = size / channels;
  const length = values.length === 1 ? channels : values.length;
  const valueOf = (k: number): number => values[values.length === 1 ? 0 : k]!;
  const channelOf = (k: number): number => (length === channels ? k : Math.floor(k / area));
  const [lowest] = signedRange(vBits);
  const clamp = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
  switch (unit) {
    case 'potential': {
      const rounded = Int32Array.from({ length }, (_, k) => clamp(Math.round(valueOf(k) * scale[channelOf(k)]!)));
      // A threshold that rounds to nothing would fire without end.
      return name === 'threshold' ? rounded.map((value, k) => (valueOf(k) > 0 ? Math.max(1, value) : value)) : rounded;
    }
    case 'factor': {
      const one = 2 ** factorBits(name, population);
      return Int32Array.from({ length }, (_, k) => Math.round(valueOf(k) * one));
    }
    case 'number':
      return Int32Array.from({ length }, (_, k) => clamp(Math.round(valueOf(k))));
    case 'lowest':
      return new Int32Array(length).fill(lowest);
  }
}

function escapeText(population: Population, scaled: ScaledWeights, context: QuantiseContext): string {
  const rounded = roundPopulation(population, scaled, coarsest(population, context), context);
  const reach = provePopulation(population, rounded, context);
  if (!('escape' in reach)) return 'the membrane potential does not fit';
  const { plane, neuron, bits, min, max } = reach.escape;
  return `${PLANE_NAMES[plane]!} of neuron ${neuron} can be ${min}..${max}, beyond ${bits} bit`;
}
