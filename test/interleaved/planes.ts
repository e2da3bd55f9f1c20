/**
 * The state of the neurons of a core: planes, each of which holds of a result what its policy makes of it, and two flags.
 * Results are exact numbers, without a width of their own.
 */
import type { CoreImage, Policy } from '../../isa/chip.ts';

const PLANES = 8;
const V = 0;
const I = 1;

/** How a neuron holds a plane. */
interface Form {
  readonly policy: Policy;
  readonly bits: number;
  readonly min: number;
  readonly max: number;
}

const form = (policy: Policy, bits: number): Form => {
  const half = bits === 0 ? 0 : 2 ** (bits - 1);
  return { policy, bits, min: -half, max: half - 1 };
};

/** A number that the loader has proven to fit its plane does not. */
export class LeftWidth extends Error {
  override readonly name = 'LeftWidth';
}

export class Planes {
  readonly #values: readonly Int32Array[];
  readonly #forms: readonly (readonly Form[])[];
  /** By number of the flag. */
  readonly #flags: readonly [Uint8Array, Uint8Array];

  /** Whether events have an order, so that planes may saturate at them. */
  readonly #ordered: boolean;

  /** @param vBits width of V and I where no row says another one */
  constructor(
    { neuronCount, planes = [], touchHandler }: Pick<CoreImage, 'neuronCount' | 'planes' | 'touchHandler'>,
    vBits: number,
  ) {
    this.#ordered = touchHandler !== undefined;
    this.#values = Array.from({ length: PLANES }, () => new Int32Array(neuronCount));
    this.#forms = this.#values.map((_, plane) => {
      const usual = form('prove', plane === V || plane === I ? vBits : 0);
      return Array.from({ length: neuronCount }, (__, neuron) => {
        const row = planes.find(
          (each) => each.plane === plane && neuron >= each.first && neuron < each.first + each.count,
        );
        return row === undefined ? usual : form(row.policy, row.bits);
      });
    });
    this.#flags = [new Uint8Array(neuronCount), new Uint8Array(neuronCount)];
  }

  value(plane: number, neuron: number): number {
    return this.#values[plane]![neuron]!;
  }

  exact(plane: number, neuron: number): bigint {
    return BigInt(this.value(plane, neuron));
  }

  /** Stores what the plane makes of an exact result. */
  store(plane: number, neuron: number, result: bigint): void {
    const { policy, bits, min, max } = this.#form(plane, neuron);
    if (policy === 'wrap') this.#set(plane, neuron, Number(BigInt.asIntN(bits, result)));
    else if (result >= min && result <= max) this.#set(plane, neuron, Number(result));
    else if (policy === 'saturate') this.#set(plane, neuron, result < min ? min : max);
    else throw new LeftWidth(`P${plane} of neuron ${neuron} has ${bits} bits and becomes ${result}`);
  }

  /** Adds a term of an event: as {@link store}, without long numbers where the plane cannot hold them. */
  add(plane: number, neuron: number, term: number): void {
    const { policy, min, max } = this.#form(plane, neuron);
    const sum = this.value(plane, neuron) + term;
    if (sum >= min && sum <= max) this.#set(plane, neuron, sum);
    else if (policy === 'saturate' && !this.#ordered)
      throw new Error(`an event is added to P${plane}, which saturates`);
    else this.store(plane, neuron, this.exact(plane, neuron) + BigInt(term));
  }

  /** V before an inference; everything else of the neuron is 0. */
  reset(neuron: number, initial: number): void {
    for (const values of this.#values) values[neuron] = 0;
    this.store(V, neuron, BigInt(initial));
  }

  clearFlags(): void {
    for (const flags of this.#flags) flags.fill(0);
  }

  flag(flag: number, neuron: number): boolean {
    return this.#flags[flag]![neuron] === 1;
  }

  setFlag(flag: number, neuron: number, value: boolean): void {
    this.#flags[flag]![neuron] = value ? 1 : 0;
  }

  /** Whether an instruction with this condition (spec/isa.md, `when`) acts on the neuron. */
  holds(when: number, neuron: number): boolean {
    switch (when) {
      case 0:
        return true;
      case 1:
        return this.flag(0, neuron);
      case 2:
        return this.flag(1, neuron);
      case 3:
        return !this.flag(0, neuron);
      case 4:
        return !this.flag(1, neuron);
      default:
        throw new Error(`condition ${when}`);
    }
  }

  #form(plane: number, neuron: number): Form {
    const found = this.#forms[plane]![neuron]!;
    if (found.bits === 0) throw new Error(`neuron ${neuron} has no P${plane}`);
    return found;
  }

  #set(plane: number, neuron: number, value: number): void {
    this.#values[plane]![neuron] = value;
  }
}
