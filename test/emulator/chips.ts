/** Chips for the tests of the emulator, beside those of test/isa/chips.ts. */
import type { Chip, CoreImage, Target } from '../../isa/index.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../isa/chips.ts';
import { statement } from '../isa/program.ts';

const READ_TREE = 1;
const INPUT_TREE = 0;

/** Lines that read all neurons in one tick. */
const readIn = (tick: number, neurons: number): string[] => [
  `WINDOW skip=@read start=${tick} length=1`,
  `READ first=0 count=${neurons} tree=${READ_TREE}`,
  'read:',
];

/**
 * A 1x1 mesh with one core that receives `axons` graded inputs, runs an instruction, or several, per event, and reads
 * everything. Instructions are lines of assembly.
 */
export function singleInstructionChip(
  axons: number,
  neurons: number,
  build: (core: CoreBuilder) => string | readonly string[],
  payloads: readonly [min: number, max: number] = [-9, 9],
): Chip {
  const target = tinyTarget({ mesh: { width: 1, height: 1 } });
  const builder = new CoreBuilder(0, neurons);
  const group = builder.group(axons, ...payloads, ...[build(builder)].flat());
  builder.sink(plainSink({ tree: INPUT_TREE, group, delay: 0, sourceCount: axons }));
  const initial = builder.parameters(3, -5);
  const core = builder.build(readIn(0, neurons), [`RESET first=0 count=${neurons} address=${initial} period=2`]);
  return {
    ...chipFrame(target, [core]),
    ticks: 1,
    window: 1,
    routes: [...treeRoutes(target, INPUT_TREE, 0, [0]), ...treeRoutes(target, READ_TREE, 0, [], true)],
    input: inputMap(axons, [{ tree: INPUT_TREE, box: boxOf(axons, 1, 1) }], payloads),
    output: outputMap(neurons, READ_TREE),
    layers: [{ name: 'out', shape: [neurons, 1, 1], depth: 0, fires: false }],
    placements: [{ layer: 0, core: 0, firstNeuron: 0, box: boxOf(neurons, 1, 1) }],
  };
}

/**
 * A 1x1 mesh with one core, each of whose neurons gets a graded input in tick 0 and takes part in what is built for every
 * tick; all are read in the last.
 */
export function updatingChip(neurons: number, ticks: number, build: (core: CoreBuilder) => readonly string[]): Chip {
  const target = tinyTarget({ mesh: { width: 1, height: 1 } });
  const builder = new CoreBuilder(0, neurons);
  const weights = builder.weights(8, [3, -7, 11]);
  const diagonal = statement('DIAG destination=V width=w8 shift=2 first=0 period=3 reserved=0', {
    count: neurons,
    weights,
  });
  const group = builder.group(neurons, -9, 9, diagonal);
  builder.sink(plainSink({ tree: INPUT_TREE, group, delay: 0, sourceCount: neurons }));
  const initial = builder.parameters(40, -5);
  const updates = [`WINDOW skip=@updated start=0 length=${ticks}`, ...build(builder), 'updated:'];
  const core = builder.build(
    [...updates, ...readIn(ticks - 1, neurons)],
    [`RESET first=0 count=${neurons} address=${initial} period=2`],
  );
  return {
    ...chipFrame(target, [core]),
    ticks,
    window: ticks,
    routes: [...treeRoutes(target, INPUT_TREE, 0, [0]), ...treeRoutes(target, READ_TREE, 0, [], true)],
    input: inputMap(neurons, [{ tree: INPUT_TREE, box: boxOf(neurons, 1, 1) }], [-9, 9]),
    output: outputMap(neurons, READ_TREE),
    layers: [{ name: 'out', shape: [neurons, 1, 1], depth: 0, fires: true }],
    placements: [{ layer: 0, core: 0, firstNeuron: 0, box: boxOf(neurons, 1, 1) }],
  };
}

/** Two dense layers, the first of them cut into pieces of which each lies on a core of its own. */
export interface SplitDense {
  readonly inputs: number;
  readonly window: number;
  /** [neuron][input], 8 bit */
  readonly hidden: readonly (readonly number[])[];
  /** [neuron][hidden neuron], 8 bit */
  readonly output: readonly (readonly number[])[];
  readonly threshold: number;
  /** Neurons of each piece; they add up to the hidden layer. */
  readonly pieces: readonly number[];
  /** Core of each piece and, last, of the output layer: all different. */
  readonly cores: readonly number[];
  readonly target: Target;
}

