/**
 * The values that the planes of a core can have, as intervals that instructions move on. Every result is put against the form
 * of its plane: what must fit and does not is remembered, and ends the proof.
 */
import type { Bounds } from '../bounds.ts';
import type { CoreImage } from '../chip.ts';
import { ALWAYS } from '../instruction/flags.ts';
import { defaultForm, MOST_PLANES, type PlaneForm, planeRows } from '../planes.ts';
import type { Target } from '../target.ts';
import { signedRange } from '../target-size.ts';

/** A number that leaves the width of its plane, where it must not. */
export interface Escape extends Bounds {
  readonly plane: number;
  readonly neuron: number;
  readonly bits: number;
}

/** How a plane is held, and the least and most that it holds so. */
interface Form extends PlaneForm {
  readonly least: number;
  readonly most: number;
}

/** Lowest and highest value of a plane, by neuron. */
interface Interval {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export class Reachable {
  /** The first number that could leave its width; undefined as long as none can. */
  escape: Escape | undefined;
  /** What packets that carry a plane can hold, by their tree; silence, which is 0, is among it. */
  readonly sent = new Map<number, Bounds>();
  readonly #planes: readonly Interval[];
  /** Those that any neuron has. */
  readonly #held: readonly Interval[];
  readonly #forms: readonly (readonly Form[])[];

  constructor(core: CoreImage, target: Pick<Target, 'widths'>) {
    const { neuronCount } = core;
    this.#planes = Array.from({ length: MOST_PLANES }, () => ({
      min: new Float64Array(neuronCount),
      max: new Float64Array(neuronCount),
    }));
    this.#forms = this.#planes.map((_, plane) => {
      const forms = new Array<Form>(neuronCount).fill(withRange(defaultForm(plane, target)));
      for (const row of planeRows(core))
        if (row.plane === plane) forms.fill(withRange(row), row.first, row.first + row.count);
      return forms;
    });
    this.#held = this.#planes.filter((_, plane) => this.#forms[plane]!.some(({ bits }) => bits > 0));
  }

  /** Values that a snapshot copies. */
  get size(): number {
    return this.#held.reduce((sum, { min, max }) => sum + min.length + max.length, 0);
  }

  lowest(plane: number, neuron: number): number {
    return this.#planes[plane]!.min[neuron]!;
  }

  highest(plane: number, neuron: number): number {
    return this.#planes[plane]!.max[neuron]!;
  }

  /** The plane of a neuron now lies in this interval, or in what its form makes of it. */
  set(plane: number, neuron: number, min: number, max: number): void {
    const { policy, bits, least, most } = this.#forms[plane]![neuron]!;
    const { min: lows, max: highs } = this.#planes[plane]!;
    if (min >= least && max <= most) {
      lows[neuron] = min;
      highs[neuron] = max;
    } else if (policy === 'prove') {
      this.escape ??= { plane, neuron, bits, min, max };
    } else if (policy === 'saturate') {
      lows[neuron] = Math.min(Math.max(min, least), most);
      highs[neuron] = Math.min(Math.max(max, least), most);
    } else {
      lows[neuron] = least;
      highs[neuron] = most;
    }
  }

  /** The same where only some neurons are acted on: what was there before is possible too. */
  change(when: number, plane: number, neuron: number, min: number, max: number): void {
    if (when === ALWAYS) this.set(plane, neuron, min, max);
    else this.set(plane, neuron, Math.min(min, this.lowest(plane, neuron)), Math.max(max, this.highest(plane, neuron)));
  }

  /** Packets of a tree can carry this too. */
  send(tree: number, { min, max }: Bounds): void {
    const known = this.sent.get(tree) ?? { min: 0, max: 0 };
    this.sent.set(tree, { min: Math.min(known.min, min), max: Math.max(known.max, max) });
  }

  /** Anything that a plane may hold, within what is claimed of it. */
  claim(plane: number, neuron: number, { min, max }: Bounds): void {
    this.#planes[plane]!.min[neuron] = min;
    this.#planes[plane]!.max[neuron] = max;
  }

  /** Copies of the intervals of all planes that there are, to compare with. */
  snapshot(): Float64Array[] {
    return this.#held.flatMap(({ min, max }) => [min.slice(), max.slice()]);
  }

  /** A plane of a neuron that has changed since a snapshot, with what it can be now. */
  movedSince(snapshot: readonly Float64Array[]): Escape | undefined {
    for (let plane = 0, k = 0; plane < MOST_PLANES; plane++) {
      const { min, max } = this.#planes[plane]!;
      if (!this.#held.includes(this.#planes[plane]!)) continue;
      const [lows, highs] = [snapshot[2 * k]!, snapshot[2 * k + 1]!];
      k++;
      for (let neuron = 0; neuron < min.length; neuron++)
        if (min[neuron] !== lows[neuron] || max[neuron] !== highs[neuron])
          return { plane, neuron, bits: this.#forms[plane]![neuron]!.bits, min: min[neuron]!, max: max[neuron]! };
    }
    return undefined;
  }

  /** Of all intervals together. */
  width(): number {
    let sum = 0;
    for (const { min, max } of this.#held) for (let n = 0; n < min.length; n++) sum += max[n]! - min[n]!;
    return sum;
  }

  /** Whether nothing has changed since a snapshot. */
  equals(snapshot: readonly Float64Array[]): boolean {
    return this.#held.every(({ min, max }, k) => same(min, snapshot[2 * k]!) && same(max, snapshot[2 * k + 1]!));
  }
}

/** Reckoned once, not for every value that is set: that was half the time of a proof. */
function withRange({ policy, bits }: PlaneForm): Form {
  const [least, most] = signedRange(bits);
  return { policy, bits, least, most };
}

function same(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
