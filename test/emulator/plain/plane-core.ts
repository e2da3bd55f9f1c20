/** One core whose planes a test fills by itself: what its lines of assembly make of them, instruction by instruction. */
import { newCounters, newNetworkCounts } from '../../../emulator/machine/counts.ts';
import { type CoreContext, newCoreActivity } from '../../../emulator/machine/runner.ts';
import { TreePath } from '../../../emulator/machine/trees.ts';
import { prepareReset, prepareTick } from '../../../emulator/plain/dispatch.ts';
import type { CoreState, UpdateTally } from '../../../emulator/plain/execution.ts';
import { newTally } from '../../../emulator/plain/tally.ts';
import { planeOfCore } from '../../../emulator/plain/planes.ts';
import { newCoreState } from '../../../emulator/plain/state.ts';
import { coreProgram, SpikeSet } from '../../../isa/machine.ts';
import type { PlaneRow, Policy } from '../../../isa/chip.ts';
import { CoreBuilder, tinyTarget } from '../../isa/chips.ts';

/** V and I of 32 bits, so that what is proven elsewhere can be looked at modulo 2^32 here. */
const target = tinyTarget({ widths: { vBits: 32 } });
export const { timing } = target;
const TICKS = 8;

export interface Lines {
  readonly tick?: readonly string[];
  readonly reset?: readonly string[];
}

/** How all neurons of a core hold a plane. */
export interface HeldPlane {
  readonly plane: number;
  readonly policy: Policy;
  readonly bits: number;
}

export class PlaneCore {
  readonly state: CoreState;
  readonly tally: UpdateTally;
  readonly #tick: readonly { execute(tick: number, tally: UpdateTally): void }[];
  readonly #reset: readonly { execute(): void }[];

  constructor(neurons: number, rows: readonly PlaneRow[], parameters: readonly number[], lines: Lines) {
    const builder = new CoreBuilder(0, neurons);
    builder.parameters(...parameters);
    const image = { ...builder.build(lines.tick ?? [], lines.reset ?? []), planes: rows };
    const program = coreProgram(image);
    if ('fault' in program) throw new Error(program.fault);
    const given = {
      image,
      map: { layer: new Int32Array(neurons), index: Uint32Array.from({ length: neurons }, (_, n) => n) },
      timing,
      widths: target.widths,
      context: newContext(),
      activity: newCoreActivity(),
      spikes: new SpikeSet([{ name: 'all', shape: [neurons, 1, 1], depth: 0, fires: true }], TICKS),
      pathOf: (tree: number) => new TreePath(tree, { ...newNetworkCounts(), leavesOfTile: new Map() }, 0, []),
    };
    this.state = newCoreState(given, program.tick);
    this.#tick = program.tick.map(({ operation }) =>
      prepareTick(operation, this.state, { start: 0, end: TICKS, length: TICKS, period: TICKS }),
    );
    this.#reset = program.reset.map(({ operation }) => prepareReset(operation, this.state));
    this.tally = newTally(neurons * program.tick.length);
  }

  fill(plane: number, values: readonly number[]): this {
    planeOfCore(this.state, plane).set(values);
    return this;
  }

  /** What the neurons hold of a plane. */
  held(plane: number): number[] {
    return [...planeOfCore(this.state, plane).subarray(0, this.state.image.neuronCount)];
  }

  /** The tick handler, on the flags as they are; the tally begins anew. */
  update(tick = 0): this {
    Object.assign(this.tally, { cycles: 0, packets: 0, active: 0, idle: 0 });
    for (const task of this.#tick) task.execute(tick, this.tally);
    return this;
  }

  reset(): this {
    for (const task of this.#reset) task.execute();
    return this;
  }
}

/** Counters of a chip with one layer. */
export function newContext(): CoreContext {
  const zeros = (): Float64Array => new Float64Array(2);
  return {
    counters: newCounters(),
    layerSynops: zeros(),
    layerMacs: zeros(),
    layerSpikes: zeros(),
    layerSpikePayload: zeros(),
    layerSynapseBits: zeros(),
    read: () => undefined,
    hostTrees: new Set(),
    reachHost: () => undefined,
  };
}

/** A row that says of all neurons how they hold a plane. */
export const rowOfAll = (neurons: number, held: HeldPlane): PlaneRow => ({
  ...held,
  first: 0,
  count: neurons,
  min: 0,
  max: 0,
});

/** What is stored of a result: modulo 2^32 where it is proven to fit. */
export function storedIn({ policy, bits }: Pick<HeldPlane, 'policy' | 'bits'>, result: bigint): number {
  const most = 2n ** BigInt(bits - 1) - 1n;
  if (policy !== 'saturate') return Number(BigInt.asIntN(policy === 'wrap' ? bits : 32, result));
  return Number(result > most ? most : result < -most - 1n ? -most - 1n : result);
}
