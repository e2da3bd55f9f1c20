/** Generators of structurally valid chips: every value fits the format, but the whole need not make sense. */
import fc from 'fast-check';
import {
  OPS,
  builtinTargets,
  encodeProgram,
  fieldRange,
  operationFields,
  type AxonGroup,
  type Box,
  type Chip,
  type CoreImage,
  type EnergyFigure,
  type LayerInfo,
  type Mnemonic,
  type Operation,
  type Placement,
  type Provenance,
  type Route,
  type SelfTest,
  type Shape,
  type SinkRow,
  type Target,
  type TreeBox,
} from '../../isa/index.ts';
import { type PlaneRow, POLICIES } from '../../isa/chip.ts';
import { arbitraryGrid, asGrid } from './grids.ts';
import { anyCharacter } from '../arbitraries/characters.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffff_ffff }));
const i16 = fc.integer({ min: -0x8000, max: 0x7fff });
const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const text = fc.string({ unit: anyCharacter, maxLength: 12 });
/** JSON knows one zero only. */
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });
const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
const shape: fc.Arbitrary<Shape> = fc.tuple(
  fc.integer({ min: 1, max: 1024 }),
  fc.integer({ min: 1, max: 128 }),
  fc.integer({ min: 1, max: 128 }),
);

/** Any instruction with any field values, but zero in reserved fields as the verifier wants it. */
export const arbitraryOperation: fc.Arbitrary<Operation> = fc
  .constantFrom(...(Object.keys(OPS) as Mnemonic[]))
  .chain((op) =>
    fc
      .record(
        Object.fromEntries(
          operationFields(op).map((field) => {
            const [min, max] = fieldRange(field);
            return [field.name, field.name === 'reserved' ? fc.constant(0) : fc.integer({ min, max })];
          }),
        ),
      )
      .map((fields) => ({ op, fields: { ...fields } }) as unknown as Operation),
  );

const figure = (base: EnergyFigure): fc.Arbitrary<EnergyFigure> =>
  fc.oneof(
    fc.record({
      value: fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0),
      unit: fc.constant(base.unit),
      kind: fc.constantFrom('published' as const, 'derived' as const, 'assumed' as const),
      source: fc.string({ unit: anyCharacter, minLength: 1, maxLength: 20 }),
    }),
    fc.constant({ value: null, unit: base.unit, kind: 'unknown' as const, source: 'unknown' }),
  );

/** A built-in target with other sizes, name and energies; sometimes a grid of chips, sometimes with a fixed tick. */
export const arbitraryTarget: fc.Arbitrary<Target> = fc.constantFrom(...builtinTargets().values()).chain((base) =>
  fc
    .record({
      name: fc.string({ minLength: 1, maxLength: 20 }),
      width: fc.integer({ min: 1, max: 64 }),
      height: fc.integer({ min: 1, max: 64 }),
      coresPerTile: fc.integer({ min: 1, max: 8 }),
      synop: figure(base.energy.synop),
      notModelled: fc.array(text, { maxLength: 3 }),
      grid: fc.option(arbitraryGrid),
      // Longer than any barrier of these sizes.
      tick: fc.option(fc.integer({ min: 1_000_000, max: 1_000_000_000 })),
    })
    .map(({ name, width, height, coresPerTile, synop, notModelled, grid, tick }) => {
      const tickCycles = { value: tick ?? 0, unit: 'cycles', kind: 'published', source: 'test' } as const;
      const target: Target = {
        ...base,
        name,
        mesh: { width, height },
        coresPerTile,
        timing: { ...base.timing, ...(tick !== null && { tickCycles }) },
        energy: { ...base.energy, synop },
        notModelled,
      };
      return grid === null ? target : asGrid(target, grid);
    }),
);

const group: fc.Arbitrary<AxonGroup> = fc.record({
  firstAxon: u32,
  axonCount: u32,
  handler: u32,
  payloadMin: i32,
  payloadMax: i32,
});

const sinkRow = (groups: number): fc.Arbitrary<SinkRow> => {
  const head = { tree: u32, group: fc.integer({ min: 0, max: groups - 1 }), delay: u16, sourceCount: u32 };
  return fc.oneof(
    fc.record({
      kind: fc.constant('affine' as const),
      ...head,
      sourceWidth: u32,
      sourceChannels: u32,
      offsetY: i32,
      offsetX: i32,
      offsetC: i32,
      divisorY: u32,
      divisorX: u32,
      sizeY: u32,
      sizeX: u32,
      sizeC: u32,
      base: u32,
    }),
    fc.record({ kind: fc.constant('list' as const), ...head, list: u32 }),
  );
};

