/** The sum of layers of one shape. */
import { z } from 'zod';
import { fail } from '../../isa/index.ts';
import type { NodeBase } from '../ir/ann.ts';
import { addExpressions } from '../linear/add-expressions.ts';
import { type ChannelParts, joinParts, single } from '../linear/channel-parts.ts';
import { sameLayout } from '../linear/flattened-layout.ts';
import { netForm, placeOf, severalInputs } from './shared/net-form.ts';
import type { AnnOperator } from './shared/operator.ts';
import { formatShape, misfit, sameShape } from './shared/shapes.ts';

export interface AddNode extends NodeBase {
  readonly op: 'add';
}
type Draft = Omit<AddNode, 'shape'>;

const schema = z.strictObject({ ...severalInputs, op: z.literal('add') });

export const add = {
  inputCount: [2, Infinity],
  infer: (node, inputs) => {
    const [first] = inputs;
    const other = inputs.find((shape) => !sameShape(shape, first!));
    if (other !== undefined) misfit(node, `adds ${formatShape(first!)} and ${formatShape(other)}`);
    return first!;
  },
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: true,
  evaluate: () => (sources, y) => () => {
    run(sources, y);
  },
  ofChannels: () => undefined,
  fold: (node, inputs) => inputs.reduce((sum, term) => addParts(sum, term, node.name)),
  print: () => '',
  net: [netForm(schema, (_, { name, inputs }): Draft => ({ op: 'add', name, inputs }))],
  write: (node) => ({ op: 'add', ...placeOf(node) }),
} satisfies AnnOperator<AddNode, z.infer<typeof schema>>;

function run(sources: readonly Float64Array[], y: Float64Array): void {
  const [first, second] = sources as [Float64Array, Float64Array];
  for (let index = 0; index < y.length; index++) y[index] = first[index]! + second[index]!;
  for (let source = 2; source < sources.length; source++) {
    const more = sources[source]!;
    for (let index = 0; index < y.length; index++) y[index] = y[index]! + more[index]!;
  }
}

/** @throws E0204 for vectors that were flattened in different ways, E0209 as `addExpressions` */
function addParts(a: ChannelParts, b: ChannelParts, name: string): ChannelParts {
  const alike =
    a.length === b.length &&
    a.every(({ expression, layout }, k) => {
      const other = b[k]!;
      return String(expression.shape) === String(other.expression.shape) && sameLayout(layout, other.layout);
    });
  if (alike)
    return a.map(({ expression, layout }, k) => ({ expression: addExpressions(expression, b[k]!.expression), layout }));
  const [left, right] = [joinParts(a, name), joinParts(b, name)];
  if (String(left.expression.shape) !== String(right.expression.shape) || !sameLayout(left.layout, right.layout))
    fail(
      'E0204',
      `${name} adds two vectors that were flattened in different ways`,
      { layer: name },
      'add before the flattening',
    );
  return single(addExpressions(left.expression, right.expression), left.layout);
}
