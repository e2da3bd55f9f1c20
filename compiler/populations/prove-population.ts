/** The range proof of the loader for a population that is not on a core yet: what its neurons can reach in an inference. */
import {
  type Bounds,
  boxSize,
  type BoundsArrays,
  ENDLESS_TICKS,
  I,
  fitsSigned,
  reachOfProgram,
  shapeSize,
  signedRange,
  type Target,
  synapticBounds,
  tickRow,
  V,
  wholeBox,
  zeroBounds,
} from '../../isa/index.ts';
import { INPUT, type QuantisedBranch } from '../ir/layers.ts';
import type { TickInstruction } from '../ir/neuron.ts';
import type { NeuronProgram, ProgramNeurons, ProgramStep } from '../ir/program.ts';
import { isTouched } from '../neurons/parts/program-code.ts';
import { weightSums } from '../linear/branch-weights.ts';
import type { Population } from '../ir/population.ts';

/** What can reach a population. */
export interface ProofContext {
  readonly target: Target;
  readonly inputRange: readonly [min: number, max: number];
  /** Payloads that a neuron of each population sends in a step; up to Infinity where counters alone limit them. */
  readonly payloads: readonly Bounds[];
  /** T */
  readonly steps: number;
  /** Whether there is no last step. */
  readonly endless?: boolean | undefined;
  /** Steps that the inference would last on when the population has run all of them: what is late can come in each. */
  readonly stepsBehind: number;
}

interface Rounded {
  readonly neurons: ProgramNeurons<Int32Array>;
  readonly branches: readonly QuantisedBranch[];
  /** Units of V for 1, per channel. */
  readonly scale: Float64Array;
}

interface Escape extends Bounds {
  readonly plane: number;
  readonly neuron: number;
  readonly bits: number;
}

type Reach = { readonly escape: Escape } | { readonly potential: Bounds };

/** @returns the first number that could leave its width, or what V can be between ticks at the end */
export function provePopulation(population: Population, rounded: Rounded, context: ProofContext): Reach {
  const { neurons, branches } = rounded;
  const { vBits } = context.target.widths;
  const count = boxSize(wholeBox(population.shape));
  const reach = boundsOf(population, branches, context);
  const parameters = new ParameterTable(neurons, population.shape);
  const run = { first: 0, count, tree: 0 };
  const { code, program } = neurons;
  const wide = program.planes.find(({ bits }) => bits > vBits);
  if (wide !== undefined) return { escape: { plane: wide.plane, neuron: 0, ...signedBounds(wide.bits), bits: vBits } };
  const operand = unstored(population, rounded.scale, vBits);
  if (operand !== undefined) return { escape: { plane: V, neuron: 0, ...operand } };
  if (context.endless !== true && isSummed(program))
    return summed(parameters, program, { count, all: reach.all }, context);
  const executed = (times: readonly TickInstruction['when'][]) =>
    code.tick
      .filter(({ when }) => times.includes(when))
      .map((instruction) => instruction.operation({ ...run, runs: parameters.runs }));
  return reachOfProgram(
    {
      count,
      planes: program.planes.map((held) => ({ ...held, first: 0, count, min: 0, max: 0 })),
      parameters: parameters.values,
      resets: code.reset.map((instruction) => instruction.operation({ ...run, runs: parameters.runs })),
      touched: executed(['touched']),
      steps: executed(['firing', 'carrying']),
      lastSteps: executed(context.endless === true ? ['firing', 'carrying'] : ['firing']),
      ...{ added: reach.added, late: context.endless === true ? new Map<number, BoundsArrays>() : reach.late },
      ticks: context.endless === true ? ENDLESS_TICKS : context.steps,
    },
    context.target,
  );
}

function signedBounds(bits: number): Bounds {
  const [min, max] = signedRange(bits);
  return { min, max };
}

/**
 * Parameters with which V is compared and to which it is set by what fires and resets: the loader wants them in its range. Of
 * neurons that are looked at behind events they lie within a V that saturates: beyond it none would ever fire.
 */
function unstored(
  { program, parameters }: Population,
  scale: Float64Array,
  vBits: number,
): (Bounds & { readonly bits: number }) | undefined {
  const form = isTouched(program) ? program.planes.find(({ plane }) => plane === V) : undefined;
  const bits = form === undefined || form.bits === 0 ? vBits : form.bits;
  const takes = ({ op, when, fields }: ProgramStep): boolean =>
    op === 'FIRE' || op === 'FIREV' || op === 'FIRES' || (when === 'touched' && fields.plane === V);
  const names = new Set([
    ...program.initial.map(({ parameter }) => parameter),
    ...program.steps.flatMap((step) => (takes(step) ? step.parameters : [])),
  ]);
  for (const name of names) {
    const { values, unit } = parameters[name]!;
    if (unit === 'lowest') continue;
    const area = Math.max(1, values.length / scale.length);
    for (let k = 0; k < Math.max(values.length, scale.length); k++) {
      const value = values[values.length === 1 ? 0 : k]!;
      const units = unit === 'potential' ? value * scale[Math.floor(values.length === 1 ? k : k / area)]! : value;
      const range = { min: Math.min(0, Math.round(units)), max: Math.max(0, Math.round(units)) };
      if (!fitsSigned(range, bits)) return { ...range, bits };
    }
  }
  return undefined;
}

