/** The input of the network: the tensor after preprocessing. Exactly one, the first of all nodes. */
import { fail } from '../../isa/index.ts';
import type { NodeBase } from '../ir/ann.ts';
import { INPUT } from '../ir/layers.ts';
import { single } from '../linear/channel-parts.ts';
import { viewOf } from '../linear/expression.ts';
import type { AnnOperator } from './shared/operator.ts';

export interface InputNode extends NodeBase {
  readonly op: 'input';
}

export const input = {
  inputCount: [0, 0],
  infer: (node) => node.shape,
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: true,
  // The engine writes the sample itself.
  evaluate: () => () => () => undefined,
  ofChannels: () => undefined,
  fold: (node) => single(viewOf(INPUT, node.shape, node.name)),
  print: () => '',
  net: [],
  write: () => fail('E0901', 'a network has one input, and it is no layer'),
} satisfies AnnOperator<InputNode, never, InputNode>;
