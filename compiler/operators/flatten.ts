/** [C, H, W] → [C*H*W, 1, 1]. */
import { z } from 'zod';
import type { Shape } from '../../isa/index.ts';
import type { AxisOrder, NodeBase } from '../ir/ann.ts';
import { type ChannelParts, isFlattened, layoutsOf, wholeShape } from '../linear/channel-parts.ts';
import { common, netForm, placeOf } from './shared/net-form.ts';
import type { AnnOperator, BindStep } from './shared/operator.ts';
import { formatShape, misfit, sizeOf } from './shared/shapes.ts';

/**
 * `order` is the axis order that the flattened vector runs through, slowest first: [0, 1, 2] is the plain NCHW flatten;
 * [1, 2, 0] a flatten after a transposition to channel-last.
 */
export interface FlattenNode extends NodeBase {
  readonly op: 'flatten';
  readonly order: AxisOrder;
}
type Draft = Omit<FlattenNode, 'shape'>;

const axis = z.int().min(0).max(2);
const schema = z.strictObject({
  ...common,
  op: z.literal('flatten'),
  order: z
    .tuple([axis, axis, axis])
    .optional()
    .describe('axes that the vector runs through, slowest first; [0, 1, 2] if absent'),
});

export const flatten = {
  inputCount: [1, 1],
  infer: (node, inputs) => {
    if ([...node.order].sort().join() !== '0,1,2') misfit(node, `has the axis order ${formatShape(node.order)}`);
    return [sizeOf(inputs[0]!), 1, 1];
  },
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: false,
  evaluate: (node, [input]) => (isPlain(node) ? undefined : evaluate(node, input!)),
  ofChannels: () => undefined,
  fold: (node, [parts]) => flattenParts(node, parts!),
  print: (node) => (isPlain(node) ? '' : `order ${node.order.join(',')}`),
  net: [
    netForm(schema, (layer, { name, inputs }): Draft => ({
      op: 'flatten',
      name,
      inputs,
      order: layer.order ?? [0, 1, 2],
    })),
  ],
  write: (node) => ({ op: 'flatten', ...placeOf(node), order: [...node.order] }),
} satisfies AnnOperator<FlattenNode, z.infer<typeof schema>>;

const isPlain = ({ order }: FlattenNode): boolean => order.join() === '0,1,2';

function evaluate(node: FlattenNode, input: Shape): BindStep {
  const from = flattenedFrom(node.order, input);
  return ([source], y) => {
    const x = source!;
    return () => {
      for (let index = 0; index < y.length; index++) y[index] = x[from[index]!]!;
    };
  };
}

/** For each element of the flattened vector, the NCHW index that it comes from. */
export function flattenedFrom(order: AxisOrder, shape: Shape): Uint32Array {
  const from = new Uint32Array(sizeOf(shape));
  const steps = [shape[1] * shape[2], shape[2], 1] as const;
  const [a, b, c] = order;
  let index = 0;
  for (let i = 0; i < shape[a]!; i++) {
    for (let j = 0; j < shape[b]!; j++) {
      for (let k = 0; k < shape[c]!; k++) from[index++] = i * steps[a]! + j * steps[b]! + k * steps[c]!;
    }
  }
  return from;
}

/** Names the indices of an image anew; nothing is computed. */
function flattenParts(node: FlattenNode, parts: ChannelParts): ChannelParts {
  const [, height, width] = wholeShape(parts);
  if (isFlattened(parts) || (height === 1 && width === 1)) return parts;
  const layouts = layoutsOf(parts, node.order);
  return parts.map(({ expression }, k) => ({ expression, layout: layouts[k] }));
}
