/**
 * A small hand-made chip. It has one of everything: two input parts that accumulate into I, pooled sinks, a list sink,
 * CONV, SPARSE, DIAG with delay 2, DENSE and READ.
 */
import type { Chip, CoreImage, ListSink, Target, WeightBits } from '../../isa/index.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from './core-builder.ts';
import { statement } from './program.ts';

export * from './core-builder.ts';

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
const SAMPLE_CORES = [0, 1, 3] as const;
const TREE = { inputTop: 0, first: 1, second: 2, sum: 3, readout: 4, inputBottom: 5 } as const;

/** Of either convolution: 3x3, and the tile is as large as the input. */
const KERNEL =
  'kernelHeight=3 kernelWidth=3 strideY=1 strideX=1 dilationY=1 dilationX=1 reserved=0 offsetY=1 offsetX=1';

/** conv1 [2, 4, 4]: 3x3 convolution of the input into I, V grows by I in every tick of the window. */
function firstCore(core: number): CoreImage {
  const builder = new CoreBuilder(core, 32);
  const weights = builder.weights(8, ...weightRuns(9, 2, 1, 8));
  const conv = statement(
    'CONV destination=I width=w8 shift=1 first=0 groups=1 outHeight=4 outWidth=4 outChannels=2',
    `inChannels=1 inHeight=4 inWidth=4 ${KERNEL} weights=${weights}`,
  );
  const group = builder.group(16, -3, 5, conv);
  builder.sink(plainSink({ tree: TREE.inputTop, group, delay: 0, sourceCount: 8, sourceWidth: 4, sourceChannels: 1 }));
  builder.sink(
    plainSink({ tree: TREE.inputBottom, group, delay: 0, sourceCount: 8, sourceWidth: 4, sourceChannels: 1, base: 8 }),
  );
  const threshold = builder.parameters(400, 300);
  const initial = builder.parameters(200, 150);
  const bias = builder.parameters(5, -7);
  const tick = [
    `WINDOW skip=@end start=0 length=${WINDOW}`,
    `BIAS first=0 count=32 address=${bias} period=2`,
    'CURRENT first=0 count=32',
    `FIRE compare=ge reset=subtract first=0 count=32 address=${threshold} period=2 tree=${TREE.first} resetValue=0`,
    'end:',
  ];
  return builder.build(tick, [`RESET first=0 count=32 address=${initial} period=2`]);
}

/** conv2 [2, 2, 2] from conv1 pooled 2x2 (neurons 0..7), and the read-out [3, 1, 1] from the sum (neurons 8..10). */
function secondCore(core: number): CoreImage {
  const builder = new CoreBuilder(core, 11);
  const kernels = builder.weights(4, ...weightRuns(18, 2, 2, 4));
  const conv = statement(
    'CONV destination=V width=w4 shift=2 first=0 groups=1 outHeight=2 outWidth=2 outChannels=2',
    `inChannels=2 inHeight=2 inWidth=2 ${KERNEL} weights=${kernels}`,
  );
  const pooled = builder.group(8, 0, 4, conv);
  const rows = builder.weights(8, ...weightRuns(8, 3, 3, 8));
  const dense = builder.group(8, 0, 1, `DENSE destination=V width=w8 shift=0 first=8 count=3 weights=${rows}`);
  builder.sink({
    ...plainSink({ tree: TREE.first, group: pooled, sourceCount: 32, sourceWidth: 4, sourceChannels: 2 }),
    divisorY: 2,
    divisorX: 2,
    sizeY: 2,
    sizeX: 2,
  });
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
    `WINDOW skip=@fired start=1 length=${WINDOW}`,
    `FIRE compare=ge reset=subtract first=0 count=8 address=${threshold} period=1 tree=${TREE.second} resetValue=0`,
    'fired:',
    `WINDOW skip=@biased start=3 length=${WINDOW}`,
    `BIAS first=8 count=3 address=${bias} period=3`,
    'biased:',
    `WINDOW skip=@end start=${3 + WINDOW - 1} length=1`,
    `READ first=8 count=3 tree=${TREE.readout}`,
    'end:',
  ];
  return builder.build(tick, [
    `RESET first=0 count=8 address=${initial} period=1`,
    `RESET first=8 count=3 address=${zero} period=1`,
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
    statement('SPARSE destination=V width=w4 shift=3 first=0 count=8', { rows, targets, weights: sparseWeights }),
  );
  const skip = builder.group(
    8,
    0,
    4,
    `DIAG destination=V width=w2 shift=4 first=0 count=8 period=2 reserved=0 weights=${diagonal}`,
  );
  builder.sink(plainSink({ tree: TREE.second, group: sparse, sourceCount: 8 }));
  builder.sink({
    ...plainSink({ tree: TREE.first, group: skip, delay: 2, sourceCount: 32, sourceWidth: 4, sourceChannels: 2 }),
    divisorY: 2,
    divisorX: 2,
    sizeY: 2,
    sizeX: 2,
  });
  const threshold = builder.parameters(50, 40);
  const initial = builder.parameters(25, 20);
  const tick = [
    `WINDOW skip=@end start=2 length=${WINDOW}`,
    `FIRE compare=ge reset=subtract first=0 count=8 address=${threshold} period=2 tree=${TREE.sum} resetValue=0`,
    'end:',
  ];
  return builder.build(tick, [`RESET first=0 count=8 address=${initial} period=2`]);
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
