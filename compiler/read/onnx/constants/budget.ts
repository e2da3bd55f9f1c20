/** Bounds the memory for the constants of a model: a small file can ask for the same large one again and again. */
import { diagnostic, DiagnosticError, fail } from '../../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../../ann/infer-shape.ts';

/** Every exporter stays far below; the work per tensor is proportional to it. */
const MOST_DIMENSIONS = 16;

export class ConstantBudget {
  #elements = 0;

  /** @throws E0204 for too many dimensions, E0209 where all constants together have too many elements */
  take(dims: readonly number[], elements: number): void {
    if (dims.length > MOST_DIMENSIONS) fail('E0204', `a tensor of ${dims.length} dimensions is not read`);
    this.#elements += elements;
    if (this.#elements > 2 * LARGEST_NETWORK) {
      const message = `the constants of the model have more than ${2 * LARGEST_NETWORK} elements`;
      throw new DiagnosticError([diagnostic('E0209', message)]);
    }
  }
}
