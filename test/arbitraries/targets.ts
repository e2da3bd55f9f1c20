/** Random targets with tiny limits, so that splitting over cores is exercised; every other one is a grid of chips. */
import fc from 'fast-check';
import { builtinTargets, type Target } from '../../isa/index.ts';
import { arbitraryGrid, asGrid } from '../isa/grids.ts';

const edge = builtinTargets().get('edge')!;

export const arbitraryTarget: fc.Arbitrary<Target> = fc
  .record({
    width: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 5 }),
    coresPerTile: fc.integer({ min: 1, max: 3 }),
    neurons: fc.integer({ min: 3, max: 80 }),
    axons: fc.integer({ min: 16, max: 400 }),
    synapseBytes: fc.integer({ min: 64, max: 4000 }),
    vBits: fc.integer({ min: 20, max: 32 }),
    lanes: fc.integer({ min: 1, max: 8 }),
    updateLanes: fc.integer({ min: 1, max: 8 }),
    bufferFlits: fc.integer({ min: 1, max: 8 }),
    grid: fc.option(arbitraryGrid, { freq: 2 }),
    dead: fc.uniqueArray(fc.nat(24), { maxLength: 4 }),
  })
  .map((r) => {
    const dead = r.dead.filter((tile) => tile < r.width * r.height).toSorted((a, b) => a - b);
    const target: Target = {
      ...edge,
      name: 'tiny',
      mesh: { width: r.width, height: r.height },
      coresPerTile: r.coresPerTile,
      ...(dead.length > 0 && { deadTiles: dead }),
      limits: { ...edge.limits, neurons: r.neurons, axons: r.axons, synapseBits: 8 * r.synapseBytes },
      widths: { ...edge.widths, vBits: r.vBits },
      timing: { ...edge.timing, lanes: r.lanes, updateLanes: r.updateLanes, bufferFlits: r.bufferFlits },
    };
    return r.grid === null ? target : asGrid(target, r.grid);
  });

/** The same target with twice of everything that can be too little. */
export function doubled(target: Target): Target {
  const { limits, mesh } = target;
  return {
    ...target,
    mesh: mesh.width <= mesh.height ? { ...mesh, width: mesh.width * 2 } : { ...mesh, height: mesh.height * 2 },
    limits: {
      ...limits,
      neurons: limits.neurons * 2,
      axons: Math.min(65_535, limits.axons * 2),
      synapseBits: limits.synapseBits * 2,
    },
    widths: { ...target.widths, vBits: Math.min(32, target.widths.vBits + 4) },
  };
}
