/** Data sets as the commands use them: named relative to the user's folder, interruptible, checked against a chip. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Chip,
  classesOf,
  type Diagnostic,
  diagnostic,
  type InputLoss,
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
import { sampleShape } from '../../library/stimulus.ts';
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