/** The input enters the hidden layer's current and is added in every tick of the window. */
export function splitDenseChip(network: SplitDense): Chip {
  const { target, inputs, window, pieces, cores, hidden, output } = network;
  const outputCore = cores.at(-1)!;
  const pieceTree = (piece: number): number => 2 + piece;
  const images: CoreImage[] = [];
  let first = 0;
  const starts = pieces.map((count) => {
    const start = first;
    first += count;
    return start;
  });
  pieces.forEach((count, piece) => {
    const rows = Array.from({ length: inputs }, (_, i) =>
      hidden.slice(starts[piece], starts[piece]! + count).map((weights) => weights[i]!),
    );
    images.push(hiddenCore(network, cores[piece]!, count, rows, pieceTree(piece)));
  });
  images.push(outputCoreImage(network, outputCore, starts, pieceTree));
  const tile = (core: number): number => Math.floor(core / target.coresPerTile);
  return {
    ...chipFrame(
      target,
      images.sort((a, b) => a.core - b.core),
    ),
    ticks: window + 1,
    window,
    routes: [
      ...treeRoutes(target, INPUT_TREE, 0, cores.slice(0, -1)),
      ...treeRoutes(target, READ_TREE, tile(outputCore), [], true),
      ...pieces.flatMap((_, piece) => treeRoutes(target, pieceTree(piece), tile(cores[piece]!), [outputCore])),
    ],
    input: inputMap(inputs, [{ tree: INPUT_TREE, box: boxOf(inputs, 1, 1) }], [-9, 9]),
    output: outputMap(output.length, READ_TREE),
    layers: [
      { name: 'hidden', shape: [hidden.length, 1, 1], depth: 0, fires: true },
      { name: 'out', shape: [output.length, 1, 1], depth: 1, fires: false },
    ],
    placements: [
      ...pieces.map((count, piece) => ({
        layer: 0,
        core: cores[piece]!,
        firstNeuron: 0,
        box: boxOf(count, 1, 1, starts[piece]),
      })),
      { layer: 1, core: outputCore, firstNeuron: 0, box: boxOf(output.length, 1, 1) },
    ],
  };
}

function hiddenCore(
  { inputs, window, threshold }: SplitDense,
  core: number,
  count: number,
  rows: readonly number[][],
  tree: number,
): CoreImage {
  const builder = new CoreBuilder(core, count);
  const weights = builder.weights(8, ...rows);
  const dense = `DENSE destination=I width=w8 shift=0 first=0 count=${count} weights=${weights}`;
  const group = builder.group(inputs, -9, 9, dense);
  builder.sink(plainSink({ tree: INPUT_TREE, group, delay: 0, sourceCount: inputs }));
  const address = builder.parameters(threshold);
  const initial = builder.parameters(threshold / 2);
  return builder.build(
    [
      `WINDOW skip=@end start=0 length=${window}`,
      `CURRENT first=0 count=${count}`,
      statement('FIRE compare=ge reset=subtract first=0 period=1 resetValue=0', { count, address, tree }),
      'end:',
    ],
    [`RESET first=0 count=${count} address=${initial} period=1`],
  );
}

function outputCoreImage(
  { output, pieces, window, hidden }: SplitDense,
  core: number,
  starts: readonly number[],
  pieceTree: (piece: number) => number,
): CoreImage {
  const builder = new CoreBuilder(core, output.length);
  const weights = builder.weights(8, ...hidden.map((_, h) => output.map((row) => row[h]!)));
  const count = output.length;
  const dense = `DENSE destination=V width=w8 shift=0 first=0 count=${count} weights=${weights}`;
  const group = builder.group(hidden.length, 0, 1, dense);
  pieces.forEach((sourceCount, piece) => {
    builder.sink(plainSink({ tree: pieceTree(piece), group, sourceCount, base: starts[piece]! }));
  });
  const zero = builder.parameters(0);
  return builder.build(readIn(window, count), [`RESET first=0 count=${count} address=${zero} period=1`]);
}

export const chipFrame = (
  target: Target,
  cores: readonly CoreImage[],
): Pick<Chip, 'target' | 'cores' | 'provenance'> => ({
  target,
  cores,
  provenance: { tool: 'test', network: 'test', sourceSha256: '', options: {}, annMacs: 1000 },
});

export const inputMap = (
  elements: number,
  parts: Chip['input']['parts'],
  [payloadMin, payloadMax]: readonly [number, number],
): Chip['input'] => ({
  shape: [elements, 1, 1],
  scale: 1,
  mean: [],
  std: [],
  step: 1,
  payloadMin,
  payloadMax,
  parts,
});

export const outputMap = (elements: number, tree: number): Chip['output'] => ({
  shape: [elements, 1, 1],
  step: 1,
  parts: [{ tree, box: boxOf(elements, 1, 1) }],
  labels: [],
});
