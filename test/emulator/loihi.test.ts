/** The preset `loihi` costs what Davies et al., IEEE Micro 38(1), 2018, publish, alone and on the emulator. */
import { describe, expect, it } from '@jest/globals';
import { computeEnergy, Emulator, type Inference } from '../../emulator/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import { NO_COUNTS } from '../arbitraries/counts.ts';
import { splitDenseChip } from './chips.ts';

const loihi = builtinTargets().get('loihi')!;
const picojoules = (joule: number): number => joule * 1e12;

describe('Davies et al. 2018: one event on loihi', () => {
  it.each([
    ['synaptic operation', 23.6, { synops: 1, synapseBitsRead: 8 }],
    ['active neuron update', 81, { neuronUpdatesActive: 1 }],
    ['active neuron update that spikes', 81, { neuronUpdatesActive: 1, spikes: 1 }],
    ['inactive neuron update', 52, { neuronUpdatesIdle: 1 }],
    ['within-tile spike', 1.7, { withinTile: 1, deliveries: 1, routerTraversals: 1 }],
    ['tile hop east', 3, { linkHops: { ...NO_COUNTS.linkHops, east: 1 }, routerTraversals: 2, deliveries: 1 }],
    ['tile hop west', 3, { linkHops: { ...NO_COUNTS.linkHops, west: 1 }, routerTraversals: 2, deliveries: 1 }],
    ['tile hop north', 4, { linkHops: { ...NO_COUNTS.linkHops, north: 1 }, routerTraversals: 2, deliveries: 1 }],
    ['tile hop south', 4, { linkHops: { ...NO_COUNTS.linkHops, south: 1 }, routerTraversals: 2, deliveries: 1 }],
  ] as const)('%s: %d pJ', (_, expected, counts) => {
    const energy = computeEnergy({ ...NO_COUNTS, ...counts }, 1, loihi);
    expect(picojoules(energy.jouleTotal)).toBeCloseTo(expected, 9);
    expect(energy.partial).toBe(false);
    expect(energy.assumed).toEqual([]);
  });

  it('what it does not publish makes a sum partial: barrier, reset, host, leakage', () => {
    for (const counts of [{ barriers: 1 }, { resets: 1 }, { hostPackets: 1 }, { idleCoreCycles: 1 }, { packets: 1 }])
      expect(computeEnergy({ ...NO_COUNTS, ...counts }, 1, loihi)).toMatchObject({ jouleTotal: 0, partial: true });
  });

  it('a case of 20.47 M synaptic operations, 307,200 updates and 29,712 spikes', () => {
    const [synops, updates, spikes] = [20_470_000, 307_200, 29_712];
    // Three dense layers of 1,024 for 100 ticks; how many of the updates are active is not stated: the ends.
    const ends = [0, updates].map((active) =>
      computeEnergy(
        { ...NO_COUNTS, synops, neuronUpdatesActive: active, neuronUpdatesIdle: updates - active, spikes },
        1,
        loihi,
      ),
    );
    expect(ends.map(({ jouleTotal }) => Math.round(jouleTotal * 1e7))).toEqual([
      Math.round((20.47 * 23.6 + 0.3072 * 52) * 10),
      Math.round((20.47 * 23.6 + 0.3072 * 81) * 10),
    ]);
  });
});

/** The example of spec/energy.md, "A worked example with published figures", with the output on the core named. */
function example(outputCore: number, hidden: readonly (readonly number[])[] = [[6], [0]]) {
  const chip = splitDenseChip({
    target: loihi,
    inputs: 1,
    window: 2,
    threshold: 10,
    hidden,
    output: [hidden.map((_, k) => [3, 1, 2][k]!)],
    pieces: [hidden.length],
    cores: [0, outputCore],
  });
  const emulator = new Emulator(chip, { timing: 'cycle' });
  const inference: Inference = emulator.infer(Int16Array.of(1));
  const energy = computeEnergy(emulator.counts(), 1, loihi, inference.timing!.cycles);
  return { chip, counts: emulator.counts(), timing: inference.timing!, readout: [...inference.readout], energy };
}

describe('the two-core example of spec/energy.md', () => {
  it('to the east: 3,790 cycles of 0.5 ns and 425.5 pJ, part by part', () => {
    const { timing, readout, energy, counts } = example(4);
    expect(readout).toEqual([3]);
    expect([timing.resetCycles, timing.inputCycles, ...timing.tickCycles, timing.readoutCycles]).toEqual([
      0, 930, 968, 954, 926, 12,
    ]);
    expect(timing.cycles).toBe(3790);
    expect((timing.cycles / loihi.timing.clockHz.value) * 1e9).toBeCloseTo(1895, 9);
    const known = energy.parts.filter(({ joule }) => joule !== null && joule > 0);
    expect(
      known.map(({ event, count, joule, kind }) => [event, count, Number(picojoules(joule!).toFixed(6)), kind]),
    ).toEqual([
      ['synop', 3, 70.8, 'published'],
      ['neuronUpdateActive', 3, 243, 'published'],
      ['neuronUpdateIdle', 2, 104, 'published'],
      ['linkHopEastWest', 2, 6, 'published'],
      ['withinTile', 1, 1.7, 'published'],
    ]);
    expect(picojoules(energy.jouleTotal)).toBeCloseTo(425.5, 9);
    expect(energy.partial).toBe(true);
    expect(energy.unknown).toEqual(['packet', 'barrier', 'reset', 'hostPacket', 'activeCoreCycle', 'idleCoreCycle']);
    expect(counts).toMatchObject({ packets: 2, barriers: 4, resets: 3, hostPackets: 2 });
  });

  it('to the south: the hops cost 4.0 pJ and 6.5 ns instead of 3.0 pJ and 4.1 ns', () => {
    const { timing, energy } = example(32);
    expect(timing.cycles).toBe(3795);
    expect(picojoules(energy.jouleTotal)).toBeCloseTo(427.5, 9);
  });

  it('one more silent neuron costs one synaptic operation and two inactive updates', () => {
    const more = example(4, [[6], [0], [0]]);
    const less = example(4);
    expect(picojoules(more.energy.jouleTotal - less.energy.jouleTotal)).toBeCloseTo(23.6 + 2 * 52, 9);
    // 3.5 ns more of integration; 5.3 ns more, on the grid 5.5 ns, in either of two updates.
    expect(more.timing.cycles - less.timing.cycles).toBe(7 + 2 * 11);
  });
});
