/** What a chip stores about one neuron, read from its memories without running it. */
import {
  type Chip,
  type CoreImage,
  type CoreProgram,
  coreProgram,
  eventRow,
  NO_TREE,
  type SinkRow,
  sinkAxon,
} from '../../isa/index.ts';
import { locate } from './places.ts';

/** A weight, shifted, by where it goes and when it is heard. */
export interface Synapse {
  readonly into: 'V' | 'I';
  readonly delay: number;
  readonly weight: number;
}

/** Every neuron and every source asks for the program of its core. */
const programs = new WeakMap<CoreImage, CoreProgram>();

/** What a core executes; nothing where that cannot be decoded. */
function programOf(image: CoreImage): CoreProgram {
  let program = programs.get(image);
  if (program === undefined) {
    const decoded = coreProgram(image);
    program = 'fault' in decoded ? { groups: [], tick: [], reset: [] } : decoded;
    programs.set(image, program);
  }
  return program;
}

/** Position of a neuron in the run of an instruction; -1 outside. */
function positionIn({ first, count }: { readonly first: number; readonly count: number }, slot: number): number {
  const position = slot - first;
  return position >= 0 && position < count ? position : -1;
}

/** Value that BIAS, FIRE, FIREV or RESET uses for a neuron; undefined where none of them reaches it. */
export function storedParameter(
  image: CoreImage,
  slot: number,
  op: 'BIAS' | 'FIRE' | 'FIREV' | 'RESET',
): number | undefined {
  const { tick, reset } = programOf(image);
  const values: number[] = [];
  for (const { operation } of [...tick, ...reset]) {
    if (operation.op !== op) continue;
    const { address, period } = operation.fields;
    const position = positionIn(operation.fields, slot);
    if (position >= 0) values.push(image.parameters[address + (position % period)] ?? 0);
  }
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
}

/** The synapses from any source to one neuron. */
export class StoredSynapses {
  readonly #chip: Chip;
  readonly #image: CoreImage;
  readonly #slot: number;
  readonly #rows = new Map<number, SinkRow[]>();
  readonly #program: CoreProgram;
  readonly #cores: ReadonlyMap<number, CoreImage>;

  constructor(chip: Chip, image: CoreImage, slot: number) {
    this.#chip = chip;
    this.#image = image;
    this.#slot = slot;
    this.#program = programOf(image);
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
      if (axon >= 0) found.push(...this.#atAxon(row.group, axon, row.delay));
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
    for (const { operation } of programOf(image).tick) {
      if (operation.op !== 'FIRE') continue;
      const position = positionIn(operation.fields, slot);
      if (position >= 0 && operation.fields.tree !== NO_TREE) return { tree: operation.fields.tree, index: position };
    }
    return undefined;
  }

  /** Several synapses of one instruction count as one with the sum of their weights. */
  #atAxon(group: number, axon: number, delay: number): Synapse[] {
    const found: Synapse[] = [];
    for (const { operation } of this.#program.groups[group]?.operations ?? []) {
      const { shift, destination } = operation.fields;
      let sum: number | undefined;
      eventRow(operation.op).synapses(operation.fields, this.#image.synapses, axon, (neuron, weight) => {
        if (neuron === this.#slot) sum = (sum ?? 0) + weight;
      });
      if (sum !== undefined) found.push({ into: destination === 1 ? 'I' : 'V', delay, weight: sum << shift });
    }
    return found;
  }
}
