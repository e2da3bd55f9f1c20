/** Inputs whose channels come last, as Keras and TensorFlow have them: the network takes them channels first. */
import type { Shape } from '../../../isa/index.ts';
import type { Operator } from './functions.ts';
import type { Activation } from './values.ts';
import type { InputShape } from './decode.ts';

/** Operators that leave every element where it is. */
const IN_PLACE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Cast',
  'Identity',
  'QuantizeLinear',
  'DequantizeLinear',
  'Clip',
]);

/** Operators of images, whose channels come first. */
const OF_IMAGES = new Set([
  'AveragePool',
  'BatchNormalization',
  'Conv',
  'ConvTranspose',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'MaxPool',
  'Pad',
  'Resize',
  'Upsample',
]);

/** Whether an operator of images takes the value, as it is or after operators that leave every element where it is. */
function reachesImage(operators: readonly Operator[], value: string): boolean {
  const reached = new Set([value]);
  return operators.some(({ node }) => {
    if (!node.input.some((name) => reached.has(name))) return false;
    if (IN_PLACE.has(node.opType)) for (const name of node.output) reached.add(name);
    return OF_IMAGES.has(node.opType);
  });
}

/** Whether the first operator that is not element by element moves the channels to the front, or multiplies them. */
function movesChannels(operators: readonly Operator[], input: string, rank: number): boolean {
  const reached = new Set([input]);
  const perm = rank === 4 ? '0,3,1,2' : '0,2,1';
  for (const { node } of operators) {
    if (!node.input.some((name) => reached.has(name))) continue;
    const own = node.attribute.find(({ name }) => name === 'perm');
    if (node.opType === 'Transpose' && own?.ints.join() === perm) {
      if (reachesImage(operators, node.output[0]!)) return true;
      continue;
    }
    if (node.opType === 'MatMul' && reached.has(node.input[0]!)) return true;
    if (IN_PLACE.has(node.opType)) for (const name of node.output) reached.add(name);
  }
  return false;
}

/**
 * The input as a view of a node that has its channels first; undefined where it has them there already, and where arrays of
 * the one shape could not be told from those of the other.
 */
export function channelsLast(
  operators: readonly Operator[],
  input: string,
  { dims, isBatched }: InputShape,
): (Pick<Activation, 'dims' | 'strides' | 'offset'> & { readonly shape: Shape }) | undefined {
  const rank = dims.length;
  if (!isBatched || (rank !== 3 && rank !== 4) || !movesChannels(operators, input, rank)) return undefined;
  const [height, width, channels] = rank === 4 ? [dims[1]!, dims[2]!, dims[3]!] : [1, dims[1]!, dims[2]!];
  const long = (...sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join();
  if (channels > 1 && long(height, width, channels) === long(channels, height, width)) return undefined;
  const area = height * width;
  const strides = rank === 4 ? [0, width, 1, area] : [0, 1, area];
  return { dims, strides, offset: 0, shape: [channels, height, width] };
}
