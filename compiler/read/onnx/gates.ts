/** Activations that exporters write as a product of a value and a gate of the same value. */
import { create } from '@bufbuild/protobuf';
import { isOnnxDomain } from './domain.ts';
import type { Operator } from './functions.ts';
import { type NodeProto, NodeProtoSchema } from './generated/onnx_pb.js';

/** x·sigmoid(x) as `Swish`, x·HardSigmoid(x) with the slope 1/6 as `HardSwish`: the gate is left to whoever else takes it. */
export function withGates(operators: readonly Operator[]): Operator[] {
  const gates = new Map<string, { readonly type: string; readonly of: string }>();
  for (const { node } of operators) {
    const type = isOnnxDomain(node.domain) ? gateOf(node) : undefined;
    if (type !== undefined) gates.set(node.output[0]!, { type, of: node.input[0]! });
  }
  if (gates.size === 0) return [...operators];
  return operators.map((operator) => {
    const { node } = operator;
    if (node.opType !== 'Mul' || !isOnnxDomain(node.domain) || node.input.length !== 2) return operator;
    const [first, second] = node.input as [string, string];
    const gate = [gates.get(first), gates.get(second)].find((own, k) => own?.of === [second, first][k]);
    if (gate === undefined) return operator;
    const { name, output } = node;
    return { ...operator, node: create(NodeProtoSchema, { opType: gate.type, name, input: [gate.of], output }) };
  });
}

function gateOf({ opType, input, output, attribute }: NodeProto): string | undefined {
  if (input.length !== 1 || output.length !== 1) return undefined;
  if (opType === 'Sigmoid') return 'Swish';
  const valueOf = (name: string, absent: number): number => attribute.find((own) => own.name === name)?.f ?? absent;
  const isSixth = Math.abs(valueOf('alpha', 0.2) - 1 / 6) < 1e-6 && valueOf('beta', 0.5) === 0.5;
  return opType === 'HardSigmoid' && isSixth ? 'HardSwish' : undefined;
}
