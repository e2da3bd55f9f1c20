/** CONV as fields of its record, with the kernel in the forms that the ways to go through it need. */
import { packedBytes } from '../../isa/machine.ts';
import { hits } from '../plain/kernels/conv.ts';
import * as R from './generated/records.ts';
import type { Fields } from './memory.ts';
import { type Draft, type KernelWeights, wholeVectors, ZERO_WEIGHT } from './weights.ts';

/** Kernels of the usual sizes; taller ones would need much scratch memory. */
const TALLEST_SLIDING_KERNEL = 7;

/** So many weights of 8 bits add up in 16 bits. */
const MOST_GATHERED_TAPS = 256;

/**
 * The fields of a convolution.
 *
 * @returns slideWords: scratch words that the sliding kernel needs; 0 where it does not fit
 */
export function convolution(
  weights: KernelWeights,
  draft: Draft<'CONV'>,
): { readonly fields: Fields; readonly slideWords: number } {
  const { fields } = draft;
  const geometry = geometryOf(draft);
  const mirrored = mirroredKernel(weights, draft);
  const rows = tapRows(weights, draft);
  const taps = mirrored === undefined && rows === undefined ? undefined : tapsOfPixels(weights, draft);
  if (mirrored !== undefined && taps !== undefined) {
    // Mirrored kernels have one group.
    const tapStride = wholeVectors(fields.outChannels);
    const slideWords = slideWordsOf(draft);
    const kernel: Fields = [
      [R.OP_WEIGHTS_AT, mirrored],
      [R.CONV_TAP_STRIDE, tapStride],
      [R.CONV_CHANNEL_STRIDE, fields.kernelWidth * tapStride],
      [R.CONV_ROW_STRIDE, fields.inChannels * fields.kernelWidth * tapStride],
      [R.CONV_MIRRORED, 1],
      [R.CONV_TAPS_AT, taps],
      [R.CONV_SLIDE_WORDS, slideWords],
    ];
    return { fields: [...geometry, ...kernel], slideWords: slideWords * fields.inWidth };
  }
  const gathered: Fields =
    rows === undefined || taps === undefined
      ? []
      : [
          [R.CONV_TAP_ROWS_AT, rows],
          [R.CONV_TAPS_AT, taps],
        ];
  return { fields: [...geometry, ...storedKernel(weights, draft), ...gathered], slideWords: 0 };
}

/** All but the weights. */
function geometryOf({ fields }: Draft<'CONV'>): Fields {
  return [
    [R.OP_KIND, R.KIND_CONV],
    [R.OP_SYNAPSES, fields.outChannels / fields.groups],
    [R.CONV_OUT_HEIGHT, fields.outHeight],
    [R.CONV_OUT_WIDTH, fields.outWidth],
    [R.CONV_OUT_CHANNELS, fields.outChannels],
    [R.CONV_IN_HEIGHT, fields.inHeight],
    [R.CONV_IN_WIDTH, fields.inWidth],
    [R.CONV_IN_CHANNELS, fields.inChannels],
    [R.CONV_GROUPS, fields.groups],
    [R.CONV_KERNEL_HEIGHT, fields.kernelHeight],
    [R.CONV_KERNEL_WIDTH, fields.kernelWidth],
    [R.CONV_STRIDE_Y, fields.strideY],
    [R.CONV_STRIDE_X, fields.strideX],
    [R.CONV_DILATION_Y, fields.dilationY],
    [R.CONV_DILATION_X, fields.dilationX],
    [R.CONV_OFFSET_Y, fields.offsetY],
    [R.CONV_OFFSET_X, fields.offsetX],
  ];
}

/** The kernel as the program says it. */
function storedKernel(weights: KernelWeights, { fields, bits }: Draft<'CONV'>): Fields {
  const stride = (packedBytes(fields.outChannels / fields.groups, bits) * 8) / bits;
  return [
    [R.OP_WEIGHTS_AT, weights.unpacked(bits) + (fields.weights * 8) / bits],
    [R.CONV_TAP_STRIDE, stride],
    [R.CONV_CHANNEL_STRIDE, fields.kernelHeight * fields.kernelWidth * stride],
    [R.CONV_ROW_STRIDE, fields.kernelWidth * stride],
  ];
}

