/** Which shapes of samples fit the input of a network. */
import { fail, type Place } from '../../isa/index.ts';
import { elementCount } from './array-file.ts';
import type { Layout } from './dataset.ts';

/**
 * Whether samples of a shape can be taken as an input [channels, height, width], or [ticks, channels, height, width]: the element counts agree, and the shapes
 * are equal but for dimensions of 1, or one of the two is a plain vector (channel by channel, row by row).
 */
export function matchesInput(shape: readonly number[], input: readonly number[]): boolean {
  if (elementCount(shape) !== elementCount(input)) return false;
  const [stored, wanted] = [shape, input].map((sizes) => sizes.filter((size) => size !== 1));
  if (stored!.length <= 1 || wanted!.length <= 1) return true;
  return stored!.length === wanted!.length && stored!.every((size, k) => size === wanted![k]);
}

/**
 * Whether samples of a shape are channels last, [height, width, channels], for an input that has them first: told by the
 * layout, or without it by a shape that fits in no other way.
 */
export function isChannelsLast(shape: readonly number[], input: readonly number[], layout?: Layout): boolean {
  const [channels] = input;
  // One channel is first as well as last.
  if (layout === 'nchw' || input.length !== 3 || channels === 1 || shape.length < 2 || shape.at(-1) !== channels)
    return false;
  if (layout === undefined && matchesInput(shape, input)) return false;
  return matchesInput([shape.at(-1)!, ...shape.slice(0, -1)], input);
}

const lacksSteps = (shape: readonly number[], input: readonly number[]): boolean =>
  input.length > 3 && matchesInput(shape, input.slice(1));
const GIVE_STEPS = 'samples without steps are given some by --encode constant, poisson, ttfs or delta';

/** @throws E0603 unless the shape fits the expected input */
export function requireMatch(shape: readonly number[], input: readonly number[] | undefined, place: Place): void {
  if (input === undefined || matchesInput(shape, input)) return;
  fail(
    'E0603',
    `the samples have the shape [${shape.join(', ')}], the input is [${input.join(', ')}]`,
    place,
    lacksSteps(shape, input) ? GIVE_STEPS : `store samples as [${axes(input)}]`,
  );
}

export interface Batch {
  readonly count: number;
  readonly shape: readonly number[];
}

/**
 * Splits the shape of a .npy array into samples. An array that fits the input as a whole is one sample; one whose first
 * axis can be taken off is a batch. Without an expected input, the first axis counts samples, except of a vector.
 *
 * @throws E0603 where neither fits
 */
export function splitBatch(
  shape: readonly number[],
  input: readonly number[] | undefined,
  place: Place,
  layout?: Layout,
): Batch {
  const whole = { count: 1, shape };
  const batch = { count: shape[0]!, shape: shape.slice(1) };
  if (input === undefined) return shape.length > 1 ? batch : whole;
  const isAsItIs = (stored: readonly number[]): boolean =>
    matchesInput(stored, input) && (layout !== 'nhwc' || input[0] === 1 || isFlat(stored));
  if (isAsItIs(shape)) return whole;
  if (isAsItIs(batch.shape)) return batch;
  if (isChannelsLast(shape, input, layout)) return whole;
  if (isChannelsLast(batch.shape, input, layout)) return batch;
  return fail(
    'E0603',
    `an array of the shape [${shape.join(', ')}] is neither a sample nor a batch of samples for the input ` +
      `[${input.join(', ')}]`,
    place,
    lacksSteps(shape, input) || lacksSteps(batch.shape, input)
      ? GIVE_STEPS
      : `store samples as [samples, ${axes(input)}]`,
  );
}

/** Whether samples are rows, without axes for channels, height and width. */
export const isFlat = (shape: readonly number[]): boolean => shape.filter((size) => size !== 1).length <= 1;

const axes = ({ length }: readonly number[]): string =>
  ['ticks', 'channels', 'height', 'width'].slice(length > 3 ? 0 : 1).join(', ');
