/** Local functions: every call is replaced by the operators of its body, so the reader sees one flat list. */
import { create } from '@bufbuild/protobuf';
import { fail } from '../../../isa/index.ts';
import { isOnnxDomain } from './domain.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type FunctionProto,
  type NodeProto,
  NodeProtoSchema,
} from './generated/onnx_pb.js';

/** A function can call another many times, and that one the next: a few bytes are exponentially many operators. */
const MOST_OPERATORS = 2 ** 16;
const DEEPEST_CALL = 64;

/** An operator, and the operator set that its text was written for. */
export interface Operator {
  readonly node: NodeProto;
  readonly opset: number;
}

/** @throws E0206 for functions that call themselves, or a call of the wrong form; E0209 for too many operators */
export function inlineFunctions(
  nodes: readonly NodeProto[],
  functions: readonly FunctionProto[],
  opset: number,
): Operator[] {
  const known = new Map(functions.map((own) => [keyOf(own.domain, own.name), own]));
  const result: Operator[] = [];
  const expand = (list: readonly NodeProto[], version: number, depth: number): void => {
    for (const node of list) {
      const own = known.get(keyOf(node.domain, node.opType));
      if (own === undefined) result.push({ node, opset: version });
      else if (depth === DEEPEST_CALL) fail('E0206', `the function ${node.opType} calls itself, or too deep`);
      else expand(bodyOf(node, own), versionOf(own) ?? version, depth + 1);
      if (result.length > MOST_OPERATORS)
        fail('E0209', `the functions of the model make more than ${MOST_OPERATORS} operators`);
    }
  };
  expand(nodes, opset, 0);
  return result;
}

const keyOf = (domain: string, name: string): string => JSON.stringify([isOnnxDomain(domain) ? '' : domain, name]);

function versionOf({ opsetImport }: FunctionProto): number | undefined {
  const found = opsetImport.find(({ domain }) => isOnnxDomain(domain));
  return found && Number(found.version);
}

/** The body with the values and attributes of the call in it; what is its own has names of its own. */
function bodyOf(call: NodeProto, { input, output, node, attributeProto }: FunctionProto): NodeProto[] {
  const names = new Map<string, string>([['', '']]);
  input.forEach((name, k) => names.set(name, call.input[k] ?? ''));
  output.forEach((name, k) => {
    const given = call.output[k] ?? '';
    names.set(name, given === '' ? `${unique(call)}/${name}` : given);
  });
  const nameOf = (name: string): string => {
    const known = names.get(name) ?? `${unique(call)}/${name}`;
    names.set(name, known);
    return known;
  };
  const given = new Map([...attributeProto, ...call.attribute].map((attribute) => [attribute.name, attribute]));
  return node.map((inner) =>
    create(NodeProtoSchema, {
      ...inner,
      name: inner.name === '' ? '' : `${unique(call)}/${inner.name}`,
      input: inner.input.map(nameOf),
      output: inner.output.map(nameOf),
      attribute: inner.attribute.flatMap((attribute) => resolved(attribute, given)),
    }),
  );
}

/** A name that no other call has: outputs are unique in a model. */
const unique = (call: NodeProto): string => call.output.find((name) => name !== '') ?? call.name;

/** An attribute that refers to one of the call; none where the call has it not. */
function resolved(attribute: AttributeProto, given: ReadonlyMap<string, AttributeProto>): AttributeProto[] {
  if (attribute.refAttrName === '') return [attribute];
  const value = given.get(attribute.refAttrName);
  return value === undefined ? [] : [create(AttributeProtoSchema, { ...value, name: attribute.name })];
}
