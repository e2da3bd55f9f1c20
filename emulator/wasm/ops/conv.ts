/** CONV as a record for the kernels, with the weights in the forms that the ways to go through it need. */
import { type OperationOf, packedBytes } from '../../../isa/machine.ts';
import { digitKey, type WeightDigit } from '../../machine/digits.ts';
import { hits } from '../../machine/taps.ts';
import type { EventLayout, EventRecord } from '../layout.ts';
import type { OwnValues, FieldTable } from '../records/table.ts';
import { type KernelWeights, wholeVectors, ZERO_WEIGHT } from '../weights.ts';

/** Kernels of the usual sizes; taller ones would need much scratch memory. */
const TALLEST_SLIDING_KERNEL = 7;

/** So many weights of 8 bits add up in 16 bits. */
const MOST_GATHERED_TAPS = 256;

const FIELDS = {
  OUT_HEIGHT: ['u32'],
  OUT_WIDTH: ['u32'],
  OUT_CHANNELS: ['u32'],
  IN_HEIGHT: ['u32'],
  IN_WIDTH: ['u32'],
  IN_CHANNELS: ['u32'],
  GROUPS: ['u32'],
  KERNEL_HEIGHT: ['u32'],
  KERNEL_WIDTH: ['u32'],
  STRIDE_Y: ['u32'],
  STRIDE_X: ['u32'],
  DILATION_Y: ['u32'],
  DILATION_X: ['u32'],
  OFFSET_Y: ['i32'],
  OFFSET_X: ['i32'],
  TAP_STRIDE: ['u32', 'Bytes from tap to tap.'],
  CHANNEL_STRIDE: ['u32', 'Bytes from input channel to input channel.'],
  ROW_STRIDE: ['u32', 'Bytes from kernel row to kernel row.'],
  MIRRORED: [
    'u32',
    'Whether the taps of each kernel row are stored from the last to the first, padded to whole vectors.',
  ],
  SLIDE_WORDS: ['u32', 'Words of channels per column of the axon region for the sliding kernel; 0: it does not fit.'],
  TAPS_AT: [
    'usize',
    'Taps that an event of each pixel of the axon region has in the tile, a u16 each. Only where mirrored or with tap rows.',
  ],
  TAP_ROWS_AT: [
    'usize',
    'Where every channel has a kernel of its own: weights [tap][channel], signed, each tap padded to whole vectors with zeros; 0: it is not so.',
  ],
} as const satisfies FieldTable;

type Field = keyof typeof FIELDS;

/** A convolution that is being laid out. */
interface Draft {
  readonly fields: OperationOf<'CONV'>['fields'];
  readonly digit: WeightDigit;
}

/** Where the weights are, and how to go through them. */
type Kernel = Pick<EventRecord<Field>, 'weightsAt' | 'own' | 'slideWords'>;

export const conv: EventLayout<'CONV', Field> = {
  fields: FIELDS,
  takesBits: true,
  layOut({ fields }, { weights, digit }) {
    const synapses = fields.outChannels / fields.groups;
    const kernel = kernelOf(weights, { fields, digit });
    return {
      ...kernel,
      synapses,
      own: { ...geometryOf(fields), ...kernel.own },
    };
  },
};

/** All but the weights. */
const geometryOf = (fields: Draft['fields']): OwnValues<Field> => ({
  OUT_HEIGHT: fields.outHeight,
  OUT_WIDTH: fields.outWidth,
  OUT_CHANNELS: fields.outChannels,
  IN_HEIGHT: fields.inHeight,
  IN_WIDTH: fields.inWidth,
  IN_CHANNELS: fields.inChannels,
  GROUPS: fields.groups,
  KERNEL_HEIGHT: fields.kernelHeight,
  KERNEL_WIDTH: fields.kernelWidth,
  STRIDE_Y: fields.strideY,
  STRIDE_X: fields.strideX,
  DILATION_Y: fields.dilationY,
  DILATION_X: fields.dilationX,
  OFFSET_Y: fields.offsetY,
  OFFSET_X: fields.offsetX,
});

