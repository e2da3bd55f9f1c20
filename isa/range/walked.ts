/**
 * The range proof tick by tick: for programs that do more with a state than add to it. The loader carries the interval of
 * every plane of every neuron through the ticks of an inference, with every event that could come; or, where all planes
 * claim a range, it carries the claims through one tick of every kind and sees that they close. Ticks without end are
 * proven by claims, or by intervals that have come to rest.
 */
import { type Bounds, type BoundsArrays, zeroBounds } from '../bounds.ts';
import type { CoreImage, PlaneRow } from '../chip.ts';
import { ENDLESS_TICKS } from '../endless.ts';
import { eventRow, resetRow, type TickMnemonic, tickRow } from '../ops.ts';
import { defaultForm, MOST_PLANES, planeOf, planeRows } from '../planes.ts';
import { type CoreProgram, coreProgram, type PlacedOperation } from '../program.ts';
import type { Target } from '../target.ts';
import { type Recurrence, recurrenceOf, recursIn, turnsOf, type TickWindow } from '../recurrence.ts';
import { endOf, MOST_WALKED, SETTLING_WORK, ticksOfAllKinds, type Unprovable } from './endless.ts';
import { heardTurns, type Sending, summedTicks } from './heard.ts';
import { keepsSums } from './kept.ts';
import { type Escape, Reachable } from './reachable.ts';
import { widenTouched } from './touched.ts';

/** Values that are copied and compared in the time of a unit of work. */
const COPIES_PER_WORK = 4;
/** Kinds of ticks are remembered: so much work for each character keeps them to a few megabytes, whatever a file asks for. */
const WORK_PER_CHARACTER = 64;

/** When the sources of a group send, moved by their delays. */
type Heard = readonly Recurrence[];

/** What escapes, and in which tick. */
export interface Found extends Escape {
  readonly tick: number;
  /** A claim that does not close, instead of a width. */
  readonly claim?: true;
  /** Nothing has escaped, but of ticks without end nothing is proven: the plane still moves in this tick. */
  readonly unsettled?: true;
}

/** Whether a core's program must be walked: it does more than the sums of counted.ts cover. */
export const mustWalk = (image: CoreImage, { tick, reset }: Pick<CoreProgram, 'tick' | 'reset'>): boolean =>
  planeRows(image).length > 0 ||
  tick.some(({ operation }) => tickRow(operation.op).bounds === undefined) ||
  reset.some(({ operation }) => resetRow(operation.op).bounds === undefined);

/**
 * @param turns per tree, the ticks in which its packets are sent
 * @param ticks of an inference; {@link ENDLESS_TICKS} where it has no end
 * @param spend called with the number of synapses or neurons that are about to be visited; may throw to bound the work
 * @param sent receives what packets that carry a plane can hold, by their tree, where nothing escapes
 * @returns the first number that could leave its width, or why there is no telling; undefined where none can
 * @throws RangeError where the program cannot be decoded
 */
export function walk(
  core: CoreImage,
  target: Pick<Target, 'widths'>,
  turns: ReadonlyMap<number, Sending>,
  ticks: number,
  spend: (work: number) => void,
  sent = new Map<number, Bounds>(),
): Found | Unprovable | undefined {
  const program = coreProgram(core);
  if ('fault' in program) throw new RangeError(program.fault);
  const heard = heardTurns(core, turns, ticks);
  const walker = new Walker(core, target, program, heard, ticks, spend);
  const kinds = ticks === ENDLESS_TICKS ? walker.ticksOfAllKinds() : ticks;
  if (typeof kinds === 'object') return kinds;
  const cuts = [...new Set([0, ...walker.boundaries(kinds), kinds])]
    .filter((cut) => cut <= kinds)
    .sort((a, b) => a - b);
  for (let k = 0; k + 1 < cuts.length; k++) {
    const found = walker.stretch(cuts[k]!, cuts[k + 1]!);
    if (found !== undefined) return found;
  }
  for (const [tree, payloads] of walker.sent) sent.set(tree, payloads);
  return undefined;
}

/** An instruction of the tick handler and when it is executed. */
interface WalkedStep extends PlacedOperation<TickMnemonic> {
  readonly turns: Recurrence;
}

