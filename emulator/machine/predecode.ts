/** From program words to the typed records that the hot loops run on. Done once per core, when the chip is loaded. */
import {
  type CoreImage,
  type Operation,
  type Target,
  type WeightBits,
  WIDTH_CODES,
  fail,
  packedBytes,
} from '../../isa/machine.ts';
import { decodeHandler, type Handler, resolveWindows } from '../../isa/program.ts';
import { type ConvolutionTile, mirrorRows, rowsAreContiguous } from '../plain/kernels/conv.ts';
import { canPull } from '../plain/kernels/pull.ts';
import type { FireRun } from '../plain/kernels/update.ts';
import type { SynapseViews } from '../plain/synapses.ts';

/** What every instruction on an event has. */
interface SynapticBase {
  /** V or I of the core. */
  readonly state: Int32Array;
  readonly weights: Int8Array;
  readonly shift: number;
  /** Synapse bits read for each synapse that is visited. */
  readonly bitsPerSynapse: number;
  /** Layer of the destination neurons. */
  readonly layer: number;
}
/** The rows of an instruction as kernels/packed.ts adds them; undefined where there are none. */
type PackedRows = () => Float64Array | undefined;

export interface DenseOp extends SynapticBase {
  readonly kind: 'DENSE';
  readonly first: number;
  readonly count: number;
  readonly base: number;
  readonly rowStride: number;
  readonly packed: PackedRows;
  readonly cycles: number;
}
export interface SparseOp extends SynapticBase {
  readonly kind: 'SPARSE';
  readonly first: number;
  /** Index of the first row start in `words32`, of the first offset in `words16`, of the first weight in `weights`. */
  readonly rowsAt: number;
  readonly targetAt: number;
  readonly base: number;
  readonly words32: Uint32Array;
  readonly words16: Uint16Array;
}
export interface ConvOp extends SynapticBase {
  readonly kind: 'CONV';
  readonly tile: ConvolutionTile;
  readonly packed: PackedRows;
  readonly synapsesPerTap: number;
  readonly cyclesPerTap: number;
}
export interface DiagonalOp extends SynapticBase {
  readonly kind: 'DIAG';
  readonly first: number;
  readonly period: number;
  readonly base: number;
}
export type SynapticOp = DenseOp | SparseOp | ConvOp | DiagonalOp;

interface TickBase {
  /** Executed in ticks [start, end). */
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly count: number;
}
export interface BiasOp extends TickBase {
  readonly kind: 'BIAS';
  readonly address: number;
  readonly period: number;
  readonly cycles: number;
}
export interface CurrentOp extends TickBase {
  readonly kind: 'CURRENT';
  readonly cycles: number;
}
export interface FireOp extends TickBase {
  readonly kind: 'FIRE';
  readonly tree: number;
  readonly run: FireRun;
}
export interface ReadOp extends TickBase {
  readonly kind: 'READ';
  readonly tree: number;
}
export type TickOp = BiasOp | CurrentOp | FireOp | ReadOp;

export interface ResetOp {
  readonly first: number;
  readonly count: number;
  readonly address: number;
  readonly period: number;
  readonly cycles: number;
}

/** What the instructions of a core work on. */
export interface CoreMemories {
  readonly image: CoreImage;
  readonly v: Int32Array;
  readonly current: Int32Array;
  readonly synapses: SynapseViews;
  /** Layer of each neuron; -1 = none. */
  readonly layerOf: Int32Array;
}

/** A program that the loader's checks should have refused; never caused by the data of a run. */
function refuse(core: number, word: number, fault: string): never {
  return fail('E0405', fault, { core, section: 'program', word }, 'rebuild the file with snnc build');
}

/** @throws E0405 where it cannot be decoded */
export function handlerAt(image: CoreImage, at: number): Handler {
  const handler = decodeHandler(image.program, at);
  return 'fault' in handler ? refuse(image.core, handler.at, handler.fault) : handler;
}