/** Words per column of the sliding kernel; 0 where it does not fit. */
function slideWordsOf({ fields }: Draft<'CONV'>): number {
  const { kernelHeight, kernelWidth, strideX, inChannels } = fields;
  if (kernelWidth !== 3 || strideX !== 1 || kernelHeight > TALLEST_SLIDING_KERNEL) return 0;
  // As in channelsPerWord of assembly/slide.ts.
  const perRow = Math.ceil(inChannels / (inChannels % 8 === 0 ? 64 : 56));
  return perRow === 1 && kernelHeight * inChannels <= 64 ? 1 : kernelHeight * perRow;
}

/** [kernel row][input channel][tap, the last one first][output channel], each tap padded to whole vectors. */
function mirroredKernel(weights: KernelWeights, { fields, bits }: Draft<'CONV'>): number | undefined {
  if (fields.groups !== 1 || fields.dilationX !== 1) return undefined;
  const channels = fields.outChannels;
  const width = fields.kernelWidth;
  const inChannels = fields.inChannels;
  const height = fields.kernelHeight;
  const tapBytes = packedBytes(channels, bits);
  const stride = wholeVectors(channels);
  const key = `kernel ${bits} ${fields.weights} ${channels} ${inChannels} ${height} ${width}`;
  return weights.rearranged(key, inChannels * height * width * stride, (target) => {
    target.fill(ZERO_WEIGHT);
    for (let channel = 0; channel < inChannels; channel++)
      for (let ky = 0; ky < height; ky++)
        for (let kx = 0; kx < width; kx++) {
          const from = ((channel * height + ky) * width + kx) * tapBytes;
          const to = ((ky * inChannels + channel) * width + width - 1 - kx) * stride;
          weights.unpack(target, to, fields.weights + from, channels, bits);
        }
  });
}

/** [kernel row][tap][channel], signed, for kernels that each belong to one channel and whose sums fit 16 bits. */
function tapRows(weights: KernelWeights, { fields, bits }: Draft<'CONV'>): number | undefined {
  const channels = fields.outChannels;
  const taps = fields.kernelHeight * fields.kernelWidth;
  if (channels === 1 || fields.groups !== channels || fields.inChannels !== channels) return undefined;
  if (taps > MOST_GATHERED_TAPS) return undefined;
  const stride = wholeVectors(channels);
  const bytes = packedBytes(1, bits);
  return weights.rearranged(`tap rows ${bits} ${fields.weights} ${channels} ${taps}`, taps * stride, (target) => {
    for (let channel = 0; channel < channels; channel++)
      for (let tap = 0; tap < taps; tap++) {
        const to = tap * stride + channel;
        weights.unpack(target, to, fields.weights + (channel * taps + tap) * bytes, 1, bits);
        target[to]! -= ZERO_WEIGHT;
      }
  });
}

/** Per pixel of the axon region, the taps that hit the tile: a u16 each. */
function tapsOfPixels(weights: KernelWeights, { fields }: Draft<'CONV'>): number | undefined {
  const { inHeight, inWidth } = fields;
  const key = ['taps', ...TAP_FIELDS.map((name) => fields[name])].join(' ');
  return weights.rearranged(key, 2 * inHeight * inWidth, (target) => {
    const taps = new Uint16Array(target.buffer, target.byteOffset, target.length / 2);
    const rows = Array.from({ length: inHeight }, (_, ay) =>
      hits(ay + fields.offsetY, fields.kernelHeight, fields.dilationY, fields.strideY, fields.outHeight),
    );
    for (let ax = 0; ax < inWidth; ax++) {
      const columns = hits(ax + fields.offsetX, fields.kernelWidth, fields.dilationX, fields.strideX, fields.outWidth);
      for (let ay = 0; ay < inHeight; ay++) taps[ay * inWidth + ax] = columns * rows[ay]!;
    }
  });
}

const TAP_FIELDS = [
  'inHeight',
  'inWidth',
  'offsetY',
  'offsetX',
  'kernelHeight',
  'kernelWidth',
  'dilationY',
  'strideY',
  'strideX',
  'outHeight',
  'outWidth',
] as const;