class Walker {
  readonly #core: CoreImage;
  readonly #target: Pick<Target, 'widths'>;
  readonly #program: CoreProgram;
  readonly #endless: boolean;
  readonly #steps: readonly WalkedStep[];
  readonly #heard: readonly Heard[];
  /** All that groups can hear. */
  readonly #windows: number;
  readonly #spend: (work: number) => void;
  /** Spent so far. */
  #work = 0;
  readonly #states: Reachable;
  /** Rows that claim a range; undefined unless all planes of all neurons do. */
  readonly #claims: readonly PlaneRow[] | undefined;
  /** The groups and instructions of the ticks that claims were walked through. */
  readonly #kinds = new Set<string>();
  #lastAdded: { readonly heard: string; readonly added: ReadonlyMap<number, BoundsArrays> } | undefined;
  /** Planes that events add to. */
  readonly #fed: readonly number[];

  constructor(
    core: CoreImage,
    target: Pick<Target, 'widths'>,
    program: CoreProgram,
    heard: readonly (readonly Sending[])[],
    ticks: number,
    spend: (work: number) => void,
  ) {
    this.#core = core;
    this.#target = target;
    this.#program = program;
    this.#endless = ticks === ENDLESS_TICKS;
    this.#steps = program.tick.map(({ operation, at, ...gates }) => ({
      ...{ operation, at },
      turns: recurrenceOf(gates, ticks),
    }));
    this.#windows = heard.reduce((sum, windows) => sum + windows.length, 0);
    this.#spend = (units) => {
      this.#work += units;
      spend(units);
    };
    this.#states = new Reachable(core, target);
    this.#claims = claimsOf(core, target);
    // Claims say nothing of what has come before.
    const sums = this.#claims === undefined;
    this.#heard = heard.map((each, g) =>
      each.map((sending) => (sending.once && sums && this.#keeps(g, sending) ? summedTicks(sending) : sending)),
    );
    this.#fed = [
      ...new Set(
        program.groups.flatMap(({ operations }) => operations.map(({ operation }) => planeOf(operation.fields))),
      ),
    ];
    this.#reset();
  }

  /** As in {@link keepsSums}, for all that the events of a group add to. */
  #keeps(group: number, window: TickWindow): boolean {
    const { operations } = this.#program.groups[group]!;
    this.#spend(operations.length * this.#steps.length);
    return operations.every(({ operation }) => keepsSums(operation, this.#steps, window));
  }

  /** As in {@link Reachable}. */
  get sent(): ReadonlyMap<number, Bounds> {
    return this.#states.sent;
  }

  /** So many ticks have all kinds of ticks that there ever are, or why there is no telling. */
  ticksOfAllKinds(): number | Unprovable {
    const turns = new Set(this.#steps.map((step) => step.turns));
    return ticksOfAllKinds([...turns], this.#heard.flat(), this.#claims !== undefined);
  }

  /** Ticks below `end` in which what is heard or executed changes. */
  boundaries(end: number): ReadonlySet<number> {
    const found = new Set<number>();
    const cut = ({ start, length }: TickWindow): void => void found.add(start).add(start + length);
    // Instructions behind one EVERY share its turns.
    for (const turns of new Set([...this.#heard.flat(), ...this.#steps.map((step) => step.turns)]))
      if (turns.length === turns.period) cut({ start: turns.start, length: endOf(turns) - turns.start });
      else
        for (const turn of turnsOf(turns, end)) {
          this.#spend(1);
          cut(turn);
        }
    return found;
  }

  /** Ticks [from, to), in all of which the same is heard and executed: until nothing changes any more. */
  stretch(from: number, to: number): Found | undefined {
    const steps = this.#stepsOf(from);
    const work = this.#work;
    this.#spend(this.#windows);
    const heard = this.#heard.map((windows) => Number(windows.some((turns) => recursIn(turns, from)))).join('');
    if (this.#claims !== undefined && !this.#isNewKind(heard, steps)) return undefined;
    const added = this.#addedBy(heard);
    for (let tick = from; tick < to; tick++) {
      if (this.#claims !== undefined) {
        const unkept = tick === 0 ? this.#broken(this.#claims, tick) : undefined;
        if (unkept !== undefined) return unkept;
        this.#takeClaims(this.#claims);
      }
      // What is claimed is walked through one tick alone; else the states are compared with those before.
      const before = this.#claims === undefined ? this.#snapshot() : [];
      this.#add(added);
      widenTouched(this.#program.touch, this.#core, this.#target, this.#states, this.#spend);
      for (const { operation } of steps) {
        this.#spend(operation.fields.count);
        tickRow(operation.op).reach(operation.fields, this.#core, this.#states);
      }
      const { escape } = this.#states;
      if (escape !== undefined) return { ...escape, tick };
      if (this.#claims !== undefined) return this.#broken(this.#claims, tick);
      if (this.#states.equals(before)) return undefined;
      if (this.#endless && (tick - from === MOST_WALKED || this.#work - work > SETTLING_WORK))
        return { ...this.#states.movedSince(before)!, tick, unsettled: true };
    }
    return undefined;
  }

  /** Copying a value costs far less than visiting a synapse. */
  #snapshot(): Float64Array[] {
    this.#spend(Math.ceil(this.#states.size / COPIES_PER_WORK));
    return this.#states.snapshot();
  }

  #reset(): void {
    for (const { operation } of this.#program.reset) {
      const { fields } = operation;
      const { first, count, address, period } = fields;
      this.#spend(count);
      const plane = resetRow(operation.op).plane(fields);
      for (let k = 0; k < count; k++) {
        const value = this.#core.parameters[address + (k % period)]!;
        this.#states.set(plane, first + k, value, value);
      }
    }
  }

  /** What is executed in a tick. */
  #stepsOf(tick: number): readonly WalkedStep[] {
    this.#spend(this.#steps.length);
    return this.#steps.filter(({ turns }) => recursIn(turns, tick));
  }

  /** Whether no tick before had the same groups and instructions: what is claimed is walked through one of each kind. */
  #isNewKind(heard: string, steps: readonly WalkedStep[]): boolean {
    const kind = `${heard} ${steps.map(({ at }) => at).join(' ')}`;
    if (this.#kinds.has(kind)) return false;
    this.#spend(WORK_PER_CHARACTER * kind.length);
    this.#kinds.add(kind);
    return true;
  }

  /** What events can add in a tick with these groups, by plane; between two ends of an EVERY it does not change. */
  #addedBy(heard: string): ReadonlyMap<number, BoundsArrays> {
    if (this.#lastAdded?.heard !== heard) this.#lastAdded = { heard, added: this.#added(heard) };
    return this.#lastAdded.added;
  }

  #added(heard: string): ReadonlyMap<number, BoundsArrays> {
    const { neuronCount } = this.#core;
    const added = new Map(this.#fed.map((plane) => [plane, zeroBounds(neuronCount)]));
    const kernels = new Map<string, BoundsArrays>();
    this.#program.groups.forEach(({ group, operations }, g) => {
      if (heard[g] !== '1') return;
      const reach = { core: this.#core, group, ticks: 1, kernels, spend: this.#spend };
      for (const { operation } of operations)
        eventRow(operation.op).bounds(operation.fields, reach, added.get(planeOf(operation.fields))!);
    });
    return added;
  }

  #add(added: ReadonlyMap<number, BoundsArrays>): void {
    for (const [plane, { min, max }] of added) {
      this.#spend(min.length);
      for (let n = 0; n < min.length; n++)
        if (min[n] !== 0 || max[n] !== 0)
          this.#states.set(plane, n, this.#states.lowest(plane, n) + min[n]!, this.#states.highest(plane, n) + max[n]!);
    }
  }

  #takeClaims(claims: readonly PlaneRow[]): void {
    for (const { plane, first, count, ...bounds } of claims)
      for (let n = first; n < first + count; n++) this.#states.claim(plane, n, bounds);
  }

  /** A claim that a tick does not keep. */
  #broken(claims: readonly PlaneRow[], tick: number): Found | undefined {
    for (const { plane, first, count, bits, min, max } of claims)
      for (let neuron = first; neuron < first + count; neuron++) {
        const [lowest, highest] = [this.#states.lowest(plane, neuron), this.#states.highest(plane, neuron)];
        if (lowest < min || highest > max) return { plane, neuron, bits, min: lowest, max: highest, tick, claim: true };
      }
    return undefined;
  }
}

/** The rows, where every plane of every neuron claims a range. */
function claimsOf(core: CoreImage, target: Pick<Target, 'widths'>): readonly PlaneRow[] | undefined {
  const rows = planeRows(core).filter(({ bits }) => bits > 0);
  if (rows.length === 0 || rows.some(({ min, max }) => min === 0 && max === 0)) return undefined;
  for (let plane = 0; plane < MOST_PLANES; plane++) {
    if (defaultForm(plane, target).bits === 0) continue;
    const claimed = planeRows(core)
      .filter((row) => row.plane === plane)
      .reduce((sum, { count }) => sum + count, 0);
    if (claimed < core.neuronCount) return undefined;
  }
  return rows;
}
