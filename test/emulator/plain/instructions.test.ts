import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import {
  type Chip,
  decodeOperation,
  isExecutedBy,
  type WeightBits,
  WIDTH_CODES,
  weightRange,
} from '../../../isa/index.ts';
import { size } from '../../arbitraries/convolutions.ts';
import { statement } from '../../isa/program.ts';
import { singleInstructionChip } from '../chips.ts';
import { interpret, synapsesOf } from '../reference.ts';

const widthCode = fc.integer({ min: 0, max: 3 });
const shift = fc.integer({ min: 0, max: 7 });
const payloadsOf = (axons: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: -9, max: 9 })), {
    minLength: axons,
    maxLength: axons,
  });

/** Weights without order, from a seed. */
function weightsFrom(seed: number, count: number, bits: WeightBits): number[] {
  const [min, max] = weightRange(bits);
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = min + ((state >>> 8) % (max - min + 1));
    return bits === 1 ? (drawn < 0 ? -1 : 1) : drawn;
  });
}

/** Runs the chip on either kind of kernels and compares results, counts and cycles with the definitions. */
function expectAsDefined(chip: Chip, payloads: readonly number[]): void {
  const reference = interpret(chip, Int16Array.from(payloads));
  for (const kernels of KERNEL_KINDS) {
    const emulator = new Emulator(chip, { timing: 'cycle', kernels });
    const inference = emulator.infer(Int16Array.from(payloads));
    expect([...inference.readout]).toEqual(reference.readout);
    const counts = emulator.counts();
    expect([counts.synops, counts.macs, counts.synapseBitsRead]).toEqual([
      reference.synops,
      reference.macs,
      reference.bits,
    ]);
    expect(inference.timing!.bound.integrate).toBe(integrateCycles(chip, payloads));
  }
}

/** Cycles of the integration by the formulas of isa/instruction/cycles.ts. */
function integrateCycles(chip: Chip, payloads: readonly number[]): number {
  const { lanes, laneCycles, eventCycles } = chip.target.timing;
  const core = chip.cores[0]!;
  const decoded = decodeOperation(core.program, core.groups[0]!.handler);
  if ('fault' in decoded) throw new Error(decoded.fault);
  if (!isExecutedBy(decoded, 'event')) throw new Error(`${decoded.op} on an event`);
  let cycles = 0;
  payloads.forEach((payload, axon) => {
    if (payload === 0) return;
    const visits = synapsesOf(decoded, core.synapses, axon).length;
    const run = decoded.op === 'CONV' ? decoded.fields.outChannels / decoded.fields.groups : visits;
    const runs = decoded.op === 'CONV' ? visits / run : 1;
    cycles += eventCycles.value + runs * Math.ceil(run / lanes) * laneCycles.value;
  });
  return cycles;
}

