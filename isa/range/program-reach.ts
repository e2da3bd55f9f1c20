/** The range proof for neurons that are not on a core yet: the same intervals, moved on by the same rows. */
import type { Bounds, BoundsArrays } from '../bounds.ts';
import type { CoreImage, PlaneRow } from '../chip.ts';
import { ENDLESS_TICKS } from '../endless.ts';
import { type OperationOf, resetRow, type ResetMnemonic, type TickMnemonic, tickRow } from '../ops.ts';
import { V } from '../planes.ts';
import { isTouching } from '../event-mode.ts';
import type { Target } from '../target.ts';
import { SETTLING_WORK } from './endless.ts';
import { type Escape, Reachable } from './reachable.ts';
import { widenTouched } from './touched.ts';

/** Neurons with a program, and what can reach them. */
export interface ProgrammedNeurons {
  readonly count: number;
  readonly planes: readonly PlaneRow[];
  readonly parameters: Int32Array;
  readonly resets: readonly OperationOf<ResetMnemonic>[];
  /** Of every tick but the last, in the order of execution. */
  readonly steps: readonly OperationOf<TickMnemonic>[];
  /** What follows events. */
  readonly touched: readonly OperationOf<TickMnemonic>[];
  readonly lastSteps: readonly OperationOf<TickMnemonic>[];
  /** What events can add in every tick, by plane. */
  readonly added: ReadonlyMap<number, BoundsArrays>;
  /** ENDLESS_TICKS: any number. */
  readonly ticks: number;
  /** What events add in all ticks after these together, in which no step is executed. */
  readonly late: ReadonlyMap<number, BoundsArrays>;
}

/** @returns the first number that could leave its width, or what V can be between ticks at the end */
export function reachOfProgram(
  { count, planes, parameters, resets, steps, lastSteps, touched, added, ticks, late }: ProgrammedNeurons,
  target: Pick<Target, 'widths'>,
): { readonly escape: Escape } | { readonly potential: Bounds } {
  const core = coreOf(count, planes, parameters);
  const states = new Reachable(core, target);
  for (const { op, fields } of resets) {
    const plane = resetRow(op).plane(fields);
    for (let n = 0; n < fields.count; n++) {
      const value = parameters[fields.address + (n % fields.period)]!;
      states.set(plane, fields.first + n, value, value);
    }
  }
  const touch = touched.filter(isTouching).map((operation) => ({ operation }));
  const widen = (): void => widenTouched(touch, core, target, states);
  const advance = (executed: readonly OperationOf<TickMnemonic>[]): void => {
    add(added, states);
    widen();
    for (const { op, fields } of executed) tickRow(op).reach(fields, core, states);
  };
  if (ticks === ENDLESS_TICKS) {
    const found = rest(
      states,
      () => {
        advance(steps);
      },
      count * (1 + steps.length),
    );
    if (found !== undefined) return { escape: found };
  } else
    for (let tick = 0; tick < ticks - 1 && states.escape === undefined; tick++) {
      const before = states.snapshot();
      advance(steps);
      if (states.equals(before)) break;
    }
  advance(lastSteps);
  add(late, states);
  widen();
  if (states.escape !== undefined) return { escape: states.escape };
  let [min, max] = [Infinity, -Infinity];
  for (let n = 0; n < count; n++) {
    min = Math.min(min, states.lowest(V, n));
    max = Math.max(max, states.highest(V, n));
  }
  return { potential: { min, max } };
}

/** The slowest leak of 12 bit comes to rest in fewer ticks. */
const MOST_SETTLING = 2 ** 17;
/** Ticks from one look at what has changed to the next: what is at rest stays so. */
const BETWEEN_LOOKS = 16;

/** Ticks in which what comes to rest at all grows noticeably less than in as many before. */
const TREND_TICKS = 4096;
const LESS = 0.9;

/** Moves intervals on until they rest. @param work of a tick @returns what escapes, or still moves where nothing is proven */
function rest(states: Reachable, advance: () => void, work: number): Escape | undefined {
  const most = Math.min(MOST_SETTLING, Math.ceil(SETTLING_WORK / work));
  let [width, growth] = [states.width(), Infinity];
  for (let tick = 1; states.escape === undefined; tick++) {
    if (tick % BETWEEN_LOOKS !== 0) {
      advance();
      continue;
    }
    const before = states.snapshot();
    advance();
    if (states.equals(before)) return undefined;
    let goesOn = false;
    if (tick % TREND_TICKS === 0) {
      const grown = states.width() - width;
      goesOn = grown > LESS * growth;
      [width, growth] = [width + grown, grown];
    }
    if (goesOn || tick >= most) return states.escape ?? states.movedSince(before);
  }
  return states.escape;
}

function add(added: ReadonlyMap<number, BoundsArrays>, states: Reachable): void {
  for (const [plane, { min, max }] of added)
    for (let n = 0; n < min.length; n++)
      states.set(plane, n, states.lowest(plane, n) + min[n]!, states.highest(plane, n) + max[n]!);
}

/** A core of these neurons alone, without anything that the proof does not ask for. */
const coreOf = (neuronCount: number, planes: readonly PlaneRow[], parameters: Int32Array): CoreImage => ({
  ...{ core: 0, neuronCount, axonCount: 0, delaySlots: 1, tickHandler: 0, resetHandler: 0 },
  ...{ program: new Uint32Array(0), parameters, synapses: new Uint8Array(0), groups: [], sinks: [] },
  ...{ sinkLists: new Uint32Array(0), planes },
});
