/** Instructions on an event, as records for the kernels. */
import {
  type CoreImage,
  fail,
  type Operation,
  packedBytes,
  type Target,
  type WeightBits,
  WIDTH_CODES,
} from '../../isa/machine.ts';
import * as R from '../kernels/records.ts';
import { handlerAt, SPARSE_OFFSET_BITS } from '../predecode.ts';
import type { Fields, MemoryPlan } from './memory.ts';
import { KernelWeights, ZERO_WEIGHT } from './weights.ts';

/** What the kernels work on at once. */
const VECTOR = 16;

/** Neurons whose sums a dense kernel holds at once. */
const BLOCK = 64;

/** Kernels of the usual sizes; taller ones would need much scratch memory. */
const TALLEST_SLIDING_KERNEL = 7;

/** So many weights of 8 bits add up in 16 bits. */
const MOST_GATHERED_TAPS = 256;

/** What the visits of an instruction count for. */
export interface VisitCounts {
  /** Address of its record. */
  readonly at: number;
  readonly layer: number;
  readonly bitsPerSynapse: number;
}

/** The handler of a group: records that follow each other. */
export interface HandlerRecords {
  readonly at: number;
  readonly count: number;
  /** First neuron of the first instruction; 0 where there is none. */
  readonly firstNeuron: number;
}

/** Addresses of the states of a core. */
interface States {
  readonly vAt: number;
  readonly currentAt: number;
  /** Address of the cycles of the layer that an instruction with this first neuron works on. */
  readonly layerCyclesAt: (firstNeuron: number) => number;
}

/** An instruction that is being laid out. */
interface Draft {
  readonly fields: Operation['fields'];
  readonly bits: WeightBits;
  /** Axons of the largest group that runs the instruction. */
  readonly axons: number;
}

/** Of a processor core, at least: what more memory than this holds has to be fetched. */
const CACHE_BYTES = 1 << 20;

/** Lays out the event handlers of one core. */
export class SynapsePlanner {
  /** Of all instructions so far. */
  readonly visits: VisitCounts[] = [];
  /** Words that the sliding convolution kernel needs at most. */
  slideWords = 0;
  readonly #plan: MemoryPlan;
  readonly #image: CoreImage;
  readonly #states: States;
  readonly #layerOf: Int32Array;
  readonly #timing: Target['timing'];
  readonly #weights: KernelWeights;

  constructor(plan: MemoryPlan, image: CoreImage, states: States, layerOf: Int32Array, timing: Target['timing']) {
    this.#plan = plan;
    this.#image = image;
    this.#states = states;
    this.#layerOf = layerOf;
    this.#timing = timing;
    this.#weights = new KernelWeights(plan, image);
  }

  /**
   * The handler at a word address.
   *
   * @param axons of the largest group that runs it
   * @throws E0405 where the loader should have refused the program
   */
  handler(word: number, axons: number): HandlerRecords {
    const operations = handlerAt(this.#image, word).operations.filter(({ operation }) => operation.op !== 'END');
    const at = this.#plan.reserve(operations.length * R.OP_BYTES);
    operations.forEach(({ operation, at: place }, k) => {
      this.#operation(operation, place, axons, at + k * R.OP_BYTES);
    });
    return { at, count: operations.length, firstNeuron: operations[0]?.operation.fields.first ?? 0 };
  }

  #operation({ op, fields }: Operation, word: number, axons: number, at: number): void {
    const bits = WIDTH_CODES[fields.width!]!;
    const first = fields.first!;
    const draft: Draft = { fields, bits, axons };
    const state = (fields.destination === 0 ? this.#states.vAt : this.#states.currentAt) + 4 * first;
    this.#plan.record(at, [
      [R.OP_STATE_AT, state],
      [R.OP_SHIFT, fields.shift!],
      [R.OP_LAYER_CYCLES_AT, this.#states.layerCyclesAt(first)],
    ]);
    this.visits.push({
      at,
      layer: this.#layerOf[first] ?? -1,
      bitsPerSynapse: op === 'SPARSE' ? bits + SPARSE_OFFSET_BITS : bits,
    });
    if (op === 'DENSE') this.#dense(draft, at);
    else if (op === 'SPARSE') this.#sparse(draft, at);
    else if (op === 'CONV') this.#convolution(draft, at);
    else if (op === 'DIAG') this.#diagonal(draft, at);
    else
      fail(
        'E0405',
        `${op} in the handler of an axon group`,
        { core: this.#image.core, section: 'program', word },
        'rebuild the file with snnc build',
      );
  }

  /** @param cycles of a unit of the instruction */
  #finish(at: number, cycles: number, fields: Fields): void {
    this.#plan.record(at, fields);
    this.#plan.float(at + R.OP_CYCLES, cycles);
  }