/** For every event handler, by its word address, the axons of the largest group that runs it. */
export function largestGroups({ groups }: CoreImage): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  for (const { handler, axonCount } of groups) largest.set(handler, Math.max(axonCount, largest.get(handler) ?? 0));
  return largest;
}

/** Value of a field that the instruction table guarantees. */
const value = (operation: Operation, name: string): number => operation.fields[name]!;

/**
 * Instructions of the event handler at a word address.
 *
 * @param axons of the largest group that runs it
 */
export function predecodeEvent(
  memories: CoreMemories,
  at: number,
  axons: number,
  timing: Target['timing'],
): readonly SynapticOp[] {
  const { image } = memories;
  const ops: SynapticOp[] = [];
  for (const { operation, at: word } of handlerAt(image, at).operations) {
    if (operation.op === 'END') continue;
    ops.push(synapticOp(memories, operation, word, axons, timing));
  }
  return ops;
}

function synapticOp(
  memories: CoreMemories,
  operation: Operation,
  word: number,
  axons: number,
  timing: Target['timing'],
): SynapticOp {
  const { image, synapses, layerOf } = memories;
  const bits: WeightBits = WIDTH_CODES[value(operation, 'width')]!;
  const first = value(operation, 'first');
  const perByte = 8 / bits;
  const shared = {
    state: value(operation, 'destination') === 0 ? memories.v : memories.current,
    weights: synapses.unpacked(bits),
    shift: value(operation, 'shift'),
    layer: layerOf[first] ?? -1,
    bitsPerSynapse: operation.op === 'SPARSE' ? bits + SPARSE_OFFSET_BITS : bits,
  };
  const base = value(operation, 'weights') * perByte;
  const laneSteps = (synapsesOfRun: number): number =>
    Math.ceil(synapsesOfRun / timing.lanes) * timing.laneCycles.value;
  switch (operation.op) {
    case 'DENSE': {
      const count = value(operation, 'count');
      const rowStride = packedBytes(count, bits) * perByte;
      const packed = synapses.packed(bits, base, axons, rowStride, count);
      return { kind: 'DENSE', ...shared, first, count, base, rowStride, packed, cycles: laneSteps(count) };
    }
    case 'SPARSE':
      return {
        kind: 'SPARSE',
        ...shared,
        first,
        rowsAt: value(operation, 'rows') / 4,
        targetAt: value(operation, 'targets') / 2,
        base,
        words32: synapses.words32(),
        words16: synapses.words16(),
      };
    case 'CONV': {
      const tile = convolutionTile(operation, synapses, shared.weights, bits, base);
      const synapsesPerTap = tile.outChannels / tile.groups;
      const runs = tile.inChannels * tile.kernelHeight * tile.kernelWidth;
      const packed = canPull(tile) ? synapses.packed(bits, base, runs, tile.runStride, tile.outChannels) : noRows;
      return { kind: 'CONV', ...shared, tile, packed, synapsesPerTap, cyclesPerTap: laneSteps(synapsesPerTap) };
    }
    case 'DIAG':
      return { kind: 'DIAG', ...shared, first, period: value(operation, 'period'), base };
    default:
      return refuse(image.core, word, `${operation.op} in the handler of an axon group`);
  }
}

const noRows: PackedRows = () => undefined;

/** Each entry of a SPARSE list holds a 16-bit neuron offset beside its weight. */
export const SPARSE_OFFSET_BITS = 16;

