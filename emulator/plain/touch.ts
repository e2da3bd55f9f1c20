/** The instructions of touch handlers: on the neurons that an event has reached, ascending. */
import { ALWAYS, ARITHMETIC, CONDITIONS, type OperationOf, ROUNDING, type TouchMnemonic } from '../../isa/machine.ts';
import { STATE_COUNTS, type StateWork } from '../machine/counts.ts';
import { workOf } from '../machine/state-work.ts';
import type { CoreState, UpdateTally } from './execution.ts';
import type { HeldPlane } from './held-plane.ts';
import { type ConditionalRun, planeOfCore } from './planes.ts';
import { SpikeSender } from './spike-sender.ts';
import { makeRoom } from './tally.ts';

export interface TouchTask {
  /**
   * Executes it after an event, and adds its cycles to the tally.
   *
   * @param touched neurons, ascending
   */
  execute(touched: Uint32Array, tick: number, tally: UpdateTally): void;
}

/** Makes an instruction of a touch handler ready. @param planes those of the core */
export function touchTask(
  operation: OperationOf<TouchMnemonic>,
  core: CoreState,
  planes: (plane: number) => HeldPlane,
): TouchTask {
  switch (operation.op) {
    case 'EMIT':
      return new EmitTouched(operation, core);
    case 'ALU':
    case 'ALUP':
      return new ArithmeticTouched(operation, core, planes(operation.fields.plane));
    case 'COMPARE':
    case 'COMPAREP':
      return new ComparisonTouched(operation, core);
  }
}

