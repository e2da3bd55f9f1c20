/** RESET, on either kind of kernels: it is executed once per inference, so one form serves both. */

/** A run of neurons with a value each, which repeat with a period. */
export interface PeriodicRun {
  readonly first: number;
  readonly count: number;
  /** Of the first value, among the parameters of the core. */
  readonly address: number;
  readonly period: number;
}

/** V[first + k] = parameters[address + k mod period], I = 0. */
export function resetRun(v: Int32Array, current: Int32Array, parameters: Int32Array, run: PeriodicRun): void {
  const { first, count, address, period } = run;
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    v[n] = parameters[address + phase]!;
    if (++phase === period) phase = 0;
  }
  current.fill(0, first, first + count);
}
