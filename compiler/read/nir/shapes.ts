/** Shapes of populations of NIR: those of their fields, or what the nodes before them give. */
import { DiagnosticError, type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { Chain } from './chains.ts';
import type { Link } from './products.ts';
import { shapeAlong } from './shape-behind.ts';
import type { NirNode } from './fields.ts';
import type { NirNeuron } from './neurons.ts';

interface Known {
  readonly input: NirNode;
  readonly neurons: ReadonlyMap<NirNode, NirNeuron>;
  readonly chains: readonly Chain[];
  readonly linksOf: (chain: Chain) => readonly Link[];
}

/** More are none of an input, whatever is in front of it. */
const MOST_SIDES = 8;

/** [channels, rows, columns] of up to three sides; undefined of more, or of none. */
function asShape(sides: readonly number[]): Shape | undefined {
  const [a, b, c] = sides;
  if (sides.length > 3 || sides.some((side) => !(Number.isInteger(side) && side >= 1 && side <= LARGEST_TENSOR)))
    return undefined;
  if (c !== undefined) return [a!, b!, c];
  return b === undefined ? [a ?? 1, 1, 1] : [a!, 1, b];
}

export class Shapes {
  /** Sides of the input in front that nothing hears: a batch, steps. */
  readonly dropped: readonly number[];
  readonly #known: Known;
  readonly #into = new Map<NirNode, Chain[]>();
  /** undefined while it is looked for. */
  readonly #found = new Map<NirNode, Shape | undefined>();
  /** Those that fit all that they hear. */
  readonly #checked = new Map<NirNode, Shape>();

  constructor(known: Known) {
    this.#known = known;
    for (const chain of known.chains) {
      const chains = this.#into.get(chain.target) ?? [];
      chains.push(chain);
      this.#into.set(chain.target, chains);
    }
    const { values } = known.input.numbers('shape');
    const sides = [...values.subarray(0, MOST_SIDES)];
    const fitting = sides.findIndex((_, k) => this.#fits(sides.slice(k)));
    this.dropped = sides.slice(0, Math.max(0, fitting));
    this.#found.set(
      known.input,
      asShape(sides.slice(this.dropped.length)) ??
        known.input.fail(
          'E0205',
          `its shape is ${sides.join('×')}; one to three sides of 1 or more are read`,
          'export with a sample of one step, without a batch',
        ),
    );
  }

  /** Whether what hears the input first takes such a shape. */
  #fits(sides: readonly number[]): boolean {
    const shape = asShape(sides);
    if (shape === undefined) return false;
    const chains = this.#known.chains.filter(({ source }) => source === this.#known.input);
    return chains.every((chain) => {
      const links = this.#known.linksOf(chain);
      try {
        shapeAlong(shape, links);
        return true;
      } catch (error) {
        if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'E0205')) return false;
        throw error;
      }
    });
  }

  /** Of the input or of a population. @throws DiagnosticError E0205 where it does not fit what the population hears */
  of(node: NirNode): Shape {
    const checked = this.#checked.get(node) ?? this.#check(node);
    this.#checked.set(node, checked);
    return checked;
  }

  #check(node: NirNode): Shape {
    const found = this.#find(node) ?? [1, 1, 1];
    for (const chain of this.#into.get(node) ?? []) {
      const source = this.#find(chain.source);
      const made = source === undefined ? found : shapeAlong(source, this.#known.linksOf(chain));
      if (shapeSize(made) !== shapeSize(found))
        (chain.nodes.at(-1) ?? node).fail(
          'E0205',
          `"${node.name}" is ${formatShape(found)}, but gets ${formatShape(made)} from here`,
        );
    }
    return found;
  }

  #find(node: NirNode): Shape | undefined {
    if (this.#found.has(node)) return this.#found.get(node);
    this.#found.set(node, undefined);
    const shape = this.#look(node);
    this.#found.set(node, shape);
    return shape;
  }

  /** Fields of one element can stand for any number of neurons; those of more say how many there are. */
  #look(node: NirNode): Shape | undefined {
    const { shape: sides } = this.#known.neurons.get(node)!;
    const own = asShape(sides) ?? node.fail('E0205', `its fields are ${sides.join('×')}`);
    for (const chain of this.#into.get(node) ?? []) {
      const source = this.#find(chain.source);
      if (source === undefined) continue;
      const made = shapeAlong(source, this.#known.linksOf(chain));
      return shapeSize(own) === 1 || made[1] * made[2] > 1 || own[1] * own[2] === 1 ? made : own;
    }
    return shapeSize(own) === 1 ? undefined : own;
  }
}
