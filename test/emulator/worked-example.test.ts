import { describe, expect, it } from '@jest/globals';
import { computeEnergy, Emulator, KERNEL_KINDS } from '../../emulator/index.ts';
import { readChip, encodeChip, type Chip, type CoreImage, type Target } from '../../isa/index.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../isa/chips.ts';
import { inputMap } from './chips.ts';

const TREE = { input: 0, a: 1, b: 2, readout: 3 } as const;
const SYNAPSES = 'width=w8 shift=0 first=0';
const FIRE = 'FIRE compare=ge reset=subtract first=0 period=1 resetValue=0';

const tiny = tinyTarget({ mesh: { width: 3, height: 1 } });
const target: Target = { ...tiny, timing: { ...tiny.timing, bufferFlits: 1 } };

/** Layer a: 5 neurons, driven by a current. */
function coreOfA(): CoreImage {
  const core = new CoreBuilder(0, 5);
  const weights = core.weights(8, [4, 0, 5, -2, 0], [0, 3, 5, 0, 6], [0, 0, 0, 0, 0]);
  const group = core.group(3, -9, 9, `DENSE destination=I ${SYNAPSES} count=5 weights=${weights}`);
  core.sink(plainSink({ tree: TREE.input, group, delay: 0, sourceCount: 3 }));
  const address = core.parameters(10);
  const tick = [
    'WINDOW skip=@end start=0 length=2',
    'CURRENT first=0 count=5',
    `${FIRE} count=5 address=${address} tree=${TREE.a}`,
    'end:',
  ];
  return core.build(tick, [`RESET first=0 count=5 address=${core.parameters(5)} period=1`]);
}

/** Layer b: 3 neurons. */
function coreOfB(): CoreImage {
  const core = new CoreBuilder(1, 3);
  const weights = core.weights(8, [1, 3, 1], [2, -1, -2], [1, 2, 2], [0, 1, 5], [2, 0, 0]);
  const group = core.group(5, 0, 1, `DENSE destination=V ${SYNAPSES} count=3 weights=${weights}`);
  core.sink(plainSink({ tree: TREE.a, group, sourceCount: 5 }));
  const address = core.parameters(8);
  const fire = `${FIRE} count=3 address=${address} tree=${TREE.b}`;
  const tick = ['WINDOW skip=@end start=1 length=2', fire, 'end:'];
  return core.build(tick, [`RESET first=0 count=3 address=${core.parameters(4)} period=1`]);
}

/** The output: 2 accumulators. */
function coreOfOutput(): CoreImage {
  const core = new CoreBuilder(2, 2);
  const dense = (weights: number): string => `DENSE destination=V ${SYNAPSES} count=2 weights=${weights}`;
  const fromA = core.group(5, 0, 1, dense(core.weights(8, [1, -1], [2, 1], [3, -1], [4, 1], [5, -1])));
  const fromB = core.group(3, 0, 1, dense(core.weights(8, [2, 3], [-1, 4], [0, 1])));
  core.sink(plainSink({ tree: TREE.a, group: fromA, delay: 2, sourceCount: 5 }));
  core.sink(plainSink({ tree: TREE.b, group: fromB, sourceCount: 3 }));
  const tick = ['WINDOW skip=@end start=3 length=1', `READ first=0 count=2 tree=${TREE.readout}`, 'end:'];
  return core.build(tick, [`RESET first=0 count=2 address=${core.parameters(0)} period=1`]);
}

const layers = [
  { name: 'a', neurons: 5, fires: true },
  { name: 'b', neurons: 3, fires: true },
  { name: 'out', neurons: 2, fires: false },
];

/** As the loader reads it. */
const chip: Chip = readChip(
  encodeChip({
    target,
    ticks: 4,
    window: 2,
    cores: [coreOfA(), coreOfB(), coreOfOutput()],
    routes: [
      ...treeRoutes(target, TREE.input, 0, [0]),
      ...treeRoutes(target, TREE.a, 0, [1, 2]),
      ...treeRoutes(target, TREE.b, 1, [2]),
      // Tile 1 passes the read-out straight on.
      ...treeRoutes(target, TREE.readout, 2, [], true).filter(({ router }) => router !== 1),
    ],
    input: { ...inputMap(3, [{ tree: TREE.input, box: boxOf(3, 1, 1) }], [-9, 9]), mean: [0, 0, 0], std: [1, 1, 1] },
    output: { shape: [2, 1, 1], step: 1, parts: [{ tree: TREE.readout, box: boxOf(2, 1, 1) }], labels: [] },
    layers: layers.map(({ name, neurons, fires }, depth) => ({ name, shape: [neurons, 1, 1], depth, fires })),
    placements: layers.map(({ neurons }, k) => ({ layer: k, core: k, firstNeuron: 0, box: boxOf(neurons, 1, 1) })),
    provenance: { tool: 'test', network: 'test', sourceSha256: '0'.repeat(64), options: {}, annMacs: 1000 },
  }),
);
const withFixedTick: Chip = {
  ...chip,
  target: {
    ...target,
    timing: { ...target.timing, tickCycles: { value: 40, unit: 'cycles', kind: 'assumed', source: 'test' } },
  },
};
const input = Int16Array.of(1, 2, 0);

/** Typed arrays as lists. */
const plain = (value: object): object =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Uint32Array) : part)),
  ) as object;

