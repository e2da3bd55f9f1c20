/** Images of another size, by the nearest element or between two: linear, so single connections do it. */
import { fail, type Shape } from '../../../../isa/index.ts';
import { MOST_LISTED } from '../../../ir/listed.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { type Call, dimensionsOf, imageInput, imageOf, type OnnxOperators, optionalConstant } from '../operator.ts';
import { float32, integers } from '../values.ts';

const COMMON = [
  'antialias',
  'coordinate_transformation_mode',
  'cubic_coeff_a',
  'exclude_outside',
  'extrapolation_value',
];

export const resize = {
  Resize: {
    attributes: [...COMMON, 'axes', 'keep_aspect_ratio_policy', 'mode', 'nearest_mode'],
    read: (call) => {
      if (call.attributes.has('axes')) fail('E0204', 'Resize with the attribute "axes" is not read');
      if (call.attributes.int('antialias', 0) !== 0) fail('E0204', 'Resize with antialias = 1 is not read');
      return call.opset < 11 ? resized(call, 1, undefined) : resized(call, 2, 3);
    },
  },
  Upsample: { attributes: ['mode', 'scales'], read: (call) => resized(call, 1, undefined) },
} satisfies OnnxOperators;

/** Longer than any image that fits a chip. */
const LONGEST_AXIS = 2 ** 16;

/** Per place along an axis: the places that it is made of, with their weights. */
type Mixture = readonly { readonly at: number; readonly weight: number }[];

function resized(call: Call, scalesAt: number, sizesAt: number | undefined) {
  const input = imageInput(call);
  const sizes = sizesAt === undefined ? undefined : optionalConstant(call, sizesAt);
  const constant = optionalConstant(call, scalesAt);
  const scales =
    constant === undefined || constant.data.length === 0 ? call.attributes.floats('scales') : [...float32(constant)];
  const wanted = sizes && integers(sizes);
  const given = wanted ?? scales ?? fail('E0206', `${call.type} has neither scales nor sizes`);
  if (given.length !== input.rank)
    fail('E0206', `${call.type} has ${given.length} scales for ${input.rank} dimensions`);
  const axes = dimensionsOf(input).map((length, axis) => {
    const scale = wanted === undefined ? scales![axis]! : wanted[axis]! / length;
    return { length, scale, size: wanted?.[axis] ?? Math.floor(length * scale) };
  });
  if (axes.slice(0, 2).some(({ length, size }) => size !== length))
    fail('E0204', `${call.type} of the batch or the channels is not read`);
  const rows = input.rank === 4 ? mixtures(call, axes[2]!) : [[{ at: 0, weight: 1 }]];
  const columns = mixtures(call, axes.at(-1)!);
  addMixtures(call, input.node, input.shape, rows, columns);
  return imageOf(call, call.name, input);
}

function mixtures(
  call: Call,
  { length, scale, size }: { readonly length: number; readonly scale: number; readonly size: number },
): Mixture[] {
  if (!(size >= 1 && size <= LONGEST_AXIS)) fail('E0205', `${call.type} to ${size} places`);
  const isOld = call.type === 'Upsample' || call.opset < 11;
  const mode = call.attributes.string('mode', 'nearest');
  const transformation = isOld ? 'asymmetric' : call.attributes.string('coordinate_transformation_mode', 'half_pixel');
  const from = (place: number): number => {
    switch (transformation) {
      case 'asymmetric':
        return place / scale;
      case 'half_pixel':
        return (place + 0.5) / scale - 0.5;
      case 'pytorch_half_pixel':
        return size > 1 ? (place + 0.5) / scale - 0.5 : 0;
      case 'align_corners':
        return size > 1 ? (place * (length - 1)) / (size - 1) : 0;
      default:
        return fail('E0204', `${call.type} with the coordinates "${transformation}" is not read`);
    }
  };
  const inside = (at: number): number => Math.min(length - 1, Math.max(0, at));
  return Array.from({ length: size }, (_, place): Mixture => {
    const x = from(place);
    if (mode === 'nearest') return [{ at: inside(nearest(call, x, isOld)), weight: 1 }];
    if (mode !== 'linear' && mode !== 'bilinear')
      fail('E0204', `${call.type} with the mode "${mode}" is not read`, {}, 'Use nearest or linear.');
    const clipped = inside(x);
    const low = Math.floor(clipped);
    const share = clipped - low;
    return share === 0
      ? [{ at: low, weight: 1 }]
      : [
          { at: low, weight: 1 - share },
          { at: low + 1, weight: share },
        ];
  });
}

function nearest(call: Call, x: number, isOld: boolean): number {
  const mode = isOld ? 'floor' : call.attributes.string('nearest_mode', 'round_prefer_floor');
  switch (mode) {
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round_prefer_floor':
      return Math.ceil(x - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    default:
      return fail('E0204', `${call.type} with the nearest_mode "${mode}" is not read`);
  }
}

/** @throws E0209 for more connections than a network may have */
function addMixtures(
  call: Call,
  input: string,
  [channels, height, width]: Shape,
  rows: readonly Mixture[],
  columns: readonly Mixture[],
): void {
  const shape: Shape = [channels, rows.length, columns.length];
  if (4 * sizeOf(shape) > MOST_LISTED) fail('E0209', `${call.type} to ${formatShape(shape)} has too many connections`);
  const [pre, post, weight]: [number[], number[], number[]] = [[], [], []];
  for (let channel = 0; channel < channels; channel++)
    for (const [y, row] of rows.entries())
      for (const [x, column] of columns.entries())
        for (const above of row)
          for (const left of column) {
            pre.push((channel * height + above.at) * width + left.at);
            post.push((channel * rows.length + y) * columns.length + x);
            weight.push(above.weight * left.weight);
          }
  const connections = { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: Float32Array.from(weight) };
  call.builder.add({ op: 'sparse', name: call.name, inputs: [input], ...connections, shape });
}
