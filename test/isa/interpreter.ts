/** A slow interpreter of one core, written from the meanings in the op table; reports every value that a state takes. */
import {
  type CoreImage,
  decodeHandler,
  type EventMnemonic,
  type FieldsOf,
  isExecutedBy,
  loadWeight,
  type Operation,
  type OperationOf,
  packedBytes,
  resolveWindows,
  WIDTH_CODES,
} from '../../isa/index.ts';

/** Called with every value that V (or I) of a neuron takes. */
export type Watch = (state: 'V' | 'I', neuron: number, value: number) => void;

/** Payloads of one tick by axon; 0 = silent. */
export type TickEvents = readonly number[];

function operationsAt(core: CoreImage, at: number): readonly Operation[] {
  const handler = decodeHandler(core.program, at);
  if ('fault' in handler) throw new Error(handler.fault);
  return handler.operations.map(({ operation }) => operation);
}

/** Synapses (neuron offset from `first`, weight) that an event on axon i of its group visits. */
export function* synapsesOf(
  core: CoreImage,
  operation: OperationOf<EventMnemonic>,
  i: number,
): Generator<[number, number]> {
  const bits = WIDTH_CODES[operation.fields.width]!;
  const view = new DataView(core.synapses.buffer);
  const at = (start: number, k: number): number => loadWeight(core.synapses, start, k, bits);
  if (operation.op === 'DENSE') {
    const { count, weights } = operation.fields;
    for (let k = 0; k < count; k++) yield [k, at(weights + i * packedBytes(count, bits), k)];
  } else if (operation.op === 'DIAG') yield [i, at(operation.fields.weights, i % operation.fields.period)];
  else if (operation.op === 'SPARSE') {
    const { rows, targets, weights } = operation.fields;
    const end = view.getUint32(rows + 4 * (i + 1), true);
    for (let e = view.getUint32(rows + 4 * i, true); e < end; e++)
      yield [view.getUint16(targets + 2 * e, true), at(weights, e)];
  } else yield* convolutionSynapses(operation.fields, i, at, bits);
}

function* convolutionSynapses(
  f: FieldsOf<'CONV'>,
  i: number,
  at: (start: number, k: number) => number,
  bits: 1 | 2 | 4 | 8,
): Generator<[number, number]> {
  const ac = i % f.inChannels;
  const ax = Math.floor(i / f.inChannels) % f.inWidth;
  const ay = Math.floor(i / f.inChannels / f.inWidth);
  const perGroup = f.outChannels / f.groups;
  const group = Math.floor(ac / (f.inChannels / f.groups));
  for (let ky = 0; ky < f.kernelHeight; ky++)
    for (let kx = 0; kx < f.kernelWidth; kx++) {
      const y = (ay + f.offsetY - ky * f.dilationY) / f.strideY;
      const x = (ax + f.offsetX - kx * f.dilationX) / f.strideX;
      if (!Number.isInteger(y) || !Number.isInteger(x)) continue;
      if (y < 0 || y >= f.outHeight || x < 0 || x >= f.outWidth) continue;
      const run = (ac * f.kernelHeight + ky) * f.kernelWidth + kx;
      for (let k = 0; k < perGroup; k++) {
        const c = group * perGroup + k;
        yield [(y * f.outWidth + x) * f.outChannels + c, at(f.weights + run * packedBytes(perGroup, bits), k)];
      }
    }
}

/** Runs one inference. Payloads come by tick and axon. */
export function interpretCore(core: CoreImage, events: readonly TickEvents[], watch: Watch): void {
  const state = { V: new Float64Array(core.neuronCount), I: new Float64Array(core.neuronCount) };
  const set = (name: 'V' | 'I', neuron: number, value: number): void => {
    state[name][neuron] = value;
    watch(name, neuron, value);
  };
  const parameter = (f: FieldsOf<'BIAS' | 'FIRE' | 'RESET'>, k: number): number =>
    core.parameters[f.address + (k % f.period)]!;
  for (const { op, fields: f } of operationsAt(core, core.resetHandler))
    if (op === 'RESET') for (let k = 0; k < f.count; k++) set('V', f.first + k, parameter(f, k));
  events.forEach((payloads, tick) => {
    for (const group of core.groups)
      for (let i = 0; i < group.axonCount; i++) {
        const payload = payloads[group.firstAxon + i]!;
        if (payload === 0) continue;
        for (const operation of operationsAt(core, group.handler)) {
          if (!isExecutedBy(operation, 'event')) continue;
          const into = operation.fields.destination === 0 ? 'V' : 'I';
          for (const [offset, weight] of synapsesOf(core, operation, i)) {
            const neuron = operation.fields.first + offset;
            set(into, neuron, state[into][neuron]! + payload * weight * 2 ** operation.fields.shift);
          }
        }
      }
    const handler = decodeHandler(core.program, core.tickHandler);
    if ('fault' in handler) throw new Error(handler.fault);
    const resolved = resolveWindows(handler);
    if ('fault' in resolved) throw new Error(resolved.fault);
    for (const { operation, window } of resolved) {
      if (window !== undefined && (tick < window.start || tick >= window.start + window.length)) continue;
      if (!isExecutedBy(operation, 'tick')) throw new Error(`${operation.op} in the tick handler`);
      const { first, count } = operation.fields;
      for (let n = first; n < first + count; n++) {
        const v = state.V[n]!;
        if (operation.op === 'BIAS') set('V', n, v + parameter(operation.fields, n - first));
        if (operation.op === 'CURRENT') set('V', n, v + state.I[n]!);
        if (operation.op !== 'FIRE') continue;
        const { compare, reset, resetValue } = operation.fields;
        const threshold = parameter(operation.fields, n - first);
        if (compare === 0 ? v >= threshold : v > threshold) set('V', n, reset === 0 ? v - threshold : resetValue);
      }
    }
  });
}
