/** The linear nodes of chains, read once for all that share them. */
import type { Chain } from './chains.ts';
import type { Discretised } from './discretise.ts';
import type { NirNode } from './fields.ts';
import { type LinearPart, linearPart } from './linear.ts';
import type { Link } from './linear.ts';

/** Delays of one chain that differ: each makes a connection of its own. */
const MOST_DELAYS = 256;

export class ChainLinks {
  readonly #parts = new Map<NirNode, LinearPart>();
  readonly #dt: number;
  readonly #paddingOfBoth: boolean;

  constructor({ dt, paddingOfBoth }: Pick<Discretised, 'dt' | 'paddingOfBoth'>) {
    this.#dt = dt;
    this.#paddingOfBoth = paddingOfBoth;
  }

  /** What a node does where the file does not say it. */
  define(node: NirNode, part: LinearPart): void {
    this.#parts.set(node, part);
  }

  /** What lies on a chain, with the biases that it brings. @throws DiagnosticError E0202 … E0208 for what is not read */
  of({ nodes, unbiased }: Pick<Chain, 'nodes' | 'unbiased'>): readonly Link[] {
    return nodes.map((node, k) => {
      const part = this.#parts.get(node) ?? this.#read(node);
      this.#parts.set(node, part);
      return k < nodes.length - unbiased ? { node, part } : { node, part: withoutBias(part) };
    });
  }

  /** The same as chains with one delay for all elements: one for each of the delays that differ. @throws DiagnosticError E0209 */
  byDelay(chain: Pick<Chain, 'nodes' | 'unbiased'>): readonly (readonly Link[])[] {
    return this.#spread(this.of(chain));
  }

  #read(node: NirNode): LinearPart {
    const part = linearPart(node);
    if (part.kind !== 'pool' || !this.#paddingOfBoth) return part;
    const [rows, columns] = part.padding;
    const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
    return { ...part, padding: [top, left, rows - top, columns - left] };
  }

  #spread(links: readonly Link[]): readonly (readonly Link[])[] {
    const at = links.findIndex(({ part }) => part.kind === 'delay' && part.values.length > 1);
    const found = links[at];
    if (found?.part.kind !== 'delay') return [links];
    const { node, part } = found;
    const steps = part.values.map((value) => Math.round(value / this.#dt));
    const different = [...new Set(steps)].sort((a, b) => a - b);
    if (different.length > MOST_DELAYS)
      node.fail('E0209', `it has ${different.length} delays that differ; the limit is ${MOST_DELAYS}`);
    return different.flatMap((step, k) => {
      const mask: Link = { node, part: { kind: 'scale', values: steps.map((each) => Number(each === step)) } };
      const delay: Link = { node, part: { kind: 'delay', values: Float64Array.of(part.values[steps.indexOf(step)]!) } };
      const behind = links.slice(at + 1);
      // A bias comes once, whatever it is added to.
      const rest = k === 0 ? behind : behind.map((link) => ({ ...link, part: withoutBias(link.part) }));
      return this.#spread([...links.slice(0, at), mask, delay, ...rest]);
    });
  }
}

/** The same without what it adds. */
export const withoutBias = (part: LinearPart): LinearPart => ('bias' in part ? { ...part, bias: undefined } : part);
