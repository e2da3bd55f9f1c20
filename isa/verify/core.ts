/** Checks the memories of one core on their own: limits, groups, programs, the operands of every instruction. */
import type { Chip, CoreImage } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import type { EventContext } from '../instruction/row.ts';
import { tileOfCore } from '../topology/ports.ts';
import { ENDLESS_TICKS, isEndless } from '../endless.ts';
import { isEventMode, type TouchMnemonic } from '../event-mode.ts';
import {
  type EventMnemonic,
  eventRow,
  isOrder,
  type OperationOf,
  orderRow,
  type ResetMnemonic,
  resetRow,
  sends,
  type TickMnemonic,
  tickRow,
} from '../ops.ts';
import {
  decodeProgram,
  executed,
  type Handler,
  type HandlerFault,
  type PlacedOperation,
  resolveWindows,
  touching,
  type WindowedOperation,
} from '../program.ts';
import { isGraded } from '../ops/emit.ts';
import { formsOfRun, PLANE_NAMES, planeOf, planeRows, V } from '../planes.ts';
import type { Target } from '../target.ts';
import { coreCount, signedRange } from '../target-size.ts';
import { WIDTH_CODES } from '../weights.ts';
import type { Findings } from './findings.ts';
import { checkState } from './planes.ts';

/** Checking an instruction costs about as much as visiting so many synapses. */
const OPERATION_WORK = 16;

/** A core whose program has been decoded. */
export interface CheckedCore {
  readonly image: CoreImage;
  /** Instructions of the tick handler with their windows. */
  readonly tick: readonly WindowedOperation<TickMnemonic>[];
  /** Instructions of the reset handler. */
  readonly reset: readonly PlacedOperation<ResetMnemonic>[];
  /** Instructions of the touch handler with their windows; none where the core is not in event mode. */
  readonly touch: readonly WindowedOperation<TouchMnemonic>[];
}

/** Checks every core; returns those that are sound. */
export function checkCores(chip: Chip, findings: Findings): CheckedCore[] {
  const dead = new Set(chip.target.deadTiles);
  const lastCore = coreCount(chip.target) - 1;
  let last = -1;
  const checked: CheckedCore[] = [];
  for (const image of chip.cores) {
    const place = { core: image.core };
    if (!findings.whole(image.core, 0, lastCore, 'core index', place)) continue;
    const tile = tileOfCore(chip.target, image.core);
    findings.expect(!dead.has(tile), `core ${image.core} lies on tile ${tile}, which is dead`, place);
    findings.expect(image.core > last, `core ${image.core} does not come after core ${last} in the file`, place);
    last = image.core;
    const core = checkCore(image, chip, findings);
    if (core !== undefined) checked.push(core);
  }
  return checked;
}

function checkCore(image: CoreImage, chip: Chip, findings: Findings): CheckedCore | undefined {
  const before = findings.diagnostics.length;
  checkLimits(image, chip.target, findings);
  checkGroups(image, chip.target, findings);
  if (findings.diagnostics.length > before) return undefined;
  const place = { core: image.core };
  const program = decodeProgram(image);
  if ('fault' in program) {
    findings.inconsistent(program.fault, { ...place, word: program.at });
    return undefined;
  }
  const handlerAt = (at: number): Handler => program.handlers.get(at)!;
  const misplaced = ({ fault, at }: HandlerFault): void => findings.inconsistent(fault, { ...place, word: at });
  for (const group of image.groups) {
    const { operations } = handlerAt(group.handler);
    findings.spend(operations.length * OPERATION_WORK);
    for (const { operation, at } of executed(operations, 'event', misplaced))
      checkEventOperation(operation, { image, group, target: chip.target, place: { ...place, word: at }, findings });
  }
  const ungated = (at: number): readonly WindowedOperation[] => checkGates(handlerAt(at), image, chip, findings);
  const tick = [...executed(ungated(image.tickHandler), 'tick', misplaced)];
  const touch = image.touchHandler === undefined ? [] : [...touching(ungated(image.touchHandler), misplaced)];
  for (const { operation, at, window, every } of [...tick, ...touch]) {
    if (isEndless(chip)) checkUngated({ operation, at, window, every }, place, findings);
    const context = { image, chip, place: { ...place, word: at }, findings };
    tickRow(operation.op).verify(operation.fields, { window, every }, context);
  }
  for (const placed of touch) checkTouch(placed, image, chip.target, findings);
  const all = [...tick, ...touch].map(({ operation }) => operation);
  checkState(image, all, chip.target, findings);
  const reset = [...executed(handlerAt(image.resetHandler).operations, 'reset', misplaced)];
  checkReset(image, reset, chip, findings);
  return findings.diagnostics.length > before ? undefined : { image, tick, reset, touch };
}