function convolutionTile(
  operation: Operation,
  synapses: SynapseViews,
  weights: Int8Array,
  bits: WeightBits,
  base: number,
): ConvolutionTile {
  const get = (name: string): number => value(operation, name);
  const run = get('outChannels') / get('groups');
  const tile = {
    first: get('first'),
    outHeight: get('outHeight'),
    outWidth: get('outWidth'),
    outChannels: get('outChannels'),
    inHeight: get('inHeight'),
    inWidth: get('inWidth'),
    inChannels: get('inChannels'),
    groups: get('groups'),
    kernelHeight: get('kernelHeight'),
    kernelWidth: get('kernelWidth'),
    strideY: get('strideY'),
    strideX: get('strideX'),
    dilationY: get('dilationY'),
    dilationX: get('dilationX'),
    offsetY: get('offsetY'),
    offsetX: get('offsetX'),
    weights,
    base,
    runStride: (packedBytes(run, bits) * 8) / bits,
  };
  const size = tile.inChannels * tile.kernelHeight * tile.kernelWidth * tile.outChannels;
  const key = `${bits}:${base}:${tile.inChannels}:${tile.kernelHeight}:${tile.kernelWidth}:${tile.outChannels}`;
  const mirrored = rowsAreContiguous(tile) ? synapses.mirrored(key, size, () => mirrorRows(tile)) : undefined;
  return { ...tile, mirrored };
}

/** Instructions of the tick handler, with WINDOW resolved into the ticks in which each one is executed. */
export function predecodeTick(image: CoreImage, ticks: number, timing: Target['timing']): readonly TickOp[] {
  const resolved = resolveWindows(handlerAt(image, image.tickHandler));
  if ('fault' in resolved) return refuse(image.core, resolved.at, resolved.fault);
  return resolved.map(({ operation, at, window }) => {
    const start = window?.start ?? 0;
    const range = {
      start,
      end: window === undefined ? ticks : start + window.length,
      first: operation.fields.first ?? 0,
      count: operation.fields.count ?? 0,
    };
    switch (operation.op) {
      case 'BIAS':
        return {
          kind: 'BIAS',
          ...range,
          address: value(operation, 'address'),
          period: value(operation, 'period'),
          cycles: vectorSteps(range.count, timing),
        };
      case 'CURRENT':
        return { kind: 'CURRENT', ...range, cycles: vectorSteps(range.count, timing) };
      case 'FIRE':
        return { kind: 'FIRE', ...range, tree: value(operation, 'tree'), run: fireOf(operation, image, timing) };
      case 'READ':
        if (range.start < ticks - 1) return refuse(image.core, at, 'READ before the last tick');
        return { kind: 'READ', ...range, tree: value(operation, 'tree') };
      default:
        return refuse(image.core, at, `${operation.op} in the tick handler`);
    }
  });
}

function fireOf(operation: Operation, image: CoreImage, timing: Target['timing']): FireRun {
  return {
    first: value(operation, 'first'),
    count: value(operation, 'count'),
    parameters: image.parameters,
    address: value(operation, 'address'),
    period: value(operation, 'period'),
    strict: value(operation, 'compare') === 1,
    toValue: value(operation, 'reset') === 1,
    resetValue: value(operation, 'resetValue'),
    updateLanes: timing.updateLanes,
    activeCycles: timing.updateActiveCycles.value,
    idleCycles: timing.updateIdleCycles.value,
  };
}

/** Instructions of the reset handler. */
export function predecodeReset(image: CoreImage, timing: Target['timing']): readonly ResetOp[] {
  const ops: ResetOp[] = [];
  for (const { operation, at } of handlerAt(image, image.resetHandler).operations) {
    if (operation.op === 'END') continue;
    if (operation.op !== 'RESET') refuse(image.core, at, `${operation.op} in the reset handler`);
    const count = value(operation, 'count');
    ops.push({
      first: value(operation, 'first'),
      count,
      address: value(operation, 'address'),
      period: value(operation, 'period'),
      cycles: vectorSteps(count, timing),
    });
  }
  return ops;
}

/** Cycles of BIAS, CURRENT and RESET. */
const vectorSteps = (count: number, timing: Target['timing']): number =>
  Math.ceil(count / timing.lanes) * timing.vectorCycles.value;
