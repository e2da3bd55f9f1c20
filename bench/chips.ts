/** Chips whose activity is known: what the emulator does per second, and how much work that is, is measured on them. */
import {
  type AffineSink,
  type Chip,
  type CoreImage,
  encodeChip,
  encodeProgram,
  type LayerInfo,
  NO_AXON,
  NO_TREE,
  type Operation,
  type Placement,
  PORT,
  type Route,
  type SinkRow,
  type Target,
  builtinTargets,
} from '../isa/index.ts';

const edge = builtinTargets().get('edge')!;

const THRESHOLD = 1 << 20;
const INPUT_TREE = 0;
const READ_TREE = 1;

/** A reproducible source of whole numbers below `limit`. */
export function randomSource(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A target with room for the benchmark; everything that costs time or energy is that of `edge`. */
const benchTarget = (mesh: Target['mesh'], limits: Partial<Target['limits']>): Target => ({
  ...edge,
  name: 'bench',
  description: 'edge with larger cores',
  mesh,
  limits: { ...edge.limits, axons: 65_535, sinkListWords: 2 ** 24, parameters: 65_535, ...limits },
});

const END: Operation = { op: 'END', fields: {} };
const synaptic = { destination: 0, width: 3, shift: 0, bank: 0, unsigned: 0, wide: 0 };

/** What a neuron of these chips does in a tick: integrate and fire; that with a leak; and that behind a current which decays. */
export type BenchNeuron = 'if' | 'lif' | 'cubalif';

/** Factors of the decays, 12 bits behind the point: 0.9 of the potential, 0.8 of the current. */
const POTENTIAL_FACTOR = 3686;
const CURRENT_FACTOR = 3277;
const FACTOR_BITS = 12;

interface FiringCore extends Pick<CoreImage, 'core' | 'synapses' | 'sinks' | 'sinkLists'> {
  readonly neurons: number;
  readonly ticks: number;
  /** Spikes per neuron and tick. */
  readonly rate: number;
  readonly neuron: BenchNeuron;
  readonly tree: number;
  readonly groups: readonly { readonly axons: number; readonly operation: Operation }[];
  readonly random: (limit: number) => number;
}

/** Addresses of the parameters that all neurons of a core share; the initial potentials lie behind them. */
const AT = { bias: 0, threshold: 1, potentialFactor: 2, currentFactor: 3, initial: 4 } as const;

/** What the neurons add in every tick, so that they fire at a rate, and potentials that spread these spikes over the ticks. */
function driveOf(neuron: BenchNeuron, rate: number, random: (limit: number) => number) {
  if (neuron === 'if') return { bias: Math.round(rate * THRESHOLD), initial: () => random(THRESHOLD) };
  // From 0, k ticks bring bias * (1 - f^k) / (1 - f): the threshold after a period, with a little to spare for rounding.
  const factor = POTENTIAL_FACTOR / 2 ** FACTOR_BITS;
  const period = Math.round(1 / rate);
  const bias = Math.ceil((1.001 * THRESHOLD * (1 - factor)) / (1 - factor ** period));
  return { bias, initial: () => Math.floor((bias * factor * (1 - factor ** random(period))) / (1 - factor)) };
}

/** The tick handler of a kind of neuron. Decays come last: what the next tick brings is added to what has decayed. */
function tickOf(neuron: BenchNeuron, neurons: number, tree: number): Operation[] {
  const run = { first: 0, count: neurons };
  const fire = { ...run, compare: 0, address: AT.threshold, period: 1, tree, resetValue: 0 };
  const decay = (plane: number, address: number): Operation => ({
    op: 'DECAY',
    fields: { plane, kind: 0, rounding: 0, bits: FACTOR_BITS - 1, when: 0, ...run, address, period: 1 },
  });
  const bias: Operation = { op: 'BIAS', fields: { ...run, address: AT.bias, period: 1 } };
  if (neuron === 'if') return [bias, { op: 'FIRE', fields: { ...fire, reset: 0 } }];
  const leaky: Operation[] = [{ op: 'FIRE', fields: { ...fire, reset: 1 } }, decay(0, AT.potentialFactor)];
  if (neuron === 'lif') return [bias, ...leaky];
  const add = { function: 0, plane: 0, when: 0, source: 1, rounding: 0, ...run, shift: 0, reserved: 0 };
  return [bias, { op: 'ALU', fields: add }, ...leaky, decay(1, AT.currentFactor)];
}

/** The plane that spikes reach. */
const synapticOf = (neuron: BenchNeuron) => ({ ...synaptic, destination: neuron === 'cubalif' ? 1 : 0 });

/** The memories of a core whose neurons fire with a rate of their own. */
function firingCore({
  core,
  neurons,
  ticks,
  rate,
  neuron,
  tree,
  groups,
  synapses,
  sinks,
  sinkLists,
  random,
}: FiringCore): CoreImage {
  const words: number[] = [];
  const handler = (...operations: Operation[]): number => {
    const at = words.length;
    words.push(...encodeProgram([...operations, END]).words);
    return at;
  };
  let firstAxon = 0;
  const images = groups.map(({ axons, operation }) => {
    const group = { firstAxon, axonCount: axons, handler: handler(operation), payloadMin: 0, payloadMax: 1 };
    firstAxon += axons;
    return group;
  });
  const tick = tickOf(neuron, neurons, tree);
  const skip = encodeProgram(tick).words.length;
  const tickHandler = handler({ op: 'WINDOW', fields: { skip, start: 0, length: ticks - 1 } }, ...tick);
  const resetHandler = handler({
    op: 'RESET',
    fields: { first: 0, count: neurons, address: AT.initial, period: neurons },
  });
  const { bias, initial } = driveOf(neuron, rate, random);
  return {
    core,
    neuronCount: neurons,
    axonCount: firstAxon,
    delaySlots: 2,
    tickHandler,
    resetHandler,
    program: Uint32Array.from(words),
    parameters: Int32Array.from([
      ...[bias, THRESHOLD, POTENTIAL_FACTOR, CURRENT_FACTOR],
      ...Array.from({ length: neurons }, initial),
    ]),
    synapses,
    groups: images,
    sinks,
    sinkLists,
  };
}

/** One accumulator that nothing reaches: every chip has a read-out. */
function silentReadout(core: number, ticks: number): CoreImage {
  const window: Operation = { op: 'WINDOW', fields: { skip: 3, start: ticks - 1, length: 1 } };
  const read: Operation = { op: 'READ', fields: { first: 0, count: 1, tree: READ_TREE } };
  const reset: Operation = { op: 'RESET', fields: { first: 0, count: 1, address: 0, period: 1 } };
  const tick = encodeProgram([window, read, END]).words;
  return {
    core,
    neuronCount: 1,
    axonCount: 1,
    delaySlots: 1,
    tickHandler: 1,
    resetHandler: 1 + tick.length,
    program: Uint32Array.from([...encodeProgram([END]).words, ...tick, ...encodeProgram([reset, END]).words]),
    parameters: Int32Array.of(0),
    synapses: new Uint8Array(0),
    groups: [{ firstAxon: 0, axonCount: 1, handler: 0, payloadMin: 0, payloadMax: 1 }],
    sinks: [affine(INPUT_TREE, 0, 1, 0)],
    sinkLists: new Uint32Array(0),
  };
}

const affine = (tree: number, group: number, count: number, delay: number): AffineSink => ({
  kind: 'affine',
  tree,
  group,
  delay,
  sourceCount: count,
  sourceWidth: 1,
  sourceChannels: count,
  offsetY: 0,
  offsetX: 0,
  offsetC: 0,
  divisorY: 1,
  divisorX: 1,
  sizeY: 1,
  sizeX: 1,
  sizeC: count,
  base: 0,
});

/** Routes of a tree from a tile to the cores of other tiles, along X first. One core a tile. */
function routesOf(
  { width }: Target['mesh'],
  tree: number,
  from: number,
  leaves: readonly number[],
  host = false,
): Route[] {
  const ports = new Map<number, number>();
  const open = (tile: number, port: number): unknown => ports.set(tile, (ports.get(tile) ?? 0) | (1 << port));
  for (const leaf of [...leaves, ...(host ? [0] : [])]) {
    let x = from % width;
    let y = Math.floor(from / width);
    const toX = leaf % width;
    const toY = Math.floor(leaf / width);
    for (; x !== toX; x += Math.sign(toX - x)) open(y * width + x, x < toX ? PORT.EAST : PORT.WEST);
    for (; y !== toY; y += Math.sign(toY - y)) open(y * width + x, y < toY ? PORT.SOUTH : PORT.NORTH);
  }
  for (const leaf of leaves) open(leaf, PORT.LOCAL);
  if (host) open(0, PORT.HOST);
  return [...ports].map(([router, mask]) => ({ tree, router, ports: mask })).sort((a, b) => a.router - b.router);
}

/** Puts the cores together; the last core of the mesh reads out, the layers are the cores one by one or all together. */
function chipOf(
  target: Target,
  ticks: number,
  cores: readonly CoreImage[],
  routes: readonly Route[],
  layers: readonly LayerInfo[],
  placements: readonly Placement[],
): Uint8Array {
  const readout = cores.length;
  const one = { c0: 0, y0: 0, x0: 0, channels: 1, height: 1, width: 1 };
  const chip: Chip = {
    target,
    ticks,
    window: ticks - 1,
    cores: [...cores, silentReadout(readout, ticks)],
    routes: [
      ...routesOf(target.mesh, INPUT_TREE, 0, [readout]),
      ...routesOf(target.mesh, READ_TREE, readout, [], true),
      ...routes,
    ],
    input: {
      shape: [1, 1, 1],
      scale: 1,
      mean: [0],
      std: [1],
      step: 1,
      payloadMin: 0,
      payloadMax: 1,
      parts: [{ tree: INPUT_TREE, box: one }],
    },
    output: { shape: [1, 1, 1], step: 1, parts: [{ tree: READ_TREE, box: one }], labels: [] },
    layers: [...layers, { name: 'out', shape: [1, 1, 1], depth: 1, fires: false }],
    placements: [...placements, { layer: layers.length, core: readout, firstNeuron: 0, box: one }],
    provenance: { tool: 'bench', network: 'bench', sourceSha256: '0'.repeat(64), options: {}, annMacs: 0 },
  };
  return encodeChip(chip);
}

interface DenseSpec {
  /** Of every layer. */
  readonly neurons: number;
  /** Without the one that drives them. */
  readonly layers: number;
  readonly ticks: number;
  /** Spikes per neuron and tick. */
  readonly rate: number;
  readonly neuron: BenchNeuron;
  readonly seed: number;
}

/** A chain of fully connected layers, one core each; the first one fires by itself alone. */
export function denseChip({ neurons, layers, ticks, rate, neuron, seed }: DenseSpec): Uint8Array {
  const random = randomSource(seed);
  const count = layers + 1;
  const mesh = { width: count + 1, height: 1 };
  const target = benchTarget(mesh, { synapseBits: neurons * neurons * 8 });
  const tree = (core: number): number => 2 + core;
  const cores = Array.from({ length: count }, (_, core) => {
    const first = core === 0;
    return firingCore({
      core,
      neurons,
      ticks,
      rate,
      neuron,
      tree: core === layers ? NO_TREE : tree(core),
      random,
      groups: first
        ? []
        : [
            {
              axons: neurons,
              operation: { op: 'DENSE', fields: { ...synapticOf(neuron), first: 0, count: neurons, weights: 0 } },
            },
          ],
      synapses: first ? new Uint8Array(0) : Uint8Array.from({ length: neurons * neurons }, () => random(255) - 127),
      sinks: first ? [] : [affine(tree(core - 1), 0, neurons, 1)],
      sinkLists: new Uint32Array(0),
    });
  });
  const routes = cores.slice(0, -1).flatMap((_, core) => routesOf(mesh, tree(core), core, [core + 1]));
  const box = { c0: 0, y0: 0, x0: 0, channels: neurons, height: 1, width: 1 };
  return chipOf(
    target,
    ticks,
    cores,
    routes,
    cores.map((_, k) => ({ name: `layer ${k}`, shape: [neurons, 1, 1], depth: 0, fires: true })),
    cores.map((_, core) => ({ layer: core, core, firstNeuron: 0, box })),
  );
}

interface SparseSpec {
  /** A multiple of `perCore`. */
  readonly neurons: number;
  readonly fanOut: number;
  readonly reach: number;
  /** Share of the targets within reach. */
  readonly local: number;
  readonly perCore: number;
  readonly ticks: number;
  /** Spikes per neuron and tick. */
  readonly rate: number;
  readonly neuron: BenchNeuron;
  readonly seed: number;
}

/** What a core of {@link sparseChip} hears. */
interface Plan {
  axons: number;
  readonly rows: number[];
  readonly offsets: number[];
  /** Sending core → axon of each of its neurons. */
  readonly heard: Map<number, Uint32Array>;
}

/** A recurrent network: most targets of a neuron lie within `reach` of it, the others anywhere. */
export function sparseChip(spec: SparseSpec): Uint8Array {
  const { neurons, fanOut, reach, local, perCore, ticks, rate, neuron, seed } = spec;
  const random = randomSource(seed);
  const count = neurons / perCore;
  const side = Math.ceil(Math.sqrt(count + 1));
  const mesh = { width: side, height: Math.ceil((count + 1) / side) };
  const tree = (core: number): number => 2 + core;
  const targets = Array.from({ length: neurons }, (_, n) =>
    Array.from({ length: fanOut }, (_, k) =>
      k < local * fanOut ? (n + neurons + random(2 * reach + 1) - reach) % neurons : random(neurons),
    ),
  );
  const plans = Array.from({ length: count }, (): Plan => ({ axons: 0, rows: [0], offsets: [], heard: new Map() }));
  targets.forEach((list, source) => {
    const perTarget = new Map<number, number[]>();
    for (const target of list) {
      const core = Math.floor(target / perCore);
      perTarget.set(core, [...(perTarget.get(core) ?? []), target % perCore]);
    }
    for (const [core, offsets] of perTarget) {
      const plan = plans[core]!;
      const from = Math.floor(source / perCore);
      const lists = plan.heard.get(from) ?? new Uint32Array(perCore).fill(NO_AXON);
      plan.heard.set(from, lists);
      lists[source % perCore] = plan.axons++;
      for (const offset of offsets.sort((a, b) => a - b)) plan.offsets.push(offset);
      plan.rows.push(plan.offsets.length);
    }
  });
  const synapseBits = 8 * Math.max(...plans.map(({ rows, offsets }) => 4 * rows.length + 3 * offsets.length));
  const target = benchTarget(mesh, { synapseBits, routeEntries: 2 ** 20, neurons: perCore });
  const cores = plans.map(({ axons, rows, offsets, heard }, core) => {
    const targetsAt = 4 * rows.length;
    const weights = targetsAt + 2 * offsets.length;
    const synapses = new Uint8Array(weights + offsets.length);
    const view = new DataView(synapses.buffer);
    rows.forEach((row, k) => view.setUint32(4 * k, row, true));
    offsets.forEach((offset, k) => view.setUint16(targetsAt + 2 * k, offset, true));
    for (let k = weights; k < synapses.length; k++) synapses[k] = random(255) - 127;
    const sources = [...heard].sort(([a], [b]) => a - b);
    const fields = { ...synapticOf(neuron), first: 0, count: perCore, rows: 0, targets: targetsAt, weights };
    return firingCore({
      core,
      neurons: perCore,
      ticks,
      rate,
      neuron,
      tree: tree(core),
      random,
      groups: [{ axons, operation: { op: 'SPARSE', fields } }],
      synapses,
      sinks: sources.map(([from], k): SinkRow => ({
        kind: 'list',
        tree: tree(from),
        group: 0,
        delay: 1,
        sourceCount: perCore,
        list: k * perCore,
      })),
      sinkLists: Uint32Array.from(sources.flatMap(([, list]) => [...list])),
    });
  });
  const hears = (core: number): number[] => plans.flatMap(({ heard }, k) => (heard.has(core) ? [k] : []));
  return chipOf(
    target,
    ticks,
    cores,
    cores.flatMap((_, core) => routesOf(mesh, tree(core), core, hears(core))),
    [{ name: 'population', shape: [neurons, 1, 1], depth: 0, fires: true }],
    cores.map((_, core) => ({
      layer: 0,
      core,
      firstNeuron: 0,
      box: { c0: core * perCore, y0: 0, x0: 0, channels: perCore, height: 1, width: 1 },
    })),
  );
}
