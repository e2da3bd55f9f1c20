/** Convolution: cross-correlation with zero padding. */
import { z } from 'zod';
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { NodeBase, Padding, Pair } from '../ir/ann.ts';
import { isZero, perNeuron } from '../linear/bias.ts';
import { type ChannelParts, type Channels, rangesOf, requireImage, single, sumOf } from '../linear/channel-parts.ts';
import { addPaddings, channelFactor, type Expression, NO_PADDING, type Term, withBias } from '../linear/expression.ts';
import { type Convolution, FloatConvolution } from './shared/float-convolution.ts';
import {
  asPadding,
  asPair,
  common,
  count,
  netForm,
  padding,
  pair,
  placeOf,
  readBias,
  tensor,
  writeBias,
} from './shared/net-form.ts';
import { type AnnOperator, weightAndBias } from './shared/operator.ts';
import { printPadding, words } from './shared/print.ts';
import {
  checkBias,
  checkPadding,
  checkPair,
  checkTensor,
  countWindows,
  formatShape,
  misfit,
  padded,
  sizeOf,
} from './shared/shapes.ts';

export interface ConvNode extends NodeBase, Convolution {
  readonly op: 'conv';
}
type Draft = Omit<ConvNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('conv'),
  weight: tensor.describe('[out, in/groups, kernel height, kernel width]'),
  bias: tensor.optional().describe('[out]'),
  stride: pair.optional(),
  padding: padding.optional(),
  dilation: pair.optional(),
  groups: count.optional(),
});

export const conv = {
  inputCount: [1, 1],
  infer,
  parameters: ({ weight, bias }) => weightAndBias(weight.data, bias),
  // With a large stride a small network can ask for a huge border.
  scratch: (node, [input]) => sizeOf(padded(input!, node.padding)),
  macs: ({ shape, weight }) => shape[1] * shape[2] * weight.data.length,
  writesResult: true,
  evaluate: (node, [input], memory) => {
    const convolution = new FloatConvolution(node, input!, memory);
    return ([x], y) =>
      () => {
        convolution.run(x!, y);
      };
  },
  ofChannels: (node, channels) => (takesWholeGroups(node, channels) ? groupsOf(node, channels) : undefined),
  fold: (node, [parts], layers) => convolve(node, layers.asViews(parts!, node)),
  print: (node) =>
    words(
      node.weight.shape.join('×'),
      node.stride.some((value) => value !== 1) && `stride ${node.stride.join(',')}`,
      printPadding(node.padding),
      node.dilation.some((value) => value !== 1) && `dilation ${node.dilation.join(',')}`,
      node.groups !== 1 && `groups ${node.groups}`,
      node.bias !== undefined && 'bias',
    ),
  net: [
    netForm(schema, (layer, place): Draft => ({
      op: 'conv',
      name: place.name,
      inputs: place.inputs,
      weight: place.tensors.read(layer.weight, `${place.path}.weight`),
      ...readBias(layer.bias, place),
      stride: asPair(layer.stride ?? 1),
      padding: asPadding(layer.padding ?? 0),
      dilation: asPair(layer.dilation ?? 1),
      groups: layer.groups ?? 1,
    })),
  ],
  write: (node, file) => ({
    op: 'conv',
    ...placeOf(node),
    weight: file.tensor(node.weight),
    ...writeBias(node.bias, file),
    stride: [...node.stride],
    padding: [...node.padding],
    dilation: [...node.dilation],
    groups: node.groups,
  }),
} satisfies AnnOperator<ConvNode, z.infer<typeof schema>>;

function infer(node: Draft, inputs: readonly Shape[]): Shape {
  const [input] = inputs as [Shape];
  checkTensor(node, 'weight', node.weight, 4);
  const [out, inPerGroup, kernelHeight, kernelWidth] = kernelsOf(node);
  checkPair(node, 'stride', node.stride);
  checkPair(node, 'dilation', node.dilation);
  checkPadding(node, node.padding);
  if (!Number.isInteger(node.groups) || node.groups < 1 || out % node.groups !== 0) {
    misfit(node, `has ${out} output channels, which ${node.groups} groups do not divide`);
  }
  if (inPerGroup * node.groups !== input[0]) {
    misfit(
      node,
      `has weights ${formatShape(node.weight.shape)} in ${node.groups} group(s), that is ${inPerGroup * node.groups} input channels, but its input is ${formatShape(input)}`,
    );
  }
  checkBias(node, node.bias, out);
  const [height, width] = countWindows(node, input, [kernelHeight, kernelWidth], node);
  return [out, height, width];
}

/** The dimensions of the weights. */
const kernelsOf = ({ weight }: Draft): [out: number, inPerGroup: number, rows: number, columns: number] =>
  weight.shape as [number, number, number, number];

/** Convolution of parts whose terms are scaled views: a sum of convolutions with sliced weights. */
function convolve(node: ConvNode, parts: ChannelParts): ChannelParts {
  const ranges = rangesOf(requireImage(parts, node));
  if (parts.length > 1 && ranges.every((range) => takesWholeGroups(node, range)))
    return parts.flatMap(({ expression }, k) => {
      const own = groupsOf(node, ranges[k]!);
      return single(withBias(convolvePart(own, expression), own.bias?.data));
    });
  const convolved = parts.map(({ expression }, k) =>
    convolvePart(parts.length === 1 ? node : inputSlice(node, ranges[k]!), expression),
  );
  return single(withBias(sumOf(convolved), node.bias?.data));
}

