import { describe, expect, it } from '@jest/globals';
import { computeEnergy, Emulator } from '../../emulator/index.ts';
import { tinyTarget } from '../isa/chips.ts';
import { splitDenseChip } from './chips.ts';

/** Every number here is worked out by hand in spec/timing.md and spec/energy.md, section "A worked example". */
describe('the worked example of spec/timing.md', () => {
  const target = tinyTarget({ mesh: { width: 2, height: 1 } });
  const chip = splitDenseChip({
    target,
    inputs: 3,
    window: 2,
    threshold: 10,
    hidden: [
      [4, 0, 0],
      [0, 3, 0],
      [5, 5, 0],
      [-2, 0, 0],
      [0, 6, 0],
    ],
    output: [
      [1, 2, 3, 4, 5],
      [-1, 1, -1, 1, -1],
    ],
    pieces: [5],
    cores: [0, 1],
  });
  const cycle = { timing: 'cycle' } as const;
  const emulator = new Emulator(chip, cycle);
  const fired: number[][] = [];
  const potentials: number[][] = [];
  const inference = emulator.infer(Int16Array.of(1, 2, 0), {
    onTick: (_, view) => {
      fired.push(view.fired(0));
      potentials.push([...view.potential(0)]);
    },
  });

  it('fires as worked out', () => {
    expect(fired).toEqual([[1, 2, 4], [0, 2, 4], []]);
    expect(potentials).toEqual([
      [9, 1, 10, 3, 7],
      [3, 7, 15, 1, 9],
      [3, 7, 15, 1, 9],
    ]);
    expect([...inference.readout]).toEqual([19, -4]);
    expect(inference.predicted).toBe(0);
  });

  it('takes the cycles worked out', () => {
    const { tickCycles, tickBounds, criticalShares, ...timing } = inference.timing!;
    expect([...tickCycles]).toEqual([33, 25, 23]);
    expect(timing).toEqual({
      cycles: 110,
      resetCycles: 2,
      inputCycles: 19,
      readoutCycles: 8,
      bound: { integrate: 26, update: 6, network: 7, barrier: 42, wait: 0, host: 29 },
      overrunTicks: 0,
      overrunCycles: 0,
    });
    expect([...tickBounds.core]).toEqual([0, 1, 1]);
    expect([...tickBounds.integrate]).toEqual([8, 9, 9]);
    expect([...tickBounds.update]).toEqual([6, 0, 0]);
    expect([...tickBounds.network]).toEqual([5, 2, 0]);
    expect(criticalShares).toEqual([
      { core: 0, layer: 0, integrateCycles: 8, updateCycles: 6 },
      { core: 1, layer: 1, integrateCycles: 18, updateCycles: 0 },
    ]);
  });

  it('waits for a fixed tick, and extends it, as worked out', () => {
    const tickCycles = { value: 30, unit: 'cycles', kind: 'assumed', source: 'test' } as const;
    const fixed = new Emulator({ ...chip, target: { ...target, timing: { ...target.timing, tickCycles } } }, cycle);
    const { timing, readout } = fixed.infer(Int16Array.of(1, 2, 0));
    expect([...readout]).toEqual([19, -4]);
    expect([...timing!.tickCycles]).toEqual([33, 30, 30]);
    expect(timing).toMatchObject({
      cycles: 122,
      bound: { integrate: 26, update: 6, network: 7, barrier: 42, wait: 12, host: 29 },
      overrunTicks: 1,
      overrunCycles: 3,
    });
    expect([...timing!.tickBounds.wait]).toEqual([0, 5, 7]);
    expect(fixed.counts()).toMatchObject({ activeCoreCycles: 38, idleCoreCycles: 206 });
  });

  it('counts as worked out', () => {
    expect(emulator.counts()).toEqual({
      synops: 17,
      macs: 5,
      neuronUpdatesActive: 12,
      neuronUpdatesIdle: 0,
      spikes: 6,
      packets: 8,
      hostPackets: 4,
      deliveries: 10,
      linkHops: { east: 6, west: 2, north: 0, south: 0 },
      withinTile: 2,
      routerTraversals: 18,
      synapseBitsRead: 176,
      barriers: 4,
      resets: 7,
      saturations: 0,
      activeCoreCycles: 38,
      idleCoreCycles: 182,
    });
    expect(emulator.layers()).toEqual([
      { name: 'hidden', spikes: 6, synops: 5, macs: 5 },
      { name: 'out', spikes: 0, synops: 12, macs: 0 },
    ]);
  });

  it('draws the energy worked out', () => {
    // The figures of the test target are 1 pJ for a synop, 2 pJ for a mac, ... 17 pJ for an idle core-cycle.
    const energy = computeEnergy(emulator.counts(), 1, chip.target);
    const picojoules = energy.parts.map(({ joule }) => Math.round(joule! * 1e12));
    expect(picojoules).toEqual([17, 10, 528, 48, 0, 36, 56, 80, 72, 0, 22, 216, 52, 98, 60, 608, 3094]);
    expect(energy.jouleTotal).toBeCloseTo(4997e-12, 20);
  });
});
