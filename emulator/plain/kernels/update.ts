/** The instructions of the tick and reset handlers, over runs of neurons. All arithmetic is modulo 2^32 (see dense.ts). */

/** V[first + k] += parameters[address + k mod period]. */
export function addBias(
  v: Int32Array,
  first: number,
  count: number,
  parameters: Int32Array,
  address: number,
  period: number,
): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    v[n] = (v[n]! + parameters[address + phase]!) | 0;
    if (++phase === period) phase = 0;
  }
}

/** V[first + k] += I[first + k]. */
export function addCurrent(v: Int32Array, current: Int32Array, first: number, count: number): void {
  for (let n = first; n < first + count; n++) v[n] = (v[n]! + current[n]!) | 0;
}

/** V[first + k] = parameters[address + k mod period], I = 0. */
export function resetRun(
  v: Int32Array,
  current: Int32Array,
  first: number,
  count: number,
  parameters: Int32Array,
  address: number,
  period: number,
): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    v[n] = parameters[address + phase]!;
    if (++phase === period) phase = 0;
  }
  current.fill(0, first, first + count);
}

/** A FIRE instruction with what its steps cost. */
export interface FireRun {
  readonly first: number;
  readonly count: number;
  readonly parameters: Int32Array;
  readonly address: number;
  readonly period: number;
  /** `gt` instead of `ge`. */
  readonly strict: boolean;
  /** Reset to `resetValue` instead of by subtraction. */
  readonly toValue: boolean;
  readonly resetValue: number;
  /** Neurons of a step. */
  readonly updateLanes: number;
  readonly activeCycles: number;
  readonly idleCycles: number;
}

/** What a core's update produced; reused from tick to tick. */
export interface UpdateTally {
  /** Cycles since the start of the tick, stalls excluded. */
  cycles: number;
  active: number;
  idle: number;
  /** Packets so far: the valid length of `index`, `cycle` and `tree`. */
  packets: number;
  /** Source index of each packet, and the neuron of the core that sent it. */
  readonly index: Uint32Array;
  readonly neuron: Uint32Array;
  /** Cycle of injection without stalls, from the start of the tick. */
  readonly cycle: Int32Array;
  readonly tree: Uint32Array;
}

/**
 * Compares, resets and sends. A neuron is active where its V differs from `previous` (V at the end of its last update,
 * or after the reset) or it fires. The j-th spike of a step is injected j cycles after the step's start.
 *
 * @param previous updated to V
 */
export function fireRun(v: Int32Array, previous: Int32Array, run: FireRun, tree: number, tally: UpdateTally): void {
  const { first, count, parameters, address, period, strict, toValue, resetValue, updateLanes } = run;
  let cycles = tally.cycles;
  let packets = tally.packets;
  let active = 0;
  let phase = 0;
  for (let start = 0; start < count; start += updateLanes) {
    const end = Math.min(count, start + updateLanes);
    const packetsBefore = packets;
    const activeBefore = active;
    for (let k = start; k < end; k++) {
      const n = first + k;
      const potential = v[n]!;
      const threshold = parameters[address + phase]!;
      if (++phase === period) phase = 0;
      const fires = strict ? potential > threshold : potential >= threshold;
      if (!fires) {
        if (potential === previous[n]) continue;
        active++;
        previous[n] = potential;
        continue;
      }
      active++;
      const after = toValue ? resetValue : (potential - threshold) | 0;
      v[n] = after;
      previous[n] = after;
      tally.index[packets] = k;
      tally.neuron[packets] = n;
      tally.cycle[packets] = cycles + (packets - packetsBefore);
      tally.tree[packets] = tree;
      packets++;
    }
    cycles += Math.max(active > activeBefore ? run.activeCycles : run.idleCycles, packets - packetsBefore);
  }
  tally.cycles = cycles;
  tally.packets = packets;
  tally.active += active;
  tally.idle += count - active;
}
