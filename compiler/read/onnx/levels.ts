/**
 * Quantised activations. Exporters write them as the operators that compute them, in several orders: λ·clip(⌊x·L/λ + ½⌋/L,
 * 0, 1) as Mul, Add, Floor, Clip, Mul, or Div, Clip, Mul, Add, Floor, Div, Mul. From the Floor on the reader keeps count of
 * what they do, and makes one staircase activation of them (QCFS: Bu et al., ICLR 2022).
 */
import { fail } from '../../../isa/index.ts';
import { MOST_LEVELS } from '../../operators/relu.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { addAffine } from './operator.ts';
import type { Activation, Levels } from './values.ts';

/** Constants are floats of 32 bit: a factor that should be 1 is so up to this. */
const TOLERANCE = 1e-6;
/** Likewise for limits in units of a step. */
const STEP_TOLERANCE = 1e-3;

/** The floor of an activation, with the scalar operators and clips before it taken in. */
export function floorOf(builder: GraphBuilder, value: Activation, name: string): Levels {
  let { node: source } = value;
  let slope = 1;
  let offset = 0;
  let low = -Infinity;
  let high = Infinity;
  for (;;) {
    const node = builder.node(source);
    if (node.op === 'affine' && isUniform(node.scale) && isUniform(node.shift) && node.scale[0]! > 0) {
      offset += slope * node.shift[0]!;
      slope *= node.scale[0]!;
    } else if (node.op === 'relu' && node.levels === undefined) {
      // ⌊·⌋ is monotone, so a clip before it is one after it.
      low = Math.max(low, Math.floor(offset + STEP_TOLERANCE));
      if (node.max !== undefined) high = Math.min(high, Math.floor(slope * node.max + offset + STEP_TOLERANCE));
    } else break;
    source = node.inputs[0]!;
  }
  const of = { ...value, node: source };
  return { kind: 'levels', name, of, slope, offset, low, high, scale: 1, shift: 0 };
}

const isUniform = (values: Float32Array): boolean => values.every((value) => value === values[0]);

/** y·factor + summand. */
export function scaleLevels(levels: Levels, factor: number, summand: number): Levels {
  return { ...levels, scale: levels.scale * factor, shift: levels.shift * factor + summand };
}

/** @throws E0204 where a limit would cut a step in two */
export function clipLevels(levels: Levels, from: number, to: number): Levels {
  const { scale, shift } = requireRising(levels);
  const inSteps = (limit: number, isActive: (steps: number) => boolean): number => {
    const steps = (limit - shift) / scale;
    if (!isActive(steps)) return steps;
    const whole = Math.round(steps);
    if (Math.abs(steps - whole) > STEP_TOLERANCE)
      fail('E0204', `"${levels.name}" has steps of ${scale}, and its limit ${limit} lies between two of them`);
    return whole;
  };
  const low = Math.max(
    levels.low,
    inSteps(from, (steps) => steps > levels.low),
  );
  const high = Math.min(
    levels.high,
    inSteps(to, (steps) => steps < levels.high),
  );
  return { ...levels, low, high };
}

function requireRising(levels: Levels): Levels {
  if (!(levels.scale > 0 && levels.slope > 0 && Number.isFinite(levels.scale * levels.slope)))
    fail('E0204', `"${levels.name}" is a staircase that does not rise`, {}, REMEDY);
  return levels;
}

const REMEDY = 'A staircase λ·clip(floor(x·L/λ + 1/2)/L, 0, 1) is read.';

/**
 * The nodes that compute it: a staircase, and before or after it what is left over of slope, offset and shift.
 *
 * @throws E0204 where it is no staircase between two limits
 */
export function settleLevels(builder: GraphBuilder, levels: Levels): Activation {
  const { slope, offset, low, high, scale, shift, of } = requireRising(levels);
  const steps = high - low;
  if (!(steps >= 1 && steps <= MOST_LEVELS))
    fail(
      'E0204',
      `"${levels.name}" is a floor with ${Number.isFinite(steps) ? Math.max(0, steps) : 'unlimited'} levels, which no neuron computes`,
      {},
      REMEDY,
    );
  const max = asFloat32(scale * steps);
  // y = scale·clip(⌊slope·x + offset − low⌋, 0, steps) + …, as a staircase whose step is `scale` in both directions.
  const before = { factor: scale * slope, summand: scale * (offset - low - 0.5) };
  const after = shift + scale * low;
  let node = of.node;
  if (Math.abs(before.factor - 1) > TOLERANCE || Math.abs(before.summand) > TOLERANCE * scale)
    node = addAffine(builder, levels.name, node, before.factor, before.summand);
  node = builder.add({ op: 'relu', name: builder.uniqueName(levels.name), inputs: [node], max, levels: steps }).name;
  if (Math.abs(after) > TOLERANCE * scale) node = addAffine(builder, levels.name, node, 1, after);
  return { ...of, node };
}

/** λ/L·L is λ but for rounding. */
function asFloat32(value: number): number {
  const rounded = Math.fround(value);
  return Math.abs(rounded - value) <= 1e-12 * value ? rounded : value;
}
