/** Checks the operands of one instruction against the memories of its core. */
import type { AxonGroup, Chip, CoreImage } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import {
  type EventMnemonic,
  type FieldsOf,
  type Operation,
  type OperationOf,
  OPS,
  type ResetMnemonic,
  type TickMnemonic,
  type Trigger,
} from '../ops.ts';
import type { TickWindow } from '../program.ts';
import type { Target } from '../target.ts';
import { signedRange } from '../target-size.ts';
import { packedBytes, WIDTH_CODES } from '../weights.ts';
import type { Findings } from './findings.ts';

interface EventContext {
  readonly image: CoreImage;
  readonly group: AxonGroup;
  readonly target: Target;
  readonly place: Place;
  readonly findings: Findings;
}

interface TickContext {
  readonly image: CoreImage;
  readonly chip: Chip;
  readonly place: Place;
  readonly findings: Findings;
}

/** Whether the instruction may stand in a handler of this kind. */
export function checkTrigger(operation: Operation, trigger: Trigger, place: Place, findings: Findings): boolean {
  const allowed: Trigger = OPS[operation.op].trigger;
  return findings.expect(
    allowed === 'any' || allowed === trigger,
    `${operation.op} stands in the ${trigger} handler; it belongs to the ${allowed} handler`,
    place,
  );
}

/** Checks an instruction of an event handler for the axons of one group. */
export function checkEventOperation(operation: OperationOf<EventMnemonic>, context: EventContext): void {
  const bits = WIDTH_CODES[operation.fields.width]!;
  const { target, place, findings } = context;
  findings.expect(
    target.widths.weightBits.includes(bits),
    `${operation.op} uses ${bits}-bit weights; the target stores ${target.widths.weightBits.join(', ')} bit`,
    place,
  );
  if (operation.op === 'DENSE') checkDense(operation.fields, context);
  else if (operation.op === 'SPARSE') checkSparse(operation.fields, context);
  else if (operation.op === 'DIAG') checkDiagonal(operation.fields, context);
  else checkConvolution(operation.fields, context);
}

function checkRun(first: number, count: number, { image, place, findings }: EventContext | TickContext): boolean {
  return findings.expect(
    count >= 1 && first + count <= image.neuronCount,
    `the run of ${count} neurons from ${first} does not lie in the ${image.neuronCount} neurons of the core`,
    place,
  );
}

/** Whether `bytes` bytes from `address` lie in synapse memory. */
function checkSynapses(
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

function checkReserved(fields: FieldsOf<'CONV' | 'DIAG'>, { place, findings }: EventContext): void {
  findings.expect(fields.reserved === 0, `the reserved field is ${fields.reserved}, not 0`, place);
}

function checkDense(fields: FieldsOf<'DENSE'>, context: EventContext): void {
  if (!checkRun(fields.first, fields.count, context)) return;
  const rowBytes = packedBytes(fields.count, WIDTH_CODES[fields.width]!);
  const { axonCount } = context.group;
  checkSynapses(`the ${axonCount} rows of weights`, fields.weights, axonCount * rowBytes, context);
}

function checkDiagonal(fields: FieldsOf<'DIAG'>, context: EventContext): void {
  checkReserved(fields, context);
  checkRun(fields.first, fields.count, context);
  const { group, place, findings } = context;
  findings.expect(
    fields.count === group.axonCount,
    `DIAG of ${fields.count} neurons for a group of ${group.axonCount} axons`,
    place,
  );
  if (findings.expect(fields.period >= 1, 'DIAG with a period of 0', place))
    checkSynapses('the weights', fields.weights, packedBytes(fields.period, WIDTH_CODES[fields.width]!), context);
}

function checkSparse(fields: FieldsOf<'SPARSE'>, context: EventContext): void {
  const { image, group, place, findings } = context;
  const { rows, targets, count } = fields;
  if (!checkRun(fields.first, count, context)) return;
  const aligned = rows % 4 === 0 && targets % 2 === 0;
  findings.expect(aligned, `SPARSE rows at ${rows} or targets at ${targets} are not aligned to 4 and 2 bytes`, place);
  if (!checkSynapses('the row starts', rows, 4 * (group.axonCount + 1), context)) return;
  const view = new DataView(image.synapses.buffer, image.synapses.byteOffset, image.synapses.byteLength);
  const start = (axon: number): number => view.getUint32(rows + 4 * axon, true);
  findings.spend(group.axonCount);
  for (let axon = 0; axon < group.axonCount; axon++) {
    if (start(axon) <= start(axon + 1)) continue;
    findings.inconsistent(`SPARSE row ${axon} ends before it starts`, place);
    return;
  }
  const entries = start(group.axonCount);
  if (!checkSynapses('the neuron offsets', targets, 2 * entries, context)) return;
  checkSynapses('the weights', fields.weights, packedBytes(entries, WIDTH_CODES[fields.width]!), context);
  findings.spend(entries - start(0));
  for (let entry = start(0); entry < entries; entry++) {
    const offset = view.getUint16(targets + 2 * entry, true);
    if (offset < count) continue;
    findings.inconsistent(`SPARSE entry ${entry} goes to neuron offset ${offset} of a run of ${count}`, place);
    return;
  }
}

function checkConvolution(fields: FieldsOf<'CONV'>, context: EventContext): void {
  const { group, place, findings } = context;
  checkReserved(fields, context);
  for (const name of NONZERO) if (!findings.expect(fields[name] >= 1, `CONV with ${name} of 0`, place)) return;
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, groups } = fields;
  const axons = inHeight * inWidth * inChannels;
  findings.expect(
    axons === group.axonCount,
    `CONV of ${inHeight} x ${inWidth} x ${inChannels} = ${axons} axons for a group of ${group.axonCount} axons`,
    place,
  );
  checkRun(fields.first, outHeight * outWidth * outChannels, context);
  const divides = Number.isInteger(inChannels / groups) && Number.isInteger(outChannels / groups);
  const message = `${groups} groups do not divide ${inChannels} input and ${outChannels} output channels`;
  if (!findings.expect(divides, message, place)) return;
  const runs = inChannels * fields.kernelHeight * fields.kernelWidth;
  const runBytes = packedBytes(outChannels / groups, WIDTH_CODES[fields.width]!);
  checkSynapses('the kernel', fields.weights, runs * runBytes, context);
}

