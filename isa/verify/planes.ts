/** Checks the rows that say how planes are held, and what a program makes of them. */
import { type Chip, type CoreImage, type PlaneRow, POLICIES } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import { type OperationOf, type TickMnemonic, tickRow } from '../ops.ts';
import { defaultForm, I, MOST_PLANES, planeRows, stateBits, V, WIDEST_SATURATING } from '../planes.ts';
import type { Target } from '../target.ts';
import { signedRange } from '../target-size.ts';
import { type Findings, MOST_STATES } from './findings.ts';

/** Checks the rows of every core; one form per content, so that nothing can be said twice. */
export function checkPlanes(chip: Chip, findings: Findings): void {
  let states = 0;
  for (const image of chip.cores) {
    let last: PlaneRow | undefined;
    planeRows(image).forEach((row, k) => {
      const place = { core: image.core, path: `planes[${k}]` };
      if (checkRow(row, image, chip.target, place, findings)) checkOrder(last, row, place, findings);
      last = row;
    });
    states += image.neuronCount * (1 + Math.max(I, ...planeRows(image).map(({ plane }) => plane)));
  }
  findings.expect(states <= MOST_STATES, `${states} states; the loader takes chips of up to ${MOST_STATES}`);
}

function checkRow(row: PlaneRow, image: CoreImage, target: Target, place: Place, findings: Findings): boolean {
  const { plane, policy, bits, first, count, min, max } = row;
  const { vBits } = target.widths;
  const widest = policy === 'saturate' ? Math.min(vBits, WIDEST_SATURATING) : vBits;
  if (!findings.whole(plane, 0, MOST_PLANES - 1, 'plane', place)) return false;
  if (!findings.whole(bits, plane === V ? 1 : 0, widest, 'bits of a plane', place)) return false;
  const whole = Number.isInteger(first) && Number.isInteger(count);
  const inside = whole && first >= 0 && count >= 1 && first + count <= image.neuronCount;
  const runs = `the run of ${count} neurons from ${first} does not lie in the ${image.neuronCount} neurons of the core`;
  if (!findings.expect(inside, runs, place)) return false;
  const usual = defaultForm(plane, target);
  const claims = min !== 0 || max !== 0;
  findings.expect(
    claims || policy !== usual.policy || bits !== usual.bits,
    'the row says what holds without it',
    place,
  );
  if (bits === 0)
    return findings.expect(!claims && policy === POLICIES[0], 'a plane that is absent claims something', place);
  const [lowest, highest] = signedRange(bits);
  const fits = Number.isInteger(min) && Number.isInteger(max) && min <= max && min >= lowest && max <= highest;
  return findings.expect(fits, `claims ${min}..${max} of a plane of ${bits} bits`, place);
}

/** Rows ascend, do not overlap, and neighbours that say the same are one. */
function checkOrder(last: PlaneRow | undefined, row: PlaneRow, place: Place, findings: Findings): void {
  if (last === undefined || row.plane > last.plane) return;
  const end = last.first + last.count;
  const ascends = row.plane === last.plane && row.first >= end;
  if (!findings.expect(ascends, 'rows of planes do not ascend by plane, then neuron', place)) return;
  const same = row.policy === last.policy && row.bits === last.bits && row.min === last.min && row.max === last.max;
  findings.expect(row.first > end || !same, 'the row continues the one before it, with the same content', place);
}

/** The states of a core fit its memory. */
export function checkState(
  image: CoreImage,
  operations: readonly OperationOf<TickMnemonic>[],
  target: Target,
  findings: Findings,
): void {
  const { neurons, stateBits: limit = 2 * neurons * target.widths.vBits } = target.limits;
  const flags = operations.some(({ op, fields }) => tickRow(op).usesFlags?.(fields) === true);
  const used = stateBits(image, flags, target);
  findings.expect(used <= limit, `${used} bits of state; a core of the target has ${limit}`, { core: image.core });
}
