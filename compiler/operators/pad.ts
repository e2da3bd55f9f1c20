/** Zeros around the image. */
import { z } from 'zod';
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { NodeBase, Padding } from '../ir/ann.ts';
import { isZero, perNeuron } from '../linear/bias.ts';
import { mapParts, requireImage } from '../linear/channel-parts.ts';
import { addPaddings, type Expression } from '../linear/expression.ts';
import { asPadding, common, netForm, padding, placeOf } from './shared/net-form.ts';
import type { AnnOperator, BindStep } from './shared/operator.ts';
import { printPadding } from './shared/print.ts';
import { checkPadding, padded } from './shared/shapes.ts';

export interface PadNode extends NodeBase {
  readonly op: 'pad';
  readonly padding: Padding;
}
type Draft = Omit<PadNode, 'shape'>;

const schema = z.strictObject({ ...common, op: z.literal('pad'), padding });

export const pad = {
  inputCount: [1, 1],
  infer: (node, inputs) => {
    checkPadding(node, node.padding);
    return padded(inputs[0]!, node.padding);
  },
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: false,
  evaluate: (node, [input]) => evaluate(node, input!),
  ofChannels: (node) => node,
  fold: (node, [parts], layers) =>
    mapParts(layers.asViews(requireImage(parts!, node), node), (e) => padExpression(e, node.padding)),
  print: (node) => printPadding(node.padding) || 'pad 0',
  net: [
    netForm(schema, (layer, { name, inputs }): Draft => ({
      op: 'pad',
      name,
      inputs,
      padding: asPadding(layer.padding),
    })),
  ],
  write: (node) => ({ op: 'pad', ...placeOf(node), padding: [...node.padding] }),
} satisfies AnnOperator<PadNode, z.infer<typeof schema>>;

/** The border of the output is zero from the start; nothing else writes it. */
function evaluate(node: PadNode, [channels, rows, columns]: Shape): BindStep {
  const [top, left] = node.padding;
  const [, outRows, outColumns] = node.shape;
  return ([source], y) => {
    const x = source!;
    return () => {
      for (let channel = 0; channel < channels; channel++) {
        for (let row = 0; row < rows; row++) {
          const from = (channel * rows + row) * columns;
          const to = (channel * outRows + top + row) * outColumns + left;
          for (let column = 0; column < columns; column++) y[to + column] = x[from + column]!;
        }
      }
    };
  };
}

/** The padding is kept until a convolution or pooling takes it. */
function padExpression(e: Expression, around: Padding): Expression {
  const terms = e.terms.map((term) => ({ ...term, padding: addPaddings(around, term.padding) }));
  const shape = padded(e.shape, around);
  return { ...e, terms, shape, bias: padBias(e, around, shape), node: undefined };
}

/** Zeros around the constant part; `shape` is that with the border. */
function padBias(e: Expression, [top, left]: Padding, shape: Shape): Float64Array {
  if (isZero(e.bias)) return new Float64Array(shape[0]);
  const [channels, rows, columns] = e.shape;
  const input = perNeuron(e.bias, e.shape);
  const bias = new Float64Array(shapeSize(shape));
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        bias[(c * shape[1] + top + y) * shape[2] + left + x] = input[(c * rows + y) * columns + x]!;
  return bias;
}
