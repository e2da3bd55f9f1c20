/**
 * Neurons that fire once at most in a window, whatever their input: derived from the program, never stated by a file. Their
 * spikes count once in the range proof of those that hear them, not once in every tick of the window.
 *
 * A neuron that fires gets V = r. Until the window ends no event reaches V, and V is written by nothing but additions of values
 * that are not negative, B in all between two executions of the instruction that fires: so r <= V <= r + B there. Where
 * r + B does not reach the threshold, it does not fire again. This needs no range proof: a sum that stays below a threshold
 * leaves no width. Touch handlers do not write such a V: FIRE and FIREV want it held by prove, and they write nothing that is.
 */
import { type CoreImage, NO_TREE } from '../chip.ts';
import { type OperationOf, type TickMnemonic, tickRow } from '../ops.ts';
import { planeOf, V } from '../planes.ts';
import { type CoreProgram, coreProgram, type WindowedOperation } from '../program.ts';
import { type Recurrence, recurrenceOf, recurringTicks, type TickWindow } from '../recurrence.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { heardTurns } from './heard.ts';
import { meets, overlap, runOf } from './kept.ts';

/** Fires, and sets V to a value. */
type ResettingFire = OperationOf<'FIRE' | 'FIREV'>;

interface Shot {
  readonly operation: ResettingFire;
  readonly at: number;
  readonly window: TickWindow;
}

const OF_FIRE = { subtract: 0, value: 1 } as const;
const OF_FIREV = { value: 0 } as const;

/**
 * Trees whose sources are proven to send once at most.
 *
 * @param tick what the core executes in ticks
 * @param sent per tree of the chip, the ticks in which its packets are sent
 * @param ticks of one inference
 * @param spend called with the number of instructions or neurons that are about to be visited; may throw to bound the work
 * @throws RangeError where the program cannot be decoded
 */
export function treesSentOnce(
  core: CoreImage,
  tick: readonly WindowedOperation<TickMnemonic>[],
  sent: ReadonlyMap<number, Recurrence>,
  ticks: number,
  spend: (work: number) => void,
): number[] {
  const shots = tick.flatMap(shotOf);
  if (shots.length === 0) return [];
  const program = coreProgram(core);
  if ('fault' in program) throw new RangeError(program.fault);
  const site: Site = { core, program, heard: heardTurns(core, sent, ticks), ticks, spend };
  return shots.filter((shot) => firesOnce(shot, site)).map(({ operation }) => operation.fields.tree);
}

interface Site {
  readonly core: CoreImage;
  readonly program: CoreProgram;
  readonly heard: readonly (readonly Recurrence[])[];
  readonly ticks: number;
  readonly spend: (work: number) => void;
}

function shotOf({ operation, at, window }: WindowedOperation<TickMnemonic>): Shot[] {
  if (window === undefined) return [];
  const resets =
    (operation.op === 'FIRE' && operation.fields.reset === OF_FIRE.value) ||
    (operation.op === 'FIREV' && operation.fields.reset === OF_FIREV.value);
  return resets && operation.fields.tree !== NO_TREE ? [{ operation, at, window }] : [];
}

function firesOnce(shot: Shot, site: Site): boolean {
  if (hearsLate(shot, site)) return false;
  const { fields } = shot.operation;
  const highest = highestLater(shot, site);
  if (highest === undefined) return false;
  const { parameters } = site.core;
  // The least potential that fires is the threshold, or 1 more.
  return highest.every(
    (potential, k) => potential < parameters[fields.address + (k % fields.period)]! + fields.compare,
  );
}

/** Whether events can reach V behind the first tick of the window. */
function hearsLate({ operation: { fields }, window }: Shot, { program, heard, spend }: Site): boolean {
  const late = { start: window.start + 1, length: window.length - 1 };
  return program.groups.some(({ operations }, g) => {
    spend(operations.length + heard[g]!.length);
    const reaches = operations.some(
      ({ operation: event }) => planeOf(event.fields) === V && overlap(fields, runOf(event)) !== undefined,
    );
    return reaches && heard[g]!.some((turns) => meets(turns, late));
  });
}

/** Per neuron, the highest potential in a later execution than that in which it fires; undefined where nothing is known. */
function highestLater(shot: Shot, { core, program, ticks, spend }: Site): Float64Array | undefined {
  const { operation, at, window } = shot;
  const { first, count } = operation.fields;
  const highest = Float64Array.from({ length: count }, (_, k) => resetValue(operation, core, k));
  spend(program.tick.length + count);
  for (const { operation: other, at: place, ...gates } of program.tick) {
    if (place === at || !tickRow(other.op).planes(other.fields).writes.includes(V)) continue;
    const shared = overlap(operation.fields, other.fields);
    if (shared === undefined) continue;
    // What stands before it acts in the first tick before anything has fired, what stands behind it acts last for nothing.
    const from = window.start + (place < at ? 1 : 0);
    const turns = recurrenceOf(gates, ticks);
    const times = recurringTicks(turns, from + window.length - 1) - recurringTicks(turns, from);
    if (times === 0) continue;
    if (!adds(other)) return undefined;
    const { address, period } = other.fields;
    spend(shared.end - shared.first);
    for (let n = shared.first; n < shared.end; n++) {
      const value = core.parameters[address + ((n - other.fields.first) % period)]!;
      if (value < 0) return undefined;
      highest[n - first]! += times * value;
    }
  }
  return highest;
}

/** Whether an instruction that writes V adds a parameter to it. */
const adds = (operation: OperationOf<TickMnemonic>): operation is OperationOf<'BIAS' | 'ALUP'> =>
  operation.op === 'BIAS' || (operation.op === 'ALUP' && ARITHMETIC[operation.fields.function] === 'add');

function resetValue({ op, fields }: ResettingFire, { parameters }: CoreImage, k: number): number {
  return op === 'FIRE' ? fields.resetValue : parameters[fields.resetAddress + (k % fields.resetPeriod)]!;
}
