/** Checks the memories of one core on their own: limits, groups, programs, the operands of every instruction. */
import type { Chip, CoreImage } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import { decodeProgram, type Handler, resolveWindows, type WindowedOperation } from '../program.ts';
import { tileOfCore } from '../mesh.ts';
import { isExecutedBy, type TickMnemonic } from '../ops.ts';
import type { Target } from '../target.ts';
import { coreCount, signedRange } from '../target-size.ts';
import type { Findings } from './findings.ts';
import { checkEventOperation, checkTickOperation, checkTrigger } from './operations.ts';

/** Checking an instruction costs about as much as visiting so many synapses. */
const OPERATION_WORK = 16;

/** A core whose program has been decoded. */
export interface CheckedCore {
  readonly image: CoreImage;
  /** Instructions of the tick handler with their windows. */
  readonly tick: readonly WindowedOperation<TickMnemonic>[];
}

/** Checks every core; returns those that are sound. */
export function checkCores(chip: Chip, findings: Findings): CheckedCore[] {
  const dead = new Set(chip.target.deadTiles);
  let last = -1;
  const checked: CheckedCore[] = [];
  for (const image of chip.cores) {
    const place = { core: image.core };
    if (!findings.whole(image.core, 0, coreCount(chip.target) - 1, 'core index', place)) continue;
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
  for (const group of image.groups) {
    const { operations } = handlerAt(group.handler);
    findings.spend(operations.length * OPERATION_WORK);
    for (const { operation, at } of operations) {
      const where = { ...place, word: at };
      if (checkTrigger(operation, 'event', where, findings) && isExecutedBy(operation, 'event'))
        checkEventOperation(operation, { image, group, target: chip.target, place: where, findings });
    }
  }
  const tick = resolveWindows(handlerAt(image.tickHandler));
  if ('fault' in tick) {
    findings.inconsistent(tick.fault, { ...place, word: tick.at });
    return undefined;
  }
  checkWindows(handlerAt(image.tickHandler), chip, place, findings);
  const checked: WindowedOperation<TickMnemonic>[] = [];
  for (const { operation, at, window } of tick) {
    const where = { ...place, word: at };
    if (!checkTrigger(operation, 'tick', where, findings) || !isExecutedBy(operation, 'tick')) continue;
    checked.push({ operation, at, window });
    checkTickOperation(operation, window, { image, chip, place: where, findings });
  }
  checkReset(image, handlerAt(image.resetHandler), chip, findings);
  return findings.diagnostics.length > before ? undefined : { image, tick: checked };
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
    findings.whole(group.payloadMin, min, 0, `${name}: lowest payload`, place);
    findings.whole(group.payloadMax, 0, max, `${name}: highest payload`, place);
  });
  findings.expect(next === image.axonCount, `the axon groups hold ${next} axons, the core ${image.axonCount}`, place);
}

function checkWindows(handler: Handler, chip: Chip, place: Place, findings: Findings): void {
  for (const { operation, at } of handler.operations) {
    if (operation.op !== 'WINDOW') continue;
    const { start, length } = operation.fields;
    findings.expect(
      length >= 1 && start + length <= chip.ticks,
      `WINDOW of ticks [${start}, ${start + length}); a part of the ${chip.ticks} ticks of the inference is expected`,
      { ...place, word: at },
    );
  }
}

/** Every neuron is reset exactly once, to a potential that fits. */
function checkReset(image: CoreImage, handler: Handler, chip: Chip, findings: Findings): void {
  const times = new Uint8Array(image.neuronCount);
  for (const { operation, at } of handler.operations) {
    const place = { core: image.core, word: at };
    if (!checkTrigger(operation, 'reset', place, findings) || !isExecutedBy(operation, 'reset')) continue;
    if (!checkTickOperation(operation, undefined, { image, chip, place, findings })) continue;
    const { first, count } = operation.fields;
    findings.spend(count);
    const twice = times.subarray(first, first + count).findIndex((reset) => reset > 0);
    if (!findings.expect(twice === -1, `RESET of neuron ${first + twice}, which is reset before`, place)) continue;
    times.fill(1, first, first + count);
  }
  const missing = times.indexOf(0);
  findings.expect(missing === -1, `neuron ${missing} is never reset`, {
    core: image.core,
    word: image.resetHandler,
  });
}
