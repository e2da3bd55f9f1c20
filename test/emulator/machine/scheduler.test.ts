import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AxonScheduler } from '../../../emulator/machine/scheduler.ts';

describe('AxonScheduler', () => {
  it('hands out the sums of each slot, lowest axon first, and leaves the slot empty', () => {
    const packets = fc.array(
      fc.record({ slot: fc.nat(2), axon: fc.nat(99), payload: fc.integer({ min: -3, max: 3 }) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(packets, fc.nat(2), (sent, slot) => {
        const scheduler = new AxonScheduler(100, 3);
        const sums = new Map<number, number>();
        for (const packet of sent) {
          scheduler.add(packet.slot, packet.axon, packet.payload);
          if (packet.slot === slot) sums.set(packet.axon, (sums.get(packet.axon) ?? 0) + packet.payload);
        }
        const axons = new Uint32Array(100);
        const payloads = new Int32Array(100);
        const taken = scheduler.take(slot, axons, payloads);
        const expected = [...sums].filter(([, sum]) => sum !== 0).sort(([a], [b]) => a - b);
        expect(Array.from({ length: taken }, (_, k) => [axons[k], payloads[k]])).toEqual(expected);
        expect(scheduler.take(slot, axons, payloads)).toBe(0);
      }),
    );
  });

  it('is silent after clear', () => {
    const scheduler = new AxonScheduler(40, 2);
    scheduler.add(1, 33, 5);
    scheduler.clear();
    expect(scheduler.take(1, new Uint32Array(40), new Int32Array(40))).toBe(0);
  });
});
