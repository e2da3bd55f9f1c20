/** Events into planes, and what of them is seen where planes wrap. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Core } from '../../../emulator/plain/core.ts';
import { SpikeSet } from '../../../isa/machine.ts';
import type { PlaneRow } from '../../../isa/chip.ts';
import { PLANE_NAMES } from '../../../isa/planes.ts';
import { CoreBuilder, plainSink, tinyTarget } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import { newContext } from './plane-core.ts';

const target = tinyTarget({ widths: { vBits: 32 } });
const TICKS = 4;

interface Case {
  readonly plane: number;
  /** Bits of the plane in the first neurons and in those behind them. */
  readonly bits: readonly [number, number];
  readonly counts: readonly [number, number];
  readonly shift: number;
  /** Row by axon. */
  readonly weights: readonly (readonly number[])[];
  /** By tick and axon. */
  readonly payloads: readonly (readonly number[])[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    plane: fc.nat(PLANE_NAMES.length - 1),
    bits: fc.tuple(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 })),
    counts: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    axons: fc.integer({ min: 1, max: 6 }),
    shift: fc.oneof(fc.nat(31), fc.nat(3)),
  })
  .chain(({ axons, ...more }) => {
    const list = <T>(length: number, value: fc.Arbitrary<T>) =>
      fc.array(value, { minLength: length, maxLength: length });
    const payload = fc.oneof(fc.constantFrom(0, 1, 1, 2), fc.integer({ min: -128, max: 127 }));
    const weight = fc.integer({ min: -128, max: 127 });
    return fc
      .record({
        weights: list(axons, list(more.counts[0] + more.counts[1], weight)),
        payloads: list(TICKS, list(axons, payload)),
      })
      .map((drawn) => ({ ...more, ...drawn }));
  });

/** A core that hears its axons on a plane, which is then copied to V; V itself is heard on directly. */
function coreOf({ plane, bits, counts, shift, weights }: Case): Core {
  const neurons = counts[0] + counts[1];
  const builder = new CoreBuilder(0, neurons);
  const dense = statement('DENSE width=w8', {
    destination: plane % 2 === 0 ? 'V' : 'I',
    bank: plane >> 1,
    shift,
    first: 0,
    count: neurons,
    weights: builder.weights(8, ...weights),
  });
  const group = builder.group(weights.length, -128, 127, dense);
  builder.sink(plainSink({ tree: 0, group, delay: 0, sourceCount: weights.length }));
  const runs = [
    { first: 0, count: counts[0] },
    { first: counts[0], count: counts[1] },
  ];
  const copies = runs.map((run) => statement('ALU function=set plane=V', { source: PLANE_NAMES[plane]! }, run));
  const zero = builder.parameters(0);
  const image = builder.build(plane === 0 ? [] : copies, [`RESET first=0 count=${neurons} address=${zero} period=1`]);
  const planes = runs.map((run, k): PlaneRow => ({ ...run, plane, policy: 'wrap', bits: bits[k]!, min: 0, max: 0 }));
  const map = { layer: new Int32Array(neurons).fill(-1), index: new Uint32Array(neurons) };
  return new Core({ ...image, planes }, map, target, TICKS, newContext(), new SpikeSet([], TICKS));
}

describe('events', () => {
  it('add to the plane of their bank modulo 2^bits, whatever its neighbours are', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const core = coreOf(c);
        core.reset();
        const neurons = c.counts[0] + c.counts[1];
        const sums = new Array<bigint>(neurons).fill(0n);
        c.payloads.forEach((payloads, tick) => {
          payloads.forEach((payload, axon) => {
            if (payload !== 0) core.scheduler.add(tick % core.scheduler.slots, axon, payload);
            for (let n = 0; n < neurons; n++)
              sums[n]! += BigInt(payload * c.weights[axon]![n]!) * 2n ** BigInt(c.shift);
          });
          core.integrate(tick);
          core.update(tick, 0);
          const seen = sums.map((sum, n) => Number(BigInt.asIntN(c.bits[n < c.counts[0] ? 0 : 1], sum)));
          expect([...core.v]).toEqual(seen);
        });
      }),
      { numRuns: 300 },
    );
  });
});
