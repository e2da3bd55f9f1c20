/** What the rows of the instruction table say, against the interleaved machine, which was written from spec/ alone. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CoreImage, eventRow, MNEMONIC_OF, OPS, type OperationOf, WIDTH_CODES } from '../../../isa/index.ts';
import { bitsOfVisit, visitedRows } from '../../interleaved/synapses.ts';
import { CoreBuilder, tinyTarget } from '../chips.ts';

const { timing } = tinyTarget();

/** A core whose synapse memory holds these bytes and nothing else. */
const coreOf = (bytes: readonly number[]): CoreImage => {
  const builder = new CoreBuilder(0, 1);
  builder.integers(2, []);
  return { ...builder.build([], []), synapses: Uint8Array.from(bytes) };
};

const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
const header = {
  destination: fc.nat(1),
  width: fc.nat(WIDTH_CODES.length - 1),
  shift: fc.nat(31),
  bank: fc.nat(3),
  unsigned: fc.nat(1),
  wide: fc.nat(1),
  first: fc.nat(9),
  weights: fc.nat(8),
};
/** More than any instruction below reads. */
const memory = fc.array(fc.nat(255), { minLength: 3000, maxLength: 3000 });

type EventOperation = OperationOf<'CONV' | 'DENSE' | 'DIAG' | 'SPARSE'>;
interface Case {
  readonly made: EventOperation;
  readonly axon: number;
  /** Row starts of SPARSE, from byte 2000. */
  readonly starts?: readonly number[];
}

const dense: fc.Arbitrary<Case> = fc
  .record({ ...header, count: small(20), axon: fc.nat(9) })
  .map(({ axon, ...fields }) => ({ axon, made: { op: 'DENSE', fields } }));
const diagonal: fc.Arbitrary<Case> = fc
  .record({ ...header, count: small(20), period: small(20), reserved: fc.constant(0), axon: fc.nat(19) })
  .map(({ axon, ...fields }) => ({ axon, made: { op: 'DIAG', fields } }));
const sparse: fc.Arbitrary<Case> = fc
  .record({
    ...header,
    count: small(20),
    starts: fc.array(fc.nat(60), { minLength: 3, maxLength: 3 }),
    axon: fc.nat(1),
  })
  .map(({ axon, starts, ...fields }) => ({
    axon,
    starts: starts.sort((a, b) => a - b),
    made: { op: 'SPARSE', fields: { ...fields, rows: 2000, targets: 2400 } },
  }));
const convolution: fc.Arbitrary<Case> = fc
  .record({
    ...header,
    groups: small(3),
    outPerGroup: small(3),
    inPerGroup: small(3),
    size: fc.tuple(small(4), small(4), small(4), small(4)),
    kernel: fc.tuple(small(3), small(3)),
    stride: fc.tuple(small(3), small(3)),
    dilation: fc.tuple(small(3), small(3)),
    offset: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
    axon: fc.nat(),
  })
  .map(({ axon, outPerGroup, inPerGroup, size, kernel, stride, dilation, offset, ...fields }) => {
    const inChannels = fields.groups * inPerGroup;
    const operands = {
      ...fields,
      ...{ outChannels: fields.groups * outPerGroup, inChannels },
      ...{ outHeight: size[0], outWidth: size[1], inHeight: size[2], inWidth: size[3] },
      ...{ kernelHeight: kernel[0], kernelWidth: kernel[1], strideY: stride[0], strideX: stride[1] },
      ...{ dilationY: dilation[0], dilationX: dilation[1], offsetY: offset[0], offsetX: offset[1], reserved: 0 },
    };
    return { axon: axon % (inChannels * size[2] * size[3]), made: { op: 'CONV', fields: operands } };
  });
const anyCase = fc.oneof(dense, diagonal, sparse, convolution);

/** Stores the row starts where SPARSE reads them. */
function stored(bytes: readonly number[], starts: readonly number[] = []): CoreImage {
  const core = coreOf(bytes);
  const view = new DataView(core.synapses.buffer);
  starts.forEach((start, k) => {
    view.setUint32(2000 + 4 * k, start, true);
  });
  return core;
}

describe('rows of instructions on an event', () => {
  it('visit the synapses that the specification says, in order, and read their bits', () => {
    fc.assert(
      fc.property(anyCase, memory, ({ made, axon, starts }, bytes) => {
        const core = stored(bytes, starts);
        const visited: { neuron: number; weight: number }[] = [];
        eventRow(made.op).synapses(made.fields, core.synapses, axon, (neuron, weight) => {
          visited.push({ neuron, weight });
        });
        expect(visited).toEqual([...visitedRows(core, made, axon)].flat());
        expect(eventRow(made.op).bitsPerSynapse(made.fields)).toBe(bitsOfVisit(made));
      }),
    );
  });

  it('take the cycles of the lane steps of the specification, in units of their own', () => {
    fc.assert(
      fc.property(anyCase, memory, small(5), small(9), ({ made, axon, starts }, bytes, laneCycles, lanes) => {
        const figures = { ...timing, lanes, laneCycles: { ...timing.laneCycles, value: laneCycles } };
        const rows = [...visitedRows(stored(bytes, starts), made, axon)];
        const laneSteps = rows.map((row) => Math.ceil(row.length / lanes));
        const units = { DENSE: 1, DIAG: 1, CONV: rows.length, SPARSE: laneSteps[0] ?? 0 }[made.op];
        const expected = laneSteps.reduce((sum, steps) => sum + steps * laneCycles, 0);
        expect(units * eventRow(made.op).cycles.perUnit(made.fields, figures)).toBe(expected);
      }),
    );
  });
});

describe('the table', () => {
  it('has an opcode of its own for every instruction', () => {
    expect(MNEMONIC_OF.size).toBe(Object.keys(OPS).length);
  });

  it('has headers of at most 16 bits of fields and operand words of at most 32, no name twice', () => {
    for (const { words } of Object.values(OPS)) {
      const bits = words.map((fields) => fields.reduce((sum, field) => sum + field.bits, 0));
      bits.forEach((sum, word) => {
        expect(sum).toBeLessThanOrEqual(word === 0 ? 16 : 32);
      });
      const names = words.flat().map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('counts a step of an update as the slower of its potentials and its spikes', () => {
    const run = { first: 0, count: 8, address: 0, period: 1 };
    const fields = { ...run, compare: 0, reset: 0, resetValue: 0, tree: 0 };
    const step = (active: boolean, spikes: number): number =>
      OPS.FIRE.cycles.perUnit(fields, timing, { active, spikes });
    const { updateActiveCycles, updateIdleCycles } = timing;
    expect(step(false, 0)).toBe(updateIdleCycles.value);
    expect(step(true, 0)).toBe(updateActiveCycles.value);
    expect(step(true, 9)).toBe(9);
  });
});
