/** A small target, and helpers that put the memories of cores and the routes of trees together. */
import {
  type AffineSink,
  type AxonGroup,
  type Box,
  type CoreImage,
  type ENERGY_EVENTS,
  PORT,
  packedBytes,
  type Route,
  type SinkRow,
  storeWeight,
  type Target,
  type StoredBits,
  type WeightForm,
} from '../../isa/index.ts';
import { programWords } from './program.ts';

const energyEvents: readonly (typeof ENERGY_EVENTS)[number][] = [
  'synop',
  'mac',
  'synapseBitRead',
  'neuronUpdateActive',
  'neuronUpdateIdle',
  'spike',
  'packet',
  'delivery',
  'linkHopEastWest',
  'linkHopNorthSouth',
  'withinTile',
  'routerTraversal',
  'barrier',
  'reset',
  'hostPacket',
  'activeCoreCycle',
  'idleCoreCycle',
];

/** Parts of a target that tests like to change. */
export interface TargetChanges {
  readonly mesh?: Target['mesh'];
  readonly coresPerTile?: number;
  readonly limits?: Partial<Target['limits']>;
  readonly widths?: Partial<Target['widths']>;
}

/** A 2x2 mesh of small cores. */
export function tinyTarget(changes: TargetChanges = {}): Target {
  const cycles = (value: number) => ({ value, unit: 'cycles' as const, kind: 'assumed' as const, source: 'test' });
  const energy = Object.fromEntries(
    energyEvents.map((event, k) => [event, { value: (k + 1) * 1e-12, unit: 'J', kind: 'assumed', source: 'test' }]),
  ) as Target['energy'];
  return {
    format: 'snn-target/1',
    name: 'tiny',
    description: 'a small chip for tests',
    process: 'none',
    mesh: changes.mesh ?? { width: 2, height: 2 },
    coresPerTile: changes.coresPerTile ?? 1,
    limits: {
      neurons: 64,
      axons: 64,
      axonGroups: 4,
      synapseBits: 8192,
      programWords: 128,
      parameters: 64,
      sinkRows: 8,
      sinkListWords: 64,
      delaySlots: 4,
      routeEntries: 8,
      ...changes.limits,
    },
    widths: { vBits: 24, payloadBits: 8, weightBits: [1, 2, 4, 8], ...changes.widths },
    timing: {
      clockHz: { value: 1e8, unit: 'Hz', kind: 'assumed', source: 'test' },
      lanes: 4,
      laneCycles: cycles(1),
      eventCycles: cycles(2),
      vectorCycles: cycles(1),
      updateLanes: 4,
      updateActiveCycles: cycles(2),
      updateIdleCycles: cycles(1),
      hopEastWestCycles: cycles(3),
      hopNorthSouthCycles: cycles(3),
      ejectionCycles: cycles(3),
      injectionCycles: cycles(1),
      creditCycles: cycles(2),
      bufferFlits: 4,
      barrierCycles: cycles(10),
      barrierHopCycles: cycles(2),
    },
    energy,
    notModelled: [],
  };
}

export const boxOf = (channels: number, height: number, width: number, c0 = 0, y0 = 0, x0 = 0): Box => ({
  c0,
  y0,
  x0,
  channels,
  height,
  width,
});

/** An affine sink without offsets, pooling or clipping: source index = axon. */
export function plainSink(row: Pick<AffineSink, 'tree' | 'sourceCount'> & Partial<AffineSink>): AffineSink {
  const width = row.sourceWidth ?? 1;
  const channels = row.sourceChannels ?? row.sourceCount;
  return {
    kind: 'affine',
    group: 0,
    delay: 1,
    sourceWidth: width,
    sourceChannels: channels,
    offsetY: 0,
    offsetX: 0,
    offsetC: 0,
    divisorY: 1,
    divisorX: 1,
    sizeY: row.sourceCount / (width * channels),
    sizeX: width,
    sizeC: channels,
    base: 0,
    ...row,
  };
}

/** Collects the memories of a core. */
export class CoreBuilder {
  readonly core: number;
  readonly neuronCount: number;
  readonly #synapses: number[] = [];
  readonly #parameters: number[] = [];
  readonly #groups: AxonGroup[] = [];
  readonly #sinks: SinkRow[] = [];
  readonly #lists: number[] = [];
  #words: number[] = [];

  constructor(core: number, neuronCount: number) {
    this.core = core;
    this.neuronCount = neuronCount;
  }

