/** What an operator of a model is read as: the row of its type. */
import { APPROXIMATED } from './approximated.ts';
import { FOLDS } from './constants/folds.ts';
import { isOnnxDomain } from './domain.ts';
import { type Operator, inlineFunctions } from './functions.ts';
import { withGates } from './gates.ts';
import { withGelu } from './gelu.ts';
import type { DecodedModel } from './decode.ts';
import type { NodeProto } from './generated/onnx_pb.js';
import type { OnnxOperator, OnnxOperators } from './operator.ts';
import { ONNX_OPERATORS } from './operators/generated/index.ts';
import { neededOperators } from './order.ts';
import { QUANTISED, withoutQuantised } from './qlinear.ts';

/** The operators that are read, by ONNX type. Every other one is refused. */
const READ = new Map(Object.values<OnnxOperators>(ONNX_OPERATORS).flatMap((operators) => Object.entries(operators)));

/** Types of ONNX of all operators that are read: everywhere, between constants, on request, or as others. */
export const readOperators = (): readonly string[] => [
  ...new Set([...READ.keys(), ...Object.keys(FOLDS), ...Object.keys(APPROXIMATED), ...QUANTISED]),
];

/** Forms of the output that an operator at the end may be followed by. */
const TAIL_FORMS = new Set(['Identity', 'Squeeze', 'Unsqueeze', 'Reshape', 'Flatten', 'Cast']);
export const isTail = (type: string): boolean => READ.get(type)?.isTail ?? TAIL_FORMS.has(type);

/** @param approximate whether straight pieces may stand for what has no exact meaning here */
export function rowOf({ domain, opType }: NodeProto, approximate: boolean): OnnxOperator | undefined {
  if (!isOnnxDomain(domain)) return undefined;
  return approximate && Object.hasOwn(APPROXIMATED, opType) ? APPROXIMATED[opType] : READ.get(opType);
}

/** The operators that outputs depend on, in order, with those replaced that others define. @throws E0206, E0209 */
export function operatorsOf({ graph, functions, opset }: DecodedModel, outputs: readonly string[]): Operator[] {
  const plain = withoutQuantised(inlineFunctions(graph.node, functions, opset));
  return neededOperators(withGates(withGelu(plain, graph)), outputs);
}
