import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hilbertOrder } from '../../../../compiler/mapping/placement/hilbert.ts';
import { distance, topologyOf } from '../../../../isa/index.ts';

describe('hilbertOrder', () => {
  it('visits every tile once; on square meshes of a power of two each step is one hop', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (width, height) => {
        const order = hilbertOrder(topologyOf({ mesh: { width, height } }));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: width * height }, (_, k) => k));
      }),
    );
    for (const side of [2, 4, 8, 16]) {
      const topology = topologyOf({ mesh: { width: side, height: side } });
      const order = hilbertOrder(topology);
      for (let k = 1; k < order.length; k++) {
        const [a, b] = [order[k - 1]!, order[k]!];
        expect(distance(topology, topology.axes({ eastWest: 1, northSouth: 1 }, 0), a, b)).toBe(1);
      }
    }
  });
});