function kernelOf(weights: KernelWeights, draft: Draft): Kernel {
  const { kernelWidth, inChannels, inWidth, outChannels } = draft.fields;
  const mirrored = mirroredKernel(weights, draft);
  const rows = tapRows(weights, draft);
  const taps = mirrored === undefined && rows === undefined ? undefined : tapsOfPixels(weights, draft);
  if (mirrored !== undefined && taps !== undefined) {
    // Mirrored kernels have one group.
    const tapStride = wholeVectors(outChannels);
    const slideWords = slideWordsOf(draft);
    const channelStride = kernelWidth * tapStride;
    const own = {
      TAP_STRIDE: tapStride,
      CHANNEL_STRIDE: channelStride,
      ROW_STRIDE: inChannels * channelStride,
      MIRRORED: 1,
      SLIDE_WORDS: slideWords,
      TAPS_AT: taps,
    };
    return { weightsAt: mirrored, own, slideWords: slideWords * inWidth };
  }
  const stored = storedKernel(weights, draft);
  if (rows === undefined || taps === undefined) return stored;
  return { ...stored, own: { ...stored.own, TAP_ROWS_AT: rows, TAPS_AT: taps } };
}

/** The kernel as the program says it. */
function storedKernel(weights: KernelWeights, { fields, digit }: Draft): Kernel {
  const { bits } = digit.form;
  const tapStride = (packedBytes(fields.outChannels / fields.groups, bits) * 8) / bits;
  const rowStride = fields.kernelWidth * tapStride;
  return {
    weightsAt: weights.run(fields.weights, digit),
    own: { TAP_STRIDE: tapStride, CHANNEL_STRIDE: fields.kernelHeight * rowStride, ROW_STRIDE: rowStride },
  };
}

/** Words per column of the sliding kernel; 0 where it does not fit. */
function slideWordsOf({ fields }: Draft): number {
  const { kernelHeight, kernelWidth, strideX, inChannels } = fields;
  if (kernelWidth !== 3 || strideX !== 1 || kernelHeight > TALLEST_SLIDING_KERNEL) return 0;
  // As in channelsPerWord of assembly/convolution/slide.ts.
  const perRow = Math.ceil(inChannels / (inChannels % 8 === 0 ? 64 : 56));
  return perRow === 1 && kernelHeight * inChannels <= 64 ? 1 : kernelHeight * perRow;
}

/** [kernel row][input channel][tap, the last one first][output channel], each tap padded to whole vectors. */
function mirroredKernel(weights: KernelWeights, { fields, digit }: Draft): number | undefined {
  if (fields.groups !== 1 || fields.dilationX !== 1) return undefined;
  const channels = fields.outChannels;
  const width = fields.kernelWidth;
  const inChannels = fields.inChannels;
  const height = fields.kernelHeight;
  const tapBytes = packedBytes(channels, digit.form.bits);
  const stride = wholeVectors(channels);
  const key = `kernel ${digitKey(digit)} ${fields.weights} ${channels} ${inChannels} ${height} ${width}`;
  return weights.rearranged(key, inChannels * height * width * stride, (target) => {
    target.fill(ZERO_WEIGHT);
    for (let channel = 0; channel < inChannels; channel++)
      for (let ky = 0; ky < height; ky++)
        for (let kx = 0; kx < width; kx++) {
          const from = ((channel * height + ky) * width + kx) * tapBytes;
          const to = ((ky * inChannels + channel) * width + width - 1 - kx) * stride;
          weights.unpack(target, to, fields.weights + from, channels, digit);
        }
  });
}

/** [kernel row][tap][channel], signed, for kernels that each belong to one channel and whose sums fit 16 bits. */
function tapRows(weights: KernelWeights, { fields, digit }: Draft): number | undefined {
  const channels = fields.outChannels;
  const taps = fields.kernelHeight * fields.kernelWidth;
  if (channels === 1 || fields.groups !== channels || fields.inChannels !== channels) return undefined;
  if (taps > MOST_GATHERED_TAPS) return undefined;
  const stride = wholeVectors(channels);
  const bytes = packedBytes(1, digit.form.bits);
  return weights.rearranged(
    `tap rows ${digitKey(digit)} ${fields.weights} ${channels} ${taps}`,
    taps * stride,
    (target) => {
      for (let channel = 0; channel < channels; channel++)
        for (let tap = 0; tap < taps; tap++) {
          const to = tap * stride + channel;
          weights.unpack(target, to, fields.weights + (channel * taps + tap) * bytes, 1, digit);
          target[to]! -= ZERO_WEIGHT;
        }
    },
  );
}

/** Per pixel of the axon region, the taps that hit the tile: a u16 each. */
function tapsOfPixels(weights: KernelWeights, { fields }: Draft): number | undefined {
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
