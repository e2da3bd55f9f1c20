/**
 * The planes of a core, and how results are stored in them. Instructions work out their results modulo 2^32, each in one
 * loop; what the form of the plane and the condition of the instruction make of them is done behind it, and most often that
 * is nothing. Where a plane saturates, the loader lets no operands pass whose exact result needs more than 32 bits.
 */
import {
  ALWAYS,
  CONDITIONS,
  formOfRun,
  PLANE_NAMES,
  type PlaneForm,
  type PlaneRow,
  planeRows,
  signedRange,
} from '../../isa/machine.ts';
import type { CoreState } from './execution.ts';

/** Neurons first .. first + count − 1. */
export interface NeuronRun {
  readonly first: number;
  readonly count: number;
}

/** Values of a run: neuron k of it has values[address + k mod period]. */
export interface Operand {
  readonly values: Int32Array;
  readonly address: number;
  readonly period: number;
}

/** Brings what a run holds into its form. */
type Fit = (values: Int32Array, run: NeuronRun) => void;

/** A plane of the core by its number; the loader accepts no instruction on one that it does not have. */
export function planeOfCore({ planes, image }: Pick<CoreState, 'planes' | 'image'>, plane: number): Int32Array {
  const found = planes[plane];
  if (found === undefined) throw new Error(`core ${image.core} has no ${PLANE_NAMES[plane] ?? plane}`);
  return found;
}

/** Where an instruction leaves its results. */
export interface Store {
  /** By neuron of the core: the plane itself where all neurons are acted on. */
  readonly results: Int32Array;
  /** Makes of the results what the plane holds from now on. */
  settle(): void;
}

/** The neurons that an instruction acts on. */
export interface ConditionalRun extends NeuronRun {
  readonly when: number;
}

/**
 * @param area the scratch area of the results where only some neurons are acted on
 * @param fits whether every result fits the plane as it is
 */
export function storeOf(plane: number, run: ConditionalRun, core: CoreState, area = 0, fits = false): Store {
  const { first, count, when } = run;
  const held = planeOfCore(core, plane);
  const form = formOfRun(core.image, plane, run, core);
  if (form === undefined)
    throw new Error(`core ${core.image.core} holds ${PLANE_NAMES[plane]!} of a run in several ways`);
  const fit = fits ? undefined : fitOf(form);
  if (when === ALWAYS)
    return { results: held, settle: fit === undefined ? () => undefined : () => fit(held, { first, count }) };
  const results = core.scratch(area);
  const { mask, value } = CONDITIONS[when]!;
  const { flags } = core;
  const settle = (): void => {
    fit?.(results, run);
    for (let n = first; n < first + count; n++) if ((flags[n]! & mask) === value) held[n] = results[n]!;
  };
  return { results, settle };
}

/** What brings numbers modulo 2^32 into a form; undefined where they are left as they are. */
function fitOf({ policy, bits }: PlaneForm): Fit | undefined {
  if (policy === 'saturate') {
    const [least, most] = signedRange(bits);
    return (values, run) => clamp(values, run, least, most);
  }
  if (policy === 'prove' || bits === 32) return undefined;
  return (values, run) => extend(values, run, 32 - bits);
}

function clamp(values: Int32Array, { first, count }: NeuronRun, least: number, most: number): void {
  for (let n = first; n < first + count; n++) {
    const value = values[n]!;
    if (value < least) values[n] = least;
    else if (value > most) values[n] = most;
  }
}

/** @param spare bits of the word above those of the plane */
function extend(values: Int32Array, { first, count }: NeuronRun, spare: number): void {
  for (let n = first; n < first + count; n++) values[n] = (values[n]! << spare) >> spare;
}

/**
 * What brings planes into their forms behind instructions whose neurons may hold them in several ways: one for each row
 * that asks for it and that has neurons in the run.
 */
export function normalisers(
  core: CoreState,
  { first, count }: NeuronRun,
  concerns: (row: PlaneRow) => boolean,
): readonly (() => void)[] {
  return planeRows(core.image).flatMap((row) => {
    const from = Math.max(first, row.first);
    const end = Math.min(first + count, row.first + row.count);
    if (from >= end || row.bits === 0 || !concerns(row)) return [];
    const fit = fitOf(row);
    if (fit === undefined) return [];
    const values = planeOfCore(core, row.plane);
    const run = { first: from, count: end - from };
    return [() => fit(values, run)];
  });
}
