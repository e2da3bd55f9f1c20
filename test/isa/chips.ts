/**
 * Small hand-made chips and the helpers they are built with. `sampleChip` has one of everything: two input parts that
 * accumulate into I, pooled sinks, a list sink, CONV, SPARSE, DIAG with delay 2, DENSE and READ.
 */
import {
  type AffineSink,
  type AxonGroup,
  type Box,
  type Chip,
  type CoreImage,
  type ENERGY_EVENTS,
  encodeProgram,
  type FieldsOf,
  type ListSink,
  type Mnemonic,
  type Operation,
  PORT,
  packedBytes,
  type Route,
  type SinkRow,
  storeWeight,
  type Target,
  type WeightBits,
} from '../../isa/index.ts';

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

/** One instruction with all its fields, checked against the op table. */
export const operation = <M extends Mnemonic>(op: M, fields: FieldsOf<M>): Operation => ({
  op,
  fields: fields as Readonly<Record<string, number>>,
});

const END: Operation = { op: 'END', fields: {} };

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
  weights(bits: WeightBits, ...runs: readonly (readonly number[])[]): number {
    const address = this.#synapses.length;
    for (const run of runs) {
      const packed = new Uint8Array(packedBytes(run.length, bits));
      run.forEach((weight, k) => {
        storeWeight(packed, 0, k, bits, weight);
      });
      this.#synapses.push(...packed);
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

  /** Appends a handler (END is added); returns its address. */
  handler(...operations: readonly Operation[]): number {
    const at = this.#words.length;
    this.#words = [...this.#words, ...encodeProgram([...operations, END]).words];
    return at;
  }

  /** Appends a group behind the last; returns its index. */
  group(axonCount: number, payloadMin: number, payloadMax: number, ...operations: readonly Operation[]): number {
    const last = this.#groups.at(-1);
    const firstAxon = last === undefined ? 0 : last.firstAxon + last.axonCount;
    const handler = this.handler(...operations);
    return this.#groups.push({ firstAxon, axonCount, handler, payloadMin, payloadMax }) - 1;
  }

  /** The image; the tick and reset handlers are given as instructions. */
  build(tick: readonly Operation[], reset: readonly Operation[]): CoreImage {
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

/** Words that a run of instructions takes: what WINDOW.skip counts. */
export const wordsOf = (...operations: readonly Operation[]): number => encodeProgram(operations).words.length;

/** A WINDOW and the instructions that it gates. */
export const windowed = (start: number, length: number, ...operations: readonly Operation[]): Operation[] => [
  operation('WINDOW', { skip: wordsOf(...operations), start, length }),
  ...operations,
];

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

const W8 = 3;
const W4 = 2;
const V = 0;
const I = 1;
const ge = 0;
const subtract = 0;

/** Small weights that are not all alike. */
const weight = (k: number, bits: WeightBits): number =>
  bits === 1 ? (k % 3 === 0 ? -1 : 1) : ((k * 7 + 3) % (2 ** bits - 1)) - (2 ** (bits - 1) - 1);
const weightRun = (count: number, seed: number, bits: WeightBits): number[] =>
  Array.from({ length: count }, (_, k) => weight(k + seed * 11, bits));
const weightRuns = (runs: number, count: number, seed: number, bits: WeightBits): number[][] =>
  Array.from({ length: runs }, (_, k) => weightRun(count, seed + k, bits));

/** T of {@link sampleChip}. */
const WINDOW = 4;
/** Cores of {@link sampleChip}: a convolution from the input; a second one and the read-out; a residual sum. */
export const SAMPLE_CORES = [0, 1, 3] as const;
const TREE = { inputTop: 0, first: 1, second: 2, sum: 3, readout: 4, inputBottom: 5 } as const;

/** conv1 [2, 4, 4]: 3x3 convolution of the input into I, V grows by I in every tick of the window. */
function firstCore(core: number): CoreImage {
  const builder = new CoreBuilder(core, 32);
  const weights = builder.weights(8, ...weightRuns(9, 2, 1, 8));
  const conv = operation('CONV', {
    destination: I,
    width: W8,
    shift: 1,
    first: 0,
    groups: 1,
    outHeight: 4,
    outWidth: 4,
    outChannels: 2,
    inChannels: 1,
    inHeight: 4,
    inWidth: 4,
    kernelHeight: 3,
    kernelWidth: 3,
    strideY: 1,
    strideX: 1,
    dilationY: 1,
    dilationX: 1,
    reserved: 0,
    offsetY: 1,
    offsetX: 1,
    weights,
  }); // prettier-ignore
  const group = builder.group(16, -3, 5, conv);
  builder.sink(plainSink({ tree: TREE.inputTop, group, delay: 0, sourceCount: 8, sourceWidth: 4, sourceChannels: 1 }));
  builder.sink(
    plainSink({ tree: TREE.inputBottom, group, delay: 0, sourceCount: 8, sourceWidth: 4, sourceChannels: 1, base: 8 }),
  );
  const threshold = builder.parameters(400, 300);
  const initial = builder.parameters(200, 150);
  const bias = builder.parameters(5, -7);
  const tick = windowed(
    0,
    WINDOW,
    operation('BIAS', { first: 0, count: 32, address: bias, period: 2 }),
    operation('CURRENT', { first: 0, count: 32 }),
    operation('FIRE', {
      compare: ge,
      reset: subtract,
      first: 0,
      count: 32,
      address: threshold,
      period: 2,
      tree: TREE.first,
      resetValue: 0,
    }),
  ); // prettier-ignore
  return builder.build(tick, [operation('RESET', { first: 0, count: 32, address: initial, period: 2 })]);
}

/** conv2 [2, 2, 2] from conv1 pooled 2x2 (neurons 0..7), and the read-out [3, 1, 1] from the sum (neurons 8..10). */
function secondCore(core: number): CoreImage {
  const builder = new CoreBuilder(core, 11);
  const kernels = builder.weights(4, ...weightRuns(18, 2, 2, 4));
  const conv = operation('CONV', {
    destination: V,
    width: W4,
    shift: 2,
    first: 0,
    groups: 1,
    outHeight: 2,
    outWidth: 2,
    outChannels: 2,
    inChannels: 2,
    inHeight: 2,
    inWidth: 2,
    kernelHeight: 3,
    kernelWidth: 3,
    strideY: 1,
    strideX: 1,
    dilationY: 1,
    dilationX: 1,
    reserved: 0,
    offsetY: 1,
    offsetX: 1,
    weights: kernels,
  }); // prettier-ignore
  const pooled = builder.group(8, 0, 4, conv);
  const rows = builder.weights(8, ...weightRuns(8, 3, 3, 8));
  const dense = builder.group(
    8,
    0,
    1,
    operation('DENSE', { destination: V, width: W8, shift: 0, first: 8, count: 3, weights: rows }),
  );
  builder.sink({
    ...plainSink({ tree: TREE.first, group: pooled, sourceCount: 32, sourceWidth: 4, sourceChannels: 2 }),
    divisorY: 2,
    divisorX: 2,
    sizeY: 2,
    sizeX: 2,
  }); // prettier-ignore
  const list: ListSink = {
    kind: 'list',
    tree: TREE.sum,
    group: dense,
    delay: 1,
    sourceCount: 8,
    // channel-last [2, 2, 2] to NCHW order
    list: builder.list(0, 4, 1, 5, 2, 6, 3, 7),
  };
  builder.sink(list);
  const threshold = builder.parameters(64);
  const initial = builder.parameters(32);
  const bias = builder.parameters(1, 2, -3);
  const zero = builder.parameters(0);
  const tick = [
    ...windowed(
      1,
      WINDOW,
      operation('FIRE', {
        compare: ge,
        reset: subtract,
        first: 0,
        count: 8,
        address: threshold,
        period: 1,
        tree: TREE.second,
        resetValue: 0,
      }),
    ),
    ...windowed(3, WINDOW, operation('BIAS', { first: 8, count: 3, address: bias, period: 3 })),
    ...windowed(3 + WINDOW - 1, 1, operation('READ', { first: 8, count: 3, tree: TREE.readout })),
  ]; // prettier-ignore
  return builder.build(tick, [
    operation('RESET', { first: 0, count: 8, address: initial, period: 1 }),
    operation('RESET', { first: 8, count: 3, address: zero, period: 1 }),
  ]);
}

/** sum [2, 2, 2]: sparse connections from conv2, and the pooled conv1 one to one, two ticks later. */
function thirdCore(core: number): CoreImage {
  const builder = new CoreBuilder(core, 8);
  const rows = builder.integers(4, [0, 2, 3, 3, 5, 6, 8, 9, 12]);
  const targets = builder.integers(2, [0, 3, 1, 2, 7, 4, 5, 6, 6, 7, 0, 1]);
  const sparseWeights = builder.weights(4, weightRun(12, 4, 4));
  const diagonal = builder.weights(2, [1, -2]);
  const sparse = builder.group(
    8,
    0,
    1,
    operation('SPARSE', {
      destination: V,
      width: W4,
      shift: 3,
      first: 0,
      count: 8,
      rows,
      targets,
      weights: sparseWeights,
    }),
  ); // prettier-ignore
  const skip = builder.group(
    8,
    0,
    4,
    operation('DIAG', {
      destination: V,
      width: 1,
      shift: 4,
      first: 0,
      count: 8,
      period: 2,
      reserved: 0,
      weights: diagonal,
    }),
  ); // prettier-ignore
  builder.sink(plainSink({ tree: TREE.second, group: sparse, sourceCount: 8 }));
  builder.sink({
    ...plainSink({ tree: TREE.first, group: skip, delay: 2, sourceCount: 32, sourceWidth: 4, sourceChannels: 2 }),
    divisorY: 2,
    divisorX: 2,
    sizeY: 2,
    sizeX: 2,
  }); // prettier-ignore
  const threshold = builder.parameters(50, 40);
  const initial = builder.parameters(25, 20);
  const tick = windowed(
    2,
    WINDOW,
    operation('FIRE', {
      compare: ge,
      reset: subtract,
      first: 0,
      count: 8,
      address: threshold,
      period: 2,
      tree: TREE.sum,
      resetValue: 0,
    }),
  ); // prettier-ignore
  return builder.build(tick, [operation('RESET', { first: 0, count: 8, address: initial, period: 2 })]);
}

/** A valid chip of three cores and four layers on the given target (at least 4 cores and 2 tiles each way or more cores per tile). */
export function sampleChip(target: Target = tinyTarget()): Chip {
  const [a, b, c] = SAMPLE_CORES;
  const tile = (core: number): number => Math.floor(core / target.coresPerTile);
  return {
    target,
    ticks: 3 + WINDOW,
    window: WINDOW,
    cores: [firstCore(a), secondCore(b), thirdCore(c)],
    routes: [
      ...treeRoutes(target, TREE.inputTop, 0, [a]),
      ...treeRoutes(target, TREE.first, tile(a), [b, c]),
      ...treeRoutes(target, TREE.second, tile(b), [c]),
      ...treeRoutes(target, TREE.sum, tile(c), [b]),
      ...treeRoutes(target, TREE.readout, tile(b), [], true),
      ...treeRoutes(target, TREE.inputBottom, 0, [a]),
    ],
    input: {
      shape: [1, 4, 4],
      scale: 255,
      mean: [0.5],
      std: [0.25],
      step: 0.5,
      payloadMin: -3,
      payloadMax: 5,
      parts: [
        { tree: TREE.inputTop, box: boxOf(1, 2, 4) },
        { tree: TREE.inputBottom, box: boxOf(1, 2, 4, 0, 2, 0) },
      ],
    },
    output: {
      shape: [3, 1, 1],
      step: 0.125,
      parts: [{ tree: TREE.readout, box: boxOf(3, 1, 1) }],
      labels: ['low', 'middle "quoted"; not a comment', 'high'],
    },
    layers: [
      { name: 'conv1', shape: [2, 4, 4], depth: 0, fires: true },
      { name: 'conv2', shape: [2, 2, 2], depth: 1, fires: true },
      { name: 'sum', shape: [2, 2, 2], depth: 2, fires: true },
      { name: 'out', shape: [3, 1, 1], depth: 3, fires: false },
    ],
    placements: [
      { layer: 0, core: a, firstNeuron: 0, box: boxOf(2, 4, 4) },
      { layer: 1, core: b, firstNeuron: 0, box: boxOf(2, 2, 2) },
      { layer: 2, core: c, firstNeuron: 0, box: boxOf(2, 2, 2) },
      { layer: 3, core: b, firstNeuron: 8, box: boxOf(3, 1, 1) },
    ],
    provenance: {
      tool: 'test',
      network: 'sample',
      sourceSha256: '0123456789abcdef'.repeat(4),
      options: { window: WINDOW, mode: 'default', seed: null, exact: false },
      annMacs: 1234,
    },
  };
}
