/** A factor and a shift per channel: batch normalisation in evaluation form, already reduced. */
import { z } from 'zod';
import { fail, shapeSize } from '../../isa/index.ts';
import type { NodeBase } from '../ir/ann.ts';
import type { Operator } from '../ir/layers.ts';
import { type ChannelParts, layoutsOf } from '../linear/channel-parts.ts';
import { channelFactor, type Expression, type Term } from '../linear/expression.ts';
import { reduceBatchNorm } from './shared/batch-norm.ts';
import { common, type LayerPlace, netForm, number, placeOf, tensor } from './shared/net-form.ts';
import type { AnnOperator, BindStep } from './shared/operator.ts';
import { formatShape, misfit } from './shared/shapes.ts';

/** y = scale[c] * x + shift[c]. */
export interface AffineNode extends NodeBase {
  readonly op: 'affine';
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}
type Draft = Omit<AffineNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('affine'),
  scale: tensor.describe('[channels]'),
  shift: tensor.describe('[channels]'),
});

const batchNormSchema = z.strictObject({
  ...common,
  op: z.literal('batchnorm'),
  gamma: tensor.describe('[channels]'),
  beta: tensor.describe('[channels]'),
  mean: tensor.describe('[channels]'),
  variance: tensor.describe('[channels]'),
  epsilon: number.min(0).optional().describe('1e-5 if absent'),
});

export const affine = {
  inputCount: [1, 1],
  infer: (node, inputs) => {
    const input = inputs[0]!;
    if (node.scale.length !== input[0] || node.shift.length !== input[0]) {
      misfit(
        node,
        `has ${node.scale.length} factors and ${node.shift.length} shifts, but its input is ${formatShape(input)}: one of each per channel`,
      );
    }
    return input;
  },
  parameters: ({ scale, shift }) => [
    { name: 'scale', data: scale },
    { name: 'shift', data: shift },
  ],
  scratch: () => 0,
  macs: () => 0,
  writesResult: false,
  evaluate,
  ofChannels: (node, { first, count }) => ({
    ...node,
    scale: node.scale.slice(first, first + count),
    shift: node.shift.slice(first, first + count),
  }),
  fold: (node, [parts]) => scaleParts(node, parts!),
  print: () => '',
  net: [
    netForm(
      schema,
      (layer, { name, inputs, tensors, path }): Draft => ({
        op: 'affine',
        name,
        inputs,
        scale: tensors.readVector(layer.scale, `${path}.scale`),
        shift: tensors.readVector(layer.shift, `${path}.shift`),
      }),
    ),
    netForm(
      batchNormSchema,
      (layer, place): Draft => ({
        op: 'affine',
        name: place.name,
        inputs: place.inputs,
        ...readBatchNorm(layer, place),
      }),
    ),
  ],
  write: (node, file) => ({
    op: 'affine',
    ...placeOf(node),
    scale: file.vector(node.scale),
    shift: file.vector(node.shift),
  }),
} satisfies AnnOperator<AffineNode, z.infer<typeof schema>>;

function readBatchNorm(
  layer: z.infer<typeof batchNormSchema>,
  { input: [channels], tensors, path }: LayerPlace,
): { scale: Float32Array; shift: Float32Array } {
  const [gamma, beta, mean, variance] = (['gamma', 'beta', 'mean', 'variance'] as const).map((field) => {
    const data = tensors.readVector(layer[field], `${path}.${field}`);
    if (data.length !== channels) {
      fail('E0205', `${field} has ${data.length} values for ${channels} channels`, { path: `${path}.${field}` });
    }
    return data;
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  return reduceBatchNorm(gamma, beta, mean, variance, layer.epsilon ?? 1e-5);
}

function evaluate(node: AffineNode): BindStep {
  const plane = node.shape[1] * node.shape[2];
  return ([source], y) => {
    const x = source!;
    return () => {
      for (let channel = 0, index = 0; channel < node.scale.length; channel++) {
        const scale = node.scale[channel]!;
        const shift = node.shift[channel]!;
        for (const end = index + plane; index < end; index++) y[index] = scale * x[index]! + shift;
      }
    };
  };
}

/** @throws E0207 for one factor per element of a flattened image */
function scaleParts(node: AffineNode, parts: ChannelParts): ChannelParts {
  const layouts = layoutsOf(parts);
  return parts.map(({ expression, layout }, k) => {
    const { shape } = expression;
    if (layout !== undefined && shape[1] * shape[2] > 1)
      fail(
        'E0207',
        `${node.name} scales ${node.scale.length} features of a flattened ${layout.image.join('×')} layer`,
        { layer: node.name },
        'normalise before the flattening, per channel',
      );
    const { first, base } = layouts[k]!;
    const [from, to] = [base + first, base + first + shape[0]];
    const [scale, shift] = [node.scale.slice(from, to), node.shift.slice(from, to)];
    return { expression: scalePart(node.name, expression, scale, shift), layout };
  });
}

function scalePart(name: string, e: Expression, scale: Float32Array, shift: Float32Array): Expression {
  const area = shapeSize(e.shape) / e.shape[0];
  const bias = Float64Array.from(e.bias, (b, k) => {
    const c = e.bias.length === e.shape[0] ? k : Math.floor(k / area);
    return b * scale[c]! + shift[c]!;
  });
  const terms = e.terms.map((term): Term => {
    if (term.padding.some((p) => p !== 0)) fail('E0204', `${name} follows a padding`, { layer: name });
    return { ...term, operator: scaleOperator(term, scale, area), average: false };
  });
  return { ...e, terms, bias, origin: e.origin === '' ? name : e.origin, node: undefined };
}

function scaleOperator(term: Term, scale: Float32Array, area: number): Operator<Float64Array> {
  const operator = term.operator;
  if (operator === undefined)
    return { kind: 'diagonal', weight: Float64Array.from(scale, (s) => s * channelFactor(term, 0)) };
  if (operator.kind === 'sparse') {
    const weight = operator.weight.map((w, k) => w * scale[Math.floor(operator.post[k]! / area)]!);
    return { ...operator, weight };
  }
  const perChannel = operator.weight.length / scale.length;
  return { ...operator, weight: operator.weight.map((w, k) => w * scale[Math.floor(k / perChannel)]!) };
}
