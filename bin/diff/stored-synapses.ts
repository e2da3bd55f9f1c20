/** What a chip stores about one neuron, read from its memories without running it. */
import {
  type AxonGroup,
  type Chip,
  type CoreImage,
  decodeHandler,
  type EventMnemonic,
  type FieldsOf,
  isExecutedBy,
  loadWeight,
  NO_TREE,
  type OperationOf,
  type ResetMnemonic,
  packedBytes,
  resolveWindows,
  type SinkRow,
  sinkAxon,
  type TickMnemonic,
  WIDTH_CODES,
} from '../../isa/index.ts';
import { locate } from './places.ts';

/** A weight, shifted, by where it goes and when it is heard. */
export interface Synapse {
  readonly into: 'V' | 'I';
  readonly delay: number;
  readonly weight: number;
}

/** Instructions of an event handler; none where it cannot be decoded. */
function eventOperations(image: CoreImage, at: number): readonly OperationOf<EventMnemonic>[] {
  const handler = decodeHandler(image.program, at);
  if ('fault' in handler) return [];
  return handler.operations.map(({ operation }) => operation).filter((operation) => isExecutedBy(operation, 'event'));
}

function tickOperations(image: CoreImage): readonly OperationOf<TickMnemonic>[] {
  const handler = decodeHandler(image.program, image.tickHandler);
  const resolved = 'fault' in handler ? [] : resolveWindows(handler);
  if ('fault' in resolved) return [];
  return resolved.map(({ operation }) => operation).filter((operation) => isExecutedBy(operation, 'tick'));
}

function resetOperations(image: CoreImage): readonly OperationOf<ResetMnemonic>[] {
  const handler = decodeHandler(image.program, image.resetHandler);
  if ('fault' in handler) return [];
  return handler.operations.map(({ operation }) => operation).filter((operation) => isExecutedBy(operation, 'reset'));
}

/** Position of a neuron in the run of an instruction; -1 outside. */
function positionIn({ first, count }: { readonly first: number; readonly count: number }, slot: number): number {
  const position = slot - first;
  return position >= 0 && position < count ? position : -1;
}

/** Value that BIAS, FIRE or RESET uses for a neuron; undefined where none of them reaches it. */
export function storedParameter(image: CoreImage, slot: number, op: 'BIAS' | 'FIRE' | 'RESET'): number | undefined {
  const all = op === 'RESET' ? resetOperations(image) : tickOperations(image);
  const values: number[] = [];
  for (const { op: mnemonic, fields } of all) {
    if (mnemonic !== op) continue;
    const position = positionIn(fields, slot);
    if (position >= 0) values.push(image.parameters[fields.address + (position % fields.period)] ?? 0);
  }
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
}

/** The synapses from any source to one neuron. */
export class StoredSynapses {
  readonly #chip: Chip;
  readonly #image: CoreImage;
  readonly #slot: number;
  readonly #rows = new Map<number, SinkRow[]>();
  readonly #handlers = new Map<number, readonly OperationOf<EventMnemonic>[]>();
  readonly #fires = new Map<number, readonly OperationOf<'FIRE'>[]>();
  readonly #cores: ReadonlyMap<number, CoreImage>;

  constructor(chip: Chip, image: CoreImage, slot: number) {
    this.#chip = chip;
    this.#image = image;
    this.#slot = slot;
    this.#cores = new Map(chip.cores.map((core) => [core.core, core]));
    for (const row of image.sinks) this.#rows.set(row.tree, [...(this.#rows.get(row.tree) ?? []), row]);
  }

