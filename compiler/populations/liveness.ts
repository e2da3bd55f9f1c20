/** Neurons that hardly compute, as a tau in another unit than dt makes them: they never leak, forget at once, or cannot fire. */
import { shapeSize } from '../../isa/index.ts';
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
  const { leak, currentLeak } = population.parameters;
  return [
    ...[leak, currentLeak].flatMap((each) => (each === undefined ? [] : leakFaults(each.values, reading))),
    ...driveFaults(population, reading),
  ];
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

/** V at most, where all that lifts it comes in every step; the threshold must be within reach of one neuron at least. */
function driveFaults({ connections, parameters, shape }: Population, { steps, spikesOf }: Reading): string[] {
  const { threshold, leak, currentLeak, bias } = parameters;
  if (threshold === undefined) return [];
  const size = shapeSize(shape);
  const at = (values: Float64Array, k: number): number =>
    values[values.length === size ? k : values.length === 1 ? 0 : Math.floor((k * shape[0]) / size)]!;
  const drive = new Float64Array(size);
  for (const connection of connections) {
    const { positive } = weightSums(connection, shape);
    const window = connection.pool[0] * connection.pool[1];
    const most = window * (connection.source === INPUT ? 1 : spikesOf(connection.source));
    for (let k = 0; k < size; k++) drive[k]! += most * at(positive, k);
  }
  // What comes with connections is a parameter of its own, for each plane.
  for (const [name, { values }] of Object.entries(parameters))
    if (name.startsWith('connection bias')) for (let k = 0; k < size; k++) drive[k]! += at(values, k);
  let [highest, needed] = [-Infinity, 0];
  for (let k = 0; k < size; k++) {
    const arriving = drive[k]! * (currentLeak === undefined ? 1 : summed(at(currentLeak.values, k), steps));
    const lifted =
      (arriving + (bias === undefined ? 0 : at(bias.values, k))) *
      (leak === undefined ? steps : summed(at(leak.values, k), steps));
    if (lifted - at(threshold.values, k) > highest - needed) [highest, needed] = [lifted, at(threshold.values, k)];
  }
  return highest < needed
    ? [
        `inputs of 1 lift its V to ${highest.toPrecision(3)} at most in ${steps} steps, and its threshold is ${needed}: it never fires`,
      ]
    : [];
}
