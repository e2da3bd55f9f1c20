/** Places the term of one part of a concatenation among the channels of the whole. */
import type { Shape } from '../../isa/index.ts';
import type { ConvOperator } from '../ir/layers.ts';
import { channelFactor, NO_PADDING, type Term } from './expression.ts';

/**
 * The term with an output of the shape `whole`, of which it feeds the channels from `first` on; its weights for the others
 * are zero.
 *
 * @param shape of the output of the term
 */
export function embedTerm(term: Term, shape: Shape, first: number, whole: Shape): Term {
  const { operator } = term;
  const area = whole[1] * whole[2];
  switch (operator?.kind) {
    case undefined:
    case 'diagonal':
      return selectChannels(term, shape[0], first, whole);
    case 'sparse':
      return { ...term, operator: { ...operator, post: operator.post.map((post) => post + first * area) } };
    case 'dense': {
      const columns = operator.weight.length / (shape[0] * area);
      const weight = new Float64Array(whole[0] * area * columns);
      weight.set(operator.weight, first * area * columns);
      return { ...term, operator: { kind: 'dense', weight } };
    }
    case 'conv':
      return { ...term, average: false, operator: embedConv(operator, term.pooled[0], shape[0], first, whole[0]) };
  }
}

/** Groups are spread out, since the parts of a concatenation are seldom multiples of each other. */
function embedConv(
  operator: ConvOperator<Float64Array>,
  channels: number,
  out: number,
  first: number,
  whole: number,
): ConvOperator<Float64Array> {
  const taps = operator.kernel[0] * operator.kernel[1];
  const inGroup = channels / operator.groups;
  const outGroup = out / operator.groups;
  const weight = new Float64Array(whole * channels * taps);
  for (let o = 0; o < out; o++) {
    const from = operator.weight.subarray(o * inGroup * taps, (o + 1) * inGroup * taps);
    weight.set(from, ((first + o) * channels + Math.floor(o / outGroup) * inGroup) * taps);
  }
  return { ...operator, weight, groups: 1 };
}

/** A scaled view: single connections for vectors, where they are fewest, else a 1×1 convolution. */
function selectChannels(term: Term, channels: number, first: number, whole: Shape): Term {
  if (whole[1] * whole[2] === 1 && term.padding.every((p) => p === 0)) {
    const pre = Uint32Array.from({ length: channels }, (_, c) => c);
    const weight = Float64Array.from(pre, (c) => channelFactor(term, c));
    return { ...term, average: false, operator: { kind: 'sparse', pre, post: pre.map((c) => c + first), weight } };
  }
  const weight = new Float64Array(whole[0] * channels);
  for (let c = 0; c < channels; c++) weight[(first + c) * channels + c] = channelFactor(term, c);
  const operator = {
    kind: 'conv' as const,
    weight,
    kernel: [1, 1] as const,
    stride: [1, 1] as const,
    padding: term.padding,
    dilation: [1, 1] as const,
    groups: 1,
  };
  const pointwise = term.padding.every((p) => p === 0);
  return { ...term, padding: NO_PADDING, average: false, pointwise, operator };
}
