/** Random small conventional networks: a recipe of steps, each laid on what the steps before it gave. */
import fc from 'fast-check';
import type { Shape } from '../../../isa/index.ts';
import type { AnnGraph, AnnNode } from '../../../compiler/ann/ann.ts';
import type { Tensor } from '../../../compiler/ir/ann.ts';
import type { NodeDraft } from '../../../compiler/ann/ann.ts';
import { inferShape } from '../../../compiler/ann/infer-shape.ts';
import { sizeOf } from '../../../compiler/operators/shared/shapes.ts';

const small = (most: number) => fc.integer({ min: 1, max: most });
const pair = (most: number) => fc.tuple(small(most), small(most));
const padding = (most: number) =>
  fc.tuple(
    ...([0, 1, 2, 3].map(() => fc.nat(most)) as [
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
    ]),
  );

const step = fc.oneof(
  fc.record({
    op: fc.constant('conv' as const),
    out: small(6),
    depthwise: fc.boolean(),
    kernel: pair(3),
    stride: pair(2),
    padding: padding(2),
    dilation: pair(2),
    bias: fc.boolean(),
  }),
  fc.record({ op: fc.constant('dense' as const), out: small(9), bias: fc.boolean() }),
  fc.record({ op: fc.constant('sparse' as const), out: small(9), connections: small(30), bias: fc.boolean() }),
  fc.record({ op: fc.constant('affine' as const) }),
  fc.record({
    op: fc.constant('relu' as const),
    max: fc.option(fc.double({ min: 0.1, max: 3, noNaN: true }), { nil: undefined }),
    levels: fc.option(small(9), { nil: undefined }),
  }),
  fc.record({
    op: fc.constant('averagePool' as const),
    kernel: pair(3),
    stride: pair(3),
    padding: padding(1),
    countPadding: fc.boolean(),
  }),
  fc.record({ op: fc.constant('pad' as const), padding: padding(2) }),
  fc.record({ op: fc.constant('add' as const) }),
  fc.record({ op: fc.constant('concat' as const), twin: small(3) }),
  fc.record({
    op: fc.constant('flatten' as const),
    order: fc.constantFrom([0, 1, 2] as const, [1, 2, 0] as const, [2, 0, 1] as const, [0, 2, 1] as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A graph that passes `verifyAnn` and a random input for it. */
export const annWithInput: fc.Arbitrary<{ graph: AnnGraph; x: Float64Array }> = fc
  .record({
    input: fc.tuple(small(4), small(7), small(7)),
    steps: fc.array(step, { minLength: 1, maxLength: 8 }),
    seed: fc.integer(),
  })
  .map(({ input, steps, seed }) => build(input, steps, randomNumbers(seed)));

/** Numbers in [−1, 1) by mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

function build(input: Shape, steps: readonly Step[], random: () => number): { graph: AnnGraph; x: Float64Array } {
  const nodes: AnnNode[] = [{ name: 'input', op: 'input', inputs: [], shape: input }];
  for (const item of steps) {
    const source = nodes.at(-1)!;
    const draft = draftOf(item, `n${nodes.length}`, source, nodes, random);
    try {
      const shape = inferShape(
        draft,
        draft.inputs.map((name) => nodes.find((node) => node.name === name)!.shape),
      );
      nodes.push({ ...draft, shape });
    } catch {
      // A window larger than its input: the step is left out.
    }
  }
  if (nodes.length === 1) nodes.push({ name: 'n1', op: 'relu', inputs: ['input'], shape: input });
  const x = Float64Array.from({ length: sizeOf(input) }, random);
  return { graph: { name: 'random', nodes, output: nodes.at(-1)!.name }, x };
}

function draftOf(
  item: Step,
  name: string,
  source: AnnNode,
  nodes: readonly AnnNode[],
  random: () => number,
): NodeDraft {
  const inputs = [source.name];
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, random);
  const tensor = (...shape: number[]): Tensor => ({ shape, data: numbers(sizeOf(shape)) });
  const bias = (wanted: boolean, size: number) => (wanted ? { bias: tensor(size) } : {});
  const index = (size: number): number => Math.floor(((random() + 1) / 2) * size);
  const [channels] = source.shape;
  switch (item.op) {
    case 'conv': {
      const groups = item.depthwise ? channels : 1;
      const out = item.out * groups;
      const weight = tensor(out, channels / groups, ...item.kernel);
      const { stride, padding, dilation } = item;
      return { op: 'conv', name, inputs, weight, ...bias(item.bias, out), stride, padding, dilation, groups };
    }
    case 'dense':
      return {
        op: 'dense',
        name,
        inputs,
        weight: tensor(item.out, sizeOf(source.shape)),
        ...bias(item.bias, item.out),
      };
    case 'sparse':
      return {
        op: 'sparse',
        name,
        inputs,
        shape: [item.out, 1, 1],
        pre: Uint32Array.from({ length: item.connections }, () => index(sizeOf(source.shape))),
        post: Uint32Array.from({ length: item.connections }, () => index(item.out)),
        weight: numbers(item.connections),
        ...bias(item.bias, item.out),
      };
    case 'affine':
      return { op: 'affine', name, inputs, scale: numbers(channels), shift: numbers(channels) };
    case 'relu':
      return {
        op: 'relu',
        name,
        inputs,
        ...(item.max !== undefined && { max: item.max, ...(item.levels !== undefined && { levels: item.levels }) }),
      };
    case 'averagePool': {
      const { kernel, stride, padding, countPadding } = item;
      return { op: 'averagePool', name, inputs, kernel, stride, padding, countPadding };
    }
    case 'pad':
      return { op: 'pad', name, inputs, padding: item.padding };
    case 'add': {
      const twin = nodes.find((node) => node.shape.join() === source.shape.join())!;
      return { op: 'add', name, inputs: [source.name, twin.name] };
    }
    case 'concat': {
      const twins = nodes.filter((node) => node.shape.slice(1).join() === source.shape.slice(1).join());
      return { op: 'concat', name, inputs: [source.name, ...twins.slice(0, item.twin).map((node) => node.name)] };
    }
    case 'flatten':
      return { op: 'flatten', name, inputs, order: item.order };
  }
}
