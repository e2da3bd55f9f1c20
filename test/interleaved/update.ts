/** Which neurons send a spike, and what becomes of their potential (spec/isa.md). */
import type { CoreImage } from '../../isa/chip.ts';
import type { OperationOf } from '../../isa/ops.ts';
import type { Planes } from './planes.ts';

const V = 0;

export type UpdateMnemonic = 'EMIT' | 'FIRE' | 'FIRES' | 'FIREV';

/** What an instruction makes of neuron k of its run. */
export interface Decision {
  readonly spikes: boolean;
  /** Of the packet where it does. */
  readonly payload: number;
  /** V behind it. */
  readonly potential: number;
  /** What is added to another plane. */
  readonly added?: { readonly plane: number; readonly value: number };
}

export function decide(
  operation: OperationOf<UpdateMnemonic>,
  planes: Planes,
  { parameters }: Pick<CoreImage, 'parameters'>,
  k: number,
): Decision {
  const neuron = operation.fields.first + k;
  const v = planes.value(V, neuron);
  if (operation.op === 'EMIT') {
    const { when, payload: kind, plane, shift, rounding } = operation.fields;
    const scaled = planes.value(plane, neuron) / 2 ** shift;
    const payload = kind === 0 ? 1 : rounding === 0 ? Math.floor(scaled) : Math.trunc(scaled);
    return { spikes: planes.holds(when, neuron) && payload !== 0, payload, potential: v };
  }
  const { address, period, compare } = operation.fields;
  const threshold = parameters[address + (k % period)]!;
  const spikes = compare === 0 ? v >= threshold : v > threshold;
  if (operation.op === 'FIRES') {
    const plane = operation.fields.counter;
    if (spikes) return { spikes, payload: 1, potential: v - threshold, added: { plane, value: 1 } };
    if (v >= 0 || planes.value(plane, neuron) <= 0) return { spikes, payload: 1, potential: v };
    return { spikes: true, payload: -1, potential: v + threshold, added: { plane, value: -1 } };
  }
  if (!spikes) return { spikes, payload: 1, potential: v };
  const { reset } = operation.fields;
  if (operation.op === 'FIRE')
    return { spikes, payload: 1, potential: reset === 0 ? v - threshold : operation.fields.resetValue };
  const { resetAddress, resetPeriod } = operation.fields;
  return { spikes, payload: 1, potential: reset === 0 ? parameters[resetAddress + (k % resetPeriod)]! : v };
}