  #laneSteps(synapses: number): number {
    return Math.ceil(synapses / this.#timing.lanes) * this.#timing.laneCycles.value;
  }

  /**
   * Rows padded to whole vectors, in blocks of neurons, whose rows are on few pages of memory. What no cache holds has whole
   * rows: then neighbours come from memory together.
   */
  #dense({ fields, bits, axons }: Draft, at: number): void {
    const count = fields.count!;
    const first = fields.weights!;
    const rowBytes = packedBytes(count, bits);
    const padded = wholeVectors(count);
    const weights = this.#weights;
    const block = axons * padded <= CACHE_BYTES ? BLOCK : padded;
    const copy = weights.rearranged(`dense ${bits} ${first} ${count} ${axons}`, axons * padded, (target) => {
      if (padded !== count) target.fill(ZERO_WEIGHT);
      for (let n = 0; n < count; n += block) {
        const width = Math.min(block, padded - n);
        for (let row = 0; row < axons; row++) {
          const start = first + row * rowBytes + (n * bits) / 8;
          weights.unpack(target, n * axons + row * width, start, Math.min(block, count - n), bits);
        }
      }
    });
    const cycles = this.#laneSteps(count);
    if (copy !== undefined)
      this.#finish(at, cycles, [
        [R.OP_KIND, R.KIND_DENSE],
        [R.OP_SYNAPSES, count],
        [R.OP_WEIGHTS_AT, copy],
        [R.DENSE_BLOCK, block],
        [R.DENSE_COUNT, padded],
        [R.DENSE_AXONS, axons],
      ]);
    else
      this.#finish(at, cycles, [
        [R.OP_KIND, R.KIND_DENSE],
        [R.OP_SYNAPSES, count],
        [R.OP_WEIGHTS_AT, weights.unpacked(bits) + (first * 8) / bits],
        [R.DENSE_STRIDE, (rowBytes * 8) / bits],
      ]);
  }

  /** Weights beside their offsets. */
  #sparse({ fields, bits, axons }: Draft, at: number): void {
    const weights = this.#weights;
    const { rows, targets } = fields;
    const start = (axon: number): number => weights.word32(rows! + 4 * axon);
    const begin = start(0);
    const entries = start(axons) - begin;
    const rowsSize = 4 * (axons + 1);
    const copy = weights.rearranged(
      `sparse ${bits} ${fields.weights} ${rows} ${targets} ${axons}`,
      rowsSize + R.SPARSE_ENTRY_BYTES * entries,
      (target) => {
        const words = new Uint32Array(target.buffer, target.byteOffset, axons + 1);
        for (let axon = 0; axon <= axons; axon++) words[axon] = start(axon) - begin;
        weights.unpackSparse(target.subarray(rowsSize), fields.weights!, targets!, begin, bits);
      },
    );
    const { value } = this.#timing.laneCycles;
    if (copy !== undefined) {
      this.#finish(at, value, [
        [R.OP_KIND, R.KIND_SPARSE],
        [R.SPARSE_ROWS_AT, copy],
        [R.SPARSE_ENTRIES_AT, copy + rowsSize],
      ]);
      this.#plan.whenBuilt(({ bytes, view }) => {
        view.setUint32(at + R.SPARSE_FAR, bytes.length > CACHE_BYTES ? 1 : 0, true);
      });
    } else
      this.#finish(at, value, [
        [R.OP_KIND, R.KIND_SPARSE],
        [R.OP_WEIGHTS_AT, weights.unpacked(bits) + (fields.weights! * 8) / bits],
        [R.SPARSE_ROWS_AT, weights.stored() + rows!],
        [R.SPARSE_OFFSETS_AT, weights.stored() + targets!],
      ]);
  }

  /** One weight per axon where memory allows, so that nothing has to be divided by the period. */
  #diagonal({ fields, bits, axons }: Draft, at: number): void {
    const period = fields.period!;
    const weights = this.#weights;
    const copy = weights.rearranged(`diagonal ${bits} ${fields.weights} ${period} ${axons}`, axons, (target) => {
      weights.unpack(target, 0, fields.weights!, Math.min(period, axons), bits);
      for (let k = period; k < axons; k++) target[k] = target[k - period]!;
    });
    this.#finish(at, this.#timing.laneCycles.value, [
      [R.OP_KIND, R.KIND_DIAGONAL],
      [R.OP_WEIGHTS_AT, copy ?? weights.unpacked(bits) + (fields.weights! * 8) / bits],
      [R.DIAGONAL_PERIOD, copy === undefined ? period : axons],
    ]);
  }

  #convolution(draft: Draft, at: number): void {
    const { fields } = draft;
    const run = fields.outChannels! / fields.groups!;
    const geometry: Fields = [
      [R.OP_KIND, R.KIND_CONV],
      [R.OP_SYNAPSES, run],
      [R.CONV_OUT_HEIGHT, fields.outHeight!],
      [R.CONV_OUT_WIDTH, fields.outWidth!],
      [R.CONV_OUT_CHANNELS, fields.outChannels!],
      [R.CONV_IN_HEIGHT, fields.inHeight!],
      [R.CONV_IN_WIDTH, fields.inWidth!],
      [R.CONV_IN_CHANNELS, fields.inChannels!],
      [R.CONV_GROUPS, fields.groups!],
      [R.CONV_KERNEL_HEIGHT, fields.kernelHeight!],
      [R.CONV_KERNEL_WIDTH, fields.kernelWidth!],
      [R.CONV_STRIDE_Y, fields.strideY!],
      [R.CONV_STRIDE_X, fields.strideX!],
      [R.CONV_DILATION_Y, fields.dilationY!],
      [R.CONV_DILATION_X, fields.dilationX!],
      [R.CONV_OFFSET_Y, fields.offsetY!],
      [R.CONV_OFFSET_X, fields.offsetX!],
    ];
    const kernel = this.#mirroredKernel(draft);
    const tapRows = this.#tapRows(draft);
    const taps = kernel === undefined && tapRows === undefined ? undefined : this.#tapsOfPixels(draft);
    const weights = kernel === undefined || taps === undefined ? this.#storedKernel(draft) : undefined;
    this.#finish(at, this.#laneSteps(run), [
      ...geometry,
      ...(tapRows === undefined || taps === undefined
        ? []
        : ([
            [R.CONV_TAP_ROWS_AT, tapRows],
            [R.CONV_TAPS_AT, taps],
          ] as const)),
      ...(weights ?? [
        [R.OP_WEIGHTS_AT, kernel!],
        [R.CONV_TAP_STRIDE, wholeVectors(run)],
        [R.CONV_CHANNEL_STRIDE, fields.kernelWidth! * wholeVectors(run)],
        [R.CONV_ROW_STRIDE, fields.inChannels! * fields.kernelWidth! * wholeVectors(run)],
        [R.CONV_MIRRORED, 1],
        [R.CONV_TAPS_AT, taps!],
        [R.CONV_SLIDE_WORDS, this.#slideWordsOf(draft)],
      ]),
    ]);
  }

  /** The kernel as the program says it. */
  #storedKernel({ fields, bits }: Draft): Fields {
    const stride = (packedBytes(fields.outChannels! / fields.groups!, bits) * 8) / bits;
    return [
      [R.OP_WEIGHTS_AT, this.#weights.unpacked(bits) + (fields.weights! * 8) / bits],
      [R.CONV_TAP_STRIDE, stride],
      [R.CONV_CHANNEL_STRIDE, fields.kernelHeight! * fields.kernelWidth! * stride],
      [R.CONV_ROW_STRIDE, fields.kernelWidth! * stride],
    ];
  }

  /** Words per column of the sliding kernel; 0 where it does not fit. */
  #slideWordsOf({ fields }: Draft): number {
    const { kernelHeight, kernelWidth, strideX, inChannels, inWidth } = fields;
    if (kernelWidth !== 3 || strideX !== 1 || kernelHeight! > TALLEST_SLIDING_KERNEL) return 0;
    // As in channelsPerWord of kernels/assembly/slide.ts.
    const perRow = Math.ceil(inChannels! / (inChannels! % 8 === 0 ? 64 : 56));
    const words = perRow === 1 && kernelHeight! * inChannels! <= 64 ? 1 : kernelHeight! * perRow;
    this.slideWords = Math.max(this.slideWords, words * inWidth!);
    return words;
  }

  /** [kernel row][input channel][tap, the last one first][output channel], each tap padded to whole vectors. */
  #mirroredKernel({ fields, bits }: Draft): number | undefined {
    if (fields.groups !== 1 || fields.dilationX !== 1) return undefined;
    const channels = fields.outChannels!;
    const width = fields.kernelWidth!;
    const inChannels = fields.inChannels!;
    const height = fields.kernelHeight!;
    const tapBytes = packedBytes(channels, bits);
    const stride = wholeVectors(channels);
    const weights = this.#weights;
    const key = `kernel ${bits} ${fields.weights} ${channels} ${inChannels} ${height} ${width}`;
    return weights.rearranged(key, inChannels * height * width * stride, (target) => {
      target.fill(ZERO_WEIGHT);
      for (let channel = 0; channel < inChannels; channel++)
        for (let ky = 0; ky < height; ky++)
          for (let kx = 0; kx < width; kx++) {
            const from = ((channel * height + ky) * width + kx) * tapBytes;
            const to = ((ky * inChannels + channel) * width + width - 1 - kx) * stride;
            weights.unpack(target, to, fields.weights! + from, channels, bits);
          }
    });
  }

  /** [kernel row][tap][channel], signed, for kernels that each belong to one channel and whose sums fit 16 bits. */
  #tapRows({ fields, bits }: Draft): number | undefined {
    const channels = fields.outChannels!;
    const taps = fields.kernelHeight! * fields.kernelWidth!;
    if (channels === 1 || fields.groups !== channels || fields.inChannels !== channels) return undefined;
    if (taps > MOST_GATHERED_TAPS) return undefined;
    const stride = wholeVectors(channels);
    const bytes = packedBytes(1, bits);
    const weights = this.#weights;
    return weights.rearranged(`tap rows ${bits} ${fields.weights} ${channels} ${taps}`, taps * stride, (target) => {
      for (let channel = 0; channel < channels; channel++)
        for (let tap = 0; tap < taps; tap++) {
          const to = tap * stride + channel;
          weights.unpack(target, to, fields.weights! + (channel * taps + tap) * bytes, 1, bits);
          target[to]! -= ZERO_WEIGHT;
        }
    });
  }

  /** Per pixel of the axon region, the taps that hit the tile: a u16 each. */
  #tapsOfPixels({ fields }: Draft): number | undefined {
    const { inHeight, inWidth } = fields;
    const key = ['taps', ...TAP_FIELDS.map((name) => fields[name])].join(' ');
    return this.#weights.rearranged(key, 2 * inHeight! * inWidth!, (target) => {
      const taps = new Uint16Array(target.buffer, target.byteOffset, target.length / 2);
      const rows = Array.from({ length: inHeight! }, (_, ay) =>
        hits(ay + fields.offsetY!, fields.kernelHeight!, fields.dilationY!, fields.strideY!, fields.outHeight!),
      );
      for (let ax = 0; ax < inWidth!; ax++) {
        const columns = hits(
          ax + fields.offsetX!,
          fields.kernelWidth!,
          fields.dilationX!,
          fields.strideX!,
          fields.outWidth!,
        );
        for (let ay = 0; ay < inHeight!; ay++) taps[ay * inWidth! + ax] = columns * rows[ay]!;
      }
    });
  }
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

const wholeVectors = (count: number): number => Math.ceil(count / VECTOR) * VECTOR;

/** Taps of one dimension whose output lies in the tile. */
function hits(numerator: number, kernel: number, dilation: number, stride: number, size: number): number {
  let count = 0;
  for (let k = 0; k < kernel; k++) {
    const scaled = numerator - k * dilation;
    if (scaled >= 0 && scaled % stride === 0 && scaled / stride < size) count++;
  }
  return count;
}