/** Checks the gates of a tick or touch handler; returns what they gate, nothing where one is at fault. */
function checkGates(handler: Handler, image: CoreImage, chip: Chip, findings: Findings): readonly WindowedOperation[] {
  const place = (at: number): Place => ({ core: image.core, word: at });
  const windowed = resolveWindows(handler);
  if ('fault' in windowed) {
    findings.inconsistent(windowed.fault, place(windowed.at));
    return [];
  }
  for (const { operation, at } of handler.operations)
    if (isOrder(operation))
      orderRow(operation.op).verify(operation.fields, { image, chip, place: place(at), findings });
  return windowed;
}

/**
 * How often a neuron is touched in a tick is not known before it runs: what is written then must be bounded by its form. And
 * a packet carries 1, so that those of a tick add up to what a counter can be cut to.
 */
function checkTouch(
  { operation, at }: WindowedOperation<TouchMnemonic>,
  image: CoreImage,
  target: Target,
  findings: Findings,
): void {
  const place = { core: image.core, word: at };
  const { op, fields } = operation;
  findings.spend(planeRows(image).length);
  for (const plane of tickRow(op).planes(fields).writes)
    for (const { policy } of formsOfRun(image, plane, fields, target))
      findings.expect(
        policy !== 'prove',
        `${op} of a touch handler writes ${PLANE_NAMES[plane]!}, which is held by prove: hold it by saturate or wrap`,
        place,
      );
  findings.expect(op !== 'EMIT' || !isGraded(fields), 'EMIT of a touch handler sends a plane; it sends ones', place);
}

/** Without an end, what sends is executed in every tick, or in every tick from the depth of its layer on: its window has no end. */
function checkUngated(
  { operation, at, window, every }: WindowedOperation<TickMnemonic>,
  place: Place,
  findings: Findings,
): void {
  const isLasting = window === undefined || window.start + window.length === ENDLESS_TICKS;
  const gate =
    every === undefined ? `a WINDOW that ends in tick ${(window?.start ?? 0) + (window?.length ?? 0)}` : 'an EVERY';
  findings.expect(
    !sends(operation) || (isLasting && every === undefined),
    `${operation.op} behind ${gate}; in a chip without an end, what sends is executed in every tick, or from one on`,
    { ...place, word: at },
  );
}

/** Checks an instruction of an event handler for the axons of one group. */
function checkEventOperation(operation: OperationOf<EventMnemonic>, context: EventContext): void {
  checkWeights(operation, context);
  eventRow(operation.op).verify(operation.fields, context);
  checkDestination(operation, context);
}

/** A target that stores weights of 8 bit stores wide ones in two bytes, as it stores the neuron offsets of SPARSE. */
function checkWeights({ op, fields }: OperationOf<EventMnemonic>, { target, place, findings }: EventContext): void {
  const bits = WIDTH_CODES[fields.width]!;
  const { weightBits: stored } = target.widths;
  const message = `${op} uses ${bits}-bit weights; the target stores ${stored.join(', ')} bit`;
  findings.expect(stored.includes(bits), message, place);
  if (fields.wide === 0) return;
  findings.expect(bits === 8, `${op} is wide with weights w${bits}; only w8 can be`, place);
  const even = fields.weights % 2 === 0;
  findings.expect(even, `${op} has wide weights at ${fields.weights}, which is not aligned to 2 bytes`, place);
}

