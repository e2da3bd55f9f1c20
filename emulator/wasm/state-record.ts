/** What instructions on planes have in common in their records. */
import { ALWAYS, CONDITIONS, formOfRun, signedRange } from '../../isa/machine.ts';
import type { CorePlan } from './layout.ts';
import type { OwnValues } from './records/table.ts';
import type { FlagField, StateField } from './records/shared.ts';
import { LANE_BITS } from './states.ts';

interface Run {
  readonly first: number;
  readonly count: number;
}

/** The neurons of a run for which an instruction acts, and a plane of theirs that it works on. */
interface PlaneRun extends Run {
  readonly plane: number;
  readonly when: number;
}

/** How results are stored in a plane: shifted to the left and back, then the nearest number of an interval. */
interface StoreValues {
  readonly SHIFT: number;
  readonly LEAST: number;
  readonly MOST: number;
}

/** @throws where the neurons hold the plane in several ways, which the loader refuses */
export function storeValues(plane: number, run: Run, { image, shared }: CorePlan): StoreValues {
  const form = formOfRun(image, plane, run, shared.target);
  if (form === undefined)
    throw new Error(`the neurons of a run of core ${image.core} hold plane ${plane} in several ways`);
  const { policy, bits } = form;
  const [LEAST, MOST] = signedRange(policy === 'saturate' ? bits : LANE_BITS);
  return { SHIFT: policy === 'wrap' ? LANE_BITS - bits : 0, LEAST, MOST };
}

/** Where the flags of a run are, and what a condition asks of them. */
export function conditionFields({ first, when }: Pick<PlaneRun, 'first' | 'when'>, { states }: CorePlan) {
  const { mask, value } = CONDITIONS[when]!;
  return { FLAGS_AT: when === ALWAYS ? 0 : states.flags(first), MASK: mask, VALUE: value };
}

/** The fields of an instruction that writes a plane. */
export const stateFields = (run: PlaneRun, core: CorePlan): OwnValues<StateField> => ({
  PLANE_AT: core.states.plane(run.plane, run.first),
  ...storeValues(run.plane, run, core),
  ...conditionFields(run, core),
});

/** Neurons that the kernels work on at once: no period begins anew among them. */
const LANES = 4;

/** Parameters of a run, which it repeats with a period. */
interface Parameters {
  readonly count: number;
  readonly address: number;
  readonly period: number;
}

/**
 * Lays out the parameters of a run so that the kernels can take them four at a time: where their period does not allow it,
 * they are repeated until it does, or until the end of the run.
 *
 * @param change what the kernels need instead of each parameter
 */
export function parameterFields(
  { count, address, period }: Parameters,
  { image, parametersAt, shared }: CorePlan,
  change?: (parameter: number) => number,
) {
  if (change === undefined && (period % LANES === 0 || period >= count))
    return { PARAMETERS_AT: parametersAt + 4 * address, PERIOD: period };
  const repeated = period % LANES === 0 ? period : period * LANES;
  const values = Int32Array.from({ length: Math.min(count, repeated) }, (_, k) => {
    const parameter = image.parameters[address + (k % period)]!;
    return change === undefined ? parameter : change(parameter);
  });
  return { PARAMETERS_AT: shared.plan.place(values), PERIOD: repeated };
}

const FOUR_BYTES = 0x01010101;

interface Comparison extends PlaneRun {
  readonly flag: number;
  readonly op: number;
  readonly combine: number;
}

/** The fields of an instruction that writes a flag; it acts on all neurons, whose condition is a part of what it writes. */
export function flagFields(run: Comparison, core: CorePlan): OwnValues<FlagField> {
  const { plane, first, flag, op, combine } = run;
  const bits = FOUR_BYTES << flag;
  return {
    PLANE_AT: core.states.plane(plane, first),
    ...conditionFields(run, core),
    FLAGS_AT: core.states.flags(first),
    COMPARISON: op,
    BITS: bits,
    KEPT: combine === 0 ? ~bits : -1,
  };
}