/** Whether the channels named are those of whole groups of several. */
function takesWholeGroups(node: ConvNode, { first, count }: Channels): boolean {
  const [, inGroup] = kernelsOf(node);
  return node.groups > 1 && first % inGroup === 0 && count % inGroup === 0;
}

/** Those groups of a convolution that take the channels named. */
function groupsOf(node: ConvNode, { first, count }: Channels): ConvNode {
  const [out, inGroup, rows, columns] = kernelsOf(node);
  const outGroup = out / node.groups;
  const [from, to] = [(first / inGroup) * outGroup, ((first + count) / inGroup) * outGroup];
  const perOut = inGroup * rows * columns;
  const { bias } = node;
  return {
    ...node,
    weight: { shape: [to - from, inGroup, rows, columns], data: node.weight.data.slice(from * perOut, to * perOut) },
    ...(bias && { bias: { shape: [to - from], data: bias.data.slice(from, to) } }),
    groups: count / inGroup,
    shape: [to - from, node.shape[1], node.shape[2]],
  };
}

/** The convolution as seen from some of its input channels: without groups, zeros where a group does not take them. */
function inputSlice(node: ConvNode, { first, count }: Channels): ConvNode {
  const [out, inGroup, rows, columns] = kernelsOf(node);
  const taps = rows * columns;
  const outGroup = out / node.groups;
  const data = new Float32Array(out * count * taps);
  for (let o = 0; o < out; o++) {
    const start = Math.floor(o / outGroup) * inGroup;
    for (let c = Math.max(first, start); c < Math.min(first + count, start + inGroup); c++) {
      const from = (o * inGroup + c - start) * taps;
      data.set(node.weight.data.subarray(from, from + taps), (o * count + c - first) * taps);
    }
  }
  return { ...node, weight: { shape: [out, count, rows, columns], data }, groups: 1 };
}

/** Convolution of an expression whose terms are scaled views; the bias of the node itself is not added. */
function convolvePart(node: ConvNode, e: Expression): Expression {
  const [out, inGroup, kernelRows, kernelColumns] = kernelsOf(node);
  const taps = kernelRows * kernelColumns;
  const outGroup = out / node.groups;
  const terms = e.terms.map((term): Term => {
    const around: Padding = addPaddings(node.padding, term.padding);
    const weight = Float64Array.from(node.weight.data, (w, k) => {
      const group = Math.floor(k / (taps * inGroup * outGroup));
      return w * channelFactor(term, group * inGroup + (Math.floor(k / taps) % inGroup));
    });
    const pointwise = taps === 1 && node.stride.every((s) => s === 1) && around.every((p) => p === 0);
    const { stride, dilation, groups } = node;
    const kernel: Pair = [kernelRows, kernelColumns];
    return {
      ...term,
      padding: NO_PADDING,
      operator: { kind: 'conv', weight, kernel, stride, padding: around, dilation, groups },
      pointwise,
      average: false,
    };
  });
  return { terms, shape: node.shape, bias: convolveBias(node, e), origin: node.name, node: undefined };
}

/** What the convolution makes of the constant part of its input. */
function convolveBias(node: ConvNode, e: Expression): Float64Array {
  const [out, inGroup, kernelRows, kernelColumns] = kernelsOf(node);
  if (isZero(e.bias)) return new Float64Array(out);
  const outGroup = out / node.groups;
  const taps = kernelRows * kernelColumns;
  const { data } = node.weight;
  if (e.bias.length === e.shape[0] && node.padding.every((p) => p === 0)) {
    const bias = new Float64Array(out);
    for (let k = 0; k < data.length; k++) {
      const o = Math.floor(k / (inGroup * taps));
      bias[o]! += data[k]! * e.bias[Math.floor(o / outGroup) * inGroup + (Math.floor(k / taps) % inGroup)]!;
    }
    return bias;
  }
  const input = perNeuron(e.bias, e.shape);
  const [, rows, columns] = e.shape;
  const [, outRows, outColumns] = node.shape;
  const bias = new Float64Array(shapeSize(node.shape));
  for (let n = 0; n < bias.length; n++) {
    const o = Math.floor(n / (outRows * outColumns));
    const top = (Math.floor(n / outColumns) % outRows) * node.stride[0] - node.padding[0];
    const left = (n % outColumns) * node.stride[1] - node.padding[1];
    const first = Math.floor(o / outGroup) * inGroup;
    for (let k = 0; k < inGroup * taps; k++) {
      const y = top + (Math.floor(k / kernelColumns) % kernelRows) * node.dilation[0];
      const x = left + (k % kernelColumns) * node.dilation[1];
      if (y < 0 || x < 0 || y >= rows || x >= columns) continue;
      bias[n]! += data[o * inGroup * taps + k]! * input[((first + Math.floor(k / taps)) * rows + y) * columns + x]!;
    }
  }
  return bias;
}
