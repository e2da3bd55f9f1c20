/**
 * A tick of neurons with a program of their own, as the reference interpreter takes it: written from spec/isa.md, neuron by
 * neuron, with nothing of the emulator in it.
 */
import { ALWAYS, CONDITIONS, DECAY_KINDS, drawn, type PlaneForm, V } from '../../isa/index.ts';
import type { NeuronProgram, ProgramStep } from '../ir/program.ts';
import type { OrderedSource } from './event-order.ts';
import { combined, compare } from './program-arithmetic.ts';

/** By neuron what it sends, 0 where it is silent. A byte is enough where all send 1. */
export type PayloadMap = Uint8Array | Int32Array;

/** The neurons of one layer: planes by number, a value for each neuron, NCHW. */
export interface ProgramState {
  readonly planes: readonly Int32Array[];
  readonly flags: Uint8Array;
  readonly parameters: Readonly<Record<string, Int32Array>>;
  /** Payload of what a neuron sends where it fires; 0 before the tick. */
  readonly spikes: PayloadMap;
}

/** The synapses of a branch whose events come one by one. */
interface OrderedSynapses {
  readonly sources: readonly OrderedSource[];
  readonly weight: ArrayLike<number>;
  /** Of a stored weight. */
  readonly factor: number;
  /** That is added to. */
  readonly plane: number;
}

export class ReferenceProgram {
  readonly #program: NeuronProgram;
  /** How each plane is held. */
  readonly #forms: readonly PlaneForm[];

  /** @param forms of planes 0 to 7 where the program says nothing */
  constructor(program: NeuronProgram, forms: readonly PlaneForm[]) {
    this.#program = program;
    this.#forms = forms.map((form, plane) => program.planes.find((held) => held.plane === plane) ?? form);
  }

  /** The state at the start of an inference. */
  reset({ planes, parameters }: Pick<ProgramState, 'planes' | 'parameters'>): void {
    for (const plane of planes) plane.fill(0);
    for (const { plane, parameter } of this.#program.initial)
      planes[plane]!.set(parameters[parameter]!.map((value) => held(value, this.#forms[plane]!)));
  }

  /** What has been added to a plane in this tick is brought into its form: events add modulo 2^32. */
  normalise(values: Int32Array, plane: number): void {
    const form = this.#forms[plane]!;
    if (form.policy !== 'wrap') return;
    for (let n = 0; n < values.length; n++) values[n] = held(values[n]!, form);
  }

  /** One tick of the window; returns how many fire. */
  tick(state: ProgramState, tick: number, isExecuted: (step: ProgramStep) => boolean): number {
    state.flags.fill(0);
    let fired = 0;
    for (const step of this.#program.steps) if (isExecuted(step)) fired += this.#step(step, state, tick);
    return fired;
  }

  /**
   * Events one by one, each followed by a look at the neurons that it reaches.
   *
   * @param counts events of each source
   * @param tick undefined where nobody looks
   */
  hear(
    state: ProgramState,
    counts: Int32Array,
    { sources, weight, factor, plane }: OrderedSynapses,
    tick: number | undefined,
  ): void {
    const values = state.planes[plane]!;
    for (const { source, neurons, weights } of sources)
      for (let event = 0; event < counts[source]!; event++) {
        for (let k = 0; k < neurons.length; k++)
          this.#store(state, plane, neurons[k]!, values[neurons[k]!]! + weight[weights[k]!]! * factor);
        if (tick !== undefined) this.#touch(state, tick, neurons);
      }
  }

  #touch(state: ProgramState, tick: number, neurons: Uint32Array): void {
    for (let k = 0; k < neurons.length; k++) state.flags[neurons[k]!] = 0;
    for (const step of this.#program.steps) {
      if (step.when !== 'touched') continue;
      const values = step.parameters.map((name) => state.parameters[name]!);
      for (let k = 0; k < neurons.length; k++) this.#act(step, state, neurons[k]!, values, tick);
    }
  }

  #step(step: ProgramStep, state: ProgramState, tick: number): number {
    const values = step.parameters.map((name) => state.parameters[name]!);
    let fired = 0;
    for (let n = 0; n < state.flags.length; n++) fired += this.#act(step, state, n, values, tick);
    return fired;
  }

  /** One instruction on one neuron; returns whether it fires, 1 or 0. */
  #act(step: ProgramStep, state: ProgramState, n: number, values: Int32Array[], tick: number): number {
    const { op, fields } = step;
    const { mask, value } = CONDITIONS[fields.when ?? ALWAYS]!;
    const holds = (state.flags[n]! & mask) === value;
    if (op === 'COMPARE' || op === 'COMPAREP') this.#compare(step, state, n, holds, values);
    else if (!holds) return 0;
    else if (op === 'FIRE' || op === 'FIREV') return this.#fire(step, state, n, values);
    else if (op === 'FIRES') return this.#fireSigned(step, state, n, values);
    else if (op === 'EMIT') return emit(step, state, n);
    else this.#change(step, state, n, values, tick);
    return 0;
  }

  #store(state: ProgramState, plane: number, n: number, result: number): void {
    state.planes[plane]![n] = held(result, this.#forms[plane]!);
  }

  #fire({ op, fields }: ProgramStep, state: ProgramState, n: number, [thresholds, resets]: Int32Array[]): number {
    const v = state.planes[V]![n]!;
    const threshold = thresholds![n]!;
    if (fields.compare === 1 ? v <= threshold : v < threshold) return 0;
    state.spikes[n] = 1;
    if (op === 'FIRE') this.#store(state, V, n, fields.reset === 0 ? v - threshold : fields.resetValue!);
    else if (fields.reset === 0) this.#store(state, V, n, resets![n]!);
    return 1;
  }

  /** Returns whether something is sent. */
  #fireSigned({ fields }: ProgramStep, state: ProgramState, n: number, [thresholds]: Int32Array[]): number {
    const v = state.planes[V]![n]!;
    const threshold = thresholds![n]!;
    const counter = fields.counter!;
    const count = state.planes[counter]![n]!;
    const isReached = fields.compare === 1 ? v > threshold : v >= threshold;
    if (!isReached && (v >= 0 || count <= 0)) return 0;
    const sent = isReached ? 1 : -1;
    state.spikes[n] = sent;
    this.#store(state, V, n, v - sent * threshold);
    this.#store(state, counter, n, count + sent);
    return 1;
  }

