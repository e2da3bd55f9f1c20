/** Neurons that hardly compute, as a tau in another unit than dt makes them: they never leak, forget at once, or cannot fire. */
import { ARITHMETIC, shapeSize, V } from '../../isa/index.ts';
import { INPUT } from '../ir/layers.ts';
import type { Population } from '../ir/population.ts';
import { weightSums } from '../linear/branch-weights.ts';

/** What a factor of 12 bit can tell from 0 and from 1. */
const SMALLEST_FACTOR = 2 ** -13;

interface Reading {
  readonly dt: number;
  readonly steps: number;
  /** Whether a factor of 0 is no accident: that of a tau of one step. */
  readonly isEuler: boolean;
  /** Most spikes of a neuron of a population in a step. */
  readonly spikesOf: (population: number) => number;
}

/** What is wrong with the numbers of a population, with them; empty where nothing is. */
export function livenessFaults(population: Population, reading: Reading): string[] {
  const leaks = Object.entries(population.parameters).filter(
    ([name]) => name === 'leak' || name.startsWith('currentLeak'),
  );
  return [...leaks.flatMap(([, { values }]) => leakFaults(values, reading)), ...driveFaults(population, reading)];
}

/** What is wrong with factors that states are kept by. @param dt length of a step, for the message */
export function leakFaults(factors: Float64Array, { dt, isEuler }: Pick<Reading, 'dt' | 'isEuler'>): string[] {
  const [least, most] = [factors.reduce((a, b) => Math.min(a, b)), factors.reduce((a, b) => Math.max(a, b))];
  if (least < 1 && least > 1 - SMALLEST_FACTOR)
    return [`a step of ${dt} keeps ${least} of its state, which is all of it in 12 bit: it never leaks`];
  if (most < SMALLEST_FACTOR && !(most === 0 && isEuler))
    return [`a step of ${dt} keeps ${most} of its state, which is nothing of it in 12 bit: it forgets at once`];
  return [];
}

/** Sum of what is kept of a constant of 1 in every step. */
const summed = (factor: number, steps: number): number => (factor >= 1 ? steps : (1 - factor ** steps) / (1 - factor));

/** Planes on the way of what a plane gets to V, with the parameter by which each is kept; V, which all are added to, is the last. */
function wayToV(steps: Population['program']['steps'], plane: number): (string | undefined)[] {
  const leak = steps.find(({ op, fields }) => op === 'DECAY' && fields.plane === plane)?.parameters[0];
  const adds = ARITHMETIC.indexOf('add');
  const into = steps.find(({ op, fields }) => op === 'ALU' && fields.function === adds && fields.source === plane);
  return plane === V || into === undefined || into.fields.plane === plane
    ? [leak]
    : [leak, ...wayToV(steps, into.fields.plane!)];
}

/** V at most, where all that lifts it comes in every step; the threshold must be within reach of one neuron at least. */
function driveFaults(population: Population, { steps, spikesOf }: Reading): string[] {
  const { connections, parameters, shape, program } = population;
  const { threshold, bias } = parameters;
  if (threshold === undefined) return [];
  const size = shapeSize(shape);
  const at = (values: Float64Array, k: number): number =>
    values[values.length === size ? k : values.length === 1 ? 0 : Math.floor((k * shape[0]) / size)]!;
  const highestV = new Float64Array(size);
  const lift = (plane: number, drive: (k: number) => number): void => {
    const leaks = wayToV(program.steps, plane).map((name) =>
      name === undefined ? undefined : parameters[name]!.values,
    );
    for (let k = 0; k < size; k++)
      highestV[k]! += leaks.reduce(
        (lifted, leak) => lifted * (leak === undefined ? steps : summed(at(leak, k), steps)),
        drive(k),
      );
  };
  for (const connection of connections) {
    const { positive } = weightSums(connection, shape);
    const window = connection.pool[0] * connection.pool[1];
    const most = window * (connection.source === INPUT ? 1 : spikesOf(connection.source));
    lift(connection.plane, (k) => most * at(positive, k));
  }
  // What comes with connections, or through states before V, is a parameter of its own for each plane.
  for (const [name, { values }] of Object.entries(parameters)) {
    const plane = /^(?:connection bias|constant) (\d)$/.exec(name)?.[1];
    if (plane !== undefined) lift(Number(plane), (k) => at(values, k));
  }
  if (bias !== undefined) lift(V, (k) => at(bias.values, k));
  let [highest, needed] = [-Infinity, 0];
  for (let k = 0; k < size; k++)
    if (highestV[k]! - at(threshold.values, k) > highest - needed)
      [highest, needed] = [highestV[k]!, at(threshold.values, k)];
  return highest < needed
    ? [
        `inputs of 1 lift its V to ${highest.toPrecision(3)} at most in ${steps} steps, and its threshold is ${needed}: it never fires`,
      ]
    : [];
}
