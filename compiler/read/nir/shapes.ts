/** Shapes of populations of NIR: those of their fields, or what the nodes before them give. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { Chain } from './chains.ts';
import type { Link } from './linear.ts';
import { asShape, shapeAlong } from './shape-behind.ts';
import type { NirNode } from './fields.ts';
import type { NirNeuron } from './neurons.ts';

interface Known {
  readonly input: NirNode;
  readonly inputShape: Shape;
  readonly neurons: ReadonlyMap<NirNode, NirNeuron>;
  readonly chains: readonly Chain[];
  readonly linksOf: (chain: Chain) => readonly Link[];
}

export class Shapes {
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
    this.#found.set(known.input, known.inputShape);
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
