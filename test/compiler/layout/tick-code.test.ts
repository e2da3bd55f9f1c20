import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INPUT, type QuantisedLayer } from '../../../compiler/ir/layers.ts';
import { ticksOf } from '../../../compiler/ir/program-time.ts';
import { tickCode } from '../../../compiler/layout/tick-code.ts';
import { integrateAndFire } from '../../../compiler/neurons/integrate-and-fire.ts';

/** A layer of which only the times matter. */
const layerOf = (source: number, depth: number, currentStart: number): QuantisedLayer => ({
  ...{ name: 'layer', shape: [1, 1, 1], depth, currentStart, neuron: 'integrate-and-fire' },
  parameters: { bias: new Int32Array(1), threshold: new Int32Array(1), initial: new Int32Array(1) },
  branches: [
    {
      ...{ source, pool: [1, 1], pooled: [1, 1, 1], shift: 0, delay: 0 },
      operator: { kind: 'diagonal', weight: new Int8Array(1) },
    },
  ],
});

describe('tickCode', () => {
  it('adds the current T times, what falls before tick 0 in tick 0 and nothing later than its window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(600), fc.nat(40), (window, offset, depth) => {
        const currentStart = 1 - window + offset;
        const ticks = depth + currentStart + 2 * window;
        const added = new Map<number, number>();
        for (const instruction of tickCode(layerOf(INPUT, depth, currentStart), { window })) {
          if (instruction.op !== 'ALU' && instruction.op !== 'CURRENT') continue;
          const { fields } = instruction.operation({ first: 0, count: 1, runs: {}, tree: 0 }) as {
            fields: { shift?: number };
          };
          const { start, length } = ticksOf(instruction.when, { depth, window, ticks });
          for (let tick = Math.max(0, start); tick < start + length; tick++)
            added.set(tick, (added.get(tick) ?? 0) + 2 ** (fields.shift ?? 0));
        }
        expect([...added.values()].reduce((a, b) => a + b, 0)).toBe(window);
        expect(Math.max(...added.keys())).toBe(Math.max(0, currentStart + window - 1));
        if (currentStart < 0) expect(added.get(0)).toBe(1 - currentStart);
      }),
    );
  });

  it('adds none where the input is not heard, and keeps the order of the rest', () => {
    const code = tickCode(layerOf(0, 3, 0), { window: 4 }).map(({ op }) => op);
    expect(code).toEqual(integrateAndFire.tick.map(({ op }) => op).filter((op) => op !== 'CURRENT'));
  });
});
