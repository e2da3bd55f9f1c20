/**
 * Shape inference of the conventional network. The readers call it for every node that they make, and the verifier for
 * every node that it meets, so there is one definition of what fits.
 */
import { fail, type Shape } from '../../isa/index.ts';
import { formatShape, misfit, sizeOf } from '../operators/shared/shapes.ts';
import { type AnnNode, type NodeDraft, operatorOf } from './ann.ts';

/** The most activations, and the most weights, that a network may have in all: what fits a compiler's memory. */
export const LARGEST_NETWORK = 2 ** 26;

/** The most elements of one tensor of activations, the input among them: 4096 × 4096. */
export const LARGEST_TENSOR = 2 ** 24;

/** How many numbers a node holds: its parameters. */
export function parameterCount(node: NodeDraft): number {
  return operatorOf(node)
    .parameters(node)
    .reduce((sum, { data }) => sum + data.length, 0);
}

/** Throws E0208 for the first weight, bias, scale or shift of the node that is NaN or infinite. */
export function checkFinite(node: NodeDraft): void {
  for (const { name, data } of operatorOf(node).parameters(node)) {
    for (let index = 0; index < data.length; index++) {
      if (!Number.isFinite(data[index]!)) {
        fail('E0208', `the ${name} of "${node.name}" is ${data[index]!} at index ${index}`, { layer: node.name });
      }
    }
  }
}

/** Numbers that the evaluation of a node keeps: its output, and what it needs beside that. */
export function activationsOf(node: AnnNode, inputs: readonly Shape[]): number {
  return sizeOf(node.shape) + operatorOf(node).scratch(node, inputs);
}

/**
 * The shape of the node's output from the shapes of its inputs, in order.
 *
 * @throws E0205 where the node does not fit its inputs or its own settings, E0209 where the output is too large
 */
export function inferShape(node: NodeDraft, inputs: readonly Shape[]): Shape {
  const operator = operatorOf(node);
  const [least, most] = operator.inputCount;
  if (inputs.length < least || inputs.length > most) {
    misfit(
      node,
      `takes ${least === most ? '' : 'at least '}${least} input${least === 1 ? '' : 's'}, not ${inputs.length}`,
    );
  }
  const shape = operator.infer(node, inputs);
  if (shape.some((dimension) => !Number.isInteger(dimension) || dimension < 1)) {
    misfit(node, `has the output shape ${formatShape(shape)}; every dimension must be a positive integer`);
  }
  if (!(sizeOf(shape) <= LARGEST_TENSOR)) {
    fail('E0209', `the output of "${node.name}", ${formatShape(shape)}, has more than ${LARGEST_TENSOR} elements`, {
      layer: node.name,
    });
  }
  return shape;
}
