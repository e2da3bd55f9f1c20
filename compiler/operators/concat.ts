/** The channels of all inputs, one input after the other; height and width agree. */
import { z } from 'zod';
import { fail } from '../../isa/index.ts';
import type { NodeBase } from '../ir/ann.ts';
import { type ChannelParts, isFlattened, layoutsOf } from '../linear/channel-parts.ts';
import { netForm, placeOf, severalInputs } from './shared/net-form.ts';
import type { AnnOperator } from './shared/operator.ts';
import { formatShape, misfit } from './shared/shapes.ts';

export interface ConcatNode extends NodeBase {
  readonly op: 'concat';
}
type Draft = Omit<ConcatNode, 'shape'>;

/** Beyond, repeated concatenation of one thing would take more memory than its file. */
const MOST_PARTS = 4096;

const schema = z.strictObject({ ...severalInputs, op: z.literal('concat') });

export const concat = {
  inputCount: [2, Infinity],
  infer: (node, inputs) => {
    const first = inputs[0]!;
    const [, height, width] = first;
    const other = inputs.find((shape) => shape[1] !== height || shape[2] !== width);
    if (other !== undefined) {
      misfit(
        node,
        `joins ${formatShape(first)} and ${formatShape(other)} along their channels; height and width must agree`,
      );
    }
    return [inputs.reduce((sum, [channels]) => sum + channels, 0), height, width];
  },
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: false,
  evaluate: () => (sources, y) => () => {
    run(sources, y);
  },
  ofChannels: () => undefined,
  fold: (node, inputs) => concatParts(inputs, node.name),
  print: () => '',
  net: [netForm(schema, (_, { name, inputs }): Draft => ({ op: 'concat', name, inputs }))],
  write: (node) => ({ op: 'concat', ...placeOf(node) }),
} satisfies AnnOperator<ConcatNode, z.infer<typeof schema>>;

function run(sources: readonly Float64Array[], y: Float64Array): void {
  let at = 0;
  for (const source of sources) {
    y.set(source, at);
    at += source.length;
  }
}

/** The parts side by side; nothing is computed. @throws E0204 for too many parts */
function concatParts(inputs: readonly ChannelParts[], name: string): ChannelParts {
  if (inputs.reduce((count, parts) => count + parts.length, 0) > MOST_PARTS)
    fail('E0204', `${name} is a concatenation of more than ${MOST_PARTS} parts`, { layer: name });
  if (!inputs.some(isFlattened)) return inputs.flat();
  let base = 0;
  return inputs.flatMap((parts) => {
    const layouts = layoutsOf(parts);
    const start = base;
    for (const { expression } of parts) base += expression.shape.reduce((product, n) => product * n, 1);
    return parts.map(({ expression }, k) => {
      const layout = layouts[k]!;
      return { expression, layout: { ...layout, base: start + layout.base } };
    });
  });
}
