/** The rules that verifiers check between passes. */
import { fail, shapeSize, type Shape } from '../../isa/index.ts';
import { INPUT, type Branch } from '../ir/layers.ts';

/**
 * States a rule.
 *
 * @param rule in the affirmative, so that the message says what does not hold
 * @throws DiagnosticError E0901 where it does not hold
 */
export function must(condition: boolean, rule: string, layer?: string): void {
  if (!condition) fail('E0901', rule, layer === undefined ? undefined : { layer });
}

export const allFinite = (values: Float64Array): boolean => values.every(Number.isFinite);

/** What a rule about branches needs of a graph, in floating point or in integers. */
export interface BranchedGraph {
  readonly inputShape: Shape;
  readonly layers: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly branches: readonly Branch<{ readonly length: number }>[];
  }[];
}

/**
 * Every branch of a layer that breaks a rule, as that rule.
 *
 * @param recurs whether a branch may come from the layer itself, or from a later one
 */
export function* brokenBranches(graph: BranchedGraph, index: number, recurs = false): Generator<string> {
  const { shape, branches } = graph.layers[index]!;
  for (const branch of branches) {
    if (branch.source < INPUT || branch.source >= (recurs ? graph.layers.length : index)) {
      yield recurs ? 'a branch comes from a layer or the input' : 'a branch comes from an earlier layer';
      continue;
    }
    const source = branch.source === INPUT ? graph.inputShape : graph.layers[branch.source]!.shape;
    if (branch.pooled[0] !== source[0]) yield 'pooling keeps the channels';
    for (const axis of [0, 1] as const)
      if (branch.pooled[axis + 1]! * branch.pool[axis] > source[axis + 1]!)
        yield 'the pooling windows lie in the source';
    if (!operatorFits(branch, shape)) yield `the ${branch.operator.kind} operator fits its shapes`;
  }
}

function operatorFits({ operator, pooled }: Branch<{ readonly length: number }>, shape: Shape): boolean {
  const { weight } = operator;
  switch (operator.kind) {
    case 'dense':
      return weight.length === shapeSize(shape) * shapeSize(pooled);
    case 'diagonal':
      return weight.length === shape[0] && String(shape) === String(pooled);
    case 'sparse':
      return (
        operator.pre.length === weight.length &&
        operator.post.length === weight.length &&
        operator.pre.every((pre) => pre < shapeSize(pooled)) &&
        operator.post.every((post) => post < shapeSize(shape))
      );
    case 'conv': {
      const { kernel, stride, padding, dilation, groups } = operator;
      const fits = ([0, 1] as const).every((axis) => {
        const extent = pooled[axis + 1]! + padding[axis] + padding[axis + 2]! - (kernel[axis] - 1) * dilation[axis] - 1;
        return extent >= 0 && Math.floor(extent / stride[axis]) + 1 === shape[axis + 1];
      });
      const whole = pooled[0] % groups === 0 && shape[0] % groups === 0;
      return fits && whole && weight.length === shape[0] * (pooled[0] / groups) * kernel[0] * kernel[1];
    }
  }
}