describe('instructions on an event do what the instruction table says', () => {
  it('DENSE, every width, any shift, any first neuron', () => {
    const cases = fc
      .record({ axons: size(12), count: size(30), first: fc.nat(5), width: widthCode, shift, seed: fc.nat() })
      .chain((c) => payloadsOf(c.axons).map((payloads) => ({ ...c, payloads })));
    fc.assert(
      fc.property(cases, ({ axons, count, first, width, shift: by, seed, payloads }) => {
        const bits = WIDTH_CODES[width]!;
        const chip = singleInstructionChip(axons, first + count, (core) => {
          const rows = Array.from({ length: axons }, (_, k) => weightsFrom(seed + k, count, bits));
          const weights = core.weights(bits, ...rows);
          return statement('DENSE destination=V', { width: `w${bits}`, shift: by, first, count, weights });
        });
        expectAsDefined(chip, payloads);
      }),
    );
  });

  it('SPARSE, with empty rows and repeated targets', () => {
    const cases = size(10).chain((axons) =>
      fc.record({
        rows: fc.array(fc.array(fc.nat(19), { maxLength: 9 }), { minLength: axons, maxLength: axons }),
        payloads: payloadsOf(axons),
        first: fc.nat(3),
        width: widthCode,
        shift,
        seed: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(cases, ({ rows, payloads, first, width, shift: by, seed }) => {
        const bits = WIDTH_CODES[width]!;
        const chip = singleInstructionChip(rows.length, first + 20, (core) => {
          const starts = [0];
          for (const row of rows) starts.push(starts.at(-1)! + row.length);
          // A weight first, so that nothing starts at address 0.
          core.weights(8, [1]);
          const at = core.integers(4, starts);
          const targets = core.integers(2, rows.flat());
          const weights = core.weights(bits, weightsFrom(seed, rows.flat().length, bits));
          const memory = { rows: at, targets, weights };
          return statement('SPARSE destination=V count=20', { width: `w${bits}`, shift: by, first, ...memory });
        });
        expectAsDefined(chip, payloads);
      }),
    );
  });

  it('DIAG, with any period', () => {
    const cases = fc
      .record({ axons: size(20), period: size(7), first: fc.nat(3), width: widthCode, shift, seed: fc.nat() })
      .chain((c) => payloadsOf(c.axons).map((payloads) => ({ ...c, payloads })));
    fc.assert(
      fc.property(cases, ({ axons, period, first, width, shift: by, seed, payloads }) => {
        const bits = WIDTH_CODES[width]!;
        const chip = singleInstructionChip(axons, first + axons, (core) => {
          const weights = core.weights(bits, weightsFrom(seed, period, bits));
          const more = { count: axons, period, weights };
          return statement('DIAG destination=V reserved=0', { width: `w${bits}`, shift: by, first, ...more });
        });
        expectAsDefined(chip, payloads);
      }),
    );
  });

  it('CONV, for any stride, dilation, offset, groups and tile', () => {
    const geometry = fc.record({
      groups: fc.integer({ min: 1, max: 3 }),
      outPerGroup: size(5),
      inPerGroup: size(3),
      outHeight: size(5),
      outWidth: size(5),
      inHeight: size(6),
      inWidth: size(6),
      kernelHeight: size(4),
      kernelWidth: size(4),
      strideY: fc.oneof(fc.constant(1), size(3)),
      strideX: fc.oneof(fc.constant(1), size(3)),
      dilationY: fc.oneof(fc.constant(1), size(3)),
      dilationX: fc.oneof(fc.constant(1), size(3)),
      offsetY: fc.integer({ min: -4, max: 6 }),
      offsetX: fc.integer({ min: -4, max: 6 }),
    });
    const cases = fc
      .record({ geometry, first: fc.nat(3), width: widthCode, shift, seed: fc.nat() })
      .chain((c) =>
        payloadsOf(c.geometry.inHeight * c.geometry.inWidth * c.geometry.inPerGroup * c.geometry.groups).map(
          (payloads) => ({ ...c, payloads }),
        ),
      );
    fc.assert(
      fc.property(cases, ({ geometry: g, first, width, shift: by, seed, payloads }) => {
        const { outPerGroup, inPerGroup, ...rest } = g;
        const bits = WIDTH_CODES[width]!;
        const outChannels = outPerGroup * g.groups;
        const inChannels = inPerGroup * g.groups;
        const neurons = first + g.outHeight * g.outWidth * outChannels;
        const chip = singleInstructionChip(payloads.length, neurons, (core) => {
          const taps = inChannels * g.kernelHeight * g.kernelWidth;
          const runs = Array.from({ length: taps }, (_, k) => weightsFrom(seed + k, outPerGroup, bits));
          const weights = core.weights(bits, ...runs);
          const more = { ...rest, outChannels, inChannels, weights };
          return statement('CONV destination=V reserved=0', { width: `w${bits}`, shift: by, first, ...more });
        });
        expectAsDefined(chip, payloads);
      }),
      { numRuns: 300 },
    );
  });
});