  /** Appends runs of weights, each from a byte boundary; returns the address of the first. */
  weights(bits: StoredBits, ...runs: readonly (readonly number[])[]): number {
    return this.#stored({ bits, unsigned: false }, runs);
  }

  /** The same of weights that are never negative. */
  unsignedWeights(bits: StoredBits, ...runs: readonly (readonly number[])[]): number {
    return this.#stored({ bits, unsigned: true }, runs);
  }

  #stored({ bits, unsigned }: WeightForm, runs: readonly (readonly number[])[]): number {
    while (bits === 16 && this.#synapses.length % 2 !== 0) this.#synapses.push(0);
    const address = this.#synapses.length;
    for (const run of runs) {
      const packed = new Uint8Array(packedBytes(run.length, bits));
      run.forEach((weight, k) => {
        storeWeight(packed, 0, k, bits, weight, unsigned);
      });
      for (const byte of packed) this.#synapses.push(byte);
    }
    return address;
  }

  /** Appends whole numbers of `bytes` bytes each, aligned to their size; returns the address. */
  integers(bytes: 2 | 4, values: readonly number[]): number {
    while (this.#synapses.length % bytes !== 0) this.#synapses.push(0);
    const address = this.#synapses.length;
    for (const value of values) for (let k = 0; k < bytes; k++) this.#synapses.push((value >>> (8 * k)) & 0xff);
    return address;
  }

  /** Appends parameters; returns their address. */
  parameters(...values: readonly number[]): number {
    return this.#parameters.push(...values) - values.length;
  }

  /** Appends a sink list; returns its index. */
  list(...axons: readonly number[]): number {
    return this.#lists.push(...axons) - axons.length;
  }

  sink(row: SinkRow): this {
    this.#sinks.push(row);
    return this;
  }

  /** Appends a handler of lines of assembly (END is added); returns its address. */
  handler(...lines: readonly string[]): number {
    const at = this.#words.length;
    this.#words = [...this.#words, ...programWords([...lines, 'END'])];
    return at;
  }

  /** Appends a group behind the last, with the lines of its handler; returns its index. */
  group(axonCount: number, payloadMin: number, payloadMax: number, ...lines: readonly string[]): number {
    const last = this.#groups.at(-1);
    const firstAxon = last === undefined ? 0 : last.firstAxon + last.axonCount;
    const handler = this.handler(...lines);
    return this.#groups.push({ firstAxon, axonCount, handler, payloadMin, payloadMax }) - 1;
  }

  /** The image; the tick and reset handlers are given as lines of assembly. */
  build(tick: readonly string[], reset: readonly string[]): CoreImage {
    const tickHandler = this.handler(...tick);
    const resetHandler = this.handler(...reset);
    const last = this.#groups.at(-1);
    return {
      core: this.core,
      neuronCount: this.neuronCount,
      axonCount: last === undefined ? 0 : last.firstAxon + last.axonCount,
      delaySlots: Math.max(0, ...this.#sinks.map((row) => row.delay)) + 1,
      tickHandler,
      resetHandler,
      program: Uint32Array.from(this.#words),
      parameters: Int32Array.from(this.#parameters),
      synapses: Uint8Array.from(this.#synapses),
      groups: this.#groups,
      sinks: this.#sinks,
      sinkLists: Uint32Array.from(this.#lists),
    };
  }
}

/** Routing entries of a tree: the union of XY paths from a tile to cores (or to the host port). */
export function treeRoutes(
  target: Target,
  tree: number,
  from: number,
  leaves: readonly number[],
  toHost = false,
): Route[] {
  const { width } = target.mesh;
  const masks = new Map<number, number>();
  const leave = (tile: number, port: number): void => {
    masks.set(tile, (masks.get(tile) ?? 0) | (1 << port));
  };
  const walk = (to: number, port: number): void => {
    let tile = from;
    while (tile % width !== to % width) {
      const east = tile % width < to % width;
      leave(tile, east ? PORT.EAST : PORT.WEST);
      tile += east ? 1 : -1;
    }
    while (tile !== to) {
      leave(tile, tile < to ? PORT.SOUTH : PORT.NORTH);
      tile += tile < to ? width : -width;
    }
    leave(tile, port);
  };
  for (const core of leaves) walk(Math.floor(core / target.coresPerTile), PORT.LOCAL + (core % target.coresPerTile));
  if (toHost) walk(0, PORT.HOST);
  return [...masks].map(([router, ports]) => ({ tree, router, ports })).sort((a, b) => a.router - b.router);
}