  /** @param layer -1 for the input. @param index NCHW index in it */
  from(layer: number, index: number): Synapse[] {
    const source = layer < 0 ? this.#inputSource(index) : this.#layerSource(layer, index);
    if (source === undefined) return [];
    const found: Synapse[] = [];
    for (const row of this.#rows.get(source.tree) ?? []) {
      if (source.index >= row.sourceCount) continue;
      const axon = sinkAxon(row, this.#image.sinkLists, source.index);
      if (axon >= 0) found.push(...this.#atAxon(this.#image.groups[row.group]!, axon, row.delay));
    }
    return found;
  }

  /** Tree and source index of the packets that an input element sends. */
  #inputSource(index: number): { tree: number; index: number } | undefined {
    const [, height, width] = this.#chip.input.shape;
    const c = Math.floor(index / (height * width));
    const y = Math.floor(index / width) % height;
    const x = index % width;
    for (const { tree, box } of this.#chip.input.parts) {
      const [dc, dy, dx] = [c - box.c0, y - box.y0, x - box.x0];
      const inside = dc >= 0 && dy >= 0 && dx >= 0 && dc < box.channels && dy < box.height && dx < box.width;
      if (inside) return { tree, index: (dy * box.width + dx) * box.channels + dc };
    }
    return undefined;
  }

  #layerSource(layer: number, index: number): { tree: number; index: number } | undefined {
    const { core, slot } = locate(this.#chip, layer, index);
    const image = this.#cores.get(core);
    if (image === undefined) return undefined;
    let fires = this.#fires.get(core);
    if (fires === undefined) {
      fires = tickOperations(image).filter((operation) => operation.op === 'FIRE');
      this.#fires.set(core, fires);
    }
    for (const operation of fires) {
      const position = positionIn(operation.fields, slot);
      if (position >= 0 && operation.fields.tree !== NO_TREE) return { tree: operation.fields.tree, index: position };
    }
    return undefined;
  }

  #atAxon(group: AxonGroup, axon: number, delay: number): Synapse[] {
    let handler = this.#handlers.get(group.handler);
    if (handler === undefined)
      this.#handlers.set(group.handler, (handler = eventOperations(this.#image, group.handler)));
    return handler.flatMap((operation): Synapse[] => {
      const weight = storedWeight(operation, this.#image.synapses, axon, this.#slot);
      if (weight === undefined) return [];
      const { shift, destination } = operation.fields;
      return [{ into: destination === 1 ? 'I' : 'V', delay, weight: weight << shift }];
    });
  }
}

/** Weight from an axon to a neuron under an instruction; undefined where there is no synapse. */
function storedWeight(
  operation: OperationOf<EventMnemonic>,
  memory: Uint8Array,
  axon: number,
  slot: number,
): number | undefined {
  if (operation.op === 'CONV') return storedKernelWeight(operation.fields, memory, axon, slot);
  const { op, fields } = operation;
  const bits = WIDTH_CODES[fields.width]!;
  const position = positionIn(fields, slot);
  if (position < 0) return undefined;
  const { weights } = fields;
  if (op === 'DENSE') return loadWeight(memory, weights + axon * packedBytes(fields.count, bits), position, bits);
  if (op === 'DIAG') return position === axon ? loadWeight(memory, weights, axon % fields.period, bits) : undefined;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const end = view.getUint32(fields.rows + 4 * (axon + 1), true);
  let sum: number | undefined;
  for (let entry = view.getUint32(fields.rows + 4 * axon, true); entry < end; entry++)
    if (view.getUint16(fields.targets + 2 * entry, true) === position)
      sum = (sum ?? 0) + loadWeight(memory, weights, entry, bits);
  return sum;
}

/** CONV: the tap of the kernel that leads from the axon to the neuron, if there is one. */
function storedKernelWeight(
  fields: FieldsOf<'CONV'>,
  memory: Uint8Array,
  axon: number,
  slot: number,
): number | undefined {
  const bits = WIDTH_CODES[fields.width]!;
  const { outChannels, outWidth, outHeight, inChannels, inWidth, kernelHeight, kernelWidth, groups } = fields;
  const neuron = slot - fields.first;
  if (neuron < 0 || neuron >= outChannels * outWidth * outHeight) return undefined;
  const c = neuron % outChannels;
  const x = Math.floor(neuron / outChannels) % outWidth;
  const y = Math.floor(neuron / outChannels / outWidth);
  const ac = axon % inChannels;
  const ax = Math.floor(axon / inChannels) % inWidth;
  const ay = Math.floor(axon / inChannels / inWidth);
  const ky = (ay + fields.offsetY - y * fields.strideY) / fields.dilationY;
  const kx = (ax + fields.offsetX - x * fields.strideX) / fields.dilationX;
  const outGroup = outChannels / groups;
  if (Math.floor(ac / (inChannels / groups)) !== Math.floor(c / outGroup)) return undefined;
  if (!Number.isInteger(ky) || !Number.isInteger(kx)) return undefined;
  if (ky < 0 || kx < 0 || ky >= kernelHeight || kx >= kernelWidth) return undefined;
  const run = (ac * kernelHeight + ky) * kernelWidth + kx;
  return loadWeight(memory, fields.weights + run * packedBytes(outGroup, bits), c % outGroup, bits);
}
