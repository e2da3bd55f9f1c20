/** From a sample to what a chip takes. */
import {
  type Chip,
  classesOf,
  fail,
  inputSize,
  preprocess,
  quantiseInput,
  type Sample,
  shapeSize,
} from '../isa/index.ts';

/** Shape of a sample of a chip: that of its input, in each tick in which some comes. */
export const sampleShape = ({ shape, ticks }: Chip['input']): readonly number[] =>
  ticks === undefined ? shape : [ticks, ...shape];

/** A sample as a chip takes it. */
export interface Stimulus {
  readonly index: number;
  /** Of all steps, or of those with which the inference ends. */
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
  { index, shape, values, label, target, steps }: Sample,
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
  const payloads = quantiseInput(x, input, into?.payloads);
  return {
    index,
    payloads: steps === undefined ? payloads : payloads.subarray(0, steps * shapeSize(input.shape)),
    x,
    ...(label !== undefined && { label }),
    ...(target && { target }),
  };
}