/** Where the neurons of a run begin among those touched. */
function firstOf(touched: Uint32Array, first: number): number {
  let low = 0;
  let high = touched.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (touched[middle]! < first) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a parameter or another plane is to a neuron. */
type Operand = (neuron: number) => number;

type Vector = OperationOf<Exclude<TouchMnemonic, 'EMIT'>>;

function operandOf(operation: Vector, core: CoreState): Operand {
  const { op, fields } = operation;
  const { first } = fields;
  if (op === 'ALUP' || op === 'COMPAREP') {
    const { parameters } = core.image;
    const { address, period } = fields;
    return (neuron) => parameters[address + ((neuron - first) % period)]!;
  }
  const source = planeOfCore(core, fields.source);
  if (op === 'COMPARE' || fields.shift === 0) return (neuron) => source[neuron]!;
  const { shift, rounding } = fields;
  // What is shifted to the left is proven to fit, or is needed modulo 2^32 alone.
  if (shift > 0) return (neuron) => source[neuron]! << shift;
  const round = ROUNDING[rounding] === 'zero' ? Math.trunc : Math.floor;
  return (neuron) => round(source[neuron]! / 2 ** -shift);
}

/** An instruction without packets: lane steps of the neurons touched, and the work on their states. */
abstract class VectorTouched implements TouchTask {
  readonly #operation: Vector;
  readonly #core: CoreState;
  readonly #holds: { readonly mask: number; readonly value: number };
  /** Work for one neuron, without parameters, and what reading those takes. */
  readonly #work: StateWork;
  readonly #sharesParameter: boolean;

  constructor(operation: Vector, core: CoreState) {
    this.#operation = operation;
    this.#core = core;
    this.#holds = CONDITIONS[operation.fields.when]!;
    this.#work = workOf(operation, 1, core.image, core);
    this.#sharesParameter = 'period' in operation.fields && operation.fields.period === 1;
  }

  /** @param holds whether its condition does */
  protected abstract act(neuron: number, holds: boolean): void;

  execute(touched: Uint32Array, _tick: number, tally: UpdateTally): void {
    const { first, count } = this.#operation.fields;
    const { flags, timing } = this.#core;
    const { mask, value } = this.#holds;
    const from = firstOf(touched, first);
    let k = from;
    for (; k < touched.length && touched[k]! < first + count; k++) {
      const neuron = touched[k]!;
      this.act(neuron, mask === 0 || (flags[neuron]! & mask) === value);
    }
    const neurons = k - from;
    if (neurons === 0) return;
    const steps = Math.ceil(neurons / timing.lanes);
    tally.cycles += steps * timing.vectorCycles.value;
    const { counters } = this.#core.context;
    for (let c = 0; c < STATE_COUNTS.length; c++) {
      const name = STATE_COUNTS[c]!;
      const times = name === 'parameterBitsRead' && this.#sharesParameter ? steps : neurons;
      counters[name] += times * this.#work[name];
    }
  }
}

class ArithmeticTouched extends VectorTouched {
  readonly #plane: HeldPlane;
  readonly #operand: Operand;
  readonly #function: (typeof ARITHMETIC)[number];

  constructor(operation: OperationOf<'ALU' | 'ALUP'>, core: CoreState, plane: HeldPlane) {
    super(operation, core);
    this.#plane = plane;
    this.#operand = operandOf(operation, core);
    this.#function = ARITHMETIC[operation.fields.function]!;
  }

  protected act(neuron: number, holds: boolean): void {
    if (!holds) return;
    const held = this.#plane.values[neuron]!;
    const operand = this.#operand(neuron);
    switch (this.#function) {
      case 'add':
        return this.#plane.store(neuron, held + operand);
      case 'sub':
        return this.#plane.store(neuron, held - operand);
      case 'set':
        return this.#plane.store(neuron, operand);
      case 'min':
        return this.#plane.store(neuron, Math.min(held, operand));
      case 'max':
        return this.#plane.store(neuron, Math.max(held, operand));
    }
  }
}

const COMPARED: readonly ((left: number, right: number) => boolean)[] = [
  (left, right) => left >= right,
  (left, right) => left > right,
  (left, right) => left <= right,
  (left, right) => left < right,
];

class ComparisonTouched extends VectorTouched {
  readonly #plane: Int32Array;
  readonly #operand: Operand;
  readonly #flags: Uint8Array;
  readonly #compares: (left: number, right: number) => boolean;
  readonly #bit: number;
  /** Whether the flag stays where it is set. */
  readonly #combines: boolean;

  constructor(operation: OperationOf<'COMPARE' | 'COMPAREP'>, core: CoreState) {
    super(operation, core);
    const { plane, op, flag, combine } = operation.fields;
    this.#plane = planeOfCore(core, plane);
    this.#operand = operandOf(operation, core);
    this.#flags = core.flags;
    this.#compares = COMPARED[op]!;
    this.#bit = 1 << flag;
    this.#combines = combine === 1;
  }

  protected act(neuron: number, holds: boolean): void {
    const before = this.#flags[neuron]!;
    const is = holds && this.#compares(this.#plane[neuron]!, this.#operand(neuron));
    if (is) this.#flags[neuron] = before | this.#bit;
    else if (!this.#combines) this.#flags[neuron] = before & ~this.#bit;
  }
}

class EmitTouched implements TouchTask {
  readonly #core: CoreState;
  readonly #run: ConditionalRun;
  readonly #tree: number;
  readonly #sender: SpikeSender;

  constructor({ fields }: OperationOf<'EMIT'>, core: CoreState) {
    this.#core = core;
    this.#run = { first: fields.first, count: fields.count, when: fields.when };
    this.#tree = fields.tree;
    this.#sender = new SpikeSender(fields.tree, core);
  }

  execute(touched: Uint32Array, tick: number, tally: UpdateTally): void {
    const { first, count, when } = this.#run;
    const { v, previous, flags, timing, image } = this.#core;
    const { mask, value } = CONDITIONS[when]!;
    const from = firstOf(touched, first);
    let end = from;
    while (end < touched.length && touched[end]! < first + count) end++;
    makeRoom(tally, end - from, image.core);
    const before = tally.packets;
    let cycles = tally.cycles;
    for (let start = from; start < end; start += timing.updateLanes) {
      const packetsBefore = tally.packets;
      let active = 0;
      const stop = Math.min(end, start + timing.updateLanes);
      for (let k = start; k < stop; k++) {
        const neuron = touched[k]!;
        const fires = when === ALWAYS || (flags[neuron]! & mask) === value;
        if (!fires && v[neuron] === previous[neuron]) continue;
        active++;
        previous[neuron] = v[neuron]!;
        if (!fires) continue;
        const packet = tally.packets++;
        tally.index[packet] = neuron - first;
        tally.neuron[packet] = neuron;
        tally.cycle[packet] = cycles + (packet - packetsBefore);
        tally.tree[packet] = this.#tree;
      }
      tally.active += active;
      tally.idle += stop - start - active;
      const update = active > 0 ? timing.updateActiveCycles : timing.updateIdleCycles;
      cycles += Math.max(update.value, tally.packets - packetsBefore);
    }
    tally.cycles = cycles;
    if (tally.packets > before) this.#sender.send(tick, tally, before);
  }
}
