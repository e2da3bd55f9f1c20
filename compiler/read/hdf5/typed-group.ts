/** Groups that say their type in a field `type`, as nodes of NIR and layers of lava-dl do, and their other fields. */
import { type DiagnosticCode, fail } from '../../../isa/index.ts';
import type { Hdf5Dataset, Hdf5Group } from './file.ts';

/** Of a side, a stride or a padding. */
const LARGEST = 2 ** 20;

export interface Field {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export class TypedGroup {
  /** Those of nested groups have the name of the outer one and a slash before their own. */
  readonly name: string;
  readonly type: string;
  readonly #group: Hdf5Group;

  /** @throws DiagnosticError E0202 where the group says no type */
  constructor(name: string, group: Hdf5Group) {
    this.name = name;
    this.#group = group;
    this.type = this.text('type') ?? this.fail('E0202', 'it has no type');
  }

  fail(code: DiagnosticCode, message: string, remedy?: string): never {
    return fail(code, message, { path: this.name }, remedy);
  }

  /** Infinities and what is no number included. */
  unbounded(name: string): Field | undefined {
    const dataset = this.#dataset(name);
    return dataset && { shape: dataset.shape, values: dataset.numbers() };
  }

  /** @throws DiagnosticError E0208 for what is not finite */
  find(name: string): Field | undefined {
    const field = this.unbounded(name);
    if (field === undefined) return undefined;
    const { values } = field;
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      this.fail(
        'E0208',
        `${name}[${bad}] is ${values[bad]!}`,
        name.startsWith('tau') || name === 'r' ? 'a neuron that does not leak is IF or I, with a finite r' : undefined,
      );
    return field;
  }

  /** @throws DiagnosticError E0202 where it is missing, or nothing at all; E0208 for what is not finite */
  numbers(name: string): Field {
    const field = this.find(name) ?? this.fail('E0202', `${this.type} needs ${name}`);
    return field.values.length > 0 ? field : this.fail('E0202', `${name} has no values`);
  }

  text(name: string): string | undefined {
    const dataset = this.#dataset(name);
    return dataset?.elements === 'text' ? dataset.texts()[0] : undefined;
  }

  /**
   * Whole numbers, one for each axis; a single one counts for all.
   *
   * @throws DiagnosticError E0204 for other numbers
   */
  whole(name: string, axes: number, standard: number, least: number): number[] {
    const { values } = this.find(name) ?? { values: Float64Array.of(standard) };
    const bad = values.find((value) => !(Number.isInteger(value) && value >= least && value <= LARGEST));
    if (bad !== undefined || ![1, axes].includes(values.length))
      this.fail(
        'E0204',
        `${name} is ${[...values.subarray(0, 4)].join('×')}; ${axes} whole numbers of ${least} or more are expected`,
      );
    return Array.from({ length: axes }, (_, axis) => values[values.length === 1 ? 0 : axis]!);
  }

  /** A group inside of it; undefined where there is none. @throws DiagnosticError E0202 where it says no type */
  nested(name: string): TypedGroup | undefined {
    const found = this.#group.get(name);
    return found?.kind === 'group' ? new TypedGroup(`${this.name}/${name}`, found) : undefined;
  }

  holdsGroup(name: string): boolean {
    return this.#group.get(name)?.kind === 'group';
  }

  #dataset(name: string): Hdf5Dataset | undefined {
    const found = this.#group.get(name);
    return found?.kind === 'dataset' ? found : undefined;
  }
}
