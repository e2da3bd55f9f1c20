/** Data sets as the commands use them: named relative to the user's folder, interruptible, checked against a chip. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Chip,
  classesOf,
  type Diagnostic,
  diagnostic,
  fail,
  type InputLoss,
  inputSize,
  preprocess,
  quantiseInput,
  type Sample,
  shapeSize,
} from '../../isa/index.ts';
import {
  type Dataset,
  type DatasetOptions,
  openDataset,
  type SampleRange,
  splitMember,
  splitSampleSpec,
} from '../data/index.ts';
import { pathOf } from './files.ts';
import type { Io } from './io.ts';
import { printNote } from './messages.ts';

export { splitSampleSpec };

/** The file that a data set is read from: that of `file.npz:name`, and of `file#3`. */
export const dataFile = (io: Io, spec: string): string => splitMember(pathOf(io, splitSampleSpec(spec).data)).path;

/** What is known of the network that data are for, and what the user says of them. */
export interface DataFor extends Pick<DatasetOptions, 'outputs' | 'classNames' | 'layout' | 'events'> {
  readonly shape: readonly number[];
  readonly labels?: string | undefined;
  readonly targets?: string | undefined;
}

/**
 * Opens data and says what was chosen among several.
 *
 * @param spec as the user gave it, without `#i`
 * @throws DiagnosticError E0101, E06xx
 */
export async function openData(io: Io, spec: string, { shape, labels, targets, ...more }: DataFor): Promise<Dataset> {
  const data = await openDataset(pathOf(io, spec), {
    ...more,
    expectedShape: shape,
    ...(labels !== undefined && { labels: pathOf(io, labels) }),
    ...(targets !== undefined && { targets: pathOf(io, targets) }),
  });
  for (const note of data.notes) printNote(note, io);
  return data;
}

/** What the data of a chip are for. */
export const dataOf = ({ input, output: { shape, labels } }: Chip): DataFor => ({
  shape: sampleShape(input),
  outputs: shapeSize(shape),
  ...(labels.length === classesOf(shapeSize(shape)) && { classNames: labels }),
});

/** The samples of a data set; between them signals are let in, and the program stops where the user wants it to. */
export async function* readSamples(io: Io, data: Dataset, range: SampleRange = {}): AsyncGenerator<Sample> {
  for await (const sample of data.samples(range)) {
    await nextTurn();
    io.signal.throwIfAborted();
    yield sample;
  }
}

/** Shape of a sample of a chip: that of its input, in each tick in which some comes. */
const sampleShape = ({ shape, ticks }: Chip['input']): readonly number[] =>
  ticks === undefined ? shape : [ticks, ...shape];

/** A sample as a chip takes it. */
export interface Stimulus {
  readonly index: number;
  readonly payloads: Int16Array;
  /** Preprocessed values, for the conventional network. */
  readonly x: Float64Array;
  readonly label?: number;
  readonly target?: Float32Array;
}

/** Where the values of a sample are put. */
export type StimulusBuffers = Pick<Stimulus, 'payloads' | 'x'>;

/** Buffers for one sample after the other: each of them is valid until the next one. */
export function stimulusBuffers({ input }: Chip): StimulusBuffers {
  const size = inputSize(input);
  return { payloads: new Int16Array(size), x: new Float64Array(size) };
}

/**
 * @param into if absent, the values get memory of their own
 * @throws DiagnosticError E0603 for a wrong size, E0604 for a label without a class
 */
export function toStimulus(
  { index, shape, values, label, target }: Sample,
  { input, output }: Chip,
  into?: StimulusBuffers,
): Stimulus {
  if (values.length !== inputSize(input))
    fail('E0603', `sample ${index} is ${shape.join('×')}; the chip takes ${sampleShape(input).join('×')}`);
  const classes = classesOf(shapeSize(output.shape));
  if (label !== undefined && (label < 0 || label >= classes))
    fail(
      'E0604',
      `sample ${index} has label ${label}; the chip tells ${classes} classes apart, from 0 to ${classes - 1}`,
      undefined,
      'number the classes in the order of the outputs, from 0 on',
    );
  const x = preprocess(values, input, into?.x);
  return {
    index,
    payloads: quantiseInput(x, input, into?.payloads),
    x,
    ...(label !== undefined && { label }),
    ...(target && { target }),
  };
}

/** Share of the input that may be lost: the sums of the first layer are then off by a fifth of their size. */
const MAY_BE_LOST = 0.05;

/** Finds fault with data that are not of the size that the input step was chosen for. */
export function leavesRange(
  { samples, nonZero, roundedToZero, limited, lost }: InputLoss,
  { input }: Chip,
): Diagnostic[] {
  if (lost <= MAY_BE_LOST) return [];
  const steps = input.channelSteps ?? [input.step];
  const reach = steps.map((step) => ({ low: input.payloadMin * step, high: input.payloadMax * step }));
  const low = reach.reduce((least, end) => Math.min(least, end.low), 0);
  const high = reach.reduce((most, end) => Math.max(most, end.high), 0);
  const percent = (part: number): string => `${((100 * part) / nonZero).toFixed(1)} %`;
  return [
    diagnostic(
      'W0703',
      `${(100 * lost).toFixed(1)} % of the input is lost in ${samples} samples: of the values that are not 0, ${percent(roundedToZero)} become payload 0 and ${percent(limited)} are limited; the chip was built for values of ${low.toPrecision(3)} to ${high.toPrecision(3)} in steps of ${input.step.toPrecision(3)}`,
      undefined,
      'give data scaled as those that the chip was calibrated on, or calibrate it on data like these',
    ),
  ];
}