/** Outside of event mode events come in any order: they add only to what does not saturate. */
function checkDestination(
  { op, fields }: OperationOf<EventMnemonic>,
  { image, target, place, findings }: EventContext,
): void {
  const plane = planeOf(fields);
  const run = { first: fields.first, count: eventRow(op).neurons(fields) };
  const name = PLANE_NAMES[plane]!;
  findings.spend(planeRows(image).length);
  for (const { policy, bits } of formsOfRun(image, plane, run, target)) {
    findings.expect(bits > 0, `events add to ${name}, which their neurons do not have`, place);
    findings.expect(
      policy !== 'saturate' || isEventMode(image),
      `events add to ${name}, which saturates: their order would matter, and only a core in event mode has one`,
      place,
    );
  }
}

function checkLimits(image: CoreImage, target: Target, findings: Findings): void {
  const { limits } = target;
  const place = { core: image.core };
  findings.whole(image.neuronCount, 0, limits.neurons, 'number of neurons', place);
  findings.whole(image.axonCount, 0, limits.axons, 'number of axons', place);
  findings.whole(image.delaySlots, 1, limits.delaySlots, 'number of delay slots', place);
  const within = (used: number, limit: number, what: string): void => {
    findings.expect(used <= limit, `${used} ${what}; the target has ${limit}`, place);
  };
  within(image.groups.length, limits.axonGroups, 'axon groups');
  within(image.synapses.length * 8, limits.synapseBits, 'bits of synapses');
  within(image.program.length, limits.programWords, 'program words');
  within(image.parameters.length, limits.parameters, 'parameters');
  within(image.sinks.length, limits.sinkRows, 'sink rows');
  within(image.sinkLists.length, limits.sinkListWords, 'sink list words');
}

function checkGroups(image: CoreImage, target: Target, findings: Findings): void {
  const place = { core: image.core };
  const [min, max] = signedRange(target.widths.payloadBits);
  let next = 0;
  image.groups.forEach((group, g) => {
    const name = `axon group ${g}`;
    findings.expect(
      group.firstAxon === next,
      `${name} starts at axon ${group.firstAxon}; groups follow each other without gaps, so ${next} is expected`,
      place,
    );
    if (findings.whole(group.axonCount, 1, image.axonCount, `${name}: number of axons`, place)) next += group.axonCount;
    // What is cut to the largest payload must not depend on the order in which packets come.
    const least = isEventMode(image) ? 0 : min;
    findings.whole(group.payloadMin, least, 0, `${name}: lowest payload`, place);
    findings.whole(group.payloadMax, 0, max, `${name}: highest payload`, place);
  });
  findings.expect(next === image.axonCount, `the axon groups hold ${next} axons, the core ${image.axonCount}`, place);
}

/** Every neuron is reset exactly once, to a potential that fits; then its other planes, each at most once. */
function checkReset(
  image: CoreImage,
  operations: Iterable<PlacedOperation<ResetMnemonic>>,
  chip: Chip,
  findings: Findings,
): void {
  const potentials = new Uint8Array(image.neuronCount);
  const planes = new Map([[V, potentials]]);
  for (const { operation, at } of operations) {
    const place = { core: image.core, word: at };
    const row = resetRow(operation.op);
    if (!row.verify(operation.fields, { image, chip, place, findings })) continue;
    const { first, count } = operation.fields;
    findings.spend(count);
    const plane = row.plane(operation.fields);
    const times = planes.get(plane) ?? new Uint8Array(image.neuronCount);
    planes.set(plane, times);
    const twice = times.subarray(first, first + count).findIndex((reset) => reset > 0);
    const again = `${operation.op} of neuron ${first + twice}, which is reset before`;
    if (!findings.expect(twice === -1, again, place)) continue;
    const early = plane === V ? -1 : potentials.subarray(first, first + count).indexOf(0);
    findings.expect(
      early === -1,
      `${operation.op} of neuron ${first + early}, whose RESET does not stand before it`,
      place,
    );
    times.fill(1, first, first + count);
  }
  const missing = potentials.indexOf(0);
  findings.expect(missing === -1, `neuron ${missing} is never reset`, {
    core: image.core,
    word: image.resetHandler,
  });
}
