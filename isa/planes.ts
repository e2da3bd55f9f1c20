/**
 * The state of a neuron: planes P0 to P7 of signed numbers, one value per neuron each. P0 is V, the membrane potential, P1 is
 * I, the input current; the others exist where a row declares them. Which numbers a plane can hold, and what becomes of a
 * result that it cannot, is said per run of neurons.
 */
import type { CoreImage, PlaneRow, Policy } from './chip.ts';
import type { Target } from './target.ts';
import { signedRange } from './target-size.ts';

/** By number. */
export const PLANE_NAMES = ['V', 'I', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'] as const;
export const MOST_PLANES = PLANE_NAMES.length;
export const V = 0;
export const I = 1;

/** Widest plane that saturates: the exact sum of two such numbers fits 32 bits. */
export const WIDEST_SATURATING = 30;

/** How a plane is held in a run of neurons. */
export interface PlaneForm {
  readonly policy: Policy;
  readonly bits: number;
}

const ABSENT: PlaneForm = { policy: 'prove', bits: 0 };

/** How a plane is held where no row says it. */
export const defaultForm = (plane: number, { widths }: Pick<Target, 'widths'>): PlaneForm =>
  plane <= I ? { policy: 'prove', bits: widths.vBits } : ABSENT;

/** Plane that a synaptic instruction adds to. */
export const planeOf = ({ destination, bank }: { readonly destination: number; readonly bank: number }): number =>
  destination + 2 * bank;

export const planeRows = ({ planes }: Pick<CoreImage, 'planes'>): readonly PlaneRow[] => planes ?? [];

/**
 * How all neurons of a run hold a plane; undefined where they hold it differently. Bits 0: none of them has it.
 *
 * @param run of at least one neuron
 */
export function formOfRun(
  core: Pick<CoreImage, 'planes'>,
  plane: number,
  { first, count }: { readonly first: number; readonly count: number },
  target: Pick<Target, 'widths'>,
): PlaneForm | undefined {
  const forms = formsOfRun(core, plane, { first, count }, target);
  const [form] = forms;
  return forms.every(({ policy, bits }) => policy === form!.policy && bits === form!.bits) ? form : undefined;
}

/** Every way in which neurons of a run hold a plane. */
export function formsOfRun(
  core: Pick<CoreImage, 'planes'>,
  plane: number,
  { first, count }: { readonly first: number; readonly count: number },
  target: Pick<Target, 'widths'>,
): PlaneForm[] {
  const touching = planeRows(core).filter(
    (row) => row.plane === plane && row.first < first + count && first < row.first + row.count,
  );
  const end = (row: PlaneRow): number => Math.min(first + count, row.first + row.count);
  const said = touching.reduce((sum, row) => sum + end(row) - Math.max(first, row.first), 0);
  return said === count ? touching : [defaultForm(plane, target), ...touching];
}

/** Planes beside V and I that any neuron of a core has, ascending. */
export const furtherPlanes = (core: Pick<CoreImage, 'planes'>): number[] => [
  ...new Set(planeRows(core).flatMap(({ plane, bits }) => (plane > I && bits > 0 ? [plane] : []))),
];

/** What a plane of this form stores of an exact result. */
export function stored(result: number, { policy, bits }: PlaneForm): number {
  const [min, max] = signedRange(bits);
  if (result >= min && result <= max) return result;
  if (policy === 'saturate') return result < min ? min : max;
  const size = 2 ** bits;
  return result - Math.floor((result - min) / size) * size;
}

/** Bits of state that a core needs: all planes of its neurons, and two flags each where its program has flags. */
export function stateBits(
  core: Pick<CoreImage, 'planes' | 'neuronCount'>,
  usesFlags: boolean,
  target: Pick<Target, 'widths'>,
): number {
  let bits = core.neuronCount * (2 * target.widths.vBits + (usesFlags ? FLAGS : 0));
  for (const row of planeRows(core)) bits += row.count * (row.bits - defaultForm(row.plane, target).bits);
  return bits;
}

/** Flags of a neuron: scratch of the tick handler, false when it begins. */
const FLAGS = 2;
