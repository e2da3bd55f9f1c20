/** What instructions of the tick handler do to one neuron alone (spec/isa.md), in exact numbers. */
import type { FieldsOf, OperationOf } from '../../isa/ops.ts';
import type { Planes } from './planes.ts';

const V = 0;
const I = 1;

/** Instructions that take all neurons of a run alike. */
export type VectorMnemonic =
  | 'ALU'
  | 'ALUP'
  | 'BIAS'
  | 'COMPARE'
  | 'COMPAREP'
  | 'COUNT'
  | 'CURRENT'
  | 'DECAY'
  | 'RANDOM';

/** What one neuron of a run has to do with an instruction. */
export interface Turn {
  readonly neuron: number;
  /** 0 where the instruction has no parameters. */
  readonly parameter: number;
  readonly tick: number;
}

const sign = (x: bigint): bigint => (x > 0n ? 1n : x < 0n ? -1n : 0n);
const size = (x: bigint): bigint => (x < 0n ? -x : x);
const less = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const more = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Greatest whole number that is not above a / b, for b > 0. */
const floorOf = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** Executes an instruction for a neuron. */
export function act(operation: OperationOf<VectorMnemonic>, planes: Planes, turn: Turn): void {
  const { neuron } = turn;
  const parameter = BigInt(turn.parameter);
  const { op, fields } = operation;
  switch (op) {
    case 'BIAS':
      return planes.add(V, neuron, turn.parameter);
    case 'CURRENT':
      return planes.add(V, neuron, planes.value(I, neuron));
    case 'COMPARE':
      return compare(fields, planes, neuron, planes.exact(fields.source, neuron));
    case 'COMPAREP':
      return compare(fields, planes, neuron, parameter);
    case 'DECAY':
    case 'ALU':
    case 'ALUP':
    case 'COUNT':
    case 'RANDOM':
  }
  if (!planes.holds(fields.when, neuron)) return;
  const p = planes.exact(fields.plane, neuron);
  switch (op) {
    case 'DECAY':
      return planes.store(fields.plane, neuron, decay(fields, p, parameter));
    case 'ALU': {
      const operand = shift(planes.exact(fields.source, neuron), fields.shift, fields.rounding);
      return planes.store(fields.plane, neuron, arithmetic(fields.function, p, operand));
    }
    case 'ALUP':
      return planes.store(fields.plane, neuron, arithmetic(fields.function, p, parameter));
    case 'COUNT': {
      const quotient = p >= parameter ? less(BigInt(fields.most), p / parameter) : 0n;
      planes.store(fields.into, neuron, quotient);
      return planes.store(fields.plane, neuron, p - quotient * parameter);
    }
    case 'RANDOM':
      return planes.store(fields.plane, neuron, draw(fields, parameter, BigInt(turn.tick)));
  }
}

function decay({ kind, rounding, bits }: FieldsOf<'DECAY'>, p: bigint, parameter: bigint): bigint {
  switch (kind) {
    case 0: {
      const product = p * parameter;
      const denominator = 2n ** BigInt(bits + 1);
      if (rounding === 0) return sign(product) * (size(product) / denominator);
      if (rounding === 1) return floorOf(product, denominator);
      if (rounding === 2) return floorOf(2n * product + denominator, 2n * denominator);
      throw new Error(`rounding ${rounding}`);
    }
    case 1: {
      const part = floorOf(p, 2n ** parameter);
      return p - (part === 0n ? sign(p) : part);
    }
    case 2:
      return sign(p) * more(0n, size(p) - parameter);
    case 3:
      return p - parameter * sign(p);
    default:
      throw new Error(`decay ${kind}`);
  }
}

/** x * 2^by, as a whole number: down, or towards zero (rounding 1). */
function shift(x: bigint, by: number, rounding: number): bigint {
  if (by >= 0) return x * 2n ** BigInt(by);
  const divisor = 2n ** BigInt(-by);
  return rounding === 0 ? floorOf(x, divisor) : sign(x) * (size(x) / divisor);
}

function arithmetic(operator: number, p: bigint, operand: bigint): bigint {
  switch (operator) {
    case 0:
      return p + operand;
    case 1:
      return p - operand;
    case 2:
      return operand;
    case 3:
      return less(p, operand);
    case 4:
      return more(p, operand);
    default:
      throw new Error(`function ${operator}`);
  }
}

type Comparison = Pick<FieldsOf<'COMPAREP'>, 'plane' | 'op' | 'when' | 'flag' | 'combine'>;

/** Acts on every neuron: the condition is a part of what is compared. */
function compare(fields: Comparison, planes: Planes, neuron: number, operand: bigint): void {
  const { plane, op, when, flag, combine } = fields;
  const p = planes.exact(plane, neuron);
  const holds = [p >= operand, p > operand, p <= operand, p < operand][op]!;
  const condition = holds && planes.holds(when, neuron);
  planes.setFlag(flag, neuron, condition || (combine === 1 && planes.flag(flag, neuron)));
}

const word = (x: bigint): bigint => BigInt.asUintN(32, x);

function draw({ seed, mask }: FieldsOf<'RANDOM'>, identity: bigint, tick: bigint): bigint {
  let x = mix(BigInt(seed) ^ word(identity));
  x = mix(x ^ word(tick));
  x = mix(x ^ word(tick / 2n ** 32n));
  return x & BigInt(mask);
}

function mix(from: bigint): bigint {
  let x = from;
  x ^= x / 2n ** 16n;
  x = word(x * 0x7feb352dn);
  x ^= x / 2n ** 15n;
  x = word(x * 0x846ca68bn);
  x ^= x / 2n ** 16n;
  return x;
}
