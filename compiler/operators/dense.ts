/** A matrix product of the whole input. */
import { z } from 'zod';
import type { Shape } from '../../isa/index.ts';
import type { NodeBase, Tensor } from '../ir/ann.ts';
import { isZero } from '../linear/bias.ts';
import { type ChannelParts, layoutsOf, single, sumOf } from '../linear/channel-parts.ts';
import { channelFactor, type Expression, type Term, withBias } from '../linear/expression.ts';
import { positionsOf } from '../linear/flattened-layout.ts';
import { common, netForm, placeOf, readBias, tensor, writeBias } from './shared/net-form.ts';
import { type AnnOperator, type BindStep, weightAndBias } from './shared/operator.ts';
import { words } from './shared/print.ts';
import { checkBias, checkTensor, formatShape, misfit, sameShape, sizeOf } from './shared/shapes.ts';

/** weight [out, in]; the input is [in, 1, 1]. */
export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly weight: Tensor;
  readonly bias?: Tensor;
}
type Draft = Omit<DenseNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('dense'),
  weight: tensor.describe('[out, in]'),
  bias: tensor.optional().describe('[out]'),
});

export const dense = {
  inputCount: [1, 1],
  infer,
  parameters: ({ weight, bias }) => weightAndBias(weight.data, bias),
  scratch: () => 0,
  macs: ({ weight }) => weight.data.length,
  writesResult: true,
  evaluate: (node, [shape]) => evaluate(node, sizeOf(shape!)),
  ofChannels: () => undefined,
  fold: (node, [parts], layers) => multiply(node, layers.asViews(parts!, node)),
  print: ({ weight, bias }) => words(weight.shape.join('×'), bias !== undefined && 'bias'),
  net: [
    netForm(schema, (layer, place): Draft => ({
      op: 'dense',
      name: place.name,
      inputs: place.inputs,
      weight: place.tensors.read(layer.weight, `${place.path}.weight`),
      ...readBias(layer.bias, place),
    })),
  ],
  write: (node, file) => ({
    op: 'dense',
    ...placeOf(node),
    weight: file.tensor(node.weight),
    ...writeBias(node.bias, file),
  }),
} satisfies AnnOperator<DenseNode, z.infer<typeof schema>>;

function infer(node: Draft, inputs: readonly Shape[]): Shape {
  const [input] = inputs as [Shape];
  checkTensor(node, 'weight', node.weight, 2);
  const [out, inSize] = node.weight.shape as [number, number];
  if (!sameShape(input, [inSize, 1, 1])) {
    misfit(
      node,
      `has weights ${formatShape(node.weight.shape)}, but its input is ${formatShape(input)}`,
      sizeOf(input) === inSize ? 'Put a flatten before it.' : undefined,
    );
  }
  checkBias(node, node.bias, out);
  return [out, 1, 1];
}

/** Four outputs side by side; each sum begins at the bias and runs over the inputs in order. */
function evaluate({ weight, bias, shape: [outputs] }: DenseNode, inputs: number): BindStep {
  const blocks = Math.ceil(outputs / 4);
  const weights = new Float64Array(blocks * inputs * 4);
  const sums = new Float64Array(blocks * 4);
  for (let out = 0; out < outputs; out++) {
    const at = Math.floor(out / 4) * inputs * 4 + (out % 4);
    for (let index = 0; index < inputs; index++) weights[at + index * 4] = weight.data[out * inputs + index]!;
  }
  const biases = new Float64Array(blocks * 4);
  if (bias !== undefined) biases.set(bias.data);
  return ([x], y) =>
    () => {
      run(weights, biases, x!, sums);
      for (let out = 0; out < outputs; out++) y[out] = sums[out]!;
    };
}

function run(weights: Float64Array, bias: Float64Array, x: Float64Array, sums: Float64Array): void {
  let at = 0;
  for (let first = 0; first < sums.length; first += 4) {
    let sum0 = bias[first]!;
    let sum1 = bias[first + 1]!;
    let sum2 = bias[first + 2]!;
    let sum3 = bias[first + 3]!;
    for (let index = 0; index < x.length; index++) {
      const value = x[index]!;
      sum0 += weights[at]! * value;
      sum1 += weights[at + 1]! * value;
      sum2 += weights[at + 2]! * value;
      sum3 += weights[at + 3]! * value;
      at += 4;
    }
    sums[first] = sum0;
    sums[first + 1] = sum1;
    sums[first + 2] = sum2;
    sums[first + 3] = sum3;
  }
}

/** Matrix product of (flattened) parts whose terms are scaled views. */
function multiply(node: DenseNode, parts: ChannelParts): ChannelParts {
  const layouts = layoutsOf(parts);
  const products = parts.map(({ expression }, k) =>
    multiplyPart(node, expression, positionsOf(expression.shape, layouts[k]!)),
  );
  return single(withBias(sumOf(products), node.bias?.data));
}

/** @param positions per element of the expression (NCHW): the column of the matrix that it meets */
function multiplyPart({ name, shape, weight: matrix }: DenseNode, e: Expression, positions: Uint32Array): Expression {
  const [rows] = shape;
  const columns = matrix.data.length / rows;
  const area = e.shape[1] * e.shape[2];
  const terms = e.terms.map((term): Term => {
    const weight = new Float64Array(rows * positions.length);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < positions.length; k++)
        weight[row * positions.length + k] =
          matrix.data[row * columns + positions[k]!]! * channelFactor(term, Math.floor(k / area));
    return { ...term, operator: { kind: 'dense', weight }, pointwise: false, average: false };
  });
  const bias = new Float64Array(rows);
  if (!isZero(e.bias)) {
    const perChannel = e.bias.length === e.shape[0];
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < positions.length; k++)
        bias[row]! += matrix.data[row * columns + positions[k]!]! * e.bias[perChannel ? Math.floor(k / area) : k]!;
  }
  return { terms, shape, bias, origin: name, node: undefined };
}