/** What branches can add, by plane. */
type Added = Map<number, BoundsArrays>;

/** What events add in a step, in all ticks behind the last step, and in all steps. */
function boundsOf(population: Population, branches: readonly QuantisedBranch[], context: ProofContext) {
  const { shape, connections } = population;
  const added: Added = new Map();
  const late: Added = new Map();
  const all: Added = new Map();
  branches.forEach((branch, k) => {
    // What comes with a delay comes on for so many steps behind the last step, as long as the inference lasts.
    const lateTicks = Math.min(connections[k]!.delay, context.stepsBehind);
    for (const [map, ticks] of [
      [added, 1],
      [late, lateTicks],
      [all, context.steps],
    ] as const) {
      const bounds = map.get(branch.plane!) ?? zeroBounds(shapeSize(shape));
      map.set(branch.plane!, bounds);
      addBounds(branch, shape, context, ticks, bounds);
    }
  });
  return { added, late, all };
}

/** What a branch can add in some ticks. */
function addBounds(
  branch: QuantisedBranch,
  shape: Population['shape'],
  { inputRange, payloads }: Pick<ProofContext, 'inputRange' | 'payloads'>,
  ticks: number,
  bounds: BoundsArrays,
): void {
  const windows = branch.pool[0] * branch.pool[1];
  const { min, max } = branch.source === INPUT ? { min: inputRange[0], max: inputRange[1] } : payloads[branch.source]!;
  const payload = { min: min * windows, max: Math.min(max * windows, branch.clip ?? Infinity) };
  const sums = weightSums(branch, shape);
  const neurons = bounds.min.length;
  const area = neurons / shape[0];
  for (let k = 0; k < neurons; k++) {
    const unit = sums.positive.length === neurons ? k : Math.floor(k / area);
    const part = synapticBounds(sums.positive[unit]!, sums.negative[unit]!, payload, branch.shift, ticks);
    bounds.min[k]! += part.min;
    bounds.max[k]! += part.max;
  }
}

/** Programs of which the loader takes sums over all ticks: those that only add to V, and reset it. */
const isSummed = ({ planes, steps, initial }: NeuronProgram): boolean =>
  planes.length === 0 && initial.length === 1 && steps.every(({ op }) => tickRow(op).bounds !== undefined);

/** What the loader's sums say of V and I. */
function summed(
  { values, runs }: ParameterTable,
  { steps, initial }: NeuronProgram,
  { count, all }: { readonly count: number; readonly all: Added },
  { steps: ticks, target }: ProofContext,
): Reach {
  const { vBits } = target.widths;
  const of = (name: string, n: number): number => values[runs[name]!.address + n]!;
  const [biases, fires, currents] = (['BIAS', 'FIRE', 'CURRENT'] as const).map((wanted) =>
    steps.filter(({ op }) => op === wanted),
  ) as [ProgramStep[], ProgramStep[], ProgramStep[]];
  let [least, most] = [0, 0];
  for (let n = 0; n < count; n++) {
    const added = (plane: number): Bounds => {
      const bounds = all.get(plane);
      return { min: bounds?.min[n] ?? 0, max: bounds?.max[n] ?? 0 };
    };
    const [v, i] = [added(V), added(I)];
    const starts = [of(initial.find(({ plane }) => plane === V)!.parameter, n)];
    for (const { fields } of fires) starts.push(fields.reset === 0 ? 0 : fields.resetValue!);
    let [min, max] = [Math.min(...starts) + v.min, Math.max(...starts) + v.max];
    for (const { parameters } of biases) {
      min += ticks * Math.min(0, of(parameters[0]!, n));
      max += ticks * Math.max(0, of(parameters[0]!, n));
    }
    min += ticks * currents.length * i.min;
    max += ticks * currents.length * i.max;
    for (const [plane, bounds] of [
      [V, { min, max }],
      [I, i],
    ] as const)
      if (!fitsSigned(bounds, vBits)) return { escape: { plane, neuron: n, bits: vBits, ...bounds } };
    [least, most] = [Math.min(least, min), Math.max(most, max)];
  }
  return { potential: { min: least, max: most } };
}

/** All parameters one after the other, a value for each neuron. */
class ParameterTable {
  readonly values: Int32Array;
  readonly runs: Readonly<Record<string, { readonly address: number; readonly period: number }>>;

  constructor({ parameters }: ProgramNeurons<Int32Array>, shape: Population['shape']) {
    const size = shapeSize(shape);
    const area = size / shape[0];
    const named = Object.entries(parameters);
    this.values = new Int32Array(size * named.length);
    named.forEach(([, values], p) => {
      for (let k = 0; k < size; k++)
        this.values[p * size + k] = values[values.length === size ? k : Math.floor(k / area)]!;
    });
    this.runs = Object.fromEntries(named.map(([name], p) => [name, { address: p * size, period: size }] as const));
  }
}
