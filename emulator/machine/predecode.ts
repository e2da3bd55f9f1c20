/** From program words to the typed records that the hot loops run on. Done once per core, when the chip is loaded. */
import {
  type CoreImage,
  type EventMnemonic,
  type FieldsOf,
  isExecutedBy,
  type OperationOf,
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

/**
 * Instructions of the event handler at a word address.
 *
 * @throws E0405 where the loader should have refused it
 */
export function eventOperations(image: CoreImage, at: number): readonly OperationOf<EventMnemonic>[] {
  const operations: OperationOf<EventMnemonic>[] = [];
  for (const { operation, at: word } of handlerAt(image, at).operations) {
    if (operation.op === 'END') continue;
    if (!isExecutedBy(operation, 'event'))
      return refuse(image.core, word, `${operation.op} in the handler of an axon group`);
    operations.push(operation);
  }
  return operations;
}

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
  return eventOperations(memories.image, at).map((operation) => synapticOp(memories, operation, axons, timing));
}

function synapticOp(
  memories: CoreMemories,
  operation: OperationOf<EventMnemonic>,
  axons: number,
  timing: Target['timing'],
): SynapticOp {
  const { synapses, layerOf } = memories;
  const bits = WIDTH_CODES[operation.fields.width]!;
  const { first } = operation.fields;
  const perByte = 8 / bits;
  const shared = {
    state: operation.fields.destination === 0 ? memories.v : memories.current,
    weights: synapses.unpacked(bits),
    shift: operation.fields.shift,
    layer: layerOf[first] ?? -1,
    bitsPerSynapse: operation.op === 'SPARSE' ? bits + SPARSE_OFFSET_BITS : bits,
  };
  const base = operation.fields.weights * perByte;
  const laneSteps = (synapsesOfRun: number): number =>
    Math.ceil(synapsesOfRun / timing.lanes) * timing.laneCycles.value;
  switch (operation.op) {
    case 'DENSE': {
      const count = operation.fields.count;
      const rowStride = packedBytes(count, bits) * perByte;
      const packed = synapses.packed(bits, base, axons, rowStride, count);
      return { kind: 'DENSE', ...shared, first, count, base, rowStride, packed, cycles: laneSteps(count) };
    }
    case 'SPARSE':
      return {
        kind: 'SPARSE',
        ...shared,
        first,
        rowsAt: operation.fields.rows / 4,
        targetAt: operation.fields.targets / 2,
        base,
        words32: synapses.words32(),
        words16: synapses.words16(),
      };
    case 'CONV': {
      const tile = convolutionTile(operation.fields, synapses, shared.weights, bits, base);
      const synapsesPerTap = tile.outChannels / tile.groups;
      const runs = tile.inChannels * tile.kernelHeight * tile.kernelWidth;
      const packed = canPull(tile) ? synapses.packed(bits, base, runs, tile.runStride, tile.outChannels) : noRows;
      return { kind: 'CONV', ...shared, tile, packed, synapsesPerTap, cyclesPerTap: laneSteps(synapsesPerTap) };
    }
    case 'DIAG':
      return { kind: 'DIAG', ...shared, first, period: operation.fields.period, base };
  }
}

const noRows: PackedRows = () => undefined;

/** Each entry of a SPARSE list holds a 16-bit neuron offset beside its weight. */
export const SPARSE_OFFSET_BITS = 16;

function convolutionTile(
  fields: FieldsOf<'CONV'>,
  synapses: SynapseViews,
  weights: Int8Array,
  bits: WeightBits,
  base: number,
): ConvolutionTile {
  const run = fields.outChannels / fields.groups;
  const tile = {
    first: fields.first,
    outHeight: fields.outHeight,
    outWidth: fields.outWidth,
    outChannels: fields.outChannels,
    inHeight: fields.inHeight,
    inWidth: fields.inWidth,
    inChannels: fields.inChannels,
    groups: fields.groups,
    kernelHeight: fields.kernelHeight,
    kernelWidth: fields.kernelWidth,
    strideY: fields.strideY,
    strideX: fields.strideX,
    dilationY: fields.dilationY,
    dilationX: fields.dilationX,
    offsetY: fields.offsetY,
    offsetX: fields.offsetX,
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
    if (!isExecutedBy(operation, 'tick')) return refuse(image.core, at, `${operation.op} in the tick handler`);
    const start = window?.start ?? 0;
    const end = window === undefined ? ticks : start + window.length;
    const { first, count } = operation.fields;
    const range = { start, end, first, count };
    switch (operation.op) {
      case 'BIAS': {
        const { address, period } = operation.fields;
        return { kind: 'BIAS', ...range, address, period, cycles: vectorSteps(count, timing) };
      }
      case 'CURRENT':
        return { kind: 'CURRENT', ...range, cycles: vectorSteps(count, timing) };
      case 'FIRE': {
        const { fields } = operation;
        return { kind: 'FIRE', ...range, tree: fields.tree, run: fireOf(fields, image, timing) };
      }
      case 'READ':
        if (start < ticks - 1) return refuse(image.core, at, 'READ before the last tick');
        return { kind: 'READ', ...range, tree: operation.fields.tree };
    }
  });
}

function fireOf(fields: FieldsOf<'FIRE'>, image: CoreImage, timing: Target['timing']): FireRun {
  return {
    first: fields.first,
    count: fields.count,
    parameters: image.parameters,
    address: fields.address,
    period: fields.period,
    strict: fields.compare === 1,
    toValue: fields.reset === 1,
    resetValue: fields.resetValue,
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
    if (!isExecutedBy(operation, 'reset')) return refuse(image.core, at, `${operation.op} in the reset handler`);
    const { first, count, address, period } = operation.fields;
    ops.push({ first, count, address, period, cycles: vectorSteps(count, timing) });
  }
  return ops;
}

/** Cycles of BIAS, CURRENT and RESET. */
const vectorSteps = (count: number, timing: Target['timing']): number =>
  Math.ceil(count / timing.lanes) * timing.vectorCycles.value;