/** What a machine did, in the same form. */
interface Course {
  /** [tick][layer] */
  readonly fired: readonly (readonly (readonly number[])[])[];
  readonly potentials: readonly (readonly (readonly number[])[])[];
  readonly readout: readonly number[];
  readonly timing: object;
  readonly counts: object;
  readonly layers: object;
}

function emulated(on: Chip, kernels: (typeof KERNEL_KINDS)[number]): Course {
  const emulator = new Emulator(on, { timing: 'cycle', kernels });
  const fired: number[][][] = [];
  const potentials: number[][][] = [];
  const { readout, timing } = emulator.infer(input, {
    onTick: (_, view) => {
      fired.push(layers.map((__, layer) => view.fired(layer)));
      potentials.push(layers.map((__, layer) => [...view.potential(layer)]));
    },
  });
  return {
    fired,
    potentials,
    readout: [...readout],
    timing: plain(timing!),
    counts: emulator.counts(),
    layers: emulator.layers(),
  };
}

/** Every number here is worked out by hand in spec/timing.md and spec/energy.md, section "A worked example". */
describe.each([
  ...KERNEL_KINDS.map(
    (kernels) => [`the emulator with ${kernels} kernels`, (on: Chip) => emulated(on, kernels)] as const,
  ),
  ['the interleaved machine', (on: Chip): Course => InterleavedMachine.infer(on, input)] as const,
])('the worked example of spec/timing.md on %s', (_, run) => {
  const course = run(chip);

  it('fires as worked out', () => {
    expect(course.fired).toEqual([
      [[1, 2, 4], [], []],
      [[0, 2, 4], [0], []],
      [[], [1], []],
      [[], [], []],
    ]);
    expect(course.potentials).toEqual([
      [
        [9, 1, 10, 3, 7],
        [4, 4, 4],
        [0, 0],
      ],
      [
        [3, 7, 15, 1, 9],
        [1, 5, 4],
        [0, 0],
      ],
      [
        [3, 7, 15, 1, 9],
        [5, 2, 7],
        [12, 2],
      ],
      [
        [3, 7, 15, 1, 9],
        [5, 2, 7],
        [20, 3],
      ],
    ]);
    expect(course.readout).toEqual([20, 3]);
  });

  it('takes the cycles worked out', () => {
    expect(course.timing).toMatchObject({
      cycles: 199,
      resetCycles: 2,
      inputCycles: 25,
      tickCycles: [48, 45, 34, 30],
      readoutCycles: 15,
      bound: { integrate: 41, update: 8, network: 36, barrier: 72, wait: 0, host: 42 },
      overrunTicks: 0,
      overrunCycles: 0,
      tickBounds: { core: [0, 1, 2, 2], integrate: [8, 9, 12, 12], update: [6, 2, 0, 0], network: [16, 16, 4, 0] },
      criticalShares: [
        { core: 0, layer: 0, integrateCycles: 8, updateCycles: 6 },
        { core: 1, layer: 1, integrateCycles: 9, updateCycles: 2 },
        { core: 2, layer: 2, integrateCycles: 24, updateCycles: 0 },
      ],
    });
  });

  it('waits for a fixed tick, and extends it, as worked out', () => {
    const { timing, counts, readout } = run(withFixedTick);
    expect(readout).toEqual([20, 3]);
    expect(timing).toMatchObject({
      cycles: 215,
      tickCycles: [48, 45, 40, 40],
      bound: { integrate: 41, update: 8, network: 36, barrier: 72, wait: 16, host: 42 },
      overrunTicks: 2,
      overrunCycles: 13,
      tickBounds: { wait: [0, 0, 6, 10] },
    });
    expect(counts).toMatchObject({ activeCoreCycles: 78, idleCoreCycles: 567 });
  });

  it('counts as worked out', () => {
    expect(course.counts).toMatchObject({
      synops: 39,
      macs: 5,
      neuronUpdatesActive: 17,
      neuronUpdatesIdle: 1,
      spikes: 8,
      spikePayload: 8,
      packets: 10,
      hostPackets: 4,
      deliveries: 18,
      linkHops: { east: 14, west: 4, north: 0, south: 0 },
      withinTile: 2,
      routerTraversals: 30,
      synapseBitsRead: 352,
      barriers: 5,
      resets: 10,
      activeCoreCycles: 78,
      idleCoreCycles: 519,
    });
    expect(course.layers).toEqual([
      { name: 'a', spikes: 6, spikePayload: 6, synops: 5, macs: 5, synapseBitsRead: 80 },
      { name: 'b', spikes: 2, spikePayload: 2, synops: 18, macs: 0, synapseBitsRead: 144 },
      { name: 'out', spikes: 0, spikePayload: 0, synops: 16, macs: 0, synapseBitsRead: 128 },
    ]);
  });
});

describe('the worked example of spec/energy.md', () => {
  it('draws the energy worked out', () => {
    const emulator = new Emulator(chip, { timing: 'cycle' });
    emulator.infer(input);
    // The figures of the test target are 1 pJ for a synop, 2 pJ for a mac, ... 17 pJ for an idle core-cycle.
    const energy = computeEnergy(emulator.counts(), 1, chip.target);
    const picojoules = energy.parts.map(({ joule }) => Math.round(joule! * 1e12));
    expect(picojoules).toEqual([39, 10, 1056, 68, 5, 48, 70, 144, 162, 0, 22, 360, 65, 140, 60, 1248, 8823]);
    expect(energy.jouleTotal).toBeCloseTo(12_320e-12, 20);
  });
});
