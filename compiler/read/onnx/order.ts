/** Which operators of a model are needed, in which order, and what is at the end. */
import type { NodeProto } from './generated/onnx_pb.js';

/**
 * The operators that values depend on, each after those whose values it takes. In the order of the model, but where that
 * is none; what is part of a loop comes last, in the order of the model.
 */
export function neededOperators<O extends { readonly node: NodeProto }>(
  operators: readonly O[],
  outputs: readonly string[],
): O[] {
  // Several where a value is computed twice, which is a fault that the reader finds.
  const makers = new Map<string, number[]>();
  operators.forEach(({ node }, k) => {
    for (const name of node.output) if (name !== '') makers.set(name, [...(makers.get(name) ?? []), k]);
  });
  const before = (k: number): number[] => operators[k]!.node.input.flatMap((name) => makers.get(name) ?? []);
  const needed = new Set<number>();
  const open = outputs.flatMap((output) => makers.get(output) ?? []);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    open.push(...before(next));
  }
  return sorted(
    [...needed].sort((a, b) => a - b),
    before,
  ).map((k) => operators[k]!);
}

/** Each after those before it; in the order given wherever that can be kept. */
function sorted(list: readonly number[], before: (k: number) => number[]): number[] {
  const done = new Set<number>();
  const result: number[] = [];
  for (const first of list) {
    const open = [first];
    const entered = new Set<number>();
    while (open.length > 0) {
      const next = open.at(-1)!;
      const missing =
        done.has(next) || entered.has(next) ? [] : before(next).filter((k) => !done.has(k) && !entered.has(k));
      entered.add(next);
      if (missing.length > 0) {
        open.push(...missing.reverse());
        continue;
      }
      open.pop();
      if (done.has(next)) continue;
      done.add(next);
      result.push(next);
    }
  }
  return result;
}

interface TailRules {
  readonly isTail: (type: string) => boolean;
  /** Whether a value is taken once. */
  readonly isOnlyTaken: (name: string) => boolean;
}

/** The operators of certain types that nothing but others of them follows, up to the output. */
export function tailOf(
  operators: readonly { readonly node: NodeProto }[],
  output: string,
  { isTail, isOnlyTaken }: TailRules,
): NodeProto[] {
  const found: NodeProto[] = [];
  let last = output;
  for (const { node } of operators.toReversed()) {
    if (!node.output.includes(last)) continue;
    if (!isOnlyTaken(last) || !isTail(node.opType)) break;
    found.push(node);
    last = node.input[0] ?? '';
  }
  return found;
}

/** Whether a ReLU takes the value. */
export function isRectified(operators: readonly { readonly node: NodeProto }[], name: string): boolean {
  const users = operators.filter(({ node }) => node.input.includes(name));
  return users.length === 1 && users[0]!.node.opType === 'Relu';
}
