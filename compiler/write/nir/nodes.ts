/** Nodes of a NIR graph on their way into a file. */
import type { Hdf5Tree, Hdf5Value } from '../hdf5.ts';

export type NirFields = Readonly<Record<string, Hdf5Value>>;

const text = (value: string): Hdf5Value => ({ shape: [], texts: [value] });
export const whole = (...values: readonly number[]): Hdf5Value => ({ shape: [values.length], whole: values });
export const wholeNumber = (value: number): Hdf5Value => ({ shape: [], whole: [value] });

/** In single precision where that holds them all. */
export function numbers(shape: readonly number[], values: Float64Array): Hdf5Value {
  const single = Float32Array.from(values);
  return { shape, numbers: single.every((value, k) => value === values[k]) ? single : values };
}

/** A graph that grows, with names that are free in it. */
export class NirGraphWriter {
  readonly #nodes = new Map<string, Hdf5Tree>();
  readonly #edges: string[] = [];

  /** @returns the name that the node has: that asked for, where a link can be called so and nothing else is */
  add(wanted: string, type: string, fields: NirFields): string {
    const plain = wanted.replaceAll('/', '.').replaceAll('\0', '');
    const base = plain === '' || plain === '.' ? '_' : plain;
    let name = base;
    for (let k = 2; this.#nodes.has(name); k++) name = `${base}_${k}`;
    this.#nodes.set(name, new Map([['type', text(type)], ...Object.entries(fields)]));
    return name;
  }

  join(from: string, to: string): void {
    this.#edges.push(from, to);
  }

  /** @param metadata what other libraries may leave alone */
  tree(version: string, metadata: NirFields): Hdf5Tree {
    const edges: Hdf5Value = { shape: [this.#edges.length / 2, 2], texts: this.#edges };
    const node: Hdf5Tree = new Map<string, Hdf5Value | Hdf5Tree>([
      ['type', text('NIRGraph')],
      ['nodes', this.#nodes],
      ['edges', edges],
      ['metadata', new Map(Object.entries(metadata))],
    ]);
    return new Map<string, Hdf5Value | Hdf5Tree>([
      ['version', text(version)],
      ['node', node],
    ]);
  }
}