  #compare(
    { op, fields }: ProgramStep,
    state: ProgramState,
    n: number,
    holds: boolean,
    [operands]: Int32Array[],
  ): void {
    const left = state.planes[fields.plane!]![n]!;
    const right = op === 'COMPAREP' ? operands![n]! : state.planes[fields.source!]![n]!;
    compare(fields, state.flags, n, holds, left, right);
  }

  #change({ op, fields }: ProgramStep, state: ProgramState, n: number, [values]: Int32Array[], tick: number): void {
    const { planes } = state;
    const plane = fields.plane!;
    switch (op) {
      case 'BIAS':
        this.#store(state, V, n, planes[V]![n]! + values![n]!);
        return;
      case 'CURRENT':
        this.#store(state, V, n, planes[V]![n]! + planes[1]![n]!);
        return;
      case 'DECAY':
        this.#store(state, plane, n, decayed(planes[plane]![n]!, fields, values![n]!));
        return;
      case 'ALU':
      case 'ALUP': {
        const operand =
          op === 'ALUP' ? values![n]! : moved(planes[fields.source!]![n]!, fields.shift!, fields.rounding!);
        this.#store(state, plane, n, combined(fields.function!, planes[plane]![n]!, operand));
        return;
      }
      case 'COUNT': {
        const p = planes[plane]![n]!;
        const threshold = values![n]!;
        const quotient = p >= threshold ? Math.min(fields.most!, Math.floor(p / threshold)) : 0;
        this.#store(state, fields.into!, n, quotient);
        this.#store(state, plane, n, p - quotient * threshold);
        return;
      }
      case 'RANDOM':
        this.#store(state, plane, n, drawn(fields.seed!, values![n]!, tick) & fields.mask!);
        return;
      default:
        // READ: the caller has the potentials.
        return;
    }
  }
}

/** @returns whether it fires, 1 or 0 */
function emit({ fields }: ProgramStep, { planes, spikes }: ProgramState, n: number): number {
  const payload = fields.payload === 1 ? moved(planes[fields.plane!]![n]!, -fields.shift!, fields.rounding!) : 1;
  // Behind events a neuron can send several times in a tick.
  spikes[n]! += payload;
  return payload === 0 ? 0 : 1;
}

/** What a plane keeps of an exact result. */
function held(result: number, { policy, bits }: PlaneForm): number {
  if (policy === 'prove') return result | 0;
  const half = 2 ** (bits - 1);
  if (policy === 'saturate') return Math.max(-half, Math.min(half - 1, result));
  return ((((result + half) % (2 * half)) + 2 * half) % (2 * half)) - half;
}

/** x · 2^shift; to the right down, or towards zero. */
function moved(x: number, shift: number, rounding: number): number {
  if (shift >= 0) return x * 2 ** shift;
  const quotient = x / 2 ** -shift;
  return rounding === 0 ? Math.floor(quotient) : Math.trunc(quotient);
}

function decayed(p: number, { kind, rounding, bits }: Readonly<Record<string, number>>, value: number): number {
  switch (DECAY_KINDS[kind!]!) {
    case 'mul': {
      // Below 2^53, so that it is exact.
      const exact = (p * value) / 2 ** (bits! + 1);
      return rounding === 0 ? Math.trunc(exact) : Math.floor(rounding === 1 ? exact : exact + 0.5);
    }
    case 'shift': {
      const part = Math.floor(p / 2 ** value);
      return p - (part === 0 ? Math.sign(p) : part);
    }
    case 'linear':
      return p > 0 ? Math.max(0, p - value) : Math.min(0, p + value);
    case 'drift':
      return p - value * Math.sign(p);
  }
}
