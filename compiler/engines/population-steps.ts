/**
 * The instructions of a neuron program in floating point: what the program means before anything is rounded. Planes hold any
 * number, so policies and widths have no say.
 */
import { ALWAYS, CONDITIONS, DECAY_KINDS, drawn, I, V } from '../../isa/index.ts';
import type { ProgramStep } from '../ir/program.ts';
import { combined, compare } from './program-arithmetic.ts';

/** The neurons of a population: a value for each of every plane and parameter, channel-last. */
export interface FloatNeurons {
  readonly planes: readonly Float64Array[];
  readonly flags: Uint8Array;
  readonly parameters: Readonly<Record<string, Float64Array>>;
  /** Of a layer that is computed as it was trained: the largest value of its activation, which has no levels then. */
  readonly limit?: number | undefined;
}

/** Takes the neurons that fire, ascending in every step that sends. */
export type Fired = (neuron: number, payload: number) => void;

/** Carries out one instruction on all neurons, or on those that an event has reached. */
export function floatStep(
  step: ProgramStep,
  neurons: FloatNeurons,
  tick: number,
  fired: Fired,
  reached?: Uint32Array,
): void {
  const { op, fields } = step;
  const { mask, value } = CONDITIONS[fields.when ?? ALWAYS]!;
  const { planes, flags } = neurons;
  const operands = step.parameters.map((name) => neurons.parameters[name]!);
  const plane = planes[fields.plane ?? V]!;
  const source = planes[fields.source ?? V]!;
  const count = reached?.length ?? flags.length;
  for (let k = 0; k < count; k++) {
    const n = reached === undefined ? k : reached[k]!;
    const holds = (flags[n]! & mask) === value;
    if (op === 'COMPARE' || op === 'COMPAREP')
      compare(fields, flags, n, holds, plane[n]!, op === 'COMPARE' ? source[n]! : operands[0]![n]!);
    else if (holds) change(step, neurons, operands, n, tick, fired);
  }
}

/** What an instruction does to a neuron alone, beside comparing. */
function change(
  { op, fields }: ProgramStep,
  { planes, limit }: FloatNeurons,
  operands: readonly Float64Array[],
  n: number,
  tick: number,
  fired: Fired,
): void {
  const plane = planes[fields.plane ?? V]!;
  const source = planes[fields.source ?? V]!;
  const v = planes[V]!;
  const first = operands[0];
  const second = operands[1];
  switch (op) {
    case 'BIAS':
      v[n]! += first![n]!;
      break;
    case 'CURRENT':
      v[n]! += planes[I]![n]!;
      break;
    case 'EMIT':
      emit(fields, planes, n, fired, limit !== undefined);
      break;
    case 'FIRE':
    case 'FIREV': {
      const threshold = first![n]!;
      if (fields.compare === 1 ? v[n]! <= threshold : v[n]! < threshold) break;
      fired(n, 1);
      if (op === 'FIRE') v[n] = fields.reset === 0 ? v[n]! - threshold : fields.resetValue!;
      else if (fields.reset === 0) v[n] = second![n]!;
      break;
    }
    case 'FIRES':
      fireSigned(fields, planes, first![n]!, n, fired);
      break;
    case 'DECAY':
      plane[n] = decayed(plane[n]!, DECAY_KINDS[fields.kind!]!, first![n]!);
      break;
    case 'ALU':
      plane[n] = combined(fields.function!, plane[n]!, source[n]! * 2 ** fields.shift!);
      break;
    case 'ALUP':
      plane[n] = combined(fields.function!, plane[n]!, first![n]!);
      break;
    case 'COUNT':
      count(fields, planes, n, first![n]!, limit);
      break;
    case 'RANDOM':
      plane[n] = drawn(fields.seed!, first![n]!, tick) & fields.mask!;
      break;
    case 'COMPARE':
    case 'COMPAREP':
    case 'READ':
      break;
  }
}

const within = (quotient: number, most: number): number => Math.max(0, Math.min(most, quotient));

function count(
  { plane: counted, into, most }: ProgramStep['fields'],
  planes: FloatNeurons['planes'],
  n: number,
  threshold: number,
  limit: number | undefined,
): void {
  const plane = planes[counted!]!;
  const levels = plane[n]! / threshold;
  // Without levels: half of one is there before the layer has heard anything.
  const quotient = limit === undefined ? Math.floor(within(levels, most!)) : within(levels - 0.5, limit / threshold);
  planes[into!]![n] = quotient;
  plane[n]! -= quotient * threshold;
}

function fireSigned(
  { compare: strict, counter }: ProgramStep['fields'],
  planes: FloatNeurons['planes'],
  threshold: number,
  n: number,
  fired: Fired,
): void {
  const v = planes[V]!;
  const counts = planes[counter!]!;
  const isReached = strict === 1 ? v[n]! > threshold : v[n]! >= threshold;
  if (!isReached && (v[n]! >= 0 || counts[n]! <= 0)) return;
  const sent = isReached ? 1 : -1;
  fired(n, sent);
  v[n]! -= sent * threshold;
  counts[n]! += sent;
}

function emit(
  fields: ProgramStep['fields'],
  planes: FloatNeurons['planes'],
  n: number,
  fired: Fired,
  isContinuous: boolean,
): void {
  const sent = fields.payload === 1 ? planes[fields.plane!]![n]! / 2 ** fields.shift! : 1;
  // What is sent is a count, but for activations without levels.
  const payload = isContinuous ? sent : Math.floor(sent);
  if (payload !== 0) fired(n, payload);
}

function decayed(p: number, kind: (typeof DECAY_KINDS)[number], value: number): number {
  switch (kind) {
    case 'mul':
      return p * value;
    case 'shift':
      return p - p / 2 ** value;
    case 'linear':
      return p > 0 ? Math.max(0, p - value) : Math.min(0, p + value);
    case 'drift':
      return p - value * Math.sign(p);
  }
}
