/**
 * A factor per channel, and a shift per channel or per element: batch normalisation in evaluation form, already reduced, or a
 * mean image that is taken away.
 */
import { z } from 'zod';
import { fail, shapeSize } from '../../isa/index.ts';
import type { NodeBase } from '../ir/ann.ts';
import type { Operator } from '../ir/layers.ts';
import { perNeuron } from '../linear/bias.ts';
import { type ChannelParts, layoutsOf } from '../linear/channel-parts.ts';
import { channelFactor, type Expression, type Term } from '../linear/expression.ts';
import { type Layout, positionsOf } from '../linear/flattened-layout.ts';
import { reduceBatchNorm } from './shared/batch-norm.ts';
import { common, type LayerPlace, netForm, number, placeOf, tensor } from './shared/net-form.ts';
import type { AnnOperator, BindStep } from './shared/operator.ts';
import { formatShape, misfit } from './shared/shapes.ts';

/** y = scale[c] * x + shift[c], or shift of the element where there is one for each. */
export interface AffineNode extends NodeBase {
  readonly op: 'affine';
  readonly scale: Float32Array;
  /** One per channel, or one per element (NCHW). */
  readonly shift: Float32Array;
}
type Draft = Omit<AffineNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('affine'),
  scale: tensor.describe('[channels]'),
  shift: tensor.describe('[channels], or one per element'),
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
    const isEach = node.shift.length === shapeSize(input);
    if (node.scale.length !== input[0] || (node.shift.length !== input[0] && !isEach)) {
      misfit(
        node,
        `has ${node.scale.length} factors and ${node.shift.length} shifts, but its input is ${formatShape(input)}: one of each per channel, or one shift per element`,
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
  ofChannels: (node, { first, count }) => {
    const each = node.shift.length / node.scale.length;
    return {
      ...node,
      scale: node.scale.slice(first, first + count),
      shift: node.shift.slice(first * each, (first + count) * each),
    };
  },
  fold: (node, [parts]) => scaleParts(node, parts!),
  print: () => '',
  net: [
    netForm(schema, (layer, { name, inputs, tensors, path }): Draft => ({
      op: 'affine',
      name,
      inputs,
      scale: tensors.readVector(layer.scale, `${path}.scale`),
      shift: tensors.readVector(layer.shift, `${path}.shift`),
    })),
    netForm(batchNormSchema, (layer, place): Draft => ({
      op: 'affine',
      name: place.name,
      inputs: place.inputs,
      ...readBatchNorm(layer, place),
    })),
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
  if (node.shift.length > node.scale.length) return evaluateEach(node, plane);
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

function evaluateEach({ scale, shift }: AffineNode, plane: number): BindStep {
  const factors = Float64Array.from(shift, (_, k) => scale[Math.floor(k / plane)]!);
  return ([source], y) => {
    const x = source!;
    return () => {
      for (let index = 0; index < y.length; index++) y[index] = factors[index]! * x[index]! + shift[index]!;
    };
  };
}

/** @throws E0207 for one factor per element of a flattened image */
function scaleParts(node: AffineNode, parts: ChannelParts): ChannelParts {
  const layouts = layoutsOf(parts);
  return parts.map(({ expression, layout }, k) => {
    const { shape } = expression;
    const area = shape[1] * shape[2];
    const own = layouts[k]!;
    if (layout !== undefined && area > 1) return { expression: scaleFlattened(node, expression, own), layout };
    const [from, to] = [own.base + own.first, own.base + own.first + shape[0]];
    const each = node.shift.length / node.scale.length;
    const [scale, shift] = [node.scale.slice(from, to), node.shift.slice(from * each, to * each)];
    return { expression: scalePart(node.name, expression, scale, shift), layout };
  });
}

/** One value per feature of an image that was flattened: they lie where the image has them. */
function scaleFlattened(node: AffineNode, e: Expression, layout: Layout): Expression {
  const { shape } = e;
  const area = shape[1] * shape[2];
  const positions = positionsOf(shape, layout);
  const scales = Float32Array.from(positions, (position) => node.scale[position]!);
  const shift = Float32Array.from(positions, (position) => node.shift[position]!);
  if (scales.some((scale, k) => scale !== scales[k - (k % area)]))
    fail(
      'E0207',
      `${node.name} scales ${node.scale.length} features of a flattened ${layout.image.join('×')} layer`,
      { layer: node.name },
      'normalise before the flattening, per channel',
    );
  const scale = scales.filter((_, k) => k % area === 0);
  return scalePart(node.name, e, scale, shift);
}

function scalePart(name: string, e: Expression, scale: Float32Array, shift: Float32Array): Expression {
  const area = shapeSize(e.shape) / e.shape[0];
  const isPerNeuron = shift.length > scale.length;
  const own = isPerNeuron ? perNeuron(e.bias, e.shape) : e.bias;
  const bias = Float64Array.from(own, (b, k) => {
    const c = own.length === e.shape[0] ? k : Math.floor(k / area);
    return b * scale[c]! + shift[isPerNeuron ? k : c]!;
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
