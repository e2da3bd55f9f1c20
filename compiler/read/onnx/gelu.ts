/** GELU as exporters write it where the operator set has none: x·(1 + Erf(x/√2))/2, its factors in any order. */
import { create } from '@bufbuild/protobuf';
import { isOnnxDomain } from './domain.ts';
import type { Operator } from './functions.ts';
import { type GraphProto, type NodeProto, NodeProtoSchema } from './generated/onnx_pb.js';
import { numberIn } from './tensors.ts';

/** Exporters round constants to 16 or 32 bit. */
const TOLERANCE = 1e-3;
const isAbout = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value / wanted - 1) < TOLERANCE;

/** The operators with the last of each such product replaced by `Gelu`; what else takes its parts finds them still. */
export function withGelu(operators: readonly Operator[], graph: GraphProto): Operator[] {
  if (!operators.some(({ node }) => node.opType === 'Erf')) return [...operators];
  const lines = new Wiring(operators, graph);
  const found = new Map<NodeProto, NodeProto>();
  for (const { node } of operators) {
    // A value that is computed twice is a fault that the reader finds.
    if (node.opType !== 'Erf' || !isOnnxDomain(node.domain) || !lines.isMaker(node)) continue;
    const own = geluOf(node, lines);
    if (own === undefined) continue;
    const { name, output } = own.last;
    found.set(own.last, create(NodeProtoSchema, { opType: 'Gelu', name, input: [own.of], output }));
  }
  return operators.map((operator) => ({ ...operator, node: found.get(operator.node) ?? operator.node }));
}

/** What is multiplied: a value by a number. */
interface Multiple {
  readonly of: string;
  readonly factor: number;
}

/** Who makes and who takes the values of a model, and which of them are single numbers. */
class Wiring {
  readonly #makers = new Map<string, NodeProto>();
  readonly #takers = new Map<string, NodeProto[]>();
  readonly #numbers = new Map<string, number>();

  constructor(operators: readonly Operator[], graph: GraphProto) {
    for (const tensor of graph.initializer) this.#note(tensor.name, numberIn(tensor));
    for (const { node } of operators) {
      for (const name of node.output) this.#makers.set(name, node);
      for (const name of new Set(node.input)) {
        const takers = this.#takers.get(name);
        if (takers === undefined) this.#takers.set(name, [node]);
        else takers.push(node);
      }
      if (node.opType !== 'Constant' || !isOnnxDomain(node.domain)) continue;
      for (const { name, t, f } of node.attribute) {
        if (name === 'value' && t !== undefined) this.#note(node.output[0]!, numberIn(t));
        if (name === 'value_float') this.#note(node.output[0]!, f);
      }
    }
  }

  #note(name: string, value: number | undefined): void {
    if (value !== undefined) this.#numbers.set(name, value);
  }

  /** Whether nothing later computes the same value again. */
  isMaker(node: NodeProto): boolean {
    return this.#makers.get(node.output[0] ?? '') === node;
  }

  /** The number that a value is; undefined where it is none. */
  number(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** Operators that take a value. */
  takers(name: string): readonly NodeProto[] {
    return this.#takers.get(name) ?? [];
  }

  /** A value as the multiple that one operator makes of another, or as once itself. */
  multiple(name: string): Multiple {
    const node = this.#makers.get(name);
    return (node && this.scaled(node)) ?? { of: name, factor: 1 };
  }

  /** What an operator makes of its only input that is no number: a multiple of it; undefined of any other operator. */
  scaled({ opType, domain, input }: NodeProto): Multiple | undefined {
    const [first, second] = input;
    if (first === undefined || second === undefined || !isOnnxDomain(domain)) return undefined;
    const [left, right] = [this.number(first), this.number(second)];
    if (opType === 'Div' && right !== undefined) return { of: first, factor: 1 / right };
    if (opType !== 'Mul') return undefined;
    if (right !== undefined) return { of: first, factor: right };
    return left === undefined ? undefined : { of: second, factor: left };
  }
}

/** The operator whose result is the GELU of `of`, followed from its Erf. */
function geluOf(erf: NodeProto, lines: Wiring): { readonly last: NodeProto; readonly of: string } | undefined {
  const inner = lines.multiple(erf.input[0] ?? '');
  if (!isAbout(inner.factor, Math.SQRT1_2)) return undefined;
  const sum = lines.takers(erf.output[0] ?? '').find((node) => isOneMore(node, lines));
  return sum && productOf(sum.output[0]!, { of: inner.of, factor: 1, isWhole: false }, lines);
}

const isOneMore = ({ opType, input }: NodeProto, lines: Wiring): boolean =>
  opType === 'Add' && input.some((name) => lines.number(name) === 1);

interface Product extends Multiple {
  /** Whether the value itself is among the factors. */
  readonly isWhole: boolean;
}

/** Follows factors upwards until all are there: the value once, and numbers whose product is ½. */
function productOf(name: string, before: Product, lines: Wiring): ReturnType<typeof geluOf> {
  for (const node of lines.takers(name)) {
    const next = withFactor(node, name, before, lines);
    if (next === undefined) continue;
    if (next.isWhole && isAbout(next.factor, 0.5)) return { last: node, of: next.of };
    const found = productOf(node.output[0]!, next, lines);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withFactor(node: NodeProto, name: string, before: Product, lines: Wiring): Product | undefined {
  const scaled = lines.scaled(node);
  if (scaled?.of === name) {
    // One number is enough in any model; more would be a chain that is none of ours.
    return before.factor === 1 ? { ...before, factor: scaled.factor } : undefined;
  }
  if (before.isWhole || node.opType !== 'Mul' || !isOnnxDomain(node.domain) || node.input.length !== 2)
    return undefined;
  const other = node.input.find((own) => own !== name);
  if (other === undefined) return undefined;
  if (other === before.of) return { ...before, isWhole: true };
  const multiple = lines.multiple(other);
  if (multiple.of !== before.of || before.factor !== 1) return undefined;
  return { ...before, factor: multiple.factor, isWhole: true };
}
