/**
 * Operators whose inputs are all known: they are computed when the model is read. Exporters leave them where weights are
 * scaled, normalised, quantised or put together, and wherever shapes and paddings are computed.
 */
import type { Call } from '../operator.ts';
import type { Constant } from '../values.ts';

/** The inputs of an operator that are all constants; undefined where an optional one is absent. */
export type ConstantInputs = readonly (Constant | undefined)[];

export interface Fold {
  readonly attributes: readonly string[];
  readonly fold: (call: Call, inputs: ConstantInputs) => Constant;
}

export type Folds = Readonly<Record<string, Fold>>;
