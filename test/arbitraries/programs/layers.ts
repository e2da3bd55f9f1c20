/** Layers of random programs, and how their neurons hold their planes. */
import { NO_TREE } from '../../../isa/index.ts';
import type { PlaneRow } from '../../../isa/chip.ts';
import type { PlaneForm } from '../../../isa/planes.ts';
import type { Draws } from '../random.ts';

/** By plane. */
export type Forms = readonly PlaneForm[];

const ABSENT: PlaneForm = { policy: 'prove', bits: 0 };

/** Consecutive neurons of a core that send with one instruction. */
export interface SendingRun {
  readonly first: number;
  readonly count: number;
  readonly tree: number;
  /** What its packets carry; absent: 1. */
  readonly graded?: GradedRun | undefined;
  /** Plane that counts spikes which can be taken back; absent: none can. */
  readonly counter?: number | undefined;
}

/** Packets that carry a plane, and what is done before, so that they lie in a range. */
export interface GradedRun {
  readonly plane: number;
  readonly shift: number;
  readonly rounding: 'floor' | 'zero';
  /** `count`: of `from`, at most so many; `clip`: to an interval; `width`: nothing, since a shift leaves few bits. */
  readonly bound:
    | { readonly kind: 'count'; readonly from: number; readonly most: number }
    | { readonly kind: 'clip'; readonly min: number; readonly max: number }
    | { readonly kind: 'width' };
  readonly payloads: readonly [min: number, max: number];
}

export interface ProgramLayer {
  /** In the file. */
  readonly index: number;
  readonly core: number;
  readonly first: number;
  readonly count: number;
  /** First tick of its window. */
  readonly depth: number;
  readonly fires: boolean;
  readonly forms: Forms;
  /** Whether it is as in files of version 1.1: BIAS, CURRENT, FIRE, and no plane but V and I. */
  readonly plain: boolean;
  readonly runs: readonly SendingRun[];
}

/** The forms of a layer as in files of version 1.1. */
export const plainForms = (vBits: number): Forms =>
  Array.from({ length: 8 }, (_, plane) => (plane < 2 ? { policy: 'prove', bits: vBits } : ABSENT));

const saturating = (draws: Draws, vBits: number): PlaneForm => ({
  policy: 'saturate',
  bits: draws.between(3, Math.min(30, vBits)),
});
const wrapping = (draws: Draws, vBits: number): PlaneForm => ({ policy: 'wrap', bits: draws.between(1, vBits) });

/** V and I of any form, and some of the other planes. */
export function programForms(draws: Draws, vBits: number): Forms {
  const proven = (): PlaneForm => ({ policy: 'prove', bits: vBits - draws.below(3) });
  const any = (): PlaneForm =>
    [proven, () => saturating(draws, vBits), () => wrapping(draws, vBits)][draws.below(3)]!();
  return Array.from({ length: 8 }, (_, plane) => {
    if (plane === 0) return draws.chance(0.6) ? proven() : any();
    if (plane === 1) return draws.chance(0.5) ? proven() : draws.chance(0.3) ? ABSENT : any();
    return draws.chance(0.4) ? any() : ABSENT;
  });
}

/** Forms without a plane that is proven to fit. */
export const boundedForms = (draws: Draws, vBits: number): Forms =>
  programForms(draws, vBits).map((form, plane) => {
    if (form.policy !== 'prove') return form;
    if (plane !== 0 && form.bits === 0) return form;
    return draws.chance(0.5) ? saturating(draws, vBits) : wrapping(draws, vBits);
  });

/**
 * The rows of a core whose layers lie one after the other.
 *
 * @param claimed whether all planes claim all that they can hold
 */
export function rowsOf(layers: readonly ProgramLayer[], vBits: number, claimed: boolean): PlaneRow[] {
  const rows: PlaneRow[] = [];
  const usual = plainForms(vBits);
  for (let plane = 0; plane < 8; plane++)
    for (const { first, count, forms } of layers) {
      const { policy, bits } = forms[plane]!;
      if (!claimed && policy === usual[plane]!.policy && bits === usual[plane]!.bits) continue;
      if (bits === 0 && usual[plane]!.bits === 0) continue;
      const claims = claimed && bits > 0;
      const [min, max] = claims ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 0];
      const last = rows.at(-1);
      const continues =
        last?.plane === plane && last.first + last.count === first && last.policy === policy && last.bits === bits;
      if (continues) rows[rows.length - 1] = { ...last, count: last.count + count };
      else rows.push({ plane, policy, bits, first, count, min, max });
    }
  return rows;
}

/** Cuts a layer into runs that send on their own, a few of them nowhere. */
export function sendingRuns(
  draws: Draws,
  { first, count, forms, plain }: Pick<ProgramLayer, 'first' | 'count' | 'forms' | 'plain'>,
  newTree: () => number,
): SendingRun[] {
  const half = count > 1 && draws.chance(0.3) ? draws.between(1, count - 1) : count;
  return [
    { first, count: half },
    { first: first + half, count: count - half },
  ]
    .filter((run) => run.count > 0)
    .map((run) => {
      const tree = draws.chance(0.1) ? NO_TREE : newTree();
      const counter = plain || draws.chance(0.7) ? undefined : counterOf(draws, forms);
      const graded = plain || counter !== undefined || draws.chance(0.4) ? undefined : gradedRun(draws, forms);
      return { ...run, tree, graded, counter };
    });
}

/** A plane beside V that FIRES can count in; undefined where there is none, or V is not held as it wants. */
function counterOf(draws: Draws, forms: Forms): number | undefined {
  const proven = forms.flatMap(({ policy, bits }, plane) => (policy === 'prove' && bits > 0 ? [plane] : []));
  return proven[0] === 0 && proven.length > 1 ? draws.pick(proven.slice(1)) : undefined;
}

/** Payloads have mostly so many bits: more would drive what hears them out of its width. */
const PAYLOAD_BITS = [2, 2, 3, 3, 5];

function gradedRun(draws: Draws, forms: Forms): GradedRun {
  const held = forms.flatMap(({ bits }, plane) => (bits > 0 ? [plane] : []));
  const plane = draws.pick(held);
  const { bits } = forms[plane]!;
  const few = Math.min(bits, draws.pick(PAYLOAD_BITS));
  const shift = draws.below(Math.min(2, bits - few) + 1);
  const rounding = shift > 0 ? draws.pick(['floor', 'zero'] as const) : 'floor';
  const most = 2 ** (few + shift - 1) - 1;
  const others = held.filter((other) => other !== plane);
  const shifted = (x: number): number =>
    rounding === 'floor' ? Math.floor(x / 2 ** shift) : Math.trunc(x / 2 ** shift);
  switch (draws.pick(['clip', most > 0 && others.length > 0 ? 'count' : 'clip', 'width'] as const)) {
    case 'count':
      return {
        ...{ plane, shift, rounding, payloads: [0, shifted(most)] },
        bound: { kind: 'count', from: draws.pick(others), most },
      };
    case 'clip': {
      const [min, max] = [draws.between(-most - 1, 0), draws.between(0, most)];
      return { plane, shift, rounding, payloads: [shifted(min) + 0, shifted(max)], bound: { kind: 'clip', min, max } };
    }
    default:
      return {
        ...{ plane, shift: bits - few, rounding: bits > few ? draws.pick(['floor', 'zero']) : 'floor' },
        ...{ payloads: [-(2 ** (few - 1)), 2 ** (few - 1) - 1], bound: { kind: 'width' } },
      };
  }
}
