/** Checks of operands that several instructions share. Each returns whether the operands are good. */
import { isEndless } from '../endless.ts';
import { formOfRun, PLANE_NAMES, planeRows } from '../planes.ts';
import { signedRange } from '../target-size.ts';
import type { Gates } from '../recurrence.ts';
import type { EventContext, TickContext } from './row.ts';

interface Run {
  readonly first: number;
  readonly count: number;
}

interface Parameters {
  readonly address: number;
  readonly period: number;
}

/** The neurons of a run exist. */
export function checkRun({ first, count }: Run, { image, place, findings }: EventContext | TickContext): boolean {
  return findings.expect(
    count >= 1 && first + count <= image.neuronCount,
    `the run of ${count} neurons from ${first} does not lie in the ${image.neuronCount} neurons of the core`,
    place,
  );
}

/** `bytes` bytes from `address` lie in synapse memory. */
export function checkBytes(
  what: string,
  address: number,
  bytes: number,
  { image, place, findings }: EventContext,
): boolean {
  return findings.expect(
    address + bytes <= image.synapses.length,
    `${what} take ${bytes} bytes from ${address}; the core has ${image.synapses.length} bytes of synapses`,
    place,
  );
}

export function checkReserved({ reserved }: { readonly reserved: number }, { place, findings }: EventContext): void {
  findings.expect(reserved === 0, `the reserved field is ${reserved}, not 0`, place);
}

/** The parameters of a run exist. */
export function checkAddress({ address, period }: Parameters, { image, place, findings }: TickContext): boolean {
  const message = `the ${period} parameters from ${address} do not lie in the ${image.parameters.length} of the core`;
  return findings.expect(period >= 1 && address + period <= image.parameters.length, message, place);
}

/** The parameters of a run exist, are potentials, and at least `least`. */
export function checkPotentials(what: string, fields: Parameters, context: TickContext, least = -Infinity): boolean {
  if (!checkAddress(fields, context)) return false;
  const { image, chip, place, findings } = context;
  const [lowest, max] = signedRange(chip.target.widths.vBits);
  const min = Math.max(lowest, least);
  const { address, period } = fields;
  findings.spend(period);
  for (let at = address; at < address + period; at++) {
    const value = image.parameters[at]!;
    if (value >= min && value <= max) continue;
    if (!findings.whole(value, min, max, `${what} at parameter ${at}`, place)) return false;
  }
  return true;
}

/** All neurons of the run have the plane, and hold it alike. */
export function checkPlane(plane: number, run: Run, { image, chip, place, findings }: TickContext): boolean {
  findings.spend(planeRows(image).length);
  const form = formOfRun(image, plane, run, chip.target);
  const name = PLANE_NAMES[plane]!;
  const alike = findings.expect(form !== undefined, `the neurons of the run hold ${name} in several ways`, place);
  return alike && findings.expect(form!.bits > 0, `the neurons of the run have no ${name}`, place);
}

/** The same, and what is stored in it is every result as it is: fused instructions know no other way. */
export function checkPlain(plane: number, run: Run, context: TickContext): boolean {
  if (!checkPlane(plane, run, context)) return false;
  const { image, chip, place, findings } = context;
  const { policy } = formOfRun(image, plane, run, chip.target)!;
  return findings.expect(
    policy === 'prove',
    `${PLANE_NAMES[plane]!} of the run is held by ${policy}, not by prove`,
    place,
  );
}

/** Parameters of a run exist and lie in min..max. */
export function checkValues(
  what: string,
  fields: Parameters,
  [min, max]: readonly [min: number, max: number],
  context: TickContext,
): boolean {
  if (!checkAddress(fields, context)) return false;
  const { image, place, findings } = context;
  const { address, period } = fields;
  findings.spend(period);
  for (let at = address; at < address + period; at++)
    if (!findings.whole(image.parameters[at]!, min, max, `${what} at parameter ${at}`, place)) return false;
  return true;
}

/**
 * What sends spikes is executed in as many steps as the chip has: in a window, or in every so many-th tick where steps last
 * several. Without an end there is neither, which verify/core.ts sees to.
 */
export function checkWindow(op: string, gates: Gates, { chip, place, findings }: TickContext): void {
  if (isEndless(chip)) return;
  const { window, every } = gates;
  const { stepTicks = 1 } = chip.input;
  if (stepTicks > 1)
    findings.expect(
      every?.length === 1 && every.period === stepTicks && every.times === chip.window,
      `${op} outside of an EVERY of 1 tick in periods of ${stepTicks}, ${chip.window} times: a step of the chip lasts ${stepTicks} ticks`,
      place,
    );
  else if (window === undefined) findings.inconsistent(`${op} outside of a WINDOW`, place);
  else
    findings.expect(
      window.length === chip.window,
      `${op} in a WINDOW of ${window.length} ticks; the window of the chip has ${chip.window}`,
      place,
    );
}

/** A field of a few bits names something. */
export function checkNamed(
  value: number,
  names: readonly string[],
  what: string,
  { place, findings }: TickContext,
): boolean {
  return findings.expect(value < names.length, `${what} ${value} is not known`, place);
}
