/** The range proof from the memories of a core: bounds of V and I of every neuron. The arithmetic is that of bounds.ts. */
import { type BoundsArrays, type NeuronBounds, zeroBounds } from '../bounds.ts';
import type { CoreImage } from '../chip.ts';
import { eventRow, resetRow, tickRow } from '../ops.ts';
import { coreProgram } from '../program.ts';
import { type Recurrence, recurrenceOf, recurringTicks, type TickWindow } from '../recurrence.ts';
import { endOf } from './endless.ts';
import { heardTurns, type Sending, summedTicks } from './heard.ts';

/**
 * Per axon group of a core, the number of ticks of an inference in which it can hear events, at most: the union of the turns
 * of its sources, each moved by the delay of its sink row and cut at the end of the inference. Those of sources that send
 * once count as one tick.
 *
 * @param sent per tree, the ticks in which its packets are sent; trees that are absent never send
 * @param ticks ticks of one inference
 */
export function groupEventTicks(
  core: Pick<CoreImage, 'groups' | 'sinks' | 'touchHandler'>,
  sent: ReadonlyMap<number, Sending>,
  ticks: number,
): number[] {
  return heardTurns(core, sent, ticks).map((heard) => unionOf(heard.map(summedTicks), ticks));
}

/** Exact where all come once, or again in the same ticks of a period; else what lies between the turns counts too. */
function unionOf(heard: readonly Recurrence[], ticks: number): number {
  const [first] = heard;
  if (first === undefined) return 0;
  const { period, length } = first;
  const isAlike = heard.every(
    (each) =>
      each.times !== 1 && each.period === period && each.length === length && (each.start - first.start) % period === 0,
  );
  if (!isAlike)
    return unionLength(heard.map((each) => ({ start: each.start, length: Math.min(ticks, endOf(each)) - each.start })));
  const inTurns = heard.map((each) => ({
    start: Math.floor(each.start / period),
    length: Math.ceil((Math.min(ticks, endOf(each)) - each.start) / period),
  }));
  return Math.min(ticks, length * unionLength(inTurns));
}

function unionLength(windows: readonly TickWindow[]): number {
  let covered = 0;
  let until = 0;
  for (const { start, length } of windows.toSorted((a, b) => a.start - b.start)) {
    const end = start + length;
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}

/**
 * Bounds of V and I of every neuron of a core whose structure has been checked.
 *
 * @param groupTicks per group, the ticks in which it can hear events ({@link groupEventTicks})
 * @param ticks ticks of one inference
 * @param spend called with the number of synapses or neurons that are about to be visited; may throw to bound the work
 * @throws RangeError where the program cannot be decoded
 */
export function neuronBounds(
  core: CoreImage,
  groupTicks: readonly number[],
  ticks: number,
  spend: (work: number) => void = () => undefined,
): NeuronBounds {
  const program = coreProgram(core);
  if ('fault' in program) throw new RangeError(program.fault);
  const bounds: NeuronBounds = { v: zeroBounds(core.neuronCount), i: zeroBounds(core.neuronCount) };
  const start = zeroBounds(core.neuronCount);
  const kernels = new Map<string, BoundsArrays>();
  program.groups.forEach(({ group, operations }, g) => {
    const reach = { core, group, ticks: groupTicks[g] ?? 0, kernels, spend };
    for (const { operation } of operations) {
      const into = operation.fields.destination === 0 ? bounds.v : bounds.i;
      eventRow(operation.op).bounds(operation.fields, reach, into);
    }
  });
  for (const { operation } of program.reset) {
    spend(operation.fields.count);
    resetRow(operation.op).bounds?.(operation.fields, { core, ticks, bounds, start });
  }
  for (const { operation, ...gates } of program.tick) {
    spend(operation.fields.count);
    const active = recurringTicks(recurrenceOf(gates, ticks), ticks);
    tickRow(operation.op).bounds?.(operation.fields, { core, ticks: active, bounds, start });
  }
  for (let n = 0; n < core.neuronCount; n++) {
    bounds.v.min[n]! += start.min[n]!;
    bounds.v.max[n]! += start.max[n]!;
  }
  return bounds;
}