const NONZERO = [
  'groups',
  'outHeight',
  'outWidth',
  'outChannels',
  'inChannels',
  'inHeight',
  'inWidth',
  'kernelHeight',
  'kernelWidth',
  'strideY',
  'strideX',
  'dilationY',
  'dilationX',
] as const;

/** Checks the operands of an instruction of the tick or reset handler; returns whether its run and parameters exist. */
export function checkTickOperation(
  operation: OperationOf<TickMnemonic | ResetMnemonic>,
  window: TickWindow | undefined,
  context: TickContext,
): boolean {
  const { fields, op } = operation;
  if (!checkRun(fields.first, fields.count, context)) return false;
  if ('address' in fields && !checkParameters(op, fields, context)) return false;
  if (operation.op === 'FIRE') checkFire(operation.fields, window, context);
  if (operation.op === 'READ') checkRead(window, context);
  return true;
}

function checkParameters(
  op: TickMnemonic | ResetMnemonic,
  fields: FieldsOf<'BIAS' | 'FIRE' | 'RESET'>,
  { image, chip, place, findings }: TickContext,
): boolean {
  const { address, period } = fields;
  const message = `the ${period} parameters from ${address} do not lie in the ${image.parameters.length} of the core`;
  const inside = period >= 1 && address + period <= image.parameters.length;
  if (!findings.expect(inside, message, place)) return false;
  if (op === 'BIAS') return true;
  const [min, max] = signedRange(chip.target.widths.vBits);
  const what = op === 'FIRE' ? 'threshold' : 'initial potential';
  findings.spend(period);
  for (let k = 0; k < period; k++) {
    const value = image.parameters[address + k]!;
    if (value >= (op === 'FIRE' ? 1 : min) && value <= max) continue;
    if (!findings.whole(value, op === 'FIRE' ? 1 : min, max, `${what} at parameter ${address + k}`, place))
      return false;
  }
  return true;
}

function checkFire(
  fields: FieldsOf<'FIRE'>,
  window: TickWindow | undefined,
  { chip, place, findings }: TickContext,
): void {
  if (findings.expect(window !== undefined, 'FIRE outside of a WINDOW', place))
    findings.expect(
      window!.length === chip.window,
      `FIRE in a WINDOW of ${window!.length} ticks; the window of the chip has ${chip.window}`,
      place,
    );
  const [min, max] = fields.reset === 0 ? [0, 0] : signedRange(chip.target.widths.vBits);
  findings.whole(fields.resetValue, min, max, 'value after a spike', place);
}

function checkRead(window: TickWindow | undefined, { chip, place, findings }: TickContext): void {
  findings.expect(
    window?.length === 1 && window.start === chip.ticks - 1,
    `READ outside of a WINDOW of the last tick alone, [${chip.ticks - 1}, ${chip.ticks})`,
    place,
  );
}
