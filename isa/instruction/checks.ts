/** Checks of operands that several instructions share. Each returns whether the operands are good. */
import { signedRange } from '../target-size.ts';
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
