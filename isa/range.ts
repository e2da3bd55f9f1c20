/** The range proof from the memories of a core: bounds of V and I of every neuron. The arithmetic is that of bounds.ts. */
import type { AxonGroup, CoreImage } from './chip.ts';
import { type EventMnemonic, type FieldsOf, isExecutedBy, type OperationOf } from './ops.ts';
import { decodeHandler, type Handler, resolveWindows, type TickWindow } from './program.ts';
import { loadWeight, packedBytes, WIDTH_CODES } from './weights.ts';

/** Bounds per neuron of a core. */
export interface BoundsArrays {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export interface NeuronBounds {
  readonly v: BoundsArrays;
  readonly i: BoundsArrays;
}

/**
 * Per axon group of a core, the number of ticks of an inference in which it can hear events: the union of the windows of
 * its sources, each moved by the delay of its sink row and cut at the end of the inference.
 *
 * @param windows per tree, the ticks in which its packets are sent; trees that are absent never send
 * @param ticks ticks of one inference
 */
export function groupEventTicks(
  core: Pick<CoreImage, 'groups' | 'sinks'>,
  windows: ReadonlyMap<number, TickWindow>,
  ticks: number,
): number[] {
  const heard: [start: number, end: number][][] = core.groups.map(() => []);
  for (const row of core.sinks) {
    const window = windows.get(row.tree);
    if (window === undefined) continue;
    const start = window.start + row.delay;
    heard[row.group]?.push([start, Math.min(ticks, start + window.length)]);
  }
  return heard.map(unionLength);
}

function unionLength(intervals: [start: number, end: number][]): number {
  let covered = 0;
  let until = 0;
  for (const [start, end] of intervals.sort((a, b) => a[0] - b[0])) {
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}

/**
 * Bounds of V and I of every neuron of a core whose structure has been checked.
 *
 * @param groupTicks per group, the ticks in which it can hear events ({@link groupEventTicks})
 * @param ticks ticks of one inference
 * @param spend called with the number of synapses or neurons that are about to be visited; may throw to bound the work
 * @throws RangeError where a handler cannot be decoded
 */
export function neuronBounds(
  core: CoreImage,
  groupTicks: readonly number[],
  ticks: number,
  spend: (work: number) => void = () => undefined,
): NeuronBounds {
  const bounds: NeuronBounds = { v: zeros(core.neuronCount), i: zeros(core.neuronCount) };
  const handlers = new Map<number, Handler>();
  const kernels = new Map<string, BoundsArrays>();
  core.groups.forEach((group, g) => {
    const handler = handlers.get(group.handler) ?? handlerAt(core, group.handler);
    handlers.set(group.handler, handler);
    for (const { operation } of handler.operations)
      if (isExecutedBy(operation, 'event'))
        addSynapses(operation, { core, group, ticks: groupTicks[g] ?? 0, kernels, spend }, bounds);
  });
  const lowest = new Float64Array(core.neuronCount);
  const highest = new Float64Array(core.neuronCount);
  for (const { operation } of handlerAt(core, core.resetHandler).operations)
    if (operation.op === 'RESET') {
      spend(operation.fields.count);
      setInitial(operation, core, lowest, highest);
    }
  addTickHandler(core, ticks, bounds, lowest, highest, spend);
  for (let n = 0; n < core.neuronCount; n++) {
    bounds.v.min[n]! += lowest[n]!;
    bounds.v.max[n]! += highest[n]!;
  }
  return bounds;
}

const zeros = (count: number): BoundsArrays => ({ min: new Float64Array(count), max: new Float64Array(count) });

function handlerAt(core: CoreImage, at: number): Handler {
  const handler = decodeHandler(core.program, at);
  if ('fault' in handler) throw new RangeError(handler.fault);
  return handler;
}

interface GroupContext {
  readonly core: CoreImage;
  readonly group: AxonGroup;
  readonly ticks: number;
  /** Bounds that the kernels of the core add per output channel, so that tiles that share a kernel cost one visit. */
  readonly kernels: Map<string, BoundsArrays>;
  readonly spend: (work: number) => void;
}

function addSynapses(operation: OperationOf<EventMnemonic>, context: GroupContext, bounds: NeuronBounds): void {
  const into = operation.fields.destination === 0 ? bounds.v : bounds.i;
  if (operation.op === 'DENSE') addDense(operation.fields, context, into);
  else if (operation.op === 'SPARSE') addSparse(operation.fields, context, into);
  else if (operation.op === 'DIAG') addDiagonal(operation.fields, context, into);
  else addConvolution(operation.fields, context, into);
}

/** What a synapse of weight w adds at least and at most: min and max of w * below and w * above. */
function payloadScale(
  fields: FieldsOf<EventMnemonic>,
  { group, ticks }: Pick<GroupContext, 'group' | 'ticks'>,
): { below: number; above: number } {
  const scale = ticks * 2 ** fields.shift;
  return { below: scale * group.payloadMin, above: scale * group.payloadMax };
}

function addDense(fields: FieldsOf<'DENSE'>, context: GroupContext, into: BoundsArrays): void {
  const { core, group } = context;
  const { below, above } = payloadScale(fields, context);
  const bits = WIDTH_CODES[fields.width]!;
  const [count, first] = [fields.count, fields.first];
  const rowBytes = packedBytes(count, bits);
  context.spend(group.axonCount * count);
  for (let row = 0; row < group.axonCount; row++) {
    const start = fields.weights + row * rowBytes;
    for (let k = 0; k < count; k++) add(into, first + k, loadWeight(core.synapses, start, k, bits), below, above);
  }
}

function addSparse(fields: FieldsOf<'SPARSE'>, context: GroupContext, into: BoundsArrays): void {
  const { synapses } = context.core;
  const { below, above } = payloadScale(fields, context);
  const bits = WIDTH_CODES[fields.width]!;
  const view = new DataView(synapses.buffer, synapses.byteOffset, synapses.byteLength);
  const from = view.getUint32(fields.rows, true);
  const to = view.getUint32(fields.rows + 4 * context.group.axonCount, true);
  context.spend(to - from);
  for (let entry = from; entry < to; entry++) {
    const offset = view.getUint16(fields.targets + 2 * entry, true);
    add(into, fields.first + offset, loadWeight(synapses, fields.weights, entry, bits), below, above);
  }
}

function addDiagonal(fields: FieldsOf<'DIAG'>, context: GroupContext, into: BoundsArrays): void {
  const { below, above } = payloadScale(fields, context);
  const bits = WIDTH_CODES[fields.width]!;
  context.spend(fields.count);
  for (let k = 0; k < fields.count; k++) {
    const weight = loadWeight(context.core.synapses, fields.weights, k % fields.period, bits);
    add(into, fields.first + k, weight, below, above);
  }
}

/** One bound per output channel, with the whole kernel: an output meets each tap at most once per tick. */
function addConvolution(fields: FieldsOf<'CONV'>, context: GroupContext, into: BoundsArrays): void {
  const channel = kernelBounds(fields, context);
  const outChannels = fields.outChannels;
  const count = fields.outHeight * fields.outWidth * outChannels;
  context.spend(count);
  for (let k = 0; k < count; k++) {
    into.min[fields.first + k]! += channel.min[k % outChannels]!;
    into.max[fields.first + k]! += channel.max[k % outChannels]!;
  }
}

function kernelBounds(fields: FieldsOf<'CONV'>, { core, kernels, spend, ...context }: GroupContext): BoundsArrays {
  const { below, above } = payloadScale(fields, context);
  const { inChannels, outChannels, groups, width, weights } = fields;
  const taps = fields.kernelHeight * fields.kernelWidth;
  const key = [weights, width, inChannels, outChannels, groups, taps, below, above].join(' ');
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const bits = WIDTH_CODES[width]!;
  const groupOut = outChannels / groups;
  const groupIn = inChannels / groups;
  const runBytes = packedBytes(groupOut, bits);
  const channel = zeros(outChannels);
  kernels.set(key, channel);
  spend(inChannels * taps * groupOut);
  for (let ic = 0; ic < inChannels; ic++) {
    const firstOut = Math.floor(ic / groupIn) * groupOut;
    for (let tap = 0; tap < taps; tap++) {
      const start = weights + (ic * taps + tap) * runBytes;
      for (let k = 0; k < groupOut; k++)
        add(channel, firstOut + k, loadWeight(core.synapses, start, k, bits), below, above);
    }
  }
  return channel;
}

function add(into: BoundsArrays, neuron: number, weight: number, below: number, above: number): void {
  const a = weight * below;
  const b = weight * above;
  into.min[neuron]! += a < b ? a : b;
  into.max[neuron]! += a < b ? b : a;
}

function setInitial(
  operation: OperationOf<'RESET'>,
  core: CoreImage,
  lowest: Float64Array,
  highest: Float64Array,
): void {
  const { first, count, address, period } = operation.fields;
  for (let k = 0; k < count; k++) {
    const value = core.parameters[address + (k % period)]!;
    lowest[first + k] = value;
    highest[first + k] = value;
  }
}

/** Bias and current into the bounds, possible values after a spike into the start values. */
function addTickHandler(
  core: CoreImage,
  ticks: number,
  bounds: NeuronBounds,
  lowest: Float64Array,
  highest: Float64Array,
  spend: (work: number) => void,
): void {
  const operations = resolveWindows(handlerAt(core, core.tickHandler));
  if ('fault' in operations) throw new RangeError(operations.fault);
  for (const { operation, window } of operations) {
    if (!isExecutedBy(operation, 'tick')) continue;
    const { first, count } = operation.fields;
    const active = window === undefined ? ticks : window.length;
    spend(count);
    for (let k = 0; k < count; k++) {
      const n = first + k;
      if (operation.op === 'BIAS') {
        const { address, period } = operation.fields;
        const bias = core.parameters[address + (k % period)]!;
        bounds.v.min[n]! += active * Math.min(bias, 0);
        bounds.v.max[n]! += active * Math.max(bias, 0);
      } else if (operation.op === 'CURRENT') {
        bounds.v.min[n]! += active * bounds.i.min[n]!;
        bounds.v.max[n]! += active * bounds.i.max[n]!;
      } else if (operation.op === 'FIRE') {
        const value = operation.fields.reset === 0 ? 0 : operation.fields.resetValue;
        lowest[n] = Math.min(lowest[n]!, value);
        highest[n] = Math.max(highest[n]!, value);
      }
    }
  }
}
