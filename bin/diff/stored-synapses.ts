/** What a chip stores about one neuron, read from its memories without running it. */
import {
  type Chip,
  type CoreImage,
  type CoreProgram,
  coreProgram,
  eventRow,
  type Mnemonic,
  NO_TREE,
  PLANE_NAMES,
  planeOf,
  type SinkRow,
  sinkAxon,
  tickRow,
} from '../../isa/index.ts';
import { OPERAND_FIELDS } from '../../compiler/neurons/parts/program-code.ts';
import { locate } from './places.ts';

export type PlaneName = (typeof PLANE_NAMES)[number];

/** A weight, shifted, by where it goes and when it is heard. */
export interface Synapse {
  /** Plane. */
  readonly into: PlaneName;
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
    program = 'fault' in decoded ? { groups: [], tick: [], reset: [], touch: [] } : decoded;
    programs.set(image, program);
  }
  return program;
}

/** Position of a neuron in the run of an instruction; -1 outside. */
function positionIn({ first, count }: { readonly first: number; readonly count: number }, slot: number): number {
  const position = slot - first;
  return position >= 0 && position < count ? position : -1;
}

/** What an instruction of the tick or reset handler takes for one neuron. */
export interface StoredOperands {
  readonly op: Mnemonic;
  readonly values: readonly number[];
}

/** The operands of all instructions that reach a neuron, in their order. */
export function storedOperands(image: CoreImage, slot: number): StoredOperands[] {
  const { tick, reset, touch } = programOf(image);
  return [...tick, ...touch, ...reset].flatMap(({ operation: { op, fields } }): StoredOperands[] => {
    const position = positionIn(fields, slot);
    if (position < 0) return [];
    const given: Readonly<Record<string, number>> = fields;
    const values = OPERAND_FIELDS.flatMap(([address, period]) =>
      given[address] === undefined ? [] : [image.parameters[given[address] + (position % given[period]!)] ?? 0],
    );
    return [{ op, values }];
  });
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
    const { tick, touch } = programOf(image);
    for (const { operation } of [...tick, ...touch]) {
      if (!('tree' in operation.fields) || tickRow(operation.op).sends !== 'spikes') continue;
      const { tree } = operation.fields;
      const position = positionIn(operation.fields, slot);
      if (position >= 0 && tree !== NO_TREE) return { tree, index: position };
    }
    return undefined;
  }

  /** Several synapses of one instruction count as one with the sum of their weights. */
  #atAxon(group: number, axon: number, delay: number): Synapse[] {
    const found: Synapse[] = [];
    for (const { operation } of this.#program.groups[group]?.operations ?? []) {
      const { shift } = operation.fields;
      let sum: number | undefined;
      eventRow(operation.op).synapses(operation.fields, this.#image.synapses, axon, (neuron, weight) => {
        if (neuron === this.#slot) sum = (sum ?? 0) + weight;
      });
      if (sum !== undefined) found.push({ into: PLANE_NAMES[planeOf(operation.fields)]!, delay, weight: sum << shift });
    }
    return found;
  }
}