const planeRow: fc.Arbitrary<PlaneRow> = fc.record({
  plane: u16,
  policy: fc.constantFrom(...POLICIES),
  bits: u32,
  first: u32,
  count: u32,
  min: i32,
  max: i32,
});
/** The rows of a core; where there are none, it has no member for them. */
const planes = fc
  .array(planeRow, { maxLength: 3 })
  .map((rows): Pick<CoreImage, 'planes'> => (rows.length === 0 ? {} : { planes: rows }));

const program = fc.array(arbitraryOperation, { maxLength: 8 }).map((operations) => encodeProgram(operations).words);

const coreImage = (core: number): fc.Arbitrary<CoreImage> =>
  fc.tuple(memories(core), planes).map(([image, rows]) => ({ ...image, ...rows }));

const memories = (core: number): fc.Arbitrary<CoreImage> =>
  fc.array(group, { maxLength: 3 }).chain((groups) =>
    fc.record({
      core: fc.constant(core),
      neuronCount: u32,
      axonCount: u32,
      delaySlots: u32,
      tickHandler: u32,
      resetHandler: u32,
      program,
      parameters: fc.int32Array({ maxLength: 20 }),
      synapses: fc.uint8Array({ maxLength: 40 }),
      groups: fc.constant(groups),
      sinks: groups.length === 0 ? fc.constant([]) : fc.array(sinkRow(groups.length), { maxLength: 3 }),
      sinkLists: fc.uint32Array({ maxLength: 10 }),
    }),
  );

const cores = fc
  .uniqueArray(fc.integer({ min: 0, max: 0xffff_fffe }), { maxLength: 3 })
  .chain((indices) => fc.tuple(...indices.sort((a, b) => a - b).map(coreImage)));

const box: fc.Arbitrary<Box> = fc.record({ c0: u32, y0: u32, x0: u32, channels: u32, height: u32, width: u32 });
const treeBoxes: fc.Arbitrary<TreeBox[]> = fc.array(fc.record({ tree: u32, box }), { maxLength: 4 });
const route: fc.Arbitrary<Route> = fc.record({ tree: u32, router: u16, ports: u16 });
const layer: fc.Arbitrary<LayerInfo> = fc.record({ name: text, shape, depth: u32, fires: fc.boolean() });
const placement: fc.Arbitrary<Placement> = fc.record({ layer: u32, core: u32, firstNeuron: u32, box });

const provenance: fc.Arbitrary<Provenance> = fc.record({
  tool: text,
  network: text,
  sourceSha256: digest,
  options: fc.dictionary(
    text.filter((key) => key !== '__proto__'),
    fc.oneof(text, real, fc.boolean(), fc.constant(null)),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
  annMacs: fc.nat(),
  annWeights: fc.option(fc.nat(), { nil: undefined }),
  annActivations: fc.option(fc.nat(), { nil: undefined }),
});

const selfTest: fc.Arbitrary<SelfTest> = fc.record({
  samples: fc.array(
    fc.record({
      input: fc.int16Array({ maxLength: 9 }),
      label: i32,
      readout: fc.int32Array({ maxLength: 5 }),
      spikes: fc.maxSafeNat(),
      spikeDigest: digest,
    }),
    { maxLength: 3 },
  ),
});

const inputMap = fc
  .record({
    shape,
    scale: positive,
    mean: fc.array(real, { maxLength: 3 }),
    std: fc.array(positive, { maxLength: 3 }),
    step: positive,
    payload: fc.tuple(i16, i16).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    parts: treeBoxes,
  })
  .map(({ payload: [payloadMin, payloadMax], ...rest }) => ({ ...rest, payloadMin, payloadMax }));

/** A chip that encodeChip accepts: structurally valid, with every optional part present or absent. */
export const arbitraryChip: fc.Arbitrary<Chip> = fc.record(
  {
    target: arbitraryTarget,
    ticks: u32,
    window: u32,
    cores,
    routes: fc.array(route, { maxLength: 5 }),
    input: inputMap,
    output: fc.record({ shape, step: positive, parts: treeBoxes, labels: fc.array(text, { maxLength: 4 }) }),
    layers: fc.array(layer, { maxLength: 3 }),
    placements: fc.array(placement, { maxLength: 4 }),
    provenance,
    selfTest,
    graph: fc.uint8Array({ maxLength: 20 }),
  },
  {
    requiredKeys: [
      'target',
      'ticks',
      'window',
      'cores',
      'routes',
      'input',
      'output',
      'layers',
      'placements',
      'provenance',
    ],
    noNullPrototype: true,
  },
);
