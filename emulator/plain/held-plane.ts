/** A plane neuron by neuron, whose neurons may hold it in several ways. */
import { planeRows, signedRange } from '../../isa/machine.ts';
import type { CoreState } from './execution.ts';
import { planeOfCore } from './planes.ts';

export class HeldPlane {
  readonly values: Int32Array;
  /** By neuron: whether it saturates, and where; else bits of the word above those of the plane. */
  readonly #saturates: Uint8Array;
  readonly #least: Int32Array;
  readonly #most: Int32Array;
  readonly #spare: Uint8Array;

  /** @throws Error where the core does not have the plane */
  constructor(core: Pick<CoreState, 'planes' | 'image'>, plane: number) {
    const { neuronCount } = core.image;
    this.values = planeOfCore(core, plane);
    this.#saturates = new Uint8Array(neuronCount);
    this.#least = new Int32Array(neuronCount);
    this.#most = new Int32Array(neuronCount);
    this.#spare = new Uint8Array(neuronCount);
    for (const { plane: held, policy, bits, first, count } of planeRows(core.image)) {
      if (held !== plane || bits === 0) continue;
      const [least, most] = signedRange(bits);
      if (policy === 'saturate') {
        this.#saturates.fill(1, first, first + count);
        this.#least.fill(least, first, first + count);
        this.#most.fill(most, first, first + count);
      } else if (policy === 'wrap') this.#spare.fill(32 - bits, first, first + count);
    }
  }

  /** Stores what the plane holds of an exact result. */
  store(neuron: number, result: number): void {
    if (this.#saturates[neuron] === 1)
      this.values[neuron] = Math.max(this.#least[neuron]!, Math.min(this.#most[neuron]!, result));
    else this.values[neuron] = (result << this.#spare[neuron]!) >> this.#spare[neuron]!;
  }
}

/** The planes of a core by their numbers, each made when it is first asked for: it takes memory for every neuron. */
export function heldPlanes(core: Pick<CoreState, 'planes' | 'image'>): (plane: number) => HeldPlane {
  const made = new Map<number, HeldPlane>();
  return (plane) => {
    let held = made.get(plane);
    if (held === undefined) {
      held = new HeldPlane(core, plane);
      made.set(plane, held);
    }
    return held;
  };
}
